"""Which packages are installed, which are missing, and which are in each other's way."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fashionkit.cli.doctor.finding import Finding
from fashionkit.version import __version__

PACKAGE = "fashionkit"
# Extras for those who change fashionkit, and nobody else.
OF_DEVELOPERS = ("bench", "dev", "docs", "test-light")
# Either is right, as the platform has it.
FAISS = ("faiss-cpu", "faiss-gpu")
OPENCV = "opencv-python-headless"
# They hold the same files as the headless build.
OTHER_OPENCV = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package that is needed, and by which extra; "" where always."""

    name: str
    extra: str = ""


def check_versions() -> Iterator[Finding]:
    """Python, fashionkit and what both run on."""
    yield Finding("python", "ok", f"{platform.python_version()}, {sys.executable}")
    yield Finding("fashionkit", "ok", __version__)


def check_packages() -> list[Finding]:
    """Everything that the installed fashionkit requires."""
    needed = [parsed(each) for each in importlib.metadata.requires(PACKAGE) or []]
    installed = versions({need.name for need in needed} | {*FAISS, OPENCV, *OTHER_OPENCV})
    return [*core(needed, installed), *extras(needed, installed), *clashes(installed)]


def parsed(requirement: str) -> Requirement:
    """Reads the line of a package's metadata, as far as we need it.

    >>> parsed("numpy>=2.3"), parsed('torch>=2.13; extra == "train"')
    (Requirement(name='numpy', extra=''), Requirement(name='torch', extra='train'))
    """
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    extra = re.search(r"""extra\s*==\s*["']([^"']+)""", requirement)
    return Requirement(name[0].lower().replace("_", "-") if name else requirement, extra[1] if extra else "")


def versions(names: Iterable[str]) -> dict[str, str]:
    """The installed versions of those packages that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def core(needed: Iterable[Requirement], installed: Mapping[str, str]) -> Iterator[Finding]:
    """One finding for each package that answering needs.

    >>> list(core([Requirement("numpy")], {}))[0].state
    'wrong'
    """
    for name in dict.fromkeys(need.name for need in needed if not need.extra):
        if name in installed:
            yield Finding(name, "ok", installed[name])
        elif name not in FAISS:
            yield Finding(name, "wrong", "not installed", f"pip install {name}")
        elif not any(other in installed for other in FAISS):
            yield Finding("faiss", "wrong", "not installed", f"pip install --upgrade {PACKAGE}")


def extras(needed: Iterable[Requirement], installed: Mapping[str, str]) -> Iterator[Finding]:
    """One finding for each extra that users install.

    >>> list(extras([Requirement("torch", "train")], {}))[0].remedy
    "pip install 'fashionkit[train]'"
    """
    by_extra: dict[str, list[str]] = {}
    for need in needed:
        if need.extra and need.extra not in OF_DEVELOPERS and need.name != PACKAGE:
            by_extra.setdefault(need.extra, []).append(need.name)
    for extra, names in by_extra.items():
        there = ", ".join(f"{name} {installed[name]}" for name in names if name in installed)
        missing = ", ".join(name for name in names if name not in installed)
        if not missing:
            yield Finding(f"extra {extra}", "ok", there)
        else:
            lacking = f"{there}; not installed: {missing}" if there else f"not installed: {missing}"
            yield Finding(f"extra {extra}", "note", lacking, f"pip install '{PACKAGE}[{extra}]'")


def clashes(installed: Mapping[str, str]) -> Iterator[Finding]:
    """Packages that overwrite each other's files.

    >>> [finding.name for finding in clashes({"faiss-cpu": "1.15", "faiss-gpu": "1.15"})]
    ['faiss twice']
    """
    if all(name in installed for name in FAISS):
        yield Finding(
            "faiss twice",
            "note",
            "faiss-cpu and faiss-gpu are both installed and overwrite each other's files",
            f"pip uninstall -y {' '.join(FAISS)}, then pip install --force-reinstall --no-deps one of the two",
        )
    others = [name for name in OTHER_OPENCV if name in installed]
    if others and OPENCV in installed:
        yield Finding(
            "opencv twice",
            "note",
            f"{', '.join(others)} beside {OPENCV}: they overwrite each other's files",
            f"pip uninstall -y {' '.join(others)}, then pip install --force-reinstall --no-deps {OPENCV}",
        )

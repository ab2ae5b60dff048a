"""The head that CONTRIBUTING.md builds: its blocks, as files of an installed package, keep the contract."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the head's learning half needs torch")

ROOT = Path(__file__).parents[1]
PACKAGE = "fashionkit_condition"


def blocks():
    """The text of each block by the path that stands above it."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    found = re.findall(r"^`([\w./]+)`\n\n```(?:python|toml)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return dict(found)


def install(folder, files):
    """Writes what `pip install` would: the package, and beside it a dist-info with its entry points."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    project = tomllib.loads(files["pyproject.toml"])["project"]
    info = folder / f"{PACKAGE}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", "utf-8"
    )
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")


def start(folder):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "try_it.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_document_has_every_file():
    wanted = ["spec.py", "module.py", "__init__.py"]
    assert list(blocks()) == [*(f"{PACKAGE}/{name}" for name in wanted), "pyproject.toml", "try_it.py"]


def test_the_head_keeps_the_contract_and_answers(tmp_path):
    install(tmp_path, blocks())
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"Condition\(wear=0\.\d+, sellable=(True|False)\)\n", done.stdout)


@pytest.mark.slow
def test_a_head_that_breaks_the_contract_is_refused(tmp_path):
    files = blocks()
    spec = f"{PACKAGE}/spec.py"
    files[spec] = files[spec].replace("frozen=True, forbid_unknown_fields=True", "frozen=True")
    install(tmp_path, files)
    done = start(tmp_path)
    assert done.returncode != 0
    assert re.search("the head 'condition' breaks the contract: .*takes an unknown field", done.stderr)

"""What the machine has: processor, memory, graphics card, disk, and where a cache may be written."""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from fashionkit.cli.doctor.finding import Finding

# Below this, a catalogue or a checkpoint may not fit any more.
LITTLE_DISK = 1e9
# A model, a few batches and large photos fit into this.
LITTLE_MEMORY = 1e9


def check_processor() -> Iterator[Finding]:
    """The processor's name, and how many of its cores may be used."""
    from fashionkit.runtime.engine import usable_cores  # noqa: PLC0415  # what it imports may be broken

    there = os.cpu_count() or 1
    may = usable_cores()
    cores = f"{may} of {there} cores may be used" if may < there else f"{there} cores"
    yield Finding("processor", "ok", f"{_processor()}, {cores}")


def check_memory() -> Iterator[Finding]:
    """How much memory there is, and how much of it is free; nothing where the system does not say."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return
    page = os.sysconf("SC_PAGE_SIZE")
    total = os.sysconf("SC_PHYS_PAGES") * page
    available = _available_memory()
    free = "" if available is None else f", {available / 1e9:.1f} GB available"
    little = available is not None and available < LITTLE_MEMORY
    yield Finding(
        "memory",
        "note" if little else "ok",
        f"{total / 1e9:.1f} GB{free}",
        "close other programs" if little else "",
    )


def check_graphics() -> Iterator[Finding]:
    """Which graphics cards torch can use; answering needs none."""
    if importlib.util.find_spec("torch") is None:
        yield Finding("gpu", "ok", "not looked for, as torch is not installed; answering runs on the processor")
        return
    torch = importlib.import_module("torch")
    if torch.cuda.is_available():
        for place in range(torch.cuda.device_count()):
            memory = torch.cuda.get_device_properties(place).total_memory
            yield Finding("gpu", "ok", f"cuda:{place}, {torch.cuda.get_device_name(place)}, {memory / 1e9:.0f} GB")
    elif getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
        yield Finding("gpu", "ok", "mps (Apple)")
    else:
        yield Finding("gpu", "ok", "none that torch can use; answering runs on the processor")


def check_disk() -> Iterator[Finding]:
    """How much room there is where the command runs."""
    free = shutil.disk_usage(Path.cwd()).free
    little = free < LITTLE_DISK
    yield Finding(
        "disk",
        "note" if little else "ok",
        f"{free / 1e9:.1f} GB free in {Path.cwd()}",
        "free some before you make a catalogue here" if little else "",
    )


def check_cache() -> Iterator[Finding]:
    """Whether compiled models can be kept between starts."""
    from fashionkit.runtime.cache import cache_folder  # noqa: PLC0415  # what it imports may be broken

    folder = cache_folder("openvino")
    if folder is None:
        yield Finding(
            "cache",
            "note",
            "no cache folder can be written, so OpenVINO compiles models anew at every start",
            "set FASHIONKIT_CACHE to a folder that you can write",
        )
    else:
        yield Finding("cache", "ok", str(folder.parent))


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _available_memory() -> int | None:
    described = Path("/proc/meminfo")
    if not described.exists():
        return None
    for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    return None

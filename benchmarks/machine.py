"""What figures were measured on."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("fashionkit", "numpy", "faiss-gpu", "faiss-cpu", "onnxruntime", "openvino", "torch", "usearch", "lancedb")


# What of a processor decides how fast numbers are multiplied, by the names that Linux gives it.
FEATURES = {"avx2": "AVX2", "avx512f": "AVX-512", "avx512_vnni": "VNNI", "avx512_bf16": "BF16", "amx_tile": "AMX"}


def machine() -> dict[str, str]:
    """Processor and its features, cores, memory, system, and versions of what is installed."""
    told = {
        "processor": _processor(),
        "with": " ".join(name for flag, name in FEATURES.items() if flag in _flags()) or "unknown",
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }
    return told | {name: found for name in PACKAGES if (found := _version(name))}


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or "unknown"


def _flags() -> set[str]:
    try:
        found = re.search(r"^flags\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return set(found[1].split()) if found else set()


def environment() -> str:
    """The machine in a file name.

    >>> "cores" in environment()
    True
    """
    told = machine()
    words = f"{told['processor']} {told['with']} {told['cores']} cores"
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (ValueError, OSError):
        return "unknown"


def _version(name: str) -> str:
    try:
        return version(name)
    except ImportError:
        return ""

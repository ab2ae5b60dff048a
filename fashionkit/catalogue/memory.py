"""How much memory is free, and an error before more than that is taken."""

from __future__ import annotations

import re
from pathlib import Path

from fashionkit.errors import CatalogueError

MEMINFO = Path("/proc/meminfo")
# Limits of the group of processes that this one runs in, such as a container's.
GROUP_LIMIT, GROUP_USED = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
GIB = 2**30


def free_memory() -> int | None:
    """Bytes that may be taken before the system has to give back others; None where it does not say."""
    told = [each for each in (_of_system(), _of_group()) if each is not None]
    return min(told) if told else None


def check_memory(needed: int, what: str) -> None:
    """Says in time that something would not fit.

    Args:
        needed: Bytes.
        what: What takes them, for the message.

    Raises:
        CatalogueError: They are not there.
    """
    free = free_memory()
    if free is not None and needed > free:
        raise CatalogueError(
            f"{what} takes about {needed / GIB:,.1f} GiB of memory, and {free / GIB:,.1f} GiB are free; free some, or "
            "choose storage='int8' or kind='ivf-pq'"
        )


def _of_system() -> int | None:
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", MEMINFO.read_text("ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return None if found is None else int(found[1]) * 1024


def _of_group() -> int | None:
    try:
        return max(0, int(GROUP_LIMIT.read_text("ascii")) - int(GROUP_USED.read_text("ascii")))
    except (OSError, ValueError):  # "max": no limit
        return None

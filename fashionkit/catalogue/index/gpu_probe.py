"""Which graphics cards FAISS can truly search on: found out by a search, in a process that may die of it.

A wheel without kernels for a card counts it and ends the process at the first search, and a driver may be broken in
ways that no error reports.
"""

from __future__ import annotations

import functools
import subprocess
import sys
from dataclasses import dataclass

# Long enough for a driver that wakes up, and for kernels that are compiled at first.
PATIENCE = 120

_SEARCH = """
import faiss, numpy
if not hasattr(faiss, "StandardGpuResources"):
    raise SystemExit("this build of FAISS has no GPU support")
count = faiss.get_num_gpus()
rows = numpy.eye(8, dtype="float32")
for place in range(count):
    index = faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), place, faiss.IndexFlatIP(8))
    index.add(rows)
    if index.search(rows, 1)[1].ravel().tolist() != list(range(8)):
        raise SystemExit(f"cuda:{place} finds the wrong rows")
print("searched on", count)
"""


@dataclass(frozen=True)
class Gpus:
    """What was found.

    Attributes:
        count: How many cards FAISS can search on.
        problem: Why there are none; "" where there are some.

    >>> Gpus(0, "no GPU is there").count
    0
    """

    count: int
    problem: str


@functools.cache
def usable_gpus() -> Gpus:
    """Searches on every card, once for as long as this process lives; about a second."""
    return _probed(_SEARCH)


def _probed(code: str) -> Gpus:
    if not sys.executable:
        return Gpus(0, "this process knows no Python that could try a search")
    try:
        ended = subprocess.run(  # noqa: S603  # our own text
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Gpus(0, f"a search to try it did not come back ({error})")
    if ended.returncode:
        said = ended.stderr.strip().rpartition("\n")[2] or f"it ended with {ended.returncode}"
        return Gpus(0, f"a search to try it failed ({said})")
    count = int(ended.stdout.split()[-1])
    return Gpus(count, "" if count else "FAISS finds no GPU")

"""What answering with the default model costs: memory, photos a second, and the disk that an installation takes."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, requires

import pytest

PHOTOS = 256
MEMORY_BOUND = 1000

ANALYSE = r"""
import re, sys, time
from pathlib import Path
from fashionkit import Analyzer
analyzer = Analyzer.load(engine=sys.argv[1])
analyzer.analyze(sys.argv[2])
begin = time.perf_counter()
n = sum(1 for _ in analyzer.stream([sys.argv[2]] * int(sys.argv[3])))
rate = n / (time.perf_counter() - begin)
# Not getrusage: a process begins with the largest memory of the one that started it.
status = Path("/proc/self/status").read_text()
print(rate, int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process had at most is asked of Linux")
@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_photos_a_second_and_memory(engine, photo):
    command = [sys.executable, "-c", ANALYSE, engine, str(photo), str(PHOTOS)]
    rate, memory = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    print(f"\n{engine}: {rate:.0f} photos a second from file to all answers, at most {memory:.0f} MiB of memory")
    assert memory < MEMORY_BOUND


def test_disk():
    sizes = {name: size_of(name) for name in needed("fashionkit", set())}
    largest = ", ".join(f"{name} {size:.0f}" for name, size in sorted(sizes.items(), key=lambda of: -of[1])[:6])
    print(f"\ndisk: {sum(sizes.values()):,.0f} MB for what answering needs ({largest} MB …)")
    assert sizes["fashionkit"] >= 0


def needed(name: str, seen: set[str]) -> set[str]:
    """A package and all that it needs, without extras, as far as it is installed here."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return seen
    try:
        found = requires(key) or []
    except PackageNotFoundError:  # for another system
        return seen
    seen.add(key)
    for requirement in found:
        if "extra ==" not in requirement:
            needed(re.match(r"[\w.-]+", requirement)[0], seen)
    return seen


def size_of(name: str) -> float:
    """The megabytes of an installed package's files."""
    return sum(file.locate().stat().st_size for file in distribution(name).files or [] if file.locate().exists()) / 1e6

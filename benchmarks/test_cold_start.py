"""How long a fresh process takes: to import the package, and to its first answer, beside a bare interpreter."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import pytest

RUNS = 7
IMPORT_BOUND = 0.1
ANSWER_BOUND = 1.0

FIRST_ANSWER = """
import sys
from fashionkit import Analyzer
print(Analyzer.load(sys.argv[1], engine=sys.argv[2]).analyze(sys.argv[3]).category.label)
"""


def seconds(code: str, *arguments: object) -> float:
    """The time of a whole process, from outside; the median of several after one that warms the disk's cache."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    # An installed package has its byte code; without this, a checkout could be compiled anew by every process.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def test_importing_the_package():
    bare = seconds("pass")
    ours = seconds("import fashionkit") - bare
    print(f"\nimport fashionkit: {1000 * ours:.0f} ms over a bare interpreter of {1000 * bare:.0f} ms")
    assert ours < IMPORT_BOUND


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_the_first_answer_of_a_cold_process(engine, four_heads, photo, tmp_path, monkeypatch):
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path))
    bare = seconds("pass")
    ours = seconds(FIRST_ANSWER, four_heads, engine, photo)
    print(f"\nfirst answer with {engine}: {ours:.2f} s, of which the bare interpreter takes {bare:.2f} s")
    assert ours < ANSWER_BOUND

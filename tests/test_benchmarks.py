"""`pytest benchmarks` runs; its figures are for a quiet machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pytest_benchmark")
ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_every_benchmark_is_found_and_one_runs():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "benchmarks"]
    listed = subprocess.run([*command, "--collect-only"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert listed.returncode == 0, listed.stdout
    files = {line.partition("::")[0] for line in listed.stdout.splitlines() if "::" in line}
    assert files >= {f"benchmarks/{path.name}" for path in (ROOT / "benchmarks").glob("test_*.py")}
    short = subprocess.run(
        [*command, "--benchmark-disable", "-k", "test_stages"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert short.returncode == 0, short.stdout

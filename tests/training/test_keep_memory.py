import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
import torch
from fashionkit.training.keep_memory import keep_memory
if sys.argv[1] == "keep":
    assert keep_memory()
def step():
    torch.ones(16_000_000)
for _ in range(15):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages_asked_for(how: str) -> int:
    """Of the system, in five steps that each need 64 MB, as many before them did."""
    done = subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_memory_that_was_freed_is_not_asked_for_again():
    assert pages_asked_for("keep") < 100 < pages_asked_for("as it is")

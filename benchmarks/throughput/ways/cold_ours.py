"""A process from its start to the first answer of all heads, and the most memory that it took."""

import sys
from pathlib import Path

from fashionkit import Analyzer

Analyzer.load(threads=int(sys.argv[2])).analyze(sys.argv[1])
status = Path("/proc/self/status").read_text("ascii")
print(int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024)

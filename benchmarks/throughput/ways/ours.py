"""fashionkit: all heads of the default model, as anybody would call it."""

import json
import sys
import time
from pathlib import Path

from fashionkit import Analyzer

photos = sorted(Path(sys.argv[1]).iterdir())
analyzer = Analyzer.load(threads=int(sys.argv[3]))
for _ in range(2):
    began = time.perf_counter()
    answers = sum(1 for _ in analyzer.stream(photos))
    rate = answers / (time.perf_counter() - began)
print(json.dumps({"rate": rate, "model": f"default, all heads, {analyzer.model.engine.name}"}))

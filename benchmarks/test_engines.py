"""The engines beside each other: photos a second of the default model's forward pass, as shares of ONNX Runtime's."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.search.timing import once
from fashionkit import Analyzer

ROUNDS = 10
# Threads of one engine spin for a while after its pass, and would slow down the next one.
REST = 0.3
BATCHES = (1, 16)
ENGINES = ("onnx", "openvino", "torch", "inductor")


@pytest.mark.parametrize("n", BATCHES)
def test_the_forward_pass_by_engine(n):
    named = [name for name in ENGINES if name != "inductor" or shutil.which("g++")]
    engines = {name: Analyzer.load(engine=name).model for name in named}
    height, width = engines["onnx"].rule.size
    pixels = np.random.default_rng(0).integers(0, 256, (n, height, width, 3), dtype=np.uint8)
    ways = {name: lambda model=model: model.engine.run("photos", {"photos": pixels}) for name, model in engines.items()}
    rounds = [{name: after_a_rest(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    took = {name: statistics.median(each[name] for each in rounds) for name in ways}
    told = ", ".join(f"{name} {took['onnx'] / seconds:.2f}" for name, seconds in took.items())
    print(f"\nbatches of {n}, photos a second as shares of ONNX Runtime's: {told}")
    assert len(took) == len(named)


def after_a_rest(way: Callable[[], object]) -> float:
    """The seconds of the second of two runs."""
    time.sleep(REST)
    way()
    return once(way)

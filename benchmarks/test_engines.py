"""The engines beside each other: photos a second of the default model's forward pass, as shares of ONNX Runtime's.

One photo is asked for alone; batches as the pipeline does, one on each core, side by side where the engine lets them.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from benchmarks.search.timing import once
from fashionkit import Analyzer
from fashionkit.runtime import Model
from fashionkit.runtime.engine import usable_cores

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
    calls = 1 if n == 1 else usable_cores()
    ways = {name: lambda model=model: side_by_side(model, pixels, calls) for name, model in engines.items()}
    rounds = [{name: after_a_rest(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    took = {name: statistics.median(each[name] for each in rounds) for name in ways}
    told = ", ".join(f"{name} {took['onnx'] / seconds:.2f}" for name, seconds in took.items())
    print(f"\nbatches of {n}, photos a second as shares of ONNX Runtime's: {told}")
    assert len(took) == len(named)


def side_by_side(model: Model, pixels: np.ndarray, calls: int) -> None:
    if calls == 1:
        model.engine.run("photos", {"photos": pixels})
        return
    with ThreadPoolExecutor(calls) as pool:
        list(pool.map(lambda _: model.engine.run("photos", {"photos": pixels}), range(calls)))


def after_a_rest(way: Callable[[], object]) -> float:
    """The seconds of the second of two runs."""
    time.sleep(REST)
    way()
    return once(way)

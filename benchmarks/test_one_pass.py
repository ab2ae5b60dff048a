"""What all four answers cost beside one: the same backbone with all heads and with a single one, in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest

from fashionkit import Analyzer
from fashionkit.images import fit, read

ROUNDS = 15
WARM_UP = 2
BATCH = 16
BOUND = 1.1


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_all_heads_cost_little_more_than_one(engine, four_heads, one_head, photo):
    all_heads, single = (Analyzer.load(folder, engine=engine) for folder in (four_heads, one_head))
    pixels = np.stack([fit(read(photo), all_heads.model.rule)] * BATCH)
    forward = ratio_of(
        lambda: all_heads.model.engine.run("photos", {"photos": pixels}),
        lambda: single.model.engine.run("photos", {"photos": pixels}),
    )
    whole = ratio_of(lambda: all_heads.analyze([photo] * BATCH), lambda: single.analyze([photo] * BATCH))
    print(f"\n{engine}: all heads cost {forward:.3f} of one head in the forward pass, {whole:.3f} from photo to answer")
    assert max(forward, whole) < BOUND


def ratio_of(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """The median ratio of their times, pair by pair, so that a machine that slows down slows both."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(WARM_UP + ROUNDS)]
    return statistics.median(first / second for first, second in pairs[WARM_UP:])


def seconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin

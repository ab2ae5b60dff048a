"""What all four answers cost beside one: the same backbone with all heads and with a single one, in turns."""

from __future__ import annotations

import statistics
import time

import pytest

from fashionkit import Analyzer

ROUNDS = 15
BATCH = 16
BOUND = 1.1


@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_all_heads_cost_little_more_than_one(engine, four_heads, one_head, photo):
    photos = [photo] * BATCH
    all_heads, single = (Analyzer.load(folder, engine=engine) for folder in (four_heads, one_head))
    ratios = []
    for _ in range(ROUNDS + 2):
        # Pair by pair, so that a machine that slows down slows both.
        spent = [_seconds(analyzer, photos) for analyzer in (all_heads, single)]
        ratios.append(spent[0] / spent[1])
    ratio = statistics.median(ratios[2:])
    print(f"\n{engine}: all heads cost {ratio:.3f} of one head, from photo to answer, batches of {BATCH}")
    assert ratio < BOUND


def _seconds(analyzer: Analyzer, photos: list) -> float:
    begin = time.perf_counter()
    analyzer.analyze(photos)
    return time.perf_counter() - begin

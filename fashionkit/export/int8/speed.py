"""How fast two models are, beside each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime import Engine

ROUNDS = 9


def photos_a_second(engines: Mapping[str, Engine], photos: NDArray[np.uint8]) -> dict[str, float]:
    """By name, how many photos an engine answers in a second: the median of rounds in which all take turns.

    Turns, because other programs slow the machine down and let it go again.

    Args:
        engines: By name; each is run once before the clock runs.
        photos: The batch that each gets at once, N×H×W×3.
    """
    for engine in engines.values():
        engine.run(PHOTOS, {PHOTOS: photos})
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            begun = time.perf_counter()
            engine.run(PHOTOS, {PHOTOS: photos})
            seconds[name].append(time.perf_counter() - begun)
    return {name: len(photos) / statistics.median(each) for name, each in seconds.items()}

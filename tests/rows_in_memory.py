"""Rows in memory, as `build` reads them."""

from __future__ import annotations

import numpy as np


class ArrayRows:
    def __init__(self, keys, vectors):
        self.keys, self.vectors = keys, vectors

    def sample(self, count):
        chosen = np.sort(np.random.default_rng(0).permutation(len(self.keys))[:count])
        return self.keys[chosen], self.vectors[chosen]

    def chunks(self):
        for start in range(0, len(self.keys), 400):
            yield self.keys[start : start + 400], self.vectors[start : start + 400]

    def read(self, keys):
        return self.vectors[np.searchsorted(self.keys, keys)]


def clustered(count, dimension=24, seed=0):
    random = np.random.default_rng(seed)
    drawn = random.standard_normal((60, dimension))[random.integers(60, size=count)]
    drawn += 0.7 * random.standard_normal((count, dimension))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)

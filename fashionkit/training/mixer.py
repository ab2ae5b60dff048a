"""Which photos of a batch become two at once, as a recipe says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashionkit.heads import HeadSpec
from fashionkit.training.examples import Examples
from fashionkit.training.mixing import Mixture, cutmix, mixup
from fashionkit.training.recipe import Mixing, Recipe
from fashionkit.training.seeds import generator


@dataclass(frozen=True, slots=True, eq=False)
class Mixer:
    """Mixes photos of which nothing but the category is known: a mixed photo has no colour and is no product.

    Attributes:
        mixable: N bool, by example.
        mixing: How strongly.
        seed: Of everything random.
    """

    mixable: NDArray[np.bool_]
    mixing: Mixing
    seed: int

    def mixed(
        self, pixels: NDArray[np.uint8], mine: NDArray[np.int64], number: int
    ) -> tuple[NDArray[np.uint8], Mixture | None]:
        """The pixels of a batch, mixed, and how; the weight depends on the number of the batch alone.

        Args:
            pixels: N×H×W×3 uint8.
            mine: Which examples they are.
            number: Of the batch.
        """
        alphas = {mixup: self.mixing.mixup, cutmix: self.mixing.cutmix}
        ways = [(way, alpha) for way, alpha in alphas.items() if alpha > 0]
        if not ways:
            return pixels, None
        way, alpha = ways[number % len(ways)]
        return way(pixels, alpha, generator(self.seed, "mix", number), self.mixable[mine])


def mixer_of(examples: Examples, specs: Mapping[str, HeadSpec], recipe: Recipe) -> Mixer:
    """The mixer of a recipe, for these examples."""
    mixable = np.zeros(len(examples), bool)
    for name, known in examples.known.items():
        if specs[name].kind == "category":
            mixable |= known
    for name, known in examples.known.items():
        if specs[name].kind != "category":
            mixable &= ~known
    return Mixer(mixable, recipe.mixing, recipe.seed)

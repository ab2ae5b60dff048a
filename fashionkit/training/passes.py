"""What the model is given in each pass: this process's part of a batch, from photos or from kept features."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fashionkit.heads import Features, HeadSpec
from fashionkit.images import InputRule
from fashionkit.training.balance import balanced, classes_of
from fashionkit.training.batches import Batches, mixed_batches
from fashionkit.training.crew import Crew
from fashionkit.training.examples import Examples
from fashionkit.training.load_photos import Change, PhotoBatch, ahead, load_batch
from fashionkit.training.mixer import Mixer
from fashionkit.training.mixing import Mixture
from fashionkit.training.recipe import Recipe

FEWEST_PRODUCTS = 2
"""One alone has no other to be told from."""


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What one pass learns from, on the device.

    Attributes:
        inputs: N×H×W×3 uint8 photos, or features.
        targets: By head, N rows.
        known: By head, N bool: whether anything is known.
        mixture: Which photos were mixed; None where none were.
    """

    inputs: Tensor | Features
    targets: dict[str, Tensor]
    known: dict[str, Tensor]
    mixture: Mixture | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """The passes of every step, in an order that seed and step alone decide.

    Attributes:
        examples: All of them.
        order: Which of them stand in which batch.
        mixer: Which photos are mixed.
        accumulate: How many passes a step has.
        crew: Of which this process takes its part.
    """

    examples: Examples
    order: Batches
    mixer: Mixer
    accumulate: int
    crew: Crew

    def of_photos(
        self, first: int, end: int, rule: InputRule, change: Change, threads: int
    ) -> Generator[list[Pass], None, None]:
        """The passes of the steps from `first` to before `end`, from photos that are read ahead."""
        numbers = range(first * self.accumulate, end * self.accumulate)

        def load(number: int) -> PhotoBatch:
            mine = self._mine(number)
            photos = [self.examples.photos[place] for place in mine]
            return load_batch(photos, rule, lambda pixels, at: change(pixels, int(mine[at]), number))

        loaded = ahead(numbers, load, threads)
        try:
            made = (
                self._made_of_photos(self._mine(number), batch, number)
                for number, batch in zip(numbers, loaded, strict=True)
            )
            while passes := list(islice(made, self.accumulate)):
                yield passes
        finally:
            loaded.close()

    def of_features(
        self, first: int, end: int, seen: Features, readable: NDArray[np.bool_]
    ) -> Generator[list[Pass], None, None]:
        """The same from features that were computed before, one row an example."""
        for step in range(first, end):
            passes = []
            for number in range(step * self.accumulate, (step + 1) * self.accumulate):
                mine = self._mine(number)
                rows = torch.from_numpy(mine)
                inputs = Features(*(kept[rows].to(self.crew.device, non_blocking=True) for kept in seen))
                passes.append(self._made(mine, inputs, readable[mine]))
            yield passes

    def _mine(self, number: int) -> NDArray[np.int64]:
        batch = self.order.batch(number)
        return batch[self.crew.mine(len(batch))]

    def _made_of_photos(self, mine: NDArray[np.int64], batch: PhotoBatch, number: int) -> Pass:
        pixels, mixture = self.mixer.mixed(batch.pixels, mine, number)
        return replace(self._made(mine, torch.from_numpy(pixels), batch.readable), mixture=mixture)

    def _made(self, mine: NDArray[np.int64], inputs: Tensor | Features, readable: NDArray[np.bool_]) -> Pass:
        device, examples = self.crew.device, self.examples
        targets = {
            name: _masked(rows[mine], examples.unknown[name], readable) for name, rows in examples.targets.items()
        }
        known = {name: rows[mine] & readable for name, rows in examples.known.items()}
        return Pass(
            inputs=inputs.to(device, non_blocking=True) if isinstance(inputs, Tensor) else inputs,
            targets={name: torch.from_numpy(rows).to(device) for name, rows in targets.items()},
            known={name: torch.from_numpy(rows).to(device) for name, rows in known.items()},
        )


def order_of(examples: Examples, specs: Mapping[str, HeadSpec], recipe: Recipe) -> Batches:
    """Which examples stand in which batch, as a recipe mixes them.

    Raises:
        ConfigError, DataError: The recipe does not fit the data.
    """
    mixing = recipe.mixing
    heads = [name for name in examples.targets if specs[name].kind == "embedding"]
    identities = examples.targets[heads[0]] if heads else np.empty(0, np.int64)
    products = min(mixing.products, _with_several_photos(identities))
    batches = mixed_batches(
        examples.sizes,
        recipe.batch_size,
        recipe.seed,
        power=mixing.temperature,
        weights=mixing.weights,
        identities=identities,
        products=products if products >= FEWEST_PRODUCTS else 0,
        photos=mixing.photos,
    )
    if not mixing.balance:
        return batches
    return balanced(batches, classes_of(mixing.balance, examples, specs), mixing.balance_power, recipe.seed)


def _with_several_photos(identities: NDArray[np.int64]) -> int:
    _, counts = np.unique(identities[identities >= 0], return_counts=True)
    return int((counts > 1).sum())


def _masked(rows: NDArray[Any], unknown: NDArray[Any], readable: NDArray[np.bool_]) -> NDArray[Any]:
    """The rows, with nothing known of what could not be read; they are a copy already."""
    rows[~readable] = unknown
    return rows

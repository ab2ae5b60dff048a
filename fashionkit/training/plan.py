"""How many steps a recipe takes, and which phase each of them belongs to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fashionkit.training.recipe import Phase, Recipe


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase with its steps counted.

    Attributes:
        number: Which phase it is, from 0.
        phase: Its settings.
        first: Its first step, counted from the beginning of the training.
        steps: How many steps it has.
        epoch: How many steps an epoch has.
    """

    number: int
    phase: Phase
    first: int
    steps: int
    epoch: int

    @property
    def end(self) -> int:
        """The first step that is no longer of it."""
        return self.first + self.steps

    def validates_after(self, step: int) -> bool:
        """Whether the model is judged after this step: at the end of each epoch and of the phase."""
        within = step - self.first + 1
        return within % self.epoch == 0 or within == self.steps


def plan(recipe: Recipe, photos: int) -> tuple[Stretch, ...]:
    """The phases of a recipe over so many photos, one after the other.

    >>> recipe = Recipe(phases=(Phase(epochs=2, learning_rate=1), Phase(steps=5, learning_rate=1)), batch_size=8)
    >>> [(stretch.first, stretch.steps) for stretch in plan(recipe, photos=30)]
    [(0, 8), (8, 5)]
    """
    epoch = max(1, math.ceil(photos / (recipe.batch_size * recipe.accumulate)))
    stretches: list[Stretch] = []
    for number, phase in enumerate(recipe.phases):
        steps = phase.steps or max(1, round((phase.epochs or 0) * epoch))
        stretches.append(Stretch(number, phase, stretches[-1].end if stretches else 0, steps, epoch))
    return tuple(stretches)

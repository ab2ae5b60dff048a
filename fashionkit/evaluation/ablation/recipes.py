"""The recipes of the variants: one recipe, changed in one thing."""

from __future__ import annotations

from collections.abc import Container

import msgspec

from fashionkit.errors import ConfigError
from fashionkit.training.recipe import ALL, Recipe, Stopping


def same_budget(recipe: Recipe, heads: Container[str] | None = None) -> Recipe:
    """A recipe that takes all of its steps, and keeps the weights of the last one.

    Nothing stops early and nothing chooses the best weights: both would give variants another number of steps, and
    would choose by the photos that judge.

    Args:
        recipe: How the base is trained.
        heads: What is said of other heads is left out; None to keep all.

    Raises:
        ConfigError: The learning rate of a phase waits for validations, which there are none of.
    """
    if any(phase.schedule == "plateau" for phase in recipe.phases):
        raise ConfigError(
            "the schedule 'plateau' drops the learning rate by validations, and an ablation has none, so that all "
            "variants take the same steps; give 'cosine', 'step' or 'constant'"
        )
    kept = {name: loss for name, loss in recipe.heads.items() if heads is None or name in heads}
    return msgspec.structs.replace(recipe, stopping=Stopping(), heads=kept)


def from_scratch(recipe: Recipe) -> Recipe:
    """A recipe for a backbone that starts at random: as many steps, in which all of it learns.

    A random backbone that stands still gives heads nothing to read, and one whose lower stages learn slowly is held
    back by what should protect pretrained weights. So all stages learn in every phase, none at a rate of its own, and
    no phase is cached, so photos are augmented in all of them. Rates of the heads, schedules, batches and losses are
    those of the recipe.

    >>> from_scratch(Recipe.named("quick")).phases[0].stages
    'all'
    """
    phases = tuple(msgspec.structs.replace(each, stages=ALL, cached=False, backbone_rate=1.0) for each in recipe.phases)
    optimiser = msgspec.structs.replace(recipe.optimiser, layer_decay=1.0)
    return msgspec.structs.replace(recipe, phases=phases, optimiser=optimiser)


def augmentable(recipe: Recipe) -> bool:
    """Whether any phase sees photos anew, so that they can be augmented.

    >>> augmentable(Recipe.named("quick")), augmentable(Recipe.named("standard"))
    (False, True)
    """
    return not all(phase.cached for phase in recipe.phases)


def with_augmentation(recipe: Recipe, name: str) -> Recipe:
    """The same recipe with another augmentation; "none" for none."""
    return msgspec.structs.replace(recipe, augmentation=name)

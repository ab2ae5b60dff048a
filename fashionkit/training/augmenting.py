"""What a recipe does to photos before they are learned from."""

from __future__ import annotations

from collections.abc import Mapping

from fashionkit.heads import HeadSpec
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.training.augment import augmentation, kept_for
from fashionkit.training.load_photos import Change, Pixels
from fashionkit.training.recipe import Recipe

NONE = "none"


def change_of(recipe: Recipe, specs: Mapping[str, HeadSpec], size: tuple[int, int]) -> Change:
    """The augmentation that a recipe names, without what would make a label untrue: no other colours for a colour.

    Args:
        recipe: Which names it.
        specs: The heads, whose attributes say what must be kept.
        size: Height and width of the photos.

    Raises:
        ConfigError: The recipe names one that there is not.
    """
    if recipe.augmentation == NONE:
        return _unchanged
    names = [name for spec in specs.values() if isinstance(spec, AttributesSpec) for name in spec.names]
    return augmentation(recipe.augmentation, size, keeps=kept_for(names), seed=recipe.seed)


def _unchanged(pixels: Pixels, *_place: int) -> Pixels:
    return pixels

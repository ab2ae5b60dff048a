"""Which trainings are compared: a base, and variants of it that differ in one thing each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fashionkit.errors import ConfigError, did_you_mean
from fashionkit.evaluation.ablation.recipes import augmentable, from_scratch, same_budget, with_augmentation
from fashionkit.heads import HeadSpec
from fashionkit.training.recipe import Recipe

FROM_SCRATCH = "from scratch"
NO_AUGMENTATION = "no augmentation"
USUAL_AUGMENTATION = "standard"


@dataclass(frozen=True, slots=True)
class Base:
    """What the variants are variants of.

    Attributes:
        backbone: A timm model.
        weights: Its pretrained weights, as `FashionModel` takes them; "" where it starts at random.
        specs: The heads by name: all that the data have labels for.
        recipe: How it is trained.
    """

    backbone: str
    weights: str
    specs: Mapping[str, HeadSpec]
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to train.

    Attributes:
        name: In words, such as "single: category".
        against: The name of the variant that it is compared with; "" for the base.
        backbone: A timm model.
        weights: Its pretrained weights; "" where it starts at random.
        specs: The heads that it learns, by name.
        recipe: How it is trained.
    """

    name: str
    against: str
    backbone: str
    weights: str
    specs: Mapping[str, HeadSpec]
    recipe: Recipe

    @property
    def slug(self) -> str:
        """The name as a folder and an option have it: "single-category"."""
        return slug(self.name)


def slug(name: str) -> str:
    """A name as a folder and an option have it.

    >>> slug("single: category"), slug("backbone: vit_tiny_patch16_224.augreg")
    ('single-category', 'backbone-vit_tiny_patch16_224.augreg')
    """
    return "-".join(re.findall(r"\w[\w.]*", name.lower()))


def variants_of(
    base: Base, against: Sequence[str] = (), weights_of: Callable[[str], str] = lambda _: ""
) -> tuple[list[Variant], dict[str, str]]:
    """The base as a variant, called "joint" where it has several heads, and then all that differs from it in one thing.

    - "single: HEAD": that head alone, over the same photos in as many steps.
    - "from scratch": random weights, where the base has pretrained ones; `from_scratch` says how it is trained.
    - "no augmentation", or "with augmentation" (`standard`) where the recipe has none.
    - "backbone: NAME" for each other backbone. One that starts at random is compared with "from scratch": beside a
      pretrained one it would differ in two things.

    Args:
        base: What is varied.
        against: Other backbones.
        weights_of: The pretrained weights of a backbone; "" where there are none. It is asked where the base has some.

    Returns:
        The variants, and by name why others are left out.

    Raises:
        ConfigError: A backbone is given twice, or the recipe's learning rate waits for validations.
    """
    recipe = same_budget(base.recipe)
    several = len(base.specs) > 1
    start = _learning(Variant("joint" if several else "base", "", base.backbone, base.weights, base.specs, recipe))
    left_out: dict[str, str] = {}
    found = [start]
    if several:
        found += [_of(start, f"single: {head}", specs={head: spec}) for head, spec in base.specs.items()]
    else:
        left_out["single"] = "the data have labels for one head alone"
    scratch = _learning(_of(start, FROM_SCRATCH, weights=""))
    if base.weights:
        found.append(scratch)
    else:
        left_out[FROM_SCRATCH] = f"{start.name} starts at random, as no pretrained weights are given or installed"
    if augmentable(start.recipe):
        found.append(_other_augmentation(start))
    else:
        left_out[NO_AUGMENTATION] = "the backbone sees every photo once with this recipe, so no photo is augmented"
    return found + _backbones(start, scratch, against, weights_of), left_out


def choose(variants: Sequence[Variant], left_out: Mapping[str, str], only: Sequence[str]) -> list[Variant]:
    """Some of the variants by their names, with what these are compared with; all where none is named.

    Raises:
        ConfigError: There is no such variant, or it was left out.
    """
    known = {variant.slug: variant for variant in variants}
    names = {variant.name: variant for variant in variants}
    wanted = {variants[0].slug} if only else set(known)
    for given in map(slug, only):
        if given in map(slug, left_out):
            why = next(why for name, why in left_out.items() if slug(name) == given)
            raise ConfigError(f"the variant {given!r} cannot be tried: {why}")
        if given not in known:
            raise ConfigError(f"there is no variant {given!r}; {did_you_mean(given, known)}")
        beside = known[given].against
        wanted |= {given, names[beside].slug} if beside else {given}
    return [variant for variant in variants if variant.slug in wanted]


def _of(
    start: Variant, name: str, *, specs: Mapping[str, HeadSpec] | None = None, weights: str | None = None
) -> Variant:
    kept = start.specs if specs is None else specs
    # A recipe says how heads learn that a variant may not have.
    return replace(
        start,
        name=name,
        against=start.name,
        specs=kept,
        weights=start.weights if weights is None else weights,
        recipe=same_budget(start.recipe, heads=kept),
    )


def _learning(variant: Variant) -> Variant:
    """A backbone that starts at random has to learn, whatever the recipe says."""
    return variant if variant.weights else replace(variant, recipe=from_scratch(variant.recipe))


def _other_augmentation(start: Variant) -> Variant:
    has_some = start.recipe.augmentation != "none"
    name = NO_AUGMENTATION if has_some else f"with augmentation: {USUAL_AUGMENTATION}"
    recipe = with_augmentation(start.recipe, "none" if has_some else USUAL_AUGMENTATION)
    return replace(start, name=name, against=start.name, recipe=recipe)


def _backbones(
    start: Variant, scratch: Variant, names: Sequence[str], weights_of: Callable[[str], str]
) -> list[Variant]:
    found: list[Variant] = []
    for name in names:
        if name in {start.backbone, *(each.backbone for each in found)}:
            raise ConfigError(f"the backbone {name!r} is given twice; each can be tried once")
        weights = weights_of(name) if start.weights else ""
        beside = start if weights or not start.weights else scratch
        found.append(replace(beside, name=f"backbone: {name}", against=beside.name, backbone=name, weights=weights))
    return found

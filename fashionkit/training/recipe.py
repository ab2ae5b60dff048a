"""A recipe: everything that a training does, as typed, strict, frozen settings that a TOML file holds.

Importing it needs no torch.
"""

from __future__ import annotations

import math
import os
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import msgspec

from fashionkit.config import convert
from fashionkit.errors import ConfigError, did_you_mean, first_line
from fashionkit.training.write_toml import write_toml

Schedule: TypeAlias = Literal["constant", "cosine", "step", "plateau"]
Amp: TypeAlias = Literal["off", "bf16", "fp16"]
ALL = "all"

SHIPPED = files("fashionkit") / "assets" / "recipes"
"""The recipes that come with the package, one TOML file each."""


def _expect(holds: bool, what: str, given: msgspec.Struct) -> None:
    if not holds:
        raise ConfigError(f"{what}; got {given!r:.200}")


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stretch of the training in which the same weights learn.

    Attributes:
        stages: How many stages of the backbone learn beside the heads, counted from the top: 0 for the heads alone,
            "all" for the whole backbone. What does not learn stands still, the statistics of batch normalisation too.
        epochs: How often every photo is seen, above 0; a part of an epoch is fine. Give this or `steps`.
        steps: How many steps of the optimiser, above 0.
        learning_rate: Of the heads, at its highest.
        backbone_rate: Of the backbone's top stage, as a share of `learning_rate`.
        schedule: How the learning rate goes: "constant"; "cosine", down to `lowest`; "step", times `drop` every
            `every`th part of the phase; "plateau", times `drop` when the figure has not got better for `patience`
            validations.
        warmup: The share of the phase, below 1, in which the learning rate first rises from 0.
        lowest: Where "cosine" ends, and below which nothing drops, as a share of `learning_rate`.
        drop: What "step" and "plateau" multiply with, between 0 and 1.
        every: The share of the phase after which "step" drops, above 0.
        patience: How many validations "plateau" waits.
        cached: Whether the backbone sees every photo once, before the phase, and the heads learn from what it saw:
            seconds an epoch. Only with `stages = 0`; photos are then not augmented.

    Raises:
        ConfigError: A value is out of range, or two do not go together.

    >>> Phase(steps=100, learning_rate=0.003).stages
    0
    """

    learning_rate: float
    stages: int | Literal["all"] = 0
    epochs: float | None = None
    steps: int | None = None
    backbone_rate: float = 1.0
    schedule: Schedule = "cosine"
    warmup: float = 0.0
    lowest: float = 0.0
    drop: float = 0.1
    every: float = 1 / 3
    patience: int = 3
    cached: bool = False

    def __post_init__(self) -> None:
        _expect(self.stages == ALL or cast("int", self.stages) >= 0, f"stages is a number from 0 or {ALL!r}", self)
        _expect((self.epochs is None) != (self.steps is None), "a phase has either epochs or steps", self)
        _expect(self.epochs is None or 0 < self.epochs < math.inf, "epochs must be above 0", self)
        _expect(self.steps is None or self.steps > 0, "steps must be above 0", self)
        _expect(0 < self.learning_rate < math.inf, "learning_rate must be above 0", self)
        _expect(0 < self.backbone_rate < math.inf, "backbone_rate must be above 0", self)
        _expect(0 <= self.warmup < 1, "warmup must lie in 0..1, 1 left out", self)
        _expect(0 <= self.lowest <= 1, "lowest must lie in 0..1", self)
        _expect(0 < self.drop < 1, "drop must lie between 0 and 1", self)
        _expect(0 < self.every <= 1, "every must lie in 0..1, 0 left out", self)
        _expect(self.patience >= 1, "patience must be at least 1", self)
        _expect(not self.cached or self.stages == 0, "cached needs stages = 0: a backbone that learns sees anew", self)


class Optimiser(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What turns gradients into steps.

    Attributes:
        name: One of timm's, such as "adamw", "sgd", "lamb".
        weight_decay: Of weights that multiply; biases and what normalises have none.
        layer_decay: Each stage below the top learns so much slower than the one above it, in 0..1, 0 left out.
        arguments: More arguments of it, such as {"momentum": 0.9}.
    """

    name: str = "adamw"
    weight_decay: float = 0.01
    layer_decay: float = 1.0
    arguments: dict[str, Any] = {}

    def __post_init__(self) -> None:
        _expect(0 <= self.weight_decay < math.inf, "weight_decay must be at least 0", self)
        _expect(0 < self.layer_decay <= 1, "layer_decay must lie in 0..1, 0 left out", self)


class HeadLoss(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one head learns from.

    Attributes:
        weight: Its loss is multiplied with it, at least 0.
        loss: "own" for the one that the head brings. A category can also have "cross-entropy" or "focal", an embedding
            "supcon", "triplet", "proxy-anchor" or "arcface", attributes "parts": one each for groups, tags and numbers.
        arguments: Arguments of the loss, such as {"smoothing": 0.1}, or {"tags": "asymmetric"}. Rare labels of a
            category, and of groups of attributes, weigh more with {"class_weights": "balanced"}, or as is said by
            label; `class_weights_power`, 0 to 1, says how much of the balance there is. What the parts of attributes
            take stands in `group_arguments`, `tag_arguments` and `number_arguments`.
    """

    weight: float = 1.0
    loss: str = "own"
    arguments: dict[str, Any] = {}

    def __post_init__(self) -> None:
        _expect(0 <= self.weight < math.inf, "weight must be at least 0", self)


class Mixing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How several data sets, and the photos of one product, are mixed.

    Attributes:
        temperature: A set is drawn in proportion to its size to this power: 1 for its size, 0 for all sets alike.
        weights: By the name of the set, in place of that.
        products: How many different products every batch holds, where an embedding learns: P of P×K, fewer where
            there are fewer. 0 for batches without regard to it, in which an embedding hardly finds what to compare.
        photos: How many photos of each product, K of P×K.
        balance: What rare labels are drawn more often of: a category, as "category", or a group or tag of attributes,
            as "attributes.sleeve"; "" for every photo as often as any other. Each data set is balanced for itself, and
            photos of P×K come beside it. An epoch still draws as many photos as there are: some several times, others
            not at all.
        balance_power: A label is drawn in proportion to its photos to this power: 1 as they are, 0 for all alike.
        mixup: Alpha of mixup (Zhang et al. 2018), of photos of which nothing but the category is known; 0 for none.
        cutmix: Alpha of CutMix (Yun et al. 2019), likewise; with both, batches take turns.
    """

    temperature: float = 1.0
    weights: dict[str, float] = {}
    products: int = 0
    photos: int = 2
    balance: str = ""
    balance_power: float = 0.5
    mixup: float = 0.0
    cutmix: float = 0.0

    def __post_init__(self) -> None:
        _expect(0 <= self.temperature <= 1, "temperature must lie in 0..1", self)
        _expect(all(0 < weight < math.inf for weight in self.weights.values()), "weights must be above 0", self)
        _expect(self.products >= 0 and self.photos >= 2, "products is at least 0 and photos at least 2", self)  # noqa: PLR2004
        _expect(0 <= self.balance_power <= 1, "balance_power must lie in 0..1", self)
        _expect(0 <= self.mixup < math.inf and 0 <= self.cutmix < math.inf, "mixup and cutmix are at least 0", self)


class Stopping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When to stop before the end, and which weights to keep.

    Attributes:
        metric: The name of the figure of the validation that the best is chosen by; "" for the first one that it
            gives. Of names that end in "loss" or "error", lower is better.
        patience: Stop after so many validations without a better figure; 0 for never.
    """

    metric: str = ""
    patience: int = 0

    def __post_init__(self) -> None:
        _expect(self.patience >= 0, "patience must be at least 0", self)


class Outfits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a head that judges outfits learns: after the photo heads, over vectors that then stand still.

    The learning rate rises, and goes down to 0 on a cosine.

    Attributes:
        epochs: How often every outfit is seen, at least 1.
        batch_size: Outfits in one step, at least 1; each stands beside its wrong answers.
        learning_rate: At its highest.
        weight_decay: Of all weights of the head.
        warmup: The share of the steps, below 1, in which the learning rate first rises.
        wrong: How many wrong answers the blank of an outfit has, of the family and era of the item that is taken out.
        noise: About how long the noise is that is added to the vector of an item, which has length 1: with it an
            outfit is not simply learned by heart. 0 for none.
        blanks: What filling in the blank weighs, at least 0.
        compatibility: What telling outfits from mixed ones weighs, likewise; one of both is above 0.

    Raises:
        ConfigError: A value is out of range.

    >>> Outfits(epochs=5).wrong
    7
    """

    epochs: int = 36
    batch_size: int = 128
    learning_rate: float = 0.001
    weight_decay: float = 0.05
    warmup: float = 0.1
    wrong: int = 7
    noise: float = 0.5
    blanks: float = 1.0
    compatibility: float = 1.0

    def __post_init__(self) -> None:
        _expect(min(self.epochs, self.batch_size, self.wrong) >= 1, "epochs, batch_size and wrong are at least 1", self)
        _expect(0 < self.learning_rate < math.inf, "learning_rate must be above 0", self)
        _expect(0 <= self.weight_decay < math.inf, "weight_decay must be at least 0", self)
        _expect(0 <= self.warmup < 1, "warmup must lie in 0..1, 1 left out", self)
        _expect(0 <= self.noise < math.inf, "noise must be at least 0", self)
        _expect(min(self.blanks, self.compatibility) >= 0, "blanks and compatibility must be at least 0", self)
        _expect(0 < self.blanks + self.compatibility < math.inf, "blanks or compatibility must be above 0", self)


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of a training.

    Attributes:
        phases: What learns when; at least one.
        size: Height and width of the photos in pixels, for whoever builds the model; None for the backbone's own.
        batch_size: Photos in one pass, over all processes.
        accumulate: Passes for each step of the optimiser.
        clip: Gradients longer than this are shortened to it; 0 for never.
        amp: Half precision where it is safe: "bf16", "fp16", or "off".
        ema: Decay of an average of the weights, below 1, which is then what is judged and kept; 0 for none.
        augmentation: "none", or the name of a recipe of `fashionkit.training.augment`.
        optimiser, mixing, stopping, outfits: As their classes say.
        heads: By head name; a head that is not named learns from its own loss with weight 1.
        balance: "fixed" weights, or "uncertainty" (Kendall et al. 2018): weights that are learned.
        save_every: Steps between two states from which a killed run goes on; it is saved after every epoch too.
        seed: Of everything random.

    Raises:
        ConfigError: A value is out of range.

    >>> Recipe.named("quick").batch_size
    64
    """

    phases: tuple[Phase, ...]
    size: int | None = None
    batch_size: int = 64
    accumulate: int = 1
    clip: float = 0.0
    amp: Amp = "off"
    ema: float = 0.0
    augmentation: str = "none"
    optimiser: Optimiser = Optimiser()
    mixing: Mixing = Mixing()
    stopping: Stopping = Stopping()
    outfits: Outfits = Outfits()
    heads: dict[str, HeadLoss] = {}
    balance: Literal["fixed", "uncertainty"] = "fixed"
    save_every: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        _expect(len(self.phases) > 0, "a recipe needs at least one phase", self)
        _expect(self.size is None or 1 <= self.size <= 4096, "size must lie in 1..4096", self)  # noqa: PLR2004
        _expect(self.batch_size >= 2, "batch_size must be at least 2", self)  # noqa: PLR2004
        _expect(self.accumulate >= 1, "accumulate must be at least 1", self)
        _expect(0 <= self.clip < math.inf, "clip must be at least 0", self)
        _expect(0 <= self.ema < 1, "ema must lie in 0..1, 1 left out", self)
        _expect(self.save_every >= 1, "save_every must be at least 1", self)
        _expect(0 <= self.seed < 2**63, "seed must lie in 0..2^63", self)

    @classmethod
    def named(cls, name: str) -> Recipe:
        """A recipe that comes with the package.

        Raises:
            ConfigError: There is none of that name; close ones are suggested.
        """
        if name not in names():
            raise ConfigError(f"there is no recipe {name!r}; {did_you_mean(name, names())}, or a .toml file")
        return cls._parse((SHIPPED / f"{name}.toml").read_bytes(), name)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Recipe:
        """A recipe from a TOML file.

        Raises:
            ConfigError: It cannot be read, is no TOML, or does not fit; the message names the file and the place.
        """
        try:
            return cls._parse(Path(path).read_bytes(), str(path))
        except (OSError, ValueError) as error:
            if isinstance(error, ConfigError):
                raise
            reason = getattr(error, "strerror", None) or first_line(error)
            raise ConfigError(f"{path}: the recipe cannot be read: {reason}") from error

    @classmethod
    def _parse(cls, data: bytes, source: str) -> Recipe:
        try:
            plain = tomllib.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{source}: no TOML: {first_line(error)}") from error
        return convert(plain, cls, source)

    def to_toml(self) -> str:
        """The text of a file that `read` takes, what is as by default left out.

        >>> print(Recipe(phases=(Phase(steps=5, learning_rate=0.1),), clip=1.0).to_toml(), end="")
        clip = 1.0
        <BLANKLINE>
        [[phases]]
        learning_rate = 0.1
        steps = 5
        """
        return write_toml(_without_defaults(self))


def names() -> tuple[str, ...]:
    """The names of the recipes that come with the package.

    >>> names()
    ('quick', 'standard', 'whole')
    """
    return tuple(sorted(each.name.removesuffix(".toml") for each in SHIPPED.iterdir() if each.name.endswith(".toml")))


def _without_defaults(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {
            field.name: _without_defaults(getattr(value, field.name))
            for field in msgspec.structs.fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, tuple):
        return [_without_defaults(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_defaults(each) for key, each in value.items()}
    return value


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default

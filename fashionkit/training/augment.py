"""Augmentation: photos changed at random in ways that leave their labels true."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, DataError, did_you_mean, first_line
from fashionkit.training.background import plain_background, replaced
from fashionkit.training.seeds import generator

ALTERS = ("background", "colour", "detail", "extent", "side")
"""What a change can alter: what is behind the garment; its colours; what is seen close up, such as knit and print;
how much of it is seen; and which side is left."""

COLOUR_WORDS = ("colour", "color", "hue", "tone", "shade")
"""A label whose name holds one of these says something of colours."""

RGB_AXES = 3


ERASED = 116
"""What an erased patch is filled with: a grey, as bright as photos are on average, which says nothing."""

BLUR_AT = 224
"""Blur is given in pixels of photos of this size; smaller ones are blurred less, as they show less."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that may happen to a photo.

    Attributes:
        name: A class of albumentations, or "Background".
        alters: What it alters, one of `ALTERS`.
        chance: How often it happens, from 0 to 1.
        settings: Its arguments.
    """

    name: str
    alters: str
    chance: float
    settings: Mapping[str, Any] = field(default_factory=dict)


# In this order: a background is found while the photo is whole, and a corner that a turn left empty may be cropped.
RECIPES: Mapping[str, tuple[Change, ...]] = {
    "light": (
        Change("RandomResizedCrop", "extent", 1.0, {"scale": (0.8, 1.0), "ratio": (0.9, 1.11)}),
        Change("HorizontalFlip", "side", 0.5),
        Change("ColorJitter", "colour", 0.5, {"brightness": 0.1, "contrast": 0.1, "saturation": 0.1, "hue": 0.01}),
    ),
    "standard": (
        Change("Background", "background", 0.2),
        Change("Rotate", "extent", 0.3, {"limit": 10}),
        Change("RandomResizedCrop", "extent", 1.0, {"scale": (0.5, 1.0), "ratio": (0.8, 1.25)}),
        Change("HorizontalFlip", "side", 0.5),
        Change("ColorJitter", "colour", 0.8, {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.02}),
        Change("GaussianBlur", "detail", 0.1, {"sigma_limit": (0.3, 1.2)}),
        Change("ImageCompression", "detail", 0.2, {"quality_range": (40, 90)}),
        Change("Erasing", "extent", 0.2, {"scale": (0.02, 0.15), "fill": ERASED}),
    ),
    "strong": (
        Change("Background", "background", 0.4),
        Change("Rotate", "extent", 0.5, {"limit": 25}),
        Change("RandomResizedCrop", "extent", 1.0, {"scale": (0.3, 1.0), "ratio": (0.7, 1.4)}),
        Change("HorizontalFlip", "side", 0.5),
        Change("ColorJitter", "colour", 0.9, {"brightness": 0.4, "contrast": 0.35, "saturation": 0.4, "hue": 0.06}),
        Change("ToGray", "colour", 0.1),
        Change("GaussianBlur", "detail", 0.2, {"sigma_limit": (0.5, 2.5)}),
        Change("ImageCompression", "detail", 0.4, {"quality_range": (20, 80)}),
        Change("Erasing", "extent", 0.4, {"scale": (0.02, 0.3), "fill": ERASED}),
    ),
}
"""The changes of each recipe."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Changes photos; made by `augmentation`. Equal ones change equally, in any thread and any process.

    Attributes:
        changes: What may happen, in order.
        size: Height and width that come out, in pixels.
        seed: Of everything random.
    """

    changes: tuple[Change, ...]
    size: tuple[int, int]
    seed: int = 0

    def __call__(self, pixels: NDArray[np.uint8], *place: int) -> NDArray[np.uint8]:
        """A changed copy, which depends on pixels, seed and place alone.

        Args:
            pixels: H×W×3 uint8, of `size` or any other; it is not changed.
            *place: Which photo, and which time that it is seen: whole numbers of at least 0, such as its number and
                the epoch. Another place makes other changes.

        Returns:
            size×3 uint8, C-contiguous.

        Raises:
            DataError: The pixels are of another shape or dtype.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != RGB_AXES or pixels.shape[2] != RGB_AXES or 0 in pixels.shape:
            raise DataError(f"pixels have shape {pixels.shape} and dtype {pixels.dtype}; give height x width x 3 uint8")
        draw = generator(self.seed, "augment", *place)
        # Drawn for all, whether they happen or not: what one change does depends on no other.
        happens = draw.random(len(self.changes))
        seeds = draw.integers(2**31, size=len(self.changes)).tolist()
        changed = pixels if self._crops or pixels.shape[:2] == self.size else _resized(pixels, self.size)
        for change, chance, seed in zip(self.changes, happens, seeds, strict=True):
            if chance < change.chance:
                changed = _apply(change, self.size, changed, seed)
        # What nothing happened to is copied, so that what comes out is always the caller's own.
        return np.ascontiguousarray(changed) if changed is not pixels else pixels.copy()

    @property
    def _crops(self) -> bool:
        """Whether a crop brings photos to the size; it always happens."""
        return any(change.name == "RandomResizedCrop" for change in self.changes)


def augmentation(name: str, size: tuple[int, int], *, keeps: Collection[str] = (), seed: int = 0) -> Augmentation:
    """The augmentation of a name.

    - "light": a little less of the photo, mirrored or not, hardly other colours.
    - "standard": turns, crops, colours, blur, JPEG, a patch erased, another background where it is plain.
    - "strong": all of it, more often and further.

    Args:
        name: One of the three.
        size: Height and width that come out, in pixels; those that the model reads.
        keeps: What the labels depend on, of `ALTERS`: changes that alter it are left out. Where a head learns colours,
            `keeps=("colour",)`; `kept_for` says it by the names of the labels.
        seed: Of everything random, at least 0.

    Raises:
        ConfigError: A name is unknown, the size or seed is out of range, or albumentations is not installed.

    >>> augment = augmentation("standard", (32, 32), keeps=("colour",))
    >>> [change.name for change in augment.changes if change.alters == "colour"]
    []
    >>> augment(np.zeros((48, 40, 3), np.uint8), 7, 0).shape
    (32, 32, 3)
    """
    if name not in RECIPES:
        raise ConfigError(f"there is no augmentation {name!r}; {did_you_mean(name, RECIPES)}")
    for kept in keeps:
        if kept not in ALTERS:
            raise ConfigError(f"an augmentation cannot keep {kept!r}; {did_you_mean(kept, ALTERS)}")
    if len(size) != 2 or min(size) < 2:  # noqa: PLR2004
        raise ConfigError(f"size is {size}; give height and width in pixels, at least 2 each")
    if seed < 0:
        raise ConfigError(f"seed is {seed}; give a number of at least 0")
    _albumentations()
    height, width = size
    return Augmentation(tuple(each for each in RECIPES[name] if each.alters not in keeps), (height, width), seed)


def kept_for(names: Iterable[str]) -> tuple[str, ...]:
    """What an augmentation must keep so that labels of these names stay true.

    Args:
        names: Of attribute groups, tags or heads.

    Returns:
        Some of `ALTERS`.

    >>> kept_for(["sleeve", "base_colour"]), kept_for(["sleeve"])
    (('colour',), ())
    """
    return ("colour",) if any(word in name.lower() for name in names for word in COLOUR_WORDS) else ()


def _apply(change: Change, size: tuple[int, int], pixels: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    if change.name == "Background":
        background = plain_background(pixels)
        return pixels if background is None else replaced(pixels, background, np.random.default_rng(seed))
    transform = _transform(change, size)
    transform.set_random_seed(seed)
    changed: NDArray[np.uint8] = transform(image=pixels)["image"]
    return changed


_made = threading.local()
"""Transforms hold the state of their random numbers, so every thread has its own."""


def _transform(change: Change, size: tuple[int, int]) -> Any:
    transforms = _made.__dict__.setdefault("transforms", {})
    key = (change.name, repr(change.settings), size)
    if key not in transforms:
        transforms[key] = _make(change, size)
    return transforms[key]


def _make(change: Change, size: tuple[int, int]) -> Any:
    import cv2  # noqa: PLC0415 - only where a photo is turned

    arguments = dict(change.settings)
    if change.name == "RandomResizedCrop":
        arguments |= {"size": size, "area_for_downscale": "image"}
    if change.name == "GaussianBlur":
        arguments["sigma_limit"] = tuple(sigma * min(size) / BLUR_AT for sigma in arguments["sigma_limit"])
    if change.name == "Rotate":
        # The rim goes on outwards: black corners are in no photo that is asked about later.
        arguments |= {"border_mode": cv2.BORDER_REPLICATE}
    return getattr(_albumentations(), change.name)(**arguments, p=1.0)


def _albumentations() -> Any:
    # It asks the network for a newer version when it is imported, unless told not to.
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
    try:
        # Imported late: it takes seconds.
        return importlib.import_module("albumentations")
    except ImportError as error:
        raise ConfigError(
            f"augmentation needs albumentations ({first_line(error)}); pip install 'fashionkit[train]'"
        ) from error


def _resized(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    from fashionkit.images import InputRule, fit  # noqa: PLC0415 - only where nothing else resized

    return fit(pixels, InputRule(size=size, fit="squash"))

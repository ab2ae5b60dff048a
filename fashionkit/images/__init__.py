"""Any photo → RGB uint8.

This room takes a photo in whatever form an application holds it (a path, bytes, a file object, a PIL image, an array,
a tensor), reads it within bounds that are checked before memory is spent, and hands on H x W x 3 uint8 pixels that
stand upright: `read`. `fit` brings them to the size a model reads, as its `InputRule` says. Whatever cannot be read
becomes one `ImageError` that names source and reason. `photos_in` says which files of a folder are photos. The room
may import numpy, PIL, OpenCV, msgspec and `fashionkit.errors`, and no other room; it never imports torch.
"""

from __future__ import annotations

from fashionkit.images.fit import fit
from fashionkit.images.folder import heif_in, photos_in
from fashionkit.images.limits import DEFAULT_LIMITS, Limits
from fashionkit.images.read import read
from fashionkit.images.rule import InputRule
from fashionkit.images.source import Source, TensorLike, describe

__all__ = [
    "DEFAULT_LIMITS",
    "InputRule",
    "Limits",
    "Source",
    "TensorLike",
    "describe",
    "fit",
    "heif_in",
    "photos_in",
    "read",
]

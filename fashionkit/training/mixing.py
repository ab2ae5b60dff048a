"""Mixup and CutMix: photos that are two at once, and the loss that is asked for both."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, DataError

if TYPE_CHECKING:
    from torch import Tensor

PARTS = 256
"""Weights are whole parts of so many: pixels are mixed in whole numbers, and the loss weighs exactly as they do."""

BATCH_AXES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Which photos of a batch are mixed, and how much of each is left.

    The soft target of photo i is `weight` times its own label and 1 - `weight` times that of photo `partner[i]`; where
    labels are sets, or unknown, that is said by the losses: `weight` times the loss against the own targets, plus
    1 - `weight` times that against the partners' (Zhang et al. 2018, "mixup", equation 1, by the linearity of
    cross-entropy). A photo that is its own partner is not mixed.

    Attributes:
        partner: N int64, each photo's partner in the batch.
        weight: What is left of the own photo, from 0 to 1, the same for the whole batch.
    """

    partner: NDArray[np.int64]
    weight: float

    def loss(self, loss: Callable[[Tensor, Tensor], Tensor], raw: Tensor, targets: Tensor) -> Tensor:
        """A head's loss of mixed photos.

        Args:
            loss: Of raw outputs and targets, the mean over what is known, such as the head's own.
            raw: N rows, what the model says of the mixed photos.
            targets: N rows, those of the photos before they were mixed.

        Returns:
            A scalar.

        Raises:
            DataError: There are not N targets.

        >>> import torch
        >>> from fashionkit.losses import label_set_cross_entropy
        >>> allowed = torch.tensor([[True, False], [False, True]])
        >>> mixture = Mixture(np.array([1, 0]), weight=0.75)
        >>> round(mixture.loss(label_set_cross_entropy, torch.tensor([[1.0, 0.0]] * 2), allowed).item(), 4)
        0.8133
        """
        if len(targets) != len(self.partner):
            raise DataError(f"{len(targets)} targets do not belong to {len(self.partner)} mixed photos")
        own = loss(raw, targets)
        return self.weight * own + (1 - self.weight) * loss(raw, targets[self.partner.tolist()])


def mixup(
    pixels: NDArray[np.uint8], alpha: float, draw: np.random.Generator, rows: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.uint8], Mixture]:
    """Lays each photo over another, the one as strong as a weight from Beta(alpha, alpha) (Zhang et al. 2018).

    Args:
        pixels: N×H×W×3 uint8; not changed.
        alpha: Above 0. Small ones leave most photos nearly as they are; 0.2 is common.
        draw: Where chance comes from, such as `generator(seed, "mix", step)`.
        rows: N bool, which photos may be mixed, and with each other only: those of which nothing but the category is
            known, say, since a mixed photo has no colour and is no product. None for all.

    Returns:
        N×H×W×3 uint8, a new array, and what was mixed.

    Raises:
        DataError: Shapes or dtypes do not fit.
        ConfigError: `alpha` is out of range.

    >>> pixels = np.zeros((2, 4, 4, 3), np.uint8)
    >>> pixels[1] = 200
    >>> mixed, mixture = mixup(pixels, 0.4, np.random.default_rng(0))
    >>> bool(np.all(mixed[0] == round(200 * (1 - mixture.weight))) or mixture.partner[0] == 0)
    True
    """
    _check(pixels, alpha, rows)
    parts = round(draw.beta(alpha, alpha) * PARTS)
    partner = _partners(len(pixels), draw, rows)
    own = pixels.astype(np.uint16) * np.uint16(parts)
    other = pixels[partner].astype(np.uint16) * np.uint16(PARTS - parts)
    # 255 · 256 + 128 fits into 16 bits.
    return ((own + other + PARTS // 2) // PARTS).astype(np.uint8), Mixture(partner, parts / PARTS)


def cutmix(
    pixels: NDArray[np.uint8], alpha: float, draw: np.random.Generator, rows: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.uint8], Mixture]:
    """Puts a rectangle of another photo into each, of an area from Beta(alpha, alpha) (Yun et al. 2019).

    Args:
        pixels: N×H×W×3 uint8; not changed.
        alpha: Above 0; 1 is common, where every area is as likely.
        draw: Where chance comes from, such as `generator(seed, "mix", step)`.
        rows: N bool, which photos may be mixed, as for `mixup`.

    Returns:
        N×H×W×3 uint8, a new array, and what was mixed; its weight is the share of the area that is the photo's own.

    Raises:
        DataError: Shapes or dtypes do not fit.
        ConfigError: `alpha` is out of range.

    >>> pixels = np.zeros((2, 8, 8, 3), np.uint8)
    >>> pixels[1] = 255
    >>> mixed, mixture = cutmix(pixels, 1.0, np.random.default_rng(1))
    >>> bool(np.mean(mixed[0] == 0) == mixture.weight or mixture.partner[0] == 0)
    True
    """
    _check(pixels, alpha, rows)
    _, height, width, _ = pixels.shape
    side = math.sqrt(1 - draw.beta(alpha, alpha))
    top, bottom = _stretch(height, side, draw)
    left, right = _stretch(width, side, draw)
    partner = _partners(len(pixels), draw, rows)
    mixed = pixels.copy()
    mixed[:, top:bottom, left:right] = pixels[partner, top:bottom, left:right]
    return mixed, Mixture(partner, 1 - (bottom - top) * (right - left) / (height * width))


def _partners(count: int, draw: np.random.Generator, rows: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    partner = np.arange(count)
    may = partner if rows is None else np.flatnonzero(rows)
    partner[may] = draw.permutation(may)
    return partner


def _stretch(length: int, side: float, draw: np.random.Generator) -> tuple[int, int]:
    """A stretch of a side about a place that any pixel can be, cut off where it leaves the photo."""
    middle, half = draw.integers(length), length * side / 2
    return max(0, round(middle - half)), min(length, round(middle + half))


def _check(pixels: NDArray[np.uint8], alpha: float, rows: Any) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != BATCH_AXES:
        raise DataError(f"pixels have shape {pixels.shape} and dtype {pixels.dtype}; give N x height x width x 3 uint8")
    if rows is not None and (rows.shape != pixels.shape[:1] or rows.dtype != np.bool_):
        raise DataError(f"rows have shape {rows.shape} and dtype {rows.dtype}; give one bool for each photo")
    if not (math.isfinite(alpha) and alpha > 0):
        raise ConfigError(f"alpha is {alpha}; give a finite number above 0")

"""Arrays and tensors → RGB uint8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fashionkit.errors import ImageError
from fashionkit.images.alpha import over_white
from fashionkit.images.source import one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fashionkit.images.limits import Limits
    from fashionkit.images.source import TensorLike

CHANNELS = (1, 3, 4)
GREY_AXES, COLOUR_AXES = 2, 3
GREY, RGBA = 1, 4
# Resizing in floating point overshoots by about this much; more than that is another range of values.
FLOAT_NOISE = 1e-4
WHITE = 255
BITS_BELOW_A_BYTE = 8  # of a 16-bit value


def from_array(array: NDArray[Any], *, label: str, limits: Limits) -> NDArray[np.uint8]:
    """RGB pixels of an array: H x W, H x W x 1 (grey), H x W x 3 (RGB) or H x W x 4 (straight alpha, laid on white).

    The last axis is always the channels: 3 x H x 3 is a photo three pixels high.

    Args:
        array: uint8; uint16 (its high byte is kept); float in 0..1 (rounded to the nearest of 256 levels); bool
            (False is black, True white).
        label: Names the source in errors.
        limits: `max_pixels` holds for arrays too.

    Returns:
        H x W x 3 uint8, C-contiguous, a new array.

    Raises:
        ImageError: Another shape or dtype, no pixels, too many, a float that is NaN, infinite or out of 0..1.
    """
    height, width = _height_and_width(array.shape, label)
    limits.check_pixels(label, height, width)
    return _rgb(as_bytes(np.asarray(array), label))


def from_tensor(tensor: TensorLike, *, label: str, limits: Limits) -> NDArray[np.uint8]:
    """RGB pixels of a tensor on any device: C x H x W, H x W x C or H x W, C being 1, 3 or 4.

    The first axis is the channels wherever it can be (1, 3 or 4 long): 3 x H x 3 is C x H x W. Values as for
    `from_array`; bfloat16 and its like are read through float32.

    Raises:
        ImageError: As for `from_array`, and for a tensor that has no values to copy (sparse, or on `meta`).
    """
    shape = tuple(int(side) for side in tensor.shape)
    first = len(shape) == COLOUR_AXES and shape[0] in CHANNELS
    height, width = _height_and_width((*shape[1:], shape[0]) if first else shape, label)
    limits.check_pixels(label, height, width)
    try:
        array = _copied(tensor)
    except Exception as error:
        detail = one_line(str(error))
        raise ImageError(label, f"the tensor cannot be copied to memory as an array ({detail})") from error
    return from_array(np.moveaxis(array, 0, -1) if first else array, label=label, limits=limits)


def as_bytes(array: NDArray[Any], label: str) -> NDArray[np.uint8]:
    """The values of an array as 8-bit levels, shape kept; the same array where it is uint8 already.

    Raises:
        ImageError: Another dtype, or a float that is NaN, infinite or out of 0..1.
    """
    if array.dtype == np.uint8:
        return array
    if array.dtype.newbyteorder("=") == np.uint16:
        return np.asarray(array >> BITS_BELOW_A_BYTE, np.uint8)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(WHITE)
    if np.issubdtype(array.dtype, np.floating):
        _check_range(float(array.min()), float(array.max()), label)
        levels: NDArray[np.float32] = np.clip(array, 0, 1).astype(np.float32)
        levels *= WHITE
        np.rint(levels, out=levels)
        return levels.astype(np.uint8)
    raise ImageError(
        label,
        f"pixels must be uint8, uint16 or float in 0..1, not {array.dtype}; "
        "where values lie in 0..255, use .astype(numpy.uint8)",
    )


def stack_grey(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """H x W grey → H x W x 3, the same value in each channel, a new array."""
    return np.repeat(grey[:, :, np.newaxis], 3, axis=2)


def _height_and_width(shape: tuple[int, ...], label: str) -> tuple[int, int]:
    if len(shape) == GREY_AXES or (len(shape) == COLOUR_AXES and shape[2] in CHANNELS):
        return shape[0], shape[1]
    if len(shape) == COLOUR_AXES and shape[0] in CHANNELS:
        hint = "the channels come first; use .transpose(1, 2, 0)"
    elif len(shape) > COLOUR_AXES:
        hint = "one photo at a time; give a list of photos"
    else:
        hint = "give height x width x 3"
    raise ImageError(label, f"shape {shape} is not height x width with 1, 3 or 4 channels last; {hint}")


def _copied(tensor: TensorLike) -> NDArray[Any]:
    values = tensor.detach()
    # NumPy has no bfloat16 or float8; every other float survives the way through float32 to the nearest level.
    if getattr(values, "is_floating_point", bool)():
        values = getattr(values, "float")()  # noqa: B009  # a tensor has it, and TensorLike does not ask for it
    return np.asarray(values.cpu().numpy())


def _rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if pixels.ndim == GREY_AXES:
        return stack_grey(pixels)
    if pixels.shape[2] == GREY:
        return stack_grey(pixels[:, :, 0])
    if pixels.shape[2] == RGBA:
        return over_white(pixels)
    return np.array(pixels, order="C")


def _check_range(low: float, high: float, label: str) -> None:
    if not np.isfinite(low) or not np.isfinite(high):
        found = next(value for value in (low, high) if not np.isfinite(value))
        raise ImageError(label, f"float pixels must lie in 0..1, found {found}; repair or leave out this photo")
    if low < -FLOAT_NOISE:
        raise ImageError(label, f"float pixels must lie in 0..1, found {low:.6g}; undo the normalisation first")
    if high > 1 + FLOAT_NOISE:
        raise ImageError(label, f"float pixels must lie in 0..1, found {high:.6g}; divide by {_full_scale(high)}")


def _full_scale(high: float) -> str:
    return "255" if high <= WHITE else "their full scale (65535 for 16 bits)"

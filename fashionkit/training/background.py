"""Another background for a garment on a plain one, so that a model does not learn the wall."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

FRAME = 1 / 32
"""How much of the shorter side counts as the rim that shows what the background is."""

TOLERANCE = 14
"""How far a channel may be from the background's colour: noise and JPEG stay within, most shadows do not."""

PLAIN_RIM = 0.8
"""The share of the rim that must be of one colour; a garment may reach it somewhere."""

LEAST, MOST = 0.15, 0.85
"""The share of the photo that a garment takes; outside of it, something else was found."""

CLEAR_EDGE = 0.85
"""The share of the outline that must stand out: a white shirt on white runs into its background."""

STANDS_OUT = 24
"""This differs clearly from the background."""

SPECK = 1 / 500
"""A smaller share of the photo, alone on the background, is no garment."""

FRINGE = 1 / 56
"""How far, as a share of the shorter side, an outline is blurred into its background: in enlarged photos, several
pixels."""


def plain_background(pixels: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Where the background is, if it is of one colour and the garment stands out from it.

    Args:
        pixels: H×W×3 uint8.

    Returns:
        H×W bool, or None where the background is not plain, or where it is not clear where it ends.

    >>> photo = np.full((64, 64, 3), 255, np.uint8)
    >>> photo[16:48, 16:48] = (200, 30, 30)
    >>> int((~plain_background(photo)).sum())
    1024
    >>> plain_background(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)) is None
    True
    """
    rim = _rim(pixels.shape[:2])
    colour = np.median(pixels[rim], axis=0)
    # The largest difference of the three channels: a pale blue is no grey.
    difference = np.abs(pixels.astype(np.int16) - colour.astype(np.int16)).max(axis=2)
    alike = difference <= TOLERANCE
    if alike[rim].mean() < PLAIN_RIM:
        return None
    _, regions = cv2.connectedComponents(alike.astype(np.uint8), connectivity=4)
    # What the background's colour encloses, such as a white collar, is the garment's.
    touching = np.unique(regions[rim & alike])
    background = _without_specks(np.isin(regions, touching))
    if not LEAST <= 1 - background.mean() <= MOST:
        return None
    return background if _stands_out(background, difference) else None


def replaced(pixels: NDArray[np.uint8], background: NDArray[np.bool_], draw: np.random.Generator) -> NDArray[np.uint8]:
    """The garment before another background: a colour, a gradient, or soft blotches, with a little grain.

    Args:
        pixels: H×W×3 uint8; not changed.
        background: H×W bool, as `plain_background` gives it.
        draw: Where the background's looks come from.

    Returns:
        H×W×3 uint8, a new array.
    """
    colour = np.median(pixels[background], axis=0).astype(np.float32)
    surface = _surface(pixels.shape[:2], draw)
    if (pixels == pixels[..., :1]).all():
        surface = surface.mean(axis=2, keepdims=True)  # what is grey stays grey
    # A pixel holds a part of the old background, and gets as much of the new one instead.
    behind = _behind(pixels, background, colour)[..., None]
    changed = np.where(background[..., None], surface, pixels + behind * (surface - colour))
    whole: NDArray[np.uint8] = np.rint(np.clip(changed, 0, 255)).astype(np.uint8)
    return whole


def _behind(
    pixels: NDArray[np.uint8], background: NDArray[np.bool_], colour: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How much of each pixel is background, H×W from 0 to 1: on an outline the two are mixed.

    A pixel there is as much of the garment as it differs from the background, beside the garment next to it.
    """
    difference = np.abs(pixels - colour).max(axis=2)
    width = max(1, round(min(background.shape) * FRINGE))
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    fringe = cv2.dilate(background.astype(np.uint8), around).astype(bool) & ~background
    full = np.maximum(cv2.dilate(difference, around), STANDS_OUT)
    behind: NDArray[np.float32] = np.where(fringe, np.clip(1 - difference / full, 0, 1), 0).astype(np.float32)
    return behind


def _rim(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The outermost pixels at the top and the sides; at the bottom people and hems are cut off."""
    width = max(1, round(min(shape) * FRAME))
    rim = np.zeros(shape, bool)
    rim[:width] = rim[:, :width] = rim[:, -width:] = True
    return rim


def _without_specks(background: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What JPEG leaves beside an outline, and dust, is background too."""
    _, regions, facts, _ = cv2.connectedComponentsWithStats((~background).astype(np.uint8), connectivity=8)
    small = np.flatnonzero(facts[:, cv2.CC_STAT_AREA] < SPECK * background.size)
    swept: NDArray[np.bool_] = background | np.isin(regions, small)
    return swept


def _stands_out(background: NDArray[np.bool_], difference: NDArray[np.int16]) -> bool:
    """Whether nearly all of the garment's outline, a little inside of it, differs clearly from the background."""
    garment = (~background).astype(np.uint8)
    inner, outer = (cv2.erode(garment, np.ones((side, side), np.uint8)) for side in (7, 3))
    edge = outer.astype(bool) & ~inner.astype(bool)
    return bool(edge.any()) and float((difference[edge] > STANDS_OUT).mean()) >= CLEAR_EDGE


def _surface(shape: tuple[int, ...], draw: np.random.Generator) -> NDArray[np.float32]:
    """Corners of one colour and its neighbours, spread over H×W×3; the more corners, the more blotches."""
    corners = int(draw.choice([1, 2, 4]))
    # Light and shade vary more than hue.
    lights, hues = draw.normal(0, 16, (corners, corners, 1)), draw.normal(0, 4, (corners, corners, 3))
    height, width = shape
    surface: Any = cv2.resize(
        (_colour(draw) + lights + hues).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    grain = draw.normal(0, draw.uniform(0, 5), (height, width, 1))
    grainy: NDArray[np.float32] = np.clip(surface + grain, 0, 255).astype(np.float32)
    return grainy


def _colour(draw: np.random.Generator) -> NDArray[np.float64]:
    """A colour of walls and floors: any hue, mostly pale."""
    grey = draw.uniform(60, 250)
    return np.clip(grey + draw.normal(0, 20, 3), 0, 255)

"""A piece of cloth laid on the canvas: filled with its fabric, shaded by its folds, rounded at its edge."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike

from fashionkit.demo.garments.canvas import HEIGHT, UNIT, WIDTH, Canvas, occupied, shifted
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.folds import COARSE, Folding
from fashionkit.demo.garments.noise import Field, blurred, clouds, resized

LIGHT = np.array([-0.42, -0.58, 0.70]) / np.linalg.norm([-0.42, -0.58, 0.70])
HALFWAY = np.add(LIGHT, (0, 0, 1)) / np.linalg.norm(np.add(LIGHT, (0, 0, 1)))
FRAME = 14
INSIDE = 0.5


def lay(
    canvas: Canvas,
    outline: ArrayLike,
    fabric: Fabric,
    folds: Folding | None = None,
    *,
    grain: float = 0.0,
    thickness: float = 0.20,
    body: float = 0.8,
    lift: float = 0.5,
    dim: float = 0.0,
) -> None:
    """Lays a panel over what is there.

    Args:
        canvas: It is drawn on.
        outline: Closed, in units.
        fabric: What it is cut from.
        folds: Heights of its folds; None is flat.
        grain: Degrees by which the fabric is turned.
        thickness: How much of a step its edge is, in units.
        body: How much it bulges between its edges, in units.
        lift: Strength of the shadow on what lies below, 0 to 1.
        dim: Light it does not get, 0 to 1: linings and insides.
    """
    full = canvas.filled(outline)
    if not full.any():
        return
    rows, columns = occupied(full, FRAME)
    rows, columns = _aligned(rows, HEIGHT), _aligned(columns, WIDTH)
    mask = np.ascontiguousarray(full[rows, columns])
    if lift:
        _shade_below(canvas, mask, rows, columns, lift)
    height = _height(canvas, mask, rows, columns, folds, thickness=thickness, body=body)
    slope_down, slope_across = (np.asarray(slope, np.float32) for slope in np.gradient(height, 1 / UNIT))
    colour = _cloth(canvas, fabric, mask, rows, columns, grain=grain, slope_across=slope_across, slope_down=slope_down)
    _light(colour, fabric, slope_across, slope_down)
    if dim:
        colour *= 1 - dim
    below = canvas.colour[rows, columns]
    below += (np.clip(colour, 0, 1) - below) * mask[..., None]
    canvas.cover[rows, columns] = np.maximum(canvas.cover[rows, columns], mask)


def _shade_below(canvas: Canvas, mask: Field, rows: slice, columns: slice, lift: float) -> None:
    close = shifted(blurred(mask, 0.28 * UNIT), 0.1 * UNIT, 0.3 * UNIT)
    canvas.colour[rows, columns] *= (1 - 0.55 * lift * close)[..., None]


def _height(
    canvas: Canvas, mask: Field, rows: slice, columns: slice, folds: Folding | None, *, thickness: float, body: float
) -> Field:
    inside = (mask > INSIDE).astype(np.uint8)
    edge = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, 5) / UNIT, np.float32)
    rim = blurred(edge, 0.14 * UNIT)
    size = (mask.shape[1] // COARSE, mask.shape[0] // COARSE)
    wide = blurred(resized(edge, *size), 2.2 * UNIT / COARSE)
    bulge = body * (1 - np.exp(-wide / 3.0))
    if folds is not None:
        window = folds(canvas)[_coarse(rows), _coarse(columns)]
        bulge += window * np.minimum(1, 0.35 + wide / 1.5)
    # Linear and then blurred: OpenCV's cubic leaves a grid in what is smooth, and light shows it.
    soft = resized(np.asarray(bulge, np.float32), mask.shape[1], mask.shape[0])
    return np.asarray(blurred(soft, 0.6 * COARSE) + thickness * (1 - np.exp(-rim / 0.40)), np.float32)


def _coarse(along: slice) -> slice:
    return slice(along.start // COARSE, along.stop // COARSE)


def _aligned(along: slice, end: int) -> slice:
    """The slice, grown so that it starts and stops where coarse pixels do."""
    return slice(along.start // COARSE * COARSE, min(end, -(-along.stop // COARSE) * COARSE))


def _cloth(
    canvas: Canvas,
    fabric: Fabric,
    mask: Field,
    rows: slice,
    columns: slice,
    *,
    grain: float,
    slope_across: Field,
    slope_down: Field,
) -> Field:
    """The fabric under the panel, bent with its folds as cloth that runs over a hill is seen shorter."""
    down, across = np.asarray(np.mgrid[rows, columns], np.float32)
    pixel = UNIT / COARSE
    drift = clouds(canvas.random, (mask.shape[0] // COARSE, mask.shape[1] // COARSE), 15 * pixel, 15 * pixel)
    drift = resized(drift * np.float32(0.25 * UNIT), mask.shape[1], mask.shape[0])
    across = across - np.float32(WIDTH / 2) + slope_across * np.float32(0.35 * UNIT) + drift
    down = down + slope_down * np.float32(0.35 * UNIT) - drift
    if grain:
        middle = canvas_middle(mask, rows, columns)
        sine, cosine = np.float32(np.sin(np.radians(grain))), np.float32(np.cos(np.radians(grain)))
        x, y = across - middle[0], down - middle[1]
        across, down = x * cosine + y * sine + middle[0], y * cosine - x * sine + middle[1]
    tile = fabric.tile
    cloth = cv2.remap(tile, across % tile.shape[1], down % tile.shape[0], cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(cloth, np.float32)


def canvas_middle(mask: Field, rows: slice, columns: slice) -> tuple[np.float32, np.float32]:
    """The middle of a panel's frame, from the canvas' centre line and top, in pixels."""
    across = columns.start + mask.shape[1] / 2 - WIDTH / 2
    return np.float32(across), np.float32(rows.start + mask.shape[0] / 2)


def _light(colour: Field, fabric: Fabric, slope_across: Field, slope_down: Field) -> None:
    """Light from the upper left: matt cloth, and its gloss. Light goes once more round dark cloth's folds."""
    length = np.sqrt(1 + slope_across**2 + slope_down**2)
    facing = (-LIGHT[0] * slope_across - LIGHT[1] * slope_down + LIGHT[2]) / length
    matt = np.clip(facing / LIGHT[2], 0, 1.6).astype(np.float32)
    colour *= (0.38 + 0.62 * matt)[..., None]
    colour += (0.030 * fabric.sheen * (matt - 1))[..., None]
    if fabric.gloss:
        mirror = (-HALFWAY[0] * slope_across - HALFWAY[1] * slope_down + HALFWAY[2]) / length
        shine = np.clip(mirror, 0, 1).astype(np.float32) ** 24
        flat = np.float32(HALFWAY[2] ** 24)
        colour += (fabric.gloss * (shine - flat * 0.6))[..., None]

"""Folds of cloth, as heights: hanging, gathered at a point, crumpled.

Heights are in units, at a fifth of the canvas' resolution (folds are soft).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike

from fashionkit.demo.garments.canvas import HEIGHT, UNIT, WIDTH, Canvas
from fashionkit.demo.garments.noise import Field, blurred, clouds
from fashionkit.demo.garments.outline import Points, curve

COARSE = 5
SHAPE = (HEIGHT // COARSE, WIDTH // COARSE)


@dataclass(frozen=True)
class Fold:
    """One ridge along a line, `width` across and `depth` high in units; negative depth is a valley."""

    line: Points
    width: float
    depth: float


Folding: TypeAlias = Callable[[Canvas], Field]
"""Makes the heights of a panel's folds for a canvas."""


def folded(canvas: Canvas, folds: Sequence[Fold]) -> Field:
    """The heights of ridges that fade in and out along their lines."""
    height = np.zeros(SHAPE, np.float32)
    for width in sorted({fold.width for fold in folds}):
        layer = np.zeros(SHAPE, np.float32)
        for fold in folds:
            if fold.width == width:
                _stroke(layer, canvas, fold)
        height += blurred(layer, max(1.0, width * UNIT / COARSE * 0.5))
    return height


def _stroke(layer: Field, canvas: Canvas, fold: Fold) -> None:
    at = canvas.pixels(fold.line) / COARSE
    fixed = np.rint(at * 16).astype(int)
    strength = fold.depth * 1.6 * np.sin(np.linspace(0.12, np.pi - 0.06, len(at) - 1)) ** 0.8
    thickness = max(1, round(fold.width * UNIT / COARSE))
    for start, end, value in zip(fixed, fixed[1:], strength, strict=False):
        cv2.line(layer, tuple(map(int, start)), tuple(map(int, end)), float(value), thickness, cv2.LINE_8, 4)


def hanging(
    left: float, right: float, top: float, bottom: float, count: int, *, depth: float = 0.5, width: float = 1.8
) -> Folding:
    """Folds that fall from a line, side by side, some deeper than others."""

    def make(canvas: Canvas) -> Field:
        random, folds = canvas.random, []
        for place in np.linspace(left, right, count):
            x = place + random.normal(0, (right - left) / count / 4)
            start = top + random.uniform(0, 0.35) * (bottom - top)
            end = bottom + random.uniform(-0.05, 0.1) * (bottom - top)
            lean = random.normal(0, 0.7) + place * 0.05
            line = curve((x, start), (x + lean * 0.6, (start + end) / 2), (x + lean, end))
            folds.append(Fold(line, width * random.choice([0.7, 1.0, 1.5]), depth * random.uniform(0.4, 1.1)))
        return folded(canvas, folds)

    return make


def fan(
    point: Sequence[float], toward: float, spread: float, length: float, count: int, *, depth: float = 0.45
) -> Folding:
    """Folds that radiate from a point: an armpit, a crotch, a button. Angles in degrees, 0 to the right, 90 down."""

    def make(canvas: Canvas) -> Field:
        random, folds = canvas.random, []
        for angle in np.linspace(toward - spread / 2, toward + spread / 2, count):
            way = np.radians(angle + random.normal(0, spread / count / 3))
            far = length * random.uniform(0.5, 1.0)
            step = np.array([np.cos(way), np.sin(way)])
            start = np.asarray(point) + step * length * random.uniform(0.02, 0.2)
            sag = np.array([-step[1], step[0]]) * random.normal(0, 0.06) * far
            line = curve(start, start + step * far / 2 + sag, start + step * far)
            folds.append(Fold(line, float(random.choice([0.7, 1.1, 1.5])), depth * random.uniform(0.4, 1.0)))
        return folded(canvas, folds)

    return make


def both_sides(
    point: Sequence[float], toward: float, spread: float, length: float, count: int, *, depth: float = 0.45
) -> Folding:
    """A fan at a point and at its mirror image."""
    right = fan(point, toward, spread, length, count, depth=depth)
    left = fan((-point[0], point[1]), 180 - toward, spread, length, count, depth=depth)
    return together(right, left)


def waves(across: float, down: float, depth: float, turn: float = 0) -> Folding:
    """Soft hills, `across` wide and `down` long in units, turned by degrees."""

    def make(canvas: Canvas) -> Field:
        size = UNIT / COARSE
        return clouds(canvas.random, SHAPE, across * size, down * size, turn) * np.float32(depth)

    return make


def crumple(size: float, depth: float, turn: float = 0, stretch: float = 2.5) -> Folding:
    """Creases of thin cloth that was lying about: sharp valleys between soft hills, longer along one direction."""

    def make(canvas: Canvas) -> Field:
        pixel = UNIT / COARSE
        hills = clouds(canvas.random, SHAPE, size * pixel, size * stretch * pixel, turn)
        finer = clouds(canvas.random, SHAPE, size * 0.5 * pixel, size * stretch * 0.55 * pixel, turn + 25)
        patchy = np.clip(0.6 + 0.6 * clouds(canvas.random, SHAPE, 9 * pixel, 9 * pixel), 0.1, 1.4)
        sharp = np.asarray(np.abs(hills) + 0.4 * np.abs(finer), np.float32)
        return np.asarray(blurred(sharp, 0.8) * patchy * depth, np.float32)

    return make


def creases(lines: Sequence[ArrayLike], width: float, depth: float) -> Folding:
    """Folds along given lines: pleats, pressed creases, the channels of a quilted jacket."""

    def make(canvas: Canvas) -> Field:
        return folded(canvas, [Fold(np.asarray(line, np.float64), width, depth) for line in lines])

    return make


def quilted(period: float, depth: float, turn: float = 0, start: float = 0) -> Folding:
    """Channels of down: bulges `period` apart, pinched and puckered at the seams between them."""

    def make(canvas: Canvas) -> Field:
        pixel = UNIT / COARSE
        down, across = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]].astype(np.float32)
        way = np.radians(turn)
        bent = clouds(canvas.random, SHAPE, 12 * pixel, 12 * pixel) * 0.25
        at = ((across - SHAPE[1] / 2) * np.sin(way) + down * np.cos(way)) / pixel - start + bent
        bulge = np.sqrt(np.abs(np.sin(np.pi * at / period)))
        pucker = clouds(canvas.random, SHAPE, 1.3 * pixel, 4.5 * pixel, -turn) * (1 - bulge) * 0.45
        soft = clouds(canvas.random, SHAPE, 3.5 * pixel, 3.0 * pixel, -turn) * bulge * 0.16
        return blurred(np.asarray(depth * (bulge + pucker + soft), np.float32), 0.7)

    return make


def together(*foldings: Folding) -> Folding:
    """All of these at once."""

    def make(canvas: Canvas) -> Field:
        return np.asarray(sum(folding(canvas) for folding in foldings), np.float32)

    return make

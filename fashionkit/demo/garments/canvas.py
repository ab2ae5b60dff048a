"""The table on which a garment is laid: colour and cover so far, and the photo that is taken at the end."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from fashionkit.demo.garments.noise import Field, blurred, clouds, resized
from fashionkit.demo.garments.outline import Points

UNIT = 10
"""Pixels of a unit while drawing. The picture is shrunk at the end, which smooths every line."""
WIDTH, HEIGHT = 75 * UNIT, 100 * UNIT
PAPER = (0.978, 0.976, 0.974)
SUBPIXEL = 4


class Canvas:
    """What is laid so far: `colour` (HEIGHT x WIDTH x 3 float32, 0 to 1) and `cover` (HEIGHT x WIDTH, 0 to 1).

    Every line that is drawn on it is bent by the same slight, smooth field, so that nothing is quite straight or
    symmetric and what is sewn together stays together.
    """

    def __init__(self, random: np.random.Generator, wobble: float = 0.28) -> None:
        self.random = random
        self.colour = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        self.cover = np.zeros((HEIGHT, WIDTH), np.float32)
        self.shadow: Field | None = None
        waves = random.uniform([0.05, 0.05, 0.0, -wobble], [0.16, 0.16, 6.3, wobble], size=(4, 2, 4))
        self._waves = waves.transpose(2, 0, 1)

    def pixels(self, line: ArrayLike) -> Points:
        """Where a line's points fall, in pixels."""
        path = np.asarray(line, dtype=np.float64).reshape(-1, 2)
        kx, ky, phase, strength = self._waves
        shift = (strength * np.sin(path[:, :1, None] * kx + path[:, 1:, None] * ky + phase)).sum(axis=1)
        bent: Points = (path + shift + np.array([37.5, 0.0])) * UNIT
        return bent

    def filled(self, outline: ArrayLike) -> Field:
        """A closed outline as a mask, 0 to 1."""
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [self.fixed(outline)], 255, lineType=cv2.LINE_AA, shift=SUBPIXEL)
        return mask.astype(np.float32) / np.float32(255)

    def traced(self, lines: list[Points], width: float) -> Field:
        """Open lines as a mask, 0 to 1, `width` in units."""
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        paths = [self.fixed(line) for line in lines]
        thickness = max(1, round(width * UNIT))
        cv2.polylines(mask, paths, False, 255, thickness=thickness, lineType=cv2.LINE_AA, shift=SUBPIXEL)
        return mask.astype(np.float32) / np.float32(255)

    def fixed(self, line: ArrayLike) -> NDArray[np.int32]:
        """Pixels as OpenCV's fixed-point numbers."""
        return np.rint(self.pixels(line) * (1 << SUBPIXEL)).astype(np.int32)

    def darken(self, mask: Field, strength: float) -> None:
        """Takes light away under a mask (adds it where `strength` is negative), from what is laid already."""
        rows, columns = occupied(mask)
        self.colour[rows, columns] *= 1 - strength * mask[rows, columns, None]

    def tint(self, mask: Field, colour: ArrayLike) -> None:
        """Paints a colour under a mask; cover grows with it."""
        rows, columns = occupied(mask)
        part = mask[rows, columns]
        self.colour[rows, columns] += (np.asarray(colour, np.float32) - self.colour[rows, columns]) * part[..., None]
        self.cover[rows, columns] = np.maximum(self.cover[rows, columns], part)

    def stand(self, centre: float, floor: float, half_width: float) -> None:
        """What is drawn stands on a floor: it casts its shadow there, and not on the table behind it."""
        fallen = standing_shadow(centre, floor, half_width)
        self.shadow = fallen if self.shadow is None else np.maximum(self.shadow, fallen)

    def _centre(self) -> None:
        """Brings what is drawn to the middle of the height."""
        rows, _ = occupied(self.cover)
        down = (HEIGHT - rows.start - rows.stop) // 2 // 4 * 4
        self.colour, self.cover = np.roll(self.colour, down, axis=0), np.roll(self.cover, down, axis=0)
        if self.shadow is not None:
            self.shadow = np.roll(self.shadow, down // 4, axis=0)

    def photo(self, height: int) -> NDArray[np.uint8]:
        """The picture, height x (3/4 height) x 3 uint8 RGB, on light paper with the garment's shadow."""
        width = height * 3 // 4
        self._centre()
        fallen = lying_shadow(self.cover) if self.shadow is None else self.shadow
        fallen = resized(fallen, width, height)
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        light = 1.012 - 0.020 * (across * 0.5 + 0.6) ** 2 - 0.018 * (down * 0.6 + 0.3) ** 2
        paper = np.asarray(PAPER, np.float32) * (light * (1 - fallen))[..., None]
        laid = resized(self.colour * self.cover[..., None], width, height)
        cover = resized(self.cover, width, height)
        small = laid + paper * (1 - cover[..., None])
        dust = self.random.standard_normal((height, width, 1), dtype=np.float32) * 0.004
        dust += clouds(self.random, (height, width), 3, 3)[..., None] * 0.0015
        seen: NDArray[np.uint8] = np.clip(np.rint((small + dust) * 255), 0, 255).astype(np.uint8)
        return seen


def lying_shadow(cover: Field) -> Field:
    """The shadow round what lies on the table: a dark line of contact and a soft one, down and to the right."""
    small = resized(cover, WIDTH // 4, HEIGHT // 4)
    close = shifted(blurred(small, 1.6), 0.9, 1.8)
    wide = shifted(blurred(small, 7.0), 3.0, 6.0)
    return np.asarray(0.14 * close + 0.09 * wide, np.float32)


def standing_shadow(centre: float, floor: float, half_width: float, depth: float = 2.2) -> Field:
    """The shadow under what stands: an ellipse on the floor, darkest at its middle. In units."""
    shadow = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
    at = (round((centre + 37.5) * UNIT / 4), round(floor * UNIT / 4))
    for grow, strength, blur in ((1.0, 0.50, 2.5), (1.12, 0.22, 8.0)):
        layer = np.zeros_like(shadow)
        axes = (round(half_width * grow * UNIT / 4), max(1, round(depth * grow * UNIT / 4 / 2)))
        cv2.ellipse(layer, at, axes, 0, 0, 360, 1.0, -1)
        shadow += strength * blurred(layer, blur)
    return shadow


def shifted(field: Field, across: float, down: float) -> Field:
    """A field moved by pixels; what comes in is 0."""
    matrix = np.array([[1, 0, across], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(field, matrix, (field.shape[1], field.shape[0])), np.float32)


def softened(mask: Field, across: float, down: float = 0) -> Field:
    """A mask with a soft edge, `across` (and `down`) pixels wide; only where it is not empty is worked on."""
    rows, columns = occupied(mask, int(3 * max(across, down)) + 2)
    soft = np.zeros_like(mask)
    soft[rows, columns] = blurred(mask[rows, columns], across, down)
    return soft


def occupied(mask: Field, rim: int = 0) -> tuple[slice, slice]:
    """The rows and columns where a mask is not empty, and a rim round them."""
    left, top, width, height = cv2.boundingRect((mask > 0).astype(np.uint8))
    rows = slice(max(0, top - rim), min(mask.shape[0], top + height + rim))
    return rows, slice(max(0, left - rim), min(mask.shape[1], left + width + rim))

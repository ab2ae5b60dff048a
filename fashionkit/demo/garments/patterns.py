"""Cloth with a pattern: stripes, checks, dots, flowers."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from fashionkit.demo.garments.fabric import TILE, Colour, Fabric, darker, lighter, woven_mix
from fashionkit.demo.garments.noise import Field, speckle, wrapped_blur

MARGIN = 60


def striped(
    ground: Colour,
    stripe: Colour,
    random: np.random.Generator,
    period: int = 40,
    width: int = 12,
    *,
    upright: bool = False,
) -> Fabric:
    """Stripes across, or upright; `period` and `width` in pixels."""
    lines = ((np.arange(period * 8) % period) < width).astype(np.float32)
    mix = np.zeros((period * 8, period * 8), np.float32) + (lines[None, :] if upright else lines[:, None])
    return woven_mix(ground, stripe, wrapped_blur(mix, 0.6, 0.6), random)


def checked(
    ground: Colour, lines: Sequence[tuple[Colour, int, int, float]], random: np.random.Generator, period: int = 120
) -> Fabric:
    """Tartan: bands of (colour, start, width in pixels, strength), the same across and down."""
    size = period * 2
    tile = np.ones((size, size, 3), np.float32) * np.asarray(ground, np.float32)
    for colour, start, width, strength in lines:
        band = (((np.arange(size) - start) % period) < width).astype(np.float32) * strength
        for mix in (band[None, :, None], band[:, None, None]):
            tile += (np.asarray(colour, np.float32) - tile) * mix
    return printed(tile, random)


def gingham(ground: Colour, other: Colour, random: np.random.Generator, period: int = 20) -> Fabric:
    """Small squares of two colours and what they mix to."""
    band = ((np.arange(TILE) % period) < period / 2).astype(np.float32)
    mix = (band[None, :] + band[:, None]) * np.float32(0.5)
    return woven_mix(ground, other, wrapped_blur(mix, 0.5, 0.5), random)


def dotted(ground: Colour, dot: Colour, random: np.random.Generator, period: int = 32, radius: float = 6) -> Fabric:
    """Dots in staggered rows."""
    size = period * 8
    sheet = np.zeros((size + 2 * MARGIN, size + 2 * MARGIN), np.uint8)
    for row, y in enumerate(np.arange(-period, size + 2 * MARGIN, period / 2)):
        for x in np.arange(-period, size + 2 * MARGIN, period) + (period / 2) * (row % 2):
            centre = (round((x) * 16), round((y) * 16))
            cv2.circle(sheet, centre, round(radius * 16), 255, -1, cv2.LINE_AA, 4)
    start = MARGIN + 4
    mix = sheet[start : start + size, start : start + size].astype(np.float32) / np.float32(255)
    return woven_mix(ground, dot, mix, random)


def flowered(
    ground: Colour, petals: Sequence[Colour], leaf: Colour, random: np.random.Generator, scale: float = 1.0
) -> Fabric:
    """Scattered blossoms of several sizes, leaves between them."""
    sheet = np.ones((TILE, TILE, 3), np.float32) * np.asarray(ground, np.float32)
    for place in _scattered(random, 26 * scale, 170):
        _twig(sheet, place, leaf, random, scale)
    for number, place in enumerate(_scattered(random, 44 * scale, 260)):
        _blossom(sheet, place, petals[number % len(petals)], random, scale * random.uniform(0.65, 1.15))
    return printed(sheet, random)


def printed(tile: Field, random: np.random.Generator) -> Fabric:
    """A tile of colours as a print on woven cloth."""
    height, width = tile.shape[:2]
    relief = 0.013 * (speckle(random, height, width, 14, 0.5) + speckle(random, height, width, 0.5, 14))
    relief += 0.010 * speckle(random, height, width, 0.7, 0.7)
    soft = wrapped_blur(tile, 0.6, 0.6)
    return Fabric(np.clip(soft * (1 + relief)[..., None], 0, 1).astype(np.float32))


def _scattered(random: np.random.Generator, apart: float, tries: int) -> list[tuple[float, float]]:
    """Places that keep their distance, also across the tile's edge."""
    kept: list[tuple[float, float]] = []
    for x, y in random.uniform(0, TILE, (tries, 2)):
        gaps = [np.hypot((x - a + TILE / 2) % TILE - TILE / 2, (y - b + TILE / 2) % TILE - TILE / 2) for a, b in kept]
        if not gaps or min(gaps) > apart:
            kept.append((float(x), float(y)))
    return kept


def _blossom(
    sheet: Field, place: tuple[float, float], colour: Colour, random: np.random.Generator, scale: float
) -> None:
    start = random.uniform(0, 360)
    for petal in range(5):
        angle = start + petal * 72
        way = np.radians(angle)
        shade = darker(colour, 0.10) if petal % 2 else colour
        centre = (place[0] + np.cos(way) * 7.5 * scale, place[1] + np.sin(way) * 7.5 * scale)
        _stamp(sheet, centre, (8.2 * scale, 5.6 * scale), angle, shade)
        inner = (place[0] + np.cos(way) * 4.5 * scale, place[1] + np.sin(way) * 4.5 * scale)
        _stamp(sheet, inner, (3.6 * scale, 1.5 * scale), angle, darker(colour, 0.25))
    _stamp(sheet, place, (3.0 * scale, 3.0 * scale), 0, (0.86, 0.70, 0.35))


def _twig(sheet: Field, place: tuple[float, float], colour: Colour, random: np.random.Generator, scale: float) -> None:
    angle = random.uniform(0, 360)
    for step, side in ((0.0, -34), (5.0, 34), (10.0, -30), (15.0, 0)):
        way, lean = np.radians(angle), angle + side
        out = np.radians(lean)
        centre = (
            place[0] + (np.cos(way) * step + np.cos(out) * 4) * scale,
            place[1] + (np.sin(way) * step + np.sin(out) * 4) * scale,
        )
        tone = lighter(colour, 0.15) if side > 0 else colour
        _stamp(sheet, centre, (5.2 * scale, 2.1 * scale), lean, tone)


def _stamp(sheet: Field, centre: tuple[float, float], radii: tuple[float, float], angle: float, colour: Colour) -> None:
    """An ellipse on the tile, and again wherever it reaches over the edge."""
    reach = max(radii) + 2
    for dx in (-TILE, 0, TILE):
        for dy in (-TILE, 0, TILE):
            x, y = centre[0] + dx, centre[1] + dy
            if -reach < x < TILE + reach and -reach < y < TILE + reach:
                at, axes = (round(x * 16), round(y * 16)), (round(radii[0] * 16), round(radii[1] * 16))
                cv2.ellipse(sheet, at, axes, angle, 0, 360, colour, -1, cv2.LINE_8, 4)

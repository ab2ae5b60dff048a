"""Woven and jersey cloth as tiles that repeat without a seam, ten pixels to a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from fashionkit.demo.garments.noise import Field, speckle, wrapped_blur

Colour: TypeAlias = tuple[float, float, float]
"""Red, green, blue, 0 to 1."""

TILE = 320


@dataclass(frozen=True)
class Fabric:
    """What a panel is cut from.

    Attributes:
        tile: height x width x 3 float32, 0 to 1; it repeats.
        gloss: How much it shines: 0 cotton, 0.1 satin, 0.3 leather.
        sheen: How much light dark cloth throws back where it turns to the light; 1 for most.
    """

    tile: Field
    gloss: float = 0.0
    sheen: float = 1.0


def dyed(colour: Colour, relief: Field) -> Field:
    """A tile of one colour, lighter and darker by a relief (0 is the colour itself)."""
    tile = np.asarray(colour, np.float32) * (1 + relief)[..., None] + 0.12 * relief[..., None]
    return np.asarray(np.clip(tile, 0, 1), np.float32)


def jersey(colour: Colour, random: np.random.Generator, melange: float = 0.0) -> Fabric:
    """T-shirt cloth: fine upright loops; `melange` mixes in paler fibres, 0 to 1."""
    relief = 0.010 * speckle(random, TILE, TILE, 0.6, 1.6) + 0.006 * speckle(random, TILE, TILE, 14, 14)
    relief += melange * 0.10 * speckle(random, TILE, TILE, 2.6, 0.7)
    return Fabric(dyed(colour, relief))


def plain_weave(colour: Colour, random: np.random.Generator, slub: float = 0.25) -> Fabric:
    """Shirt cloth: threads across and down, unevenly thick; `slub` 1 is linen."""
    threads = speckle(random, TILE, TILE, 30, 0.5) + speckle(random, TILE, TILE, 0.5, 30)
    relief = (0.012 + 0.03 * slub) * threads + 0.008 * speckle(random, TILE, TILE, 9, 9)
    relief += 0.012 * speckle(random, TILE, TILE, 0.6, 0.6)
    return Fabric(dyed(colour, relief))


def satin(colour: Colour, random: np.random.Generator) -> Fabric:
    """Smooth cloth with a soft shine."""
    relief = 0.007 * speckle(random, TILE, TILE, 0.5, 8) + 0.006 * speckle(random, TILE, TILE, 12, 12)
    return Fabric(dyed(colour, relief), gloss=0.10)


def twill(colour: Colour, random: np.random.Generator, strength: float = 0.035) -> Fabric:
    """Chino cloth: fine diagonal ribs."""
    relief = strength * _diagonal(5) + 0.014 * speckle(random, TILE, TILE, 0.7, 0.7)
    relief += 0.012 * speckle(random, TILE, TILE, 18, 18)
    return Fabric(dyed(colour, relief))


def denim(colour: Colour, random: np.random.Generator, worn: float = 0.5) -> Fabric:
    """Twill of dyed and white threads, with slubs; `worn` 0 is raw, 1 washed pale in places."""
    relief = 0.10 * _diagonal(5) + 0.055 * speckle(random, TILE, TILE, 0.6, 5)
    relief += 0.05 * speckle(random, TILE, TILE, 0.7, 0.7)
    tile = dyed(colour, relief)
    pale = np.clip(0.10 * speckle(random, TILE, TILE, 0.7, 9) + 0.05 * speckle(random, TILE, TILE, 16, 24), -0.2, 0.3)
    tile += (np.asarray((0.80, 0.85, 0.90), np.float32) - tile) * (np.clip(pale, 0, 1) * worn)[..., None]
    return Fabric(np.clip(tile, 0, 1))


def wool(colour: Colour, random: np.random.Generator, fleck: float = 0.4) -> Fabric:
    """Coat cloth: soft, with fibres in every direction and paler flecks."""
    hair = speckle(random, TILE, TILE, 3, 0.6) + speckle(random, TILE, TILE, 0.6, 3)
    relief = (0.014 + 0.03 * fleck) * hair + 0.008 * speckle(random, TILE, TILE, 3, 3)
    relief += 0.010 * speckle(random, TILE, TILE, 18, 18)
    return Fabric(dyed(colour, relief), sheen=1.4)


def herringbone(colour: Colour, other: Colour, random: np.random.Generator) -> Fabric:
    """Zigzag twill of two threads."""
    down, across = np.mgrid[0:TILE, 0:TILE]
    zigzag = np.abs((across % 20) - 10)
    mix = ((down + zigzag) // 4 % 2 == 0).astype(np.float32)
    return woven_mix(colour, other, wrapped_blur(mix, 0.7, 0.7), random)


def woven_mix(colour: Colour, other: Colour, mix: Field, random: np.random.Generator) -> Fabric:
    """Two colours, by a tile that says how much of the other (0 to 1), as threads that cross."""
    height, width = mix.shape
    relief = 0.014 * (speckle(random, height, width, 16, 0.5) + speckle(random, height, width, 0.5, 16))
    relief += 0.012 * speckle(random, height, width, 0.7, 0.7)
    share = mix[..., None]
    tile = np.asarray(colour, np.float32) * (1 - share) + np.asarray(other, np.float32) * share
    return Fabric(np.clip(tile * (1 + relief)[..., None], 0, 1).astype(np.float32))


def blended(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way to another.

    >>> blended((0, 0, 0), (1, 1, 1), 0.5)
    (0.5, 0.5, 0.5)
    """
    red, green, blue = (float(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float) -> Colour:
    """A colour on the way to black."""
    return blended(colour, (0.0, 0.0, 0.0), share)


def lighter(colour: Colour, share: float) -> Colour:
    """A colour on the way to white."""
    return blended(colour, (1.0, 1.0, 1.0), share)


def _diagonal(period: int) -> Field:
    down, across = np.mgrid[0:TILE, 0:TILE]
    ribs: ArrayLike = np.sin((across + down) * (2 * np.pi / period))
    return np.asarray(ribs, np.float32)

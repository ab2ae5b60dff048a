"""What is no cloth: leather, suede, canvas, rubber, metal, straw."""

from __future__ import annotations

import numpy as np

from fashionkit.demo.garments.fabric import TILE, Colour, Fabric, dyed
from fashionkit.demo.garments.noise import speckle, wrapped_blur

GROOVE = 1.5
"""Pixels between two rows of straw."""


def leather(colour: Colour, random: np.random.Generator, gloss: float = 0.22, pebble: float = 1.0) -> Fabric:
    """Grained leather that shines where it turns to the light."""
    cells = speckle(random, TILE, TILE, 2.0, 2.0)
    cracks = np.exp(-(cells**2) * 8)
    relief = -0.05 * pebble * cracks + 0.02 * speckle(random, TILE, TILE, 1, 1)
    relief += 0.02 * speckle(random, TILE, TILE, 16, 16)
    return Fabric(dyed(colour, relief.astype(np.float32)), gloss=gloss, sheen=1.6)


def suede(colour: Colour, random: np.random.Generator) -> Fabric:
    """Brushed leather: matt, cloudy."""
    relief = 0.03 * speckle(random, TILE, TILE, 1.2, 2.5) + 0.035 * speckle(random, TILE, TILE, 9, 9)
    return Fabric(dyed(colour, relief), sheen=1.3)


def sailcloth(colour: Colour, random: np.random.Generator) -> Fabric:
    """Canvas: a coarse plain weave that is seen."""
    down, across = np.mgrid[0:TILE, 0:TILE]
    basket = np.sin(across * 2 * np.pi / 5) * np.sin(down * 2 * np.pi / 5)
    threads = speckle(random, TILE, TILE, 20, 0.8) + speckle(random, TILE, TILE, 0.8, 20)
    relief = 0.05 * basket + 0.035 * threads + 0.02 * speckle(random, TILE, TILE, 0.8, 0.8)
    return Fabric(dyed(colour, relief.astype(np.float32)))


def rubber(colour: Colour, random: np.random.Generator) -> Fabric:
    """A sole: smooth, slightly satin."""
    relief = 0.008 * speckle(random, TILE, TILE, 1, 1) + 0.012 * speckle(random, TILE, TILE, 14, 8)
    return Fabric(dyed(colour, relief), gloss=0.06)


def metal(colour: Colour, random: np.random.Generator) -> Fabric:
    """Buckles and rings."""
    relief = 0.05 * speckle(random, TILE, TILE, 5, 5)
    return Fabric(dyed(colour, relief), gloss=0.55, sheen=3.0)


def straw(colour: Colour, random: np.random.Generator) -> Fabric:
    """Plaited straw in rows."""
    down, across = np.mgrid[0:TILE, 0:TILE].astype(np.float32)
    row = np.floor(down / 10)
    slant = np.where(row % 2 == 0, 1.0, -1.0)
    plait = np.sin((across + slant * (down % 10)) * 2 * np.pi / 10) * np.sin((down % 10) / 10 * np.pi)
    groove = -0.6 * (down % 10 < GROOVE)
    relief = 0.14 * plait + 0.22 * groove + 0.06 * speckle(random, TILE, TILE, 4, 1)
    return Fabric(dyed(colour, wrapped_blur(relief.astype(np.float32), 0.5, 0.5)))

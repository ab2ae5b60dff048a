"""Knitted cloth: stockinette, ribs, cables, and the ribbed bands of cuffs and hems."""

from __future__ import annotations

import numpy as np

from fashionkit.demo.garments.fabric import TILE, Colour, Fabric, dyed
from fashionkit.demo.garments.noise import Field, speckle, wrapped_blur

BEHIND = -2.0
"""No strand is there."""
GROOVE = 0.72
"""Where a stitch ends, from its middle to its side."""


def stockinette(colour: Colour, random: np.random.Generator, stitch: int = 8) -> Fabric:
    """Columns of small Vs, `stitch` pixels wide."""
    relief = 0.11 * _vees(stitch) + _fuzz(random)
    return Fabric(dyed(colour, relief), sheen=1.3)


def ribbed(colour: Colour, random: np.random.Generator, period: int = 10, depth: float = 0.16) -> Fabric:
    """Upright ribs, `period` pixels apart (a divisor of 320)."""
    across = np.arange(TILE)[None, :] * (2 * np.pi / period)
    ribs = np.tanh(1.6 * np.cos(across)) * np.ones((TILE, 1))
    relief = depth * ribs + _fuzz(random) + 0.03 * speckle(random, TILE, TILE, 0.5, 1.2)
    return Fabric(dyed(colour, relief.astype(np.float32)), sheen=1.2)


def cabled(colour: Colour, random: np.random.Generator) -> Fabric:
    """Braids between ribs, as of a fisherman's sweater."""
    width, height = 120, 120
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    relief = 0.05 * np.cos(across * 2 * np.pi / 8) * (0.6 + 0.4 * np.cos(down * 2 * np.pi / 6))
    relief += _braid((across + width / 2) % width - width / 2, down, 44, 60)
    for side in (38, 60, 82):
        relief += _bumps((across - side + width / 2) % width - width / 2, down)
    relief += 0.05 * speckle(random, height, width, 0.8, 0.8) + 0.02 * speckle(random, height, width, 8, 8)
    return Fabric(dyed(colour, wrapped_blur(relief.astype(np.float32), 0.6, 0.6)), sheen=1.3)


def _braid(across: Field, down: Field, width: float, period: float) -> Field:
    """Two strands that cross each other within a trough."""
    turn = down * (2 * np.pi / period)
    relief = np.zeros_like(across)
    front = np.full_like(across, BEHIND)
    for phase in (0.0, 2 * np.pi / 3, 4 * np.pi / 3):
        middle = np.sin(turn + phase) * width * 0.32
        near = np.cos(turn * 1.0 + phase)
        far = (across - middle) / (width * 0.23)
        inside = (np.abs(far) < 1) & (near > front)
        bulge = np.sqrt(np.clip(1 - far**2, 0, 1))
        slant = 0.05 * np.sin((down - across * np.sign(np.cos(turn + phase)) * 0.7) * 2 * np.pi / 6)
        relief = np.where(inside, 0.34 * bulge - 0.20 + slant + 0.05 * near - 0.08 * far, relief)
        front = np.where(inside, near, front)
    trough = (np.abs(across) < width * 0.62) & (front == BEHIND)
    return np.where(trough, -0.20, relief).astype(np.float32)


def _bumps(across: Field, down: Field) -> Field:
    """A narrow twisted cord."""
    far = across / 7
    bulge = np.sqrt(np.clip(1 - far**2, 0, 1))
    twist = np.cos((down + across * 1.2) * 2 * np.pi / 12)
    return np.asarray(np.where(np.abs(far) < 1, 0.22 * bulge * (0.6 + 0.4 * twist) - 0.10, 0), np.float32)


def _vees(stitch: int) -> Field:
    down, across = np.mgrid[0:TILE, 0:TILE].astype(np.float32)
    leg = np.abs((across % stitch) - stitch / 2) / (stitch / 2)
    rows = np.cos((down + leg * stitch * 0.55) * 2 * np.pi / (stitch * 0.8))
    relief = 0.55 * rows * (0.4 + 0.6 * (1 - leg)) - 0.75 * (leg > GROOVE) + 0.3 * (1 - leg)
    return wrapped_blur(relief.astype(np.float32), 0.6, 0.6)


def _fuzz(random: np.random.Generator) -> Field:
    return 0.02 * speckle(random, TILE, TILE, 1.0, 1.0) + 0.016 * speckle(random, TILE, TILE, 10, 10)

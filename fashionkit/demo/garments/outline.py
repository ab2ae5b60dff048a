"""Lines of a pattern cutter: smooth curves through points, mirrored halves, bands along a path.

A point is (x, y) on a sheet that is 75 wide and 100 high: x from -37.5 (left) to 37.5, y from 0 (top) to 100. For a
garment one unit is about a centimetre. All functions take and give N x 2 float64 arrays, or lists of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points: TypeAlias = NDArray[np.float64]
Place: TypeAlias = Sequence[float] | Points

STEPS = 14
"""Points between two control points: enough for a line to look smooth at ten pixels a unit."""


def curve(*points: Place) -> Points:
    """A smooth line through the points (Catmull-Rom); straight through two.

    >>> curve((0, 0), (10, 0)).shape
    (15, 2)
    """
    given = np.asarray(points, dtype=np.float64)
    padded = np.vstack([2 * given[0] - given[1], given, 2 * given[-1] - given[-2]])
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    runs = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        runs.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.vstack([*runs, given[-1:]])


def loop(*points: Place) -> Points:
    """A smooth closed line through the points."""
    given = list(points)
    around = curve(*given[-2:], *given, *given[:3])
    return around[2 * STEPS : (2 + len(given)) * STEPS]


def join(*lines: ArrayLike) -> Points:
    """Lines one after the other, with a corner where they meet."""
    return np.vstack([np.asarray(line, dtype=np.float64).reshape(-1, 2) for line in lines])


def mirror(line: ArrayLike) -> Points:
    """The line on the other side of the centre, in the other direction.

    >>> mirror([(0, 0), (5, 1)]).tolist()
    [[-5.0, 1.0], [-0.0, 0.0]]
    """
    flipped: Points = np.asarray(line, dtype=np.float64)[::-1] * [-1.0, 1.0]
    return flipped


def both(line: ArrayLike) -> Points:
    """A line from the centre outwards, and its mirror image before it: from left to right.

    >>> both([(0, 0), (5, 1)]).tolist()
    [[-5.0, 1.0], [-0.0, 0.0], [0.0, 0.0], [5.0, 1.0]]
    """
    return join(mirror(line), line)


def whole(*lines: ArrayLike) -> Points:
    """A closed outline from its right half, given from the top centre to the bottom centre."""
    half = join(*lines)
    return join(half, mirror(half))


def oval(centre: Sequence[float], radii: Sequence[float], turn: float = 0.0) -> Points:
    """An ellipse, turned by degrees."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    flat = np.stack([np.cos(angle) * radii[0], np.sin(angle) * radii[1]], axis=1)
    return moved(turned(flat, turn), centre[0], centre[1])


def turned(line: ArrayLike, degrees: float, about: Sequence[float] = (0, 0)) -> Points:
    """The line, turned clockwise as seen on the sheet."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    centre = np.asarray(about, dtype=np.float64)
    around: Points = (np.asarray(line, dtype=np.float64) - centre) @ np.array([[cosine, sine], [-sine, cosine]])
    return around + centre


def moved(line: ArrayLike, across: float, down: float) -> Points:
    """The line, shifted."""
    shift: Points = np.asarray(line, dtype=np.float64) + np.array([across, down])
    return shift


def scaled(line: ArrayLike, factor: float, about: Sequence[float] = (0, 0)) -> Points:
    """The line, larger or smaller about a point."""
    centre = np.asarray(about, dtype=np.float64)
    return (np.asarray(line, dtype=np.float64) - centre) * factor + centre


def beside(line: ArrayLike, distance: float) -> Points:
    """A line that runs beside an open line, to the right of its direction as seen on the sheet."""
    path = np.asarray(line, dtype=np.float64)
    along = np.gradient(path, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return path + np.stack([-along[:, 1], along[:, 0]], axis=1) * distance


def band(line: ArrayLike, width: float, end_width: float | None = None) -> Points:
    """The outline of a strap along an open line: `width` where it starts, `end_width` where it ends."""
    path = np.asarray(line, dtype=np.float64)
    halves = np.linspace(width, width if end_width is None else end_width, len(path))[:, None] / 2
    right = path + (beside(path, 1.0) - path) * halves
    left = path - (beside(path, 1.0) - path) * halves
    return join(right, left[::-1])


def part(line: ArrayLike, start: float, stop: float) -> Points:
    """The part of a line between two shares of its length.

    >>> part([(0, 0), (10, 0)], 0.2, 0.5)[[0, -1]].tolist()
    [[2.0, 0.0], [5.0, 0.0]]
    """
    path = np.asarray(line, dtype=np.float64)
    return spaced(path, 40, start, stop)


def spaced(line: ArrayLike, count: int, start: float = 0.0, stop: float = 1.0) -> Points:
    """Points at equal distances along a line, between two shares of its length."""
    path = np.asarray(line, dtype=np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    at = np.linspace(start, stop, count) * length[-1]
    return np.stack([np.interp(at, length, path[:, 0]), np.interp(at, length, path[:, 1])], axis=1)

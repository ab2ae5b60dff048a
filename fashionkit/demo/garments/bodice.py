"""The upper half of a garment, as a cut that T-shirts, shirts, knitwear, dresses and coats share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.outline import Points, beside, both, curve, join, mirror, moved, whole
from fashionkit.demo.garments.panel import lay

HAS_ELBOW = 30
"""Sleeves longer than this bend at the elbow."""


@dataclass(frozen=True)
class Bodice:
    """The right half of a body and its sleeve, in units. The left half is its mirror image.

    Attributes:
        neck: From the neck's lowest point on the centre line to where it meets the shoulder.
        shoulder: The shoulder's tip.
        armpit: Where the sleeve ends below.
        side: Points from below the armpit to the hem's corner.
        hem: Points from the hem's corner to the centre line.
        sleeve: Points of the sleeve's upper edge, from beyond the shoulder to the cuff's outer corner.
        under: Points of its lower edge, from the cuff's inner corner to before the armpit.
    """

    neck: Points
    shoulder: tuple[float, float]
    armpit: tuple[float, float]
    side: Sequence[tuple[float, float]]
    hem: Sequence[tuple[float, float]]
    sleeve: Sequence[tuple[float, float]] = ()
    under: Sequence[tuple[float, float]] = ()

    @property
    def hemline(self) -> Points:
        """The hem from left to right."""
        return both(curve(*self.hem)[::-1])

    @property
    def neckline(self) -> Points:
        """The neck from left to right."""
        return both(self.neck)

    @property
    def armhole(self) -> Points:
        """From the shoulder to the armpit."""
        (x, y), (u, v) = self.shoulder, self.armpit
        return curve(
            self.shoulder, (min(x, u) - 1.6, y + (v - y) * 0.35), (min(x, u) - 1.5, y + (v - y) * 0.7), self.armpit
        )

    def body(self) -> Points:
        """The outline without sleeves."""
        tip = self.neck[-1]
        middle = (tip + np.asarray(self.shoulder)) / 2 - [0.0, 0.3]
        edge = curve(tip, middle, self.shoulder)
        return whole(self.neck, edge, self.armhole, curve(self.armpit, *self.side), curve(*self.hem))

    def half(self, centre: float = 0.0) -> Points:
        """The right half of the outline, reaching over the centre line by `centre` at the front edge."""
        tip = self.neck[-1]
        edge = curve(tip, (tip + np.asarray(self.shoulder)) / 2 - [0.0, 0.3], self.shoulder)
        front = [(-centre, self.hem[-1][1]), (-centre, self.neck[0, 1])]
        return join(self.neck, edge, self.armhole, curve(self.armpit, *self.side), curve(*self.hem), front)

    def cuff(self) -> Points:
        """From the cuff's outer corner to its inner corner."""
        (x, y), (u, v) = self.sleeve[-1], self.under[0]
        return curve((x, y), ((x + u) / 2, (y + v) / 2 + 0.35), (u, v))

    def arm(self) -> Points:
        """The outline of the right sleeve; it reaches under the body."""
        (x, y), (u, v) = self.shoulder, self.armpit
        inner = (min(x, u) - 4.0, (y + v) / 2)
        return join(curve((x - 5, y - 1.6), (x, y), *self.sleeve), self.cuff(), curve(*self.under, self.armpit, inner))

    def lean(self) -> float:
        """By how many degrees the sleeve hangs out from straight down."""
        end = (np.asarray(self.sleeve[-1]) + np.asarray(self.under[0])) / 2
        start = (np.asarray(self.shoulder) + np.asarray(self.armpit)) / 2
        return float(np.degrees(np.arctan2(end[0] - start[0], end[1] - start[1])))


def lay_sleeves(canvas: Canvas, cut: Bodice, fabric: Fabric, depth: float = 0.45, body: float = 0.9) -> None:
    """Both sleeves, with folds that start in the armpit and at the bend of the elbow."""
    outer, cuff = np.asarray(cut.sleeve[-1]), np.asarray(cut.under[0])
    length = float(np.linalg.norm((outer + cuff) / 2 - np.asarray(cut.shoulder)))
    elbow = (np.asarray(cut.armpit) * 0.45 + cuff * 0.55) + [0.3, 0.0]
    for side in (1, -1):
        makes = [
            _fan(cut.armpit, side, 70 - cut.lean() * 1.4, 80, min(16.0, length * 0.7), count=6, depth=depth),
            folds.waves(5, 9, depth * 0.45, -side * cut.lean()),
        ]
        if length > HAS_ELBOW:
            makes += [
                _fan(tuple(elbow), side, -20, 90, 8, count=5, depth=depth * 1.1),
                _fan(tuple((outer + cuff) / 2 - [0.0, 1.0]), side, -95, 60, 11, count=4, depth=depth * 0.8),
            ]
        outline = cut.arm() if side > 0 else mirror(cut.arm())
        lay(canvas, outline, fabric, folds.together(*makes), grain=-side * cut.lean(), lift=0.0, body=body)


def _fan(
    point: Sequence[float], side: int, toward: float, spread: float, length: float, *, count: int, depth: float
) -> folds.Folding:
    x, y = point[0] * side, point[1]
    return folds.fan((x, y), toward if side > 0 else 180 - toward, spread, length, count, depth=depth)


def lay_cuffs(canvas: Canvas, cut: Bodice, fabric: Fabric, depth: float, flare: float = 0.1) -> None:
    """Bands at the ends of both sleeves."""
    line = cut.cuff()
    for side in (line, mirror(line)):
        inner = beside(side, depth)
        lay(canvas, join(side, inner[::-1]), fabric, grain=0, thickness=0.3, body=0.5 + flare, lift=0.45)


def hem_sleeves(canvas: Canvas, cut: Bodice, depth: float = 1.5) -> None:
    """Stitches round the ends of both sleeves."""
    line = cut.cuff()
    tailoring.hem(canvas, line, depth)
    tailoring.hem(canvas, mirror(line), depth)


def lay_back(
    canvas: Canvas, cut: Bodice, fabric: Fabric, rise: float = 1.2, drop: float = 3.0, *, dim: float = 0.30
) -> None:
    """The inside of the back that is seen through the neck."""
    x, y = cut.neck[-1]
    top = curve((0, y + rise), (x * 0.6, y + rise * 0.7), (x + 0.3, y - 0.3))
    bottom = float(cut.neck[0, 1]) + drop
    lay(canvas, whole(top, curve((x + 0.8, y + 2), (x * 0.7, bottom - 1), (0, bottom))), fabric, dim=dim, body=0.2)


def neckband(canvas: Canvas, cut: Bodice, fabric: Fabric, width: float = 1.8) -> None:
    """A ribbed band within the neckline, and the seam below it."""
    line = cut.neckline
    lay(canvas, join(line, beside(line, -width)[::-1]), fabric, thickness=0.25, body=0.25, lift=0.5)
    tailoring.seam(canvas, line, 0.20)
    tailoring.stitches(canvas, beside(line, 0.6))


def hemband(canvas: Canvas, cut: Bodice, fabric: Fabric, depth: float = 4.5, pull: float = 0.8) -> None:
    """A ribbed band along the lower edge, slightly narrower than the body."""
    line = cut.hemline
    lower = moved(line, 0, depth)
    lower[:, 0] *= 1 - pull / max(1.0, float(np.abs(line[:, 0]).max()))
    lay(canvas, join(line - [0, 0.3], lower[::-1]), fabric, thickness=0.3, body=0.6, lift=0.25)
    tailoring.seam(canvas, line, 0.22)
    tailoring.gathers(canvas, line - [0, 3.0], 2.8, 34, 0.10)

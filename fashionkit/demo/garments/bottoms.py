"""Jeans, trousers, shorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import HEIGHT, WIDTH, Canvas
from fashionkit.demo.garments.fabric import Colour, Fabric
from fashionkit.demo.garments.noise import blurred, resized
from fashionkit.demo.garments.outline import Points, beside, both, curve, join, mirror, oval, whole
from fashionkit.demo.garments.panel import lay

HAS_KNEES = 25
"""Legs longer than this bend at the knee."""


@dataclass(frozen=True)
class Legs:
    """The right half of a pair of trousers, in units.

    Attributes:
        waist: Half the waist's width.
        top: Where the waistband begins.
        band: Its height.
        outer: Points of the outer seam, from below the waistband to the hem.
        inner: Points of the inner seam, from the hem to before the crotch.
        crotch: Where the legs part.
    """

    waist: float
    top: float
    band: float
    outer: Sequence[tuple[float, float]]
    inner: Sequence[tuple[float, float]]
    crotch: float

    def leg(self) -> Points:
        """The right leg, from the centre line."""
        start = (self.waist + 0.3, self.top + self.band)
        hem = curve(
            self.outer[-1], ((self.outer[-1][0] + self.inner[0][0]) / 2, self.outer[-1][1] + 0.5), self.inner[0]
        )
        return join(
            [(0, self.top + self.band)],
            curve(start, *self.outer),
            hem,
            curve(*self.inner, (0.2, self.crotch)),
            [(0, self.crotch)],
        )

    def hem(self) -> Points:
        """The right leg's hem from its outer to its inner corner."""
        return curve(
            self.outer[-1], ((self.outer[-1][0] + self.inner[0][0]) / 2, self.outer[-1][1] + 0.5), self.inner[0]
        )


def lay_legs(canvas: Canvas, cut: Legs, fabric: Fabric, depth: float, pressed: bool = False) -> None:
    """Both legs with folds at the crotch and the knees, and the seam between them."""
    bottom = cut.outer[-1][1]
    knee = cut.crotch + (bottom - cut.crotch) * 0.42
    for side in (-1, 1):
        middle = side * (cut.outer[-1][0] + cut.inner[0][0]) / 2
        thigh = side * (cut.waist * 0.62)
        line = curve((thigh, cut.top + 16), (side * 9.4, knee), (middle, bottom))
        makes = [
            folds.fan((side * 0.6, cut.crotch - 0.5), 20 if side > 0 else 160, 80, 14, 6, depth=depth),
            folds.waves(5, 20, depth * 0.7),
            folds.crumple(4, depth * 0.5, side * 20),
        ]
        if bottom - cut.crotch > HAS_KNEES:
            makes += [
                folds.fan((side * 5.0, knee), 0 if side > 0 else 180, 70, 9, 4, depth=depth * 0.9),
                folds.hanging(middle - 2, middle + 2, knee + 4, bottom, 3, depth=depth * 0.8, width=1.6),
            ]
        if pressed:
            makes.append(folds.creases([line], 0.5, 0.55))
        outline = cut.leg() if side > 0 else mirror(cut.leg())
        lay(canvas, outline, fabric, folds.together(*makes), grain=-side * 2.0, body=1.5, lift=0.25)


def waistband(canvas: Canvas, cut: Legs, fabric: Fabric, inside: Fabric, dip: float = 1.4) -> Points:
    """The band round the waist, its inside seen behind it; its lower edge comes back, from left to right."""
    back = whole(
        curve((0, cut.top - 0.8), (cut.waist * 0.6, cut.top - 0.7), (cut.waist - 0.3, cut.top)),
        curve((cut.waist - 0.3, cut.top), (cut.waist * 0.5, cut.top + 2.4), (0, cut.top + 3.0)),
    )
    lay(canvas, back, inside, dim=0.30, body=0.1, lift=0.2)
    upper = curve((0, cut.top + dip), (cut.waist * 0.55, cut.top + dip * 0.75), (cut.waist, cut.top))
    lower = curve(
        (0, cut.top + cut.band + dip),
        (cut.waist * 0.55, cut.top + cut.band + dip * 0.8),
        (cut.waist + 0.4, cut.top + cut.band),
    )
    lay(canvas, whole(upper, lower[::-1]), fabric, folds.waves(8, 3, 0.18), thickness=0.3, body=0.4, lift=0.45)
    return both(lower)


def jeans(canvas: Canvas, cut: Legs, fabric: Fabric, thread: Colour, metal: Colour) -> None:
    """Five pockets, rivets, contrasting thread, worn pale on the thighs."""
    lay_legs(canvas, cut, fabric, 0.5)
    _fade(canvas, cut)
    edge = waistband(canvas, cut, fabric, fabric)
    for line in (edge - [0, 0.4], edge - [0, cut.band - 0.5]):
        tailoring.stitches(canvas, line, thread)
    low = cut.top + cut.band + 1.4
    _fly(canvas, cut, thread)
    for side in (1, -1):
        pocket = curve(
            (side * cut.waist * 0.42, low - 0.2),
            (side * cut.waist * 0.55, low + 5.0),
            (side * (cut.waist + 1.0), low + 6.4),
        )
        tailoring.seam(canvas, pocket, 0.42)
        across = 0.6 if side > 0 else -0.6
        tailoring.stitches(canvas, beside(pocket, -across), thread)
        tailoring.stitches(canvas, beside(pocket, -across * 2), thread)
        for at in (pocket[2], pocket[-4]):
            tailoring.button(canvas, (float(at[0]), float(at[1]) + 0.3), 0.28, metal)
        hem = cut.hem() if side > 0 else mirror(cut.hem())[::-1]
        tailoring.hem(canvas, hem, 1.5 * side, thread)
        outer = curve((cut.waist + 0.3, low), *cut.outer) * [side, 1]
        tailoring.seam(canvas, beside(outer, 0.7 * side)[14:], 0.12)
    _loops(canvas, cut, fabric, thread)
    tailoring.button(canvas, (0.2, cut.top + cut.band / 2 + 1.4), 1.0, metal)


def trousers(canvas: Canvas, cut: Legs, fabric: Fabric, buttons: Colour) -> None:
    """Tailored trousers with a pressed crease, a pleat and slanted pockets."""
    lay_legs(canvas, cut, fabric, 0.42, pressed=True)
    waistband(canvas, cut, fabric, fabric)
    low = cut.top + cut.band + 1.2
    tailoring.seam(canvas, curve((0.2, low), (0.1, (low + cut.crotch) / 2), (0.1, cut.crotch)), 0.34)
    tailoring.stitches(canvas, curve((2.2, low + 0.5), (2.1, low + 9), (0.4, low + 12)))
    for side in (1, -1):
        tailoring.seam(canvas, [(side * cut.waist * 0.80, low - 0.6), (side * (cut.waist + 1.4), low + 10.5)], 0.42)
        pleat = curve(
            (side * cut.waist * 0.45, low), (side * cut.waist * 0.47, low + 5), (side * cut.waist * 0.5, low + 9)
        )
        tailoring.seam(canvas, pleat, 0.24)
    _loops(canvas, cut, fabric, None)
    tailoring.button(canvas, (0.3, cut.top + cut.band / 2 + 1.4), 0.62, buttons)


def chinos(canvas: Canvas, cut: Legs, fabric: Fabric, buttons: Colour) -> None:
    """Plain cotton trousers with slanted pockets."""
    lay_legs(canvas, cut, fabric, 0.46)
    waistband(canvas, cut, fabric, fabric)
    low = cut.top + cut.band + 1.2
    _fly(canvas, cut, None)
    for side in (1, -1):
        tailoring.seam(canvas, [(side * cut.waist * 0.72, low - 0.4), (side * (cut.waist + 1.5), low + 10.0)], 0.40)
        tailoring.stitches(canvas, [(side * (cut.waist * 0.72 - 0.7), low), (side * (cut.waist + 0.8), low + 10.2)])
        hem = cut.hem() if side > 0 else mirror(cut.hem())[::-1]
        tailoring.hem(canvas, hem, 2.4 * side)
    _loops(canvas, cut, fabric, None)
    tailoring.button(canvas, (0.2, cut.top + cut.band / 2 + 1.4), 0.7, buttons)


def shorts(canvas: Canvas, cut: Legs, fabric: Fabric, buttons: Colour) -> None:
    """Chino shorts with turn-ups."""
    lay_legs(canvas, cut, fabric, 0.42)
    waistband(canvas, cut, fabric, fabric)
    low = cut.top + cut.band + 1.2
    _fly(canvas, cut, None)
    for side in (1, -1):
        tailoring.seam(canvas, [(side * cut.waist * 0.72, low - 0.4), (side * (cut.waist + 1.6), low + 10.0)], 0.40)
        hem = cut.hem() if side > 0 else mirror(cut.hem())[::-1]
        cuff = join(hem, beside(hem, 3.0 * side)[::-1])
        lay(canvas, cuff, fabric, folds.waves(5, 3, 0.15), thickness=0.3, body=0.3, lift=0.4)
        tailoring.stitches(canvas, beside(hem, 2.4 * side))
    _loops(canvas, cut, fabric, None)
    tailoring.button(canvas, (0.2, cut.top + cut.band / 2 + 1.4), 0.75, buttons)


def drawstring_shorts(canvas: Canvas, cut: Legs, fabric: Fabric, cord: Fabric) -> None:
    """Shorts with an elastic waist and a cord."""
    lay_legs(canvas, cut, fabric, 0.5)
    edge = waistband(canvas, cut, fabric, fabric)
    tailoring.gathers(canvas, edge - [0, cut.band - 0.4], cut.band * 0.8, 50, 0.14)
    tailoring.gathers(canvas, edge, 6.0, 34, 0.14)
    tailoring.stitches(canvas, edge - [0, cut.band / 2])
    low = cut.top + cut.band + 1.2
    tailoring.seam(canvas, curve((0, low), (0.1, cut.crotch - 5), (0.1, cut.crotch)), 0.34)
    for side in (1, -1):
        tailoring.seam(canvas, [(side * (cut.waist - 0.6), low + 1.0), (side * (cut.waist + 1.9), low + 11.0)], 0.38)
        hem = cut.hem() if side > 0 else mirror(cut.hem())[::-1]
        tailoring.hem(canvas, hem, 1.8 * side)
        tail = curve((side * 1.2, low - 2.2), (side * 2.4, low + 3), (side * 1.7, low + 10 - side))
        tailoring.cord(canvas, tail, 0.65, cord)


def _fly(canvas: Canvas, cut: Legs, thread: Colour | None) -> None:
    low = cut.top + cut.band + 1.4
    tailoring.seam(canvas, curve((0.2, low), (0.2, (low + cut.crotch) / 2), (0.1, cut.crotch)), 0.38)
    for gap in (0.0, 0.7):
        curl = curve((2.6 - gap, low), (2.5 - gap, low + 7), (1.8 - gap, low + 10), (0.3, low + 12.0 - gap))
        tailoring.stitches(canvas, curl, thread)


def _loops(canvas: Canvas, cut: Legs, fabric: Fabric, thread: Colour | None) -> None:
    for x in (-0.62, 0.62):
        left = x * cut.waist
        top = cut.top + 0.6
        loop = [
            (left - 0.75, top),
            (left + 0.75, top),
            (left + 0.75, top + cut.band + 1.0),
            (left - 0.75, top + cut.band + 1.0),
        ]
        lay(canvas, loop, fabric, thickness=0.25, body=0.2, lift=0.5)
        if thread is not None:
            for y in (top + 0.5, top + cut.band + 0.6):
                tailoring.stitches(canvas, [(left - 0.6, y), (left + 0.6, y)], thread, 0.4)


def _fade(canvas: Canvas, cut: Legs) -> None:
    """Thighs and knees rubbed paler, the sides darker."""
    for side in (1, -1):
        pale = canvas.filled(oval((side * 8.4, cut.crotch + 7), (4.6, 19), side * -3))
        pale = resized(blurred(resized(pale, 94, 125), 4.5), WIDTH, HEIGHT) * canvas.cover
        canvas.tint(pale * 0.20, (0.70, 0.78, 0.86))

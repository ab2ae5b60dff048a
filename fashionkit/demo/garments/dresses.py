"""Dresses of different lengths."""

from __future__ import annotations

from collections.abc import Sequence

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.bodice import Bodice, hem_sleeves, lay_back, lay_cuffs, lay_sleeves
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.outline import band, beside, both, curve, join, mirror, whole
from fashionkit.demo.garments.panel import lay


def _tier(
    canvas: Canvas,
    fabric: Fabric,
    top: Sequence[float],
    bottom: Sequence[float],
    count: int,
    *,
    depth: float = 0.65,
    sag: float = 1.6,
) -> None:
    """A gathered piece of skirt between two half-widths: (half-width, height) above and below."""
    (wide, high), (wider, low) = top, bottom
    upper = curve((0, high + 0.8), (wide * 0.6, high + 0.6), (wide, high))
    side = curve((wide, high), (wide + (wider - wide) * 0.62, high + (low - high) * 0.45), (wider, low))
    hem = curve((wider, low), (wider * 0.55, low + sag * 0.8), (0, low + sag))
    drape = folds.together(
        folds.hanging(-wider, wider, high, low, count, depth=depth, width=1.7), folds.waves(6, 26, depth * 0.7)
    )
    lay(canvas, whole(upper, side, hem), fabric, drape, body=1.3, lift=0.5)
    tailoring.gathers(canvas, both(upper), (low - high) * 0.22, count * 3, 0.15)
    tailoring.hem(canvas, both(hem[::-1]), -1.0)


def tiered_dress(canvas: Canvas, fabric: Fabric) -> None:
    """A midi dress: square neck, puff sleeves, two tiers of skirt."""
    cut = Bodice(
        neck=join(curve((0, 16.0), (4.0, 15.8), (7.4, 15.0)), curve((7.4, 15.0), (8.2, 10), (9.4, 5.6))),
        shoulder=(14.8, 7.4),
        armpit=(14.6, 20.5),
        side=[(13.0, 28), (11.8, 34.5)],
        hem=[(11.8, 34.5), (6, 35.3), (0, 35.5)],
        sleeve=[(20.5, 8.2), (23.6, 14.5), (22.2, 21.2)],
        under=[(16.6, 23.0), (16.0, 22.0)],
    )
    lay(
        canvas,
        whole(curve((0, 9.6), (5, 8.6), (9.6, 5.2)), curve((9.8, 8), (6, 20), (0, 21))),
        fabric,
        dim=0.3,
        body=0.2,
    )
    lay_sleeves(canvas, cut, fabric, 0.7, 2.2)
    lay_cuffs(canvas, cut, fabric, 1.5)
    for cuff in (cut.cuff(), mirror(cut.cuff())):
        tailoring.seam(canvas, beside(cuff, 1.5), 0.25)
    _tier(canvas, fabric, (16.0, 60.5), (21.6, 93.0), 11)
    _tier(canvas, fabric, (11.8, 34.6), (17.4, 62.0), 10, sag=1.2)
    drape = folds.together(
        folds.both_sides((14, 21), 160, 60, 13, 5, depth=0.35), folds.crumple(4, 0.25, 10), folds.waves(6, 9, 0.3)
    )
    lay(canvas, cut.body(), fabric, drape, body=1.3, lift=0.4)
    tailoring.seam(canvas, cut.hemline, 0.3)
    tailoring.hem(canvas, cut.neckline, 0.8)
    for side in (1, -1):
        tailoring.seam(canvas, curve((side * 6.2, 16.0), (side * 6.6, 24), (side * 5.4, 35)), 0.22)


def sheath_dress(canvas: Canvas, fabric: Fabric) -> None:
    """A plain sleeveless dress to the knee."""
    cut = Bodice(
        neck=curve((0, 17.0), (3.6, 16.4), (7.0, 13.4), (8.4, 8.0)),
        shoulder=(14.8, 9.8),
        armpit=(15.6, 25.5),
        side=[(14.2, 35), (13.0, 43), (15.6, 56), (16.6, 68), (14.8, 91)],
        hem=[(14.8, 91), (7, 91.6), (0, 91.7)],
    )
    lay_back(canvas, cut, fabric, rise=2.0)
    drape = folds.together(
        folds.both_sides((15, 26), 150, 60, 16, 5, depth=0.42),
        folds.both_sides((13, 43), 175, 70, 13, 5, depth=0.42),
        folds.hanging(-10, 10, 52, 91, 5, depth=0.45, width=2.4),
        folds.waves(8, 16, 0.4),
    )
    lay(canvas, cut.body(), fabric, drape, body=1.7)
    for side in (1, -1):
        tailoring.seam(canvas, curve((side * 8.2, 28), (side * 6.4, 43), (side * 7.4, 56)), 0.26)
        tailoring.stitches(canvas, beside(cut.armhole if side > 0 else mirror(cut.armhole), 0.7))
    tailoring.seam(canvas, both(curve((0, 43.6), (7, 43.4), (13.0, 43.0))), 0.22)
    tailoring.stitches(canvas, beside(cut.neckline, 0.7))
    tailoring.hem(canvas, cut.hemline, -2.2)


def slip_dress(canvas: Canvas, fabric: Fabric) -> None:
    """A long slip of satin on thin straps, cut on the bias."""
    for side in (1, -1):
        back = curve((side * 6.6, 21), (side * 6.4, 10), (side * 7.4, 3.5))
        lay(canvas, band(back, 0.7), fabric, thickness=0.15, body=0.1, lift=0.2, dim=0.15)
    inside = whole(curve((0, 22.5), (6, 21.8), (11.6, 20.0)), curve((11.6, 20), (8, 26), (0, 27)))
    lay(canvas, inside, fabric, dim=0.25, body=0.2)
    neck = curve((0, 24.6), (2.6, 22.6), (6.0, 16.6), (7.8, 13.4))
    arm = curve((7.8, 13.4), (9.6, 17.0), (13.0, 20.8))
    side_line = curve((13.0, 20.8), (11.6, 31), (11.4, 38), (15.0, 52), (18.2, 74), (20.6, 93.0))
    hem = curve((20.6, 93.0), (10, 95.6), (0, 96.0))
    drape = folds.together(
        folds.both_sides((11.5, 35), 128, 24, 34, 3, depth=0.6),
        folds.hanging(-16, 16, 34, 96, 9, depth=0.9, width=2.2),
        folds.both_sides((8, 15), 110, 60, 16, 5, depth=0.45),
        folds.waves(6, 22, 0.6),
    )
    lay(canvas, whole(neck, arm, side_line, hem), fabric, drape, body=1.4)
    for edge in (both(neck), arm, mirror(arm)):
        tailoring.stitches(canvas, beside(edge, 0.6))
    tailoring.hem(canvas, both(hem[::-1]), -0.8)
    for side in (1, -1):
        strap = curve((side * 7.8, 14.0), (side * 7.9, 8), (side * 7.3, 3.4))
        lay(canvas, band(strap, 0.75), fabric, thickness=0.2, body=0.15, lift=0.5)


def skater_dress(canvas: Canvas, fabric: Fabric, trim: Fabric) -> None:
    """A short dress: short sleeves, fitted bodice, wide skirt."""
    cut = Bodice(
        neck=curve((0, 19.5), (4.0, 18.6), (7.4, 15.4), (8.6, 10.6)),
        shoulder=(16.4, 13.0),
        armpit=(16.0, 27.5),
        side=[(14.2, 35), (12.4, 43.5)],
        hem=[(12.4, 43.5), (6, 44.3), (0, 44.5)],
        sleeve=[(20.6, 17.4), (23.6, 25.0)],
        under=[(17.4, 29.2), (16.6, 28.2)],
    )
    lay_back(canvas, cut, fabric, rise=1.2)
    lay_sleeves(canvas, cut, fabric, 0.4)
    hem_sleeves(canvas, cut, 1.2)
    _tier(canvas, fabric, (12.4, 43.6), (27.0, 82.0), 11, depth=0.8, sag=4.0)
    drape = folds.together(
        folds.both_sides((16, 28), 155, 60, 15, 5, depth=0.4), folds.crumple(4, 0.25, 10), folds.waves(7, 10, 0.3)
    )
    lay(canvas, cut.body(), fabric, drape, body=1.4, lift=0.4)
    for side in (1, -1):
        tailoring.seam(canvas, curve((side * 7.6, 30), (side * 6.0, 37), (side * 5.6, 44)), 0.24)
    belt = both(curve((0, 44.4), (6, 44.2), (12.6, 43.4)))
    lay(canvas, band(belt, 2.2), trim, thickness=0.3, body=0.3, lift=0.6)
    line = cut.neckline
    lay(canvas, join(line, beside(line, -0.9)[::-1]), trim, thickness=0.2, body=0.1, lift=0.3)

"""T-shirts, polo shirts, tank tops."""

from __future__ import annotations

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.bodice import Bodice, hem_sleeves, lay_back, lay_cuffs, lay_sleeves, neckband
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.collar import flat_collar
from fashionkit.demo.garments.fabric import Colour, Fabric
from fashionkit.demo.garments.outline import Points, beside, both, curve, join, whole
from fashionkit.demo.garments.panel import lay

TOP = 17.0


def drape(armpit: float, bottom: float, depth: float = 0.42) -> folds.Folding:
    """How the body of a top lies: pulled from the armpits, hanging below, a little crumpled."""
    return folds.together(
        folds.both_sides((19, armpit), 150, 70, 22, 6, depth=depth),
        folds.hanging(-13, 13, armpit + 6, bottom, 6, depth=depth, width=2.4),
        folds.crumple(5, depth * 0.45, 10),
        folds.waves(9, 22, depth * 0.8),
    )


def short_sleeved(neck_depth: float = 7.5) -> Bodice:
    """The cut of a T-shirt with a round neck."""
    low = TOP + neck_depth
    return _short_sleeved(curve((0, low), (3.4, low - 0.7), (6.7, low - neck_depth * 0.52), (7.9, TOP)))


def v_necked(neck_depth: float = 10.0) -> Bodice:
    """The cut of a T-shirt with a pointed neck."""
    low = TOP + neck_depth
    return _short_sleeved(curve((0, low), (4.2, low - neck_depth * 0.5), (7.9, TOP)))


def _short_sleeved(neck: Points) -> Bodice:
    return Bodice(
        neck=neck,
        shoulder=(19.0, 20.6),
        armpit=(20.0, 39.0),
        side=[(19.6, 48), (19.6, 62), (20.4, 75.4)],
        hem=[(20.4, 75.4), (10, 76.4), (0, 76.5)],
        sleeve=[(25.0, 25.6), (32.0, 35.2)],
        under=[(24.2, 42.2), (21.8, 40.8)],
    )


def t_shirt(canvas: Canvas, cut: Bodice, fabric: Fabric, rib: Fabric) -> None:
    """A T-shirt with a ribbed neck."""
    lay_back(canvas, cut, rib)
    lay_sleeves(canvas, cut, fabric)
    hem_sleeves(canvas, cut)
    lay(canvas, cut.body(), fabric, drape(39, 77), body=1.0, lift=0.35)
    tailoring.hem(canvas, cut.hemline, -1.8)
    neckband(canvas, cut, rib)


def chest_pocket(canvas: Canvas, fabric: Fabric, left: float = 5.0, top: float = 35.0, width: float = 8.0) -> None:
    """A patch pocket on the wearer's left."""
    right, low = left + width, top + width * 1.15
    edge = join(
        [(left, top), (right, top)],
        [(right, low - 1.6), (left + width / 2, low), (left, low - 1.6)],
    )
    lay(canvas, edge, fabric, folds.waves(6, 8, 0.15), thickness=0.2, body=0.2, lift=0.35)
    tailoring.stitches(canvas, [(left, top + 1.5), (right, top + 1.5)])
    tailoring.stitches(
        canvas,
        [(left + 0.4, top + 0.4), (left + 0.4, low - 1.9), (left + width / 2, low - 0.5), (right - 0.4, low - 1.9)],
    )


def polo_shirt(canvas: Canvas, fabric: Fabric, rib: Fabric, buttons: Colour) -> None:
    """A polo shirt: knitted collar, three buttons, ribbed cuffs."""
    cut = short_sleeved(5.0)
    lay_back(canvas, cut, rib, rise=0.6)
    lay_sleeves(canvas, cut, fabric)
    lay_cuffs(canvas, cut, rib, 1.9)
    lay(canvas, cut.body(), fabric, drape(39, 77, 0.36), body=1.0, lift=0.35)
    tailoring.hem(canvas, cut.hemline, -1.8)
    placket = [(-1.5, 21.0), (1.7, 21.0), (1.7, 37.5), (-1.5, 37.5)]
    lay(canvas, placket, fabric, thickness=0.25, body=0.15, lift=0.45)
    tailoring.stitches(canvas, [(-1.1, 23.0), (-1.1, 37.1), (1.3, 37.1), (1.3, 23.0)])
    tailoring.stitches(canvas, [(-1.1, 35.6), (1.3, 35.6)])
    tailoring.buttons(canvas, [(0.1, 25.6), (0.1, 33.6)], 3, 0.68, buttons)
    flat_collar(canvas, rib, half_width=7.9, top=TOP, point=(7.0, 26.6), stand=2.2)


def tank_top(canvas: Canvas, fabric: Fabric, rib: Fabric) -> None:
    """A sleeveless top with wide straps, its edges bound."""
    neck = curve((0, 31.0), (4.6, 29.8), (8.2, 24.5), (9.2, 15.0))
    arm = curve((14.0, 15.6), (14.2, 24.0), (15.6, 31.0), (19.4, 36.2))
    side = curve((19.4, 36.2), (18.6, 48), (18.6, 62), (19.8, 81))
    hem = curve((19.8, 81), (10, 82.2), (0, 82.4))
    inside = whole(
        curve((0, 21.5), (5.6, 20.4), (8.6, 17.5), (9.4, 14.9)), curve((14, 15.6), (12, 26), (6, 35), (0, 36))
    )
    lay(canvas, inside, fabric, dim=0.22, body=0.3)
    back = curve((0, 21.5), (5.6, 20.4), (8.6, 17.5), (9.4, 14.9))
    lay(canvas, join(both(back), beside(both(back), 1.1)[::-1]), rib, dim=0.18, thickness=0.15, body=0.1, lift=0.2)
    body = whole(neck, [(9.2, 15.0), (14.0, 15.6)], arm, side, hem)
    lay(canvas, body, fabric, drape(38, 82, 0.34), body=1.0, lift=0.4)
    line = both(neck)
    lay(canvas, join(line, beside(line, 1.1)[::-1]), rib, thickness=0.2, body=0.15, lift=0.25)
    for edge, inward in ((arm, 1.1), (arm * [-1, 1], -1.1)):
        lay(canvas, join(edge, beside(edge, inward)[::-1]), rib, thickness=0.2, body=0.15, lift=0.25)
    tailoring.hem(canvas, both(hem[::-1]), -1.7)

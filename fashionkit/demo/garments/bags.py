"""Bags: a tote, a handbag, a backpack."""

from __future__ import annotations

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.outline import band, beside, both, curve, join, mirror, moved, oval, whole
from fashionkit.demo.garments.panel import lay


def tote_bag(canvas: Canvas, fabric: Fabric, trim: Fabric) -> None:
    """A canvas shopper with two handles."""
    back = curve((-9.4, 42), (-9.0, 26), (-4, 14.5), (4, 14.5), (9.0, 26), (9.4, 42))
    lay(canvas, band(back, 2.2), trim, dim=0.18, thickness=0.25, body=0.3)
    inside = whole(curve((0, 40.6), (11, 40.0), (20.4, 38.6)), curve((20.4, 38.6), (11, 43.2), (0, 44)))
    lay(canvas, inside, fabric, dim=0.38, body=0.1, lift=0.4)
    side = curve((20.6, 38.6), (21.8, 56), (20.8, 76), (19.4, 84.5))
    front = whole(
        curve((0, 43.2), (11, 42.2), (20.6, 38.6)), side, curve((19.4, 84.5), (18.0, 86.6), (9, 87.4), (0, 87.5))
    )
    drape = folds.together(
        folds.both_sides((9.4, 46), 80, 80, 24, 5, depth=0.5),
        folds.both_sides((19, 84), 225, 60, 16, 4, depth=0.4),
        folds.crumple(7, 0.4, 10),
        folds.waves(9, 14, 0.6),
    )
    lay(canvas, front, fabric, drape, body=1.6, lift=0.7)
    rim = both(curve((0, 43.2), (11, 42.2), (20.6, 38.6)))
    tailoring.hem(canvas, rim, 2.6)
    for sign in (1, -1):
        panel = [(sign * 8.2, 42.6), (sign * 10.6, 42.4), (sign * 10.6, 52.0), (sign * 8.2, 52.0)]
        lay(canvas, panel, trim, thickness=0.25, body=0.2, lift=0.5)
        square = [
            (sign * 8.5, 51.7),
            (sign * 10.3, 51.7),
            (sign * 10.3, 47.5),
            (sign * 8.5, 47.5),
            (sign * 8.5, 51.7),
            (sign * 10.3, 47.5),
        ]
        tailoring.stitches(canvas, square, pitch=0.5)
    handle = curve((-9.4, 44), (-10.2, 31), (-6.4, 19.5), (0, 16.4), (6.4, 19.5), (10.2, 31), (9.4, 44))
    lay(canvas, band(handle, 2.4), trim, thickness=0.3, body=0.4, lift=0.8)
    for gap in (-0.8, 0.8):
        tailoring.stitches(canvas, beside(handle, gap), pitch=0.5)


def handbag(canvas: Canvas, fabric: Fabric, lining: Fabric, metal: Fabric) -> None:
    """A structured bag of leather: a flap with a clasp, and a handle on rings."""
    arch = curve((-9.4, 42.5), (-9.6, 31), (-5.4, 23.6), (0, 21.8), (5.4, 23.6), (9.6, 31), (9.4, 42.5))
    lay(canvas, band(arch, 2.5), fabric, thickness=0.6, body=1.1)
    tailoring.stitches(canvas, beside(arch, 0.8), pitch=0.5)
    tailoring.stitches(canvas, beside(arch, -0.8), pitch=0.5)
    gusset = whole(
        curve((0, 42), (12, 42), (19.0, 42.6)),
        curve((19.0, 42.6), (22.0, 58), (23.0, 74.5)),
        curve((23.0, 74.5), (12, 76.6), (0, 76.8)),
    )
    lay(canvas, gusset, fabric, body=0.5, dim=0.22)
    body = whole(
        curve((0, 41.6), (12, 41.6), (17.6, 42.2)),
        curve((17.6, 42.2), (19.8, 58), (20.8, 73.6)),
        curve((20.8, 73.6), (19.6, 76.2), (10, 77.0), (0, 77.2)),
    )
    lay(canvas, body, fabric, folds.waves(12, 12, 0.5), thickness=0.5, body=2.2, lift=0.6)
    base = both(curve((0, 72.4), (12, 72.2), (20.4, 70.6)))
    tailoring.seam(canvas, base, 0.35)
    tailoring.stitches(canvas, base - [0, 0.7], pitch=0.5)
    flap = whole(
        curve((0, 40.6), (12, 40.8), (18.0, 41.8)),
        curve((18.0, 41.8), (19.2, 50), (18.8, 57.0)),
        curve((18.8, 57.0), (17.0, 60.4), (10, 61.8), (0, 62.4)),
    )
    lay(canvas, flap, fabric, folds.waves(10, 10, 0.35), thickness=0.6, body=1.6, lift=1.0)
    edge = join(curve((18.0, 42.5), (19.2, 50), (18.8, 57.0)), curve((18.8, 57.0), (17.0, 60.4), (10, 61.8), (0, 62.4)))
    tailoring.stitches(canvas, beside(edge, 0.9), pitch=0.5)
    tailoring.stitches(canvas, beside(mirror(edge), 0.9), pitch=0.5)
    for sign in (1, -1):
        tab = whole([(0, 41.0), (1.7, 41.0)], [(1.7, 46.0)], curve((1.7, 46.0), (1.2, 47.6), (0, 48.0)))
        tab = moved(tab, sign * 9.4, 0)
        lay(canvas, tab, fabric, thickness=0.3, body=0.3, lift=0.7)
        tailoring.stitches(canvas, beside(tab, 0.4), pitch=0.45)
        ring = oval((sign * 9.4, 41.2), (1.75, 1.9))
        lay(canvas, band(join(ring, ring[:2]), 0.6), metal, body=0.4, thickness=0.3, lift=0.6)
    strap = whole([(0, 54.5), (2.6, 54.5)], [(2.6, 64.0)], curve((2.6, 64.0), (1.9, 66.2), (0, 66.8)))
    lay(canvas, strap, fabric, thickness=0.35, body=0.4, lift=0.9)
    lay(canvas, whole([(0, 60.8), (1.8, 60.8)], [(1.8, 63.4)], [(0, 63.4)]), metal, thickness=0.4, body=0.3, lift=0.8)
    lay(canvas, oval((0, 62.1), (0.7, 0.7)), lining, thickness=0.3, body=0.3, lift=0.5)

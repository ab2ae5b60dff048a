"""Blazers, coats, jackets."""

from __future__ import annotations

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.bodice import Bodice, lay_cuffs, lay_sleeves
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.collar import lapels
from fashionkit.demo.garments.fabric import Colour, Fabric
from fashionkit.demo.garments.outline import beside, curve, join, mirror, moved, whole
from fashionkit.demo.garments.panel import lay


def tailored(breaks: float, waist: float, bottom: float, flare: float = 0.0, top: float = 16.0) -> Bodice:
    """The cut of a jacket with lapels that part above `breaks`."""
    return Bodice(
        neck=curve((0, breaks), (3.6, breaks - (breaks - top) * 0.45), (6.4, top)),
        shoulder=(19.0, top + 3.4),
        armpit=(19.4, top + 21),
        side=[
            (17.6, waist - 6),
            (17.0, waist),
            (18.6 + flare * 0.5, (waist + bottom) / 2),
            (19.6 + flare, bottom - 1.5),
        ],
        hem=[(19.6 + flare, bottom - 1.5), (12, bottom + 0.2), (3.0, bottom + 0.6), (0, bottom - 0.6)],
        sleeve=[(24.4, top + 13), (28.4, top + 33), (30.4, top + 57)],
        under=[(24.4, top + 58.5), (23.0, top + 42), (20.6, top + 25)],
    )


def _lining(canvas: Canvas, lining: Fabric, cut: Bodice, breaks: float) -> None:
    top = float(cut.neck[-1][1])
    inside = whole(
        curve((0, top + 0.8), (4, top + 0.4), (6.8, top - 0.4)),
        curve((7.5, top + 1), (6.5, breaks - 8), (0, breaks + 4)),
    )
    lay(canvas, inside, lining, folds.waves(5, 12, 0.3), dim=0.25, body=0.3)
    label = [(-1.9, top + 3.0), (1.9, top + 3.0), (1.9, top + 5.0), (-1.9, top + 5.0)]
    canvas.tint(canvas.filled(label) * 0.75, (0.88, 0.87, 0.84))


def _fronts(canvas: Canvas, cut: Bodice, fabric: Fabric, overlap: float, drape: folds.Folding) -> None:
    """Both fronts, the wearer's left over the right."""
    lay(canvas, mirror(cut.half(overlap)), fabric, drape, body=1.2, lift=0.4)
    lay(canvas, cut.half(overlap), fabric, drape, body=1.2, lift=0.6)


def _drape(waist: float, bottom: float, depth: float) -> folds.Folding:
    return folds.together(
        folds.both_sides((19, 37), 140, 70, 20, 5, depth=depth),
        folds.both_sides((17, waist), 178, 60, 10, 4, depth=depth * 0.8),
        folds.hanging(-14, 14, waist + 4, bottom, 5, depth=depth, width=2.6),
        folds.waves(9, 18, depth * 0.8),
    )


def _flap(canvas: Canvas, fabric: Fabric, x: float, y: float, width: float, *, height: float) -> None:
    """Flap pockets on both sides, slightly slanted."""
    for side in (1, -1):
        edge = join(
            [(side * (x - width / 2), y + 0.5), (side * (x + width / 2), y - 0.4)],
            [(side * (x + width / 2 + 0.3), y + height - 0.6), (side * (x - width / 2 + 0.2), y + height + 0.5)],
        )
        lay(canvas, edge, fabric, thickness=0.3, body=0.3, lift=0.8)
        tailoring.seam(canvas, edge[:2], 0.35)


def blazer(canvas: Canvas, fabric: Fabric, lining: Fabric, buttons: Colour) -> None:
    """A single-breasted blazer with notched lapels."""
    cut = tailored(47.0, 49.0, 82.0)
    _lining(canvas, lining, cut, 44)
    lay_sleeves(canvas, cut, fabric, 0.5, 1.3)
    _fronts(canvas, cut, fabric, 2.2, _drape(50, 82, 0.42))
    for side in (1, -1):
        dart = curve((side * 9.5, 38), (side * 9.2, 50), (side * 10.4, 60))
        tailoring.seam(canvas, dart, 0.18)
        for step in range(3):
            x, y = cut.cuff()[9] + [0.2 - step * 0.12, -1.8 - step * 1.5]
            tailoring.button(canvas, (side * float(x), float(y)), 0.5, buttons)
    _flap(canvas, fabric, 11.6, 60.5, 8.6, height=3.4)
    welt = [(6.6, 36.0), (12.4, 34.9), (12.6, 36.6), (6.8, 37.7)]
    lay(canvas, welt, fabric, thickness=0.25, body=0.1, lift=0.5)
    lapels(canvas, fabric, 16.0, 47.0, 12.4, notch=29.0, overlap=2.2)
    tailoring.button(canvas, (0.3, 49.5), 0.95, buttons)
    tailoring.button(canvas, (0.3, 59.0), 0.95, buttons)


def coat(canvas: Canvas, fabric: Fabric, lining: Fabric, buttons: Colour) -> None:
    """A long double-breasted coat of wool."""
    cut = Bodice(
        neck=curve((0, 31.0), (3.4, 20.5), (5.8, 7.5)),
        shoulder=(16.4, 10.6),
        armpit=(17.0, 27.0),
        side=[(15.6, 40), (16.4, 56), (18.6, 76), (20.0, 95)],
        hem=[(20.0, 95), (12, 96.4), (3, 96.8), (0, 96.6)],
        sleeve=[(21.6, 19.6), (24.8, 36), (26.8, 55.5)],
        under=[(21.0, 57.0), (20.0, 43), (18.2, 31)],
    )
    _lining(canvas, lining, cut, 28)
    lay_sleeves(canvas, cut, fabric, 0.55, 1.3)
    drape = folds.together(
        folds.both_sides((16.5, 27), 140, 70, 18, 4, depth=0.5),
        folds.hanging(-15, 15, 46, 96, 6, depth=0.6, width=2.8),
        folds.waves(9, 22, 0.4),
    )
    _fronts(canvas, cut, fabric, 5.4, drape)
    tailoring.seam(canvas, [(-5.4, 31), (-5.4, 96.4)], 0.3)
    tailoring.stitches(canvas, [(-4.7, 32), (-4.7, 96.0)])
    _flap(canvas, fabric, 10.8, 57.0, 7.6, height=3.0)
    for side in (cut.cuff(), mirror(cut.cuff())):
        tailoring.stitches(canvas, beside(side, 3.4))
        tailoring.seam(canvas, beside(side, 4.0), 0.2)
    lapels(canvas, fabric, 7.5, 31.0, 12.4, notch=18.0, overlap=5.4, rise=0.9)
    for x in (-3.0, 5.6):
        tailoring.buttons(canvas, [(x, 35.5), (x, 57.5)], 3, 1.0, buttons)


def leather_jacket(canvas: Canvas, fabric: Fabric, lining: Fabric, metal: Colour) -> None:
    """A biker jacket: wide lapels, a slanted zip, zipped pockets."""
    cut = Bodice(
        neck=curve((0, 36.0), (3.6, 25), (6.6, 17.0)),
        shoulder=(18.6, 20.0),
        armpit=(19.2, 38.0),
        side=[(17.8, 50), (17.0, 62), (17.2, 73)],
        hem=[(17.2, 73), (9, 74.2), (0, 74.4)],
        sleeve=[(24.8, 29), (29.0, 48), (31.4, 70.0)],
        under=[(25.6, 71.6), (23.6, 55), (20.8, 42)],
    )
    _lining(canvas, lining, cut, 33)
    lay_sleeves(canvas, cut, fabric, 0.9, 1.5)
    drape = folds.together(
        folds.both_sides((19, 38), 145, 75, 22, 6, depth=0.65), folds.crumple(4.5, 0.5, 15), folds.waves(8, 12, 0.5)
    )
    lay(canvas, mirror(cut.half(2.0)), fabric, drape, body=1.4, lift=0.4)
    front = join(cut.half(0)[:-2], [(-9.2, 74.4), (-7.6, 56), (-4.6, 40), (-1.8, 36)])
    lay(canvas, front, fabric, drape, body=1.4, lift=0.8)
    closing = curve((-1.6, 36.4), (-4.4, 41), (-7.0, 55), (-8.4, 74.0))
    tailoring.zip_fastener(canvas, closing, fabric, metal, 1.7)
    for side in (1, -1):
        tailoring.seam(canvas, curve((side * 18.2, 28.5), (side * 12, 30.4), (side * 9.0, 31.4)), 0.3)
        pocket = [(side * 7.4 + 1.6, 55.0), (side * 13.4 + 1.4, 64.0)] if side > 0 else [(-11.4, 55.0), (-15.2, 64.0)]
        tailoring.zip_fastener(canvas, pocket, fabric, metal, 1.5)
        sleeve_zip = beside(cut.cuff(), 0.2)[10] + [-0.4, 0.0]
        low = (side * float(sleeve_zip[0]), float(sleeve_zip[1]))
        tailoring.zip_fastener(canvas, [(low[0] - side * 1.2, low[1] - 9.5), low], fabric, metal, 1.2)
    tailoring.zip_fastener(canvas, [(8.4, 37.6), (14.2, 35.0)], fabric, metal, 1.4)
    line = cut.hemline
    hem = join(line - [0, 3.6], moved(line, 0, 0.2)[::-1])
    lay(canvas, hem, fabric, folds.waves(5, 3, 0.3), thickness=0.3, body=0.4, lift=0.5)
    for armhole in (cut.armhole, mirror(cut.armhole)):
        tailoring.seam(canvas, armhole, 0.3)
    lapels(canvas, fabric, 17.0, 38.0, 13.6, notch=31.4, overlap=1.8, rise=1.2)
    for x, y in ((12.2, 30.2), (-12.2, 30.2), (8.9, 22.6), (-8.9, 22.6)):
        tailoring.button(canvas, (x, y), 0.5, metal)


def puffer_jacket(canvas: Canvas, fabric: Fabric, lining: Fabric, metal: Colour) -> None:
    """A quilted down jacket with a high collar."""
    cut = Bodice(
        neck=curve((0, 20.5), (4.0, 19.8), (7.6, 17.0)),
        shoulder=(20.6, 21.6),
        armpit=(20.8, 41.0),
        side=[(21.4, 52), (21.6, 66), (20.6, 79)],
        hem=[(20.6, 79), (10, 80.2), (0, 80.4)],
        sleeve=[(28.0, 31), (32.6, 50), (34.0, 72.0)],
        under=[(27.4, 73.6), (25.6, 58), (22.6, 45)],
    )
    inside = whole(curve((0, 8.6), (5.4, 8.8), (8.4, 10.0)), curve((8.4, 10.0), (6, 14), (0, 15.5)))
    lay(canvas, inside, lining, dim=0.3, body=-0.5)
    for side in (1, -1):
        arm = cut.arm() if side > 0 else mirror(cut.arm())
        lean = -side * cut.lean()
        lay(canvas, arm, fabric, folds.quilted(7.4, 1.5, lean, 3), grain=lean, body=2.2, thickness=0.6, lift=0.0)
    lay_cuffs(canvas, cut, lining, 2.2)
    lay(canvas, cut.body(), fabric, folds.quilted(8.2, 1.7, 0, 4), body=2.0, thickness=0.6, lift=0.6)
    for side in (1, -1):
        collar = join(
            curve((side * 0.2, 13.6), (side * 4.6, 11.6), (side * 8.6, 9.6)),
            curve((side * 8.6, 9.6), (side * 10.0, 14.0), (side * 10.2, 18.6)),
            curve((side * 10.2, 18.6), (side * 5, 21.8), (side * 0.2, 22.6)),
        )
        lay(canvas, collar, fabric, folds.quilted(5.4, 1.2, side * -8, 0.2), body=1.4, thickness=0.5, lift=0.7)
    tailoring.zip_fastener(canvas, [(0, 13.9), (0, 80.2)], fabric, metal, 1.6)
    for side in (1, -1):
        tailoring.seam(canvas, curve((side * 11.4, 56), (side * 13.0, 61), (side * 14.0, 67)), 0.55, 0.35)

"""Collars: flat with points, lapels, a hood."""

from __future__ import annotations

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.outline import beside, curve, join, mirror, whole
from fashionkit.demo.garments.panel import lay


def flat_collar(
    canvas: Canvas,
    fabric: Fabric,
    half_width: float,
    top: float,
    point: tuple[float, float],
    *,
    stand: float = 3.0,
    gap: float = 0.3,
) -> None:
    """A turned-down collar: its stand behind, two leaves with points in front.

    `half_width` and `top` are where the collar meets the shoulder, `point` is the tip of the right leaf and `gap` how
    far the leaves stay apart on the centre line.
    """
    throat = top + 5.2
    behind = whole(
        curve((0, top - stand), (half_width * 0.6, top - stand + 0.2), (half_width - 0.6, top - 0.6)),
        curve((half_width - 0.6, top - 0.6), (half_width * 0.5, top + 1.4), (0, top + 1.9)),
    )
    lay(canvas, behind, fabric, dim=0.16, body=0.35, lift=0.3)
    fold = curve((0, top + 1.4), (half_width * 0.5, top + 0.9), (half_width - 1.6, top - 1.0))
    tailoring.seam(canvas, join(mirror(fold), fold), 0.22)
    leaf = join(
        curve((gap, throat), (half_width * 0.45, top + 2.2), (half_width - 2.2, top - 1.9)),
        curve((half_width - 2.2, top - 1.9), (half_width - 0.2, top - 1.0), (half_width + 0.7, top + 0.8)),
        curve((half_width + 0.7, top + 0.8), (point[0] + 0.7, point[1] - 3.5), point),
        curve(point, ((point[0] + gap) / 2 + 0.3, (point[1] + throat) / 2 + 0.5), (gap, throat)),
    )
    edge = join(
        curve((half_width + 0.7, top + 0.8), (point[0] + 0.7, point[1] - 3.5), point),
        curve(point, ((point[0] + gap) / 2 + 0.3, (point[1] + throat) / 2 + 0.5), (gap, throat)),
    )
    for side in (1, -1):
        lay(
            canvas,
            leaf if side > 0 else mirror(leaf),
            fabric,
            folds.waves(5, 5, 0.12),
            grain=-side * 35,
            thickness=0.3,
            body=0.4,
            lift=0.75,
        )
        tailoring.stitches(canvas, beside(edge, 0.55) if side > 0 else beside(mirror(edge), 0.55))


def hood(canvas: Canvas, fabric: Fabric, lining: Fabric, half_width: float, top: float, *, throat: float) -> None:
    """A hood lying behind the neck: its rim round the opening, its inside darker."""
    crown = top - 13.5
    outer = whole(
        curve(
            (0, crown),
            (6.5, crown + 0.8),
            (11.0, crown + 5.0),
            (half_width + 3.6, top - 3.0),
            (half_width + 2.4, top + 4),
        ),
        curve((half_width + 2.4, top + 4), (half_width * 0.55, throat - 0.5), (0, throat + 1.5)),
    )
    lay(canvas, outer, fabric, folds.together(folds.waves(7, 7, 0.4), folds.crumple(5, 0.25)), body=1.8, lift=0.5)
    rim = curve(
        (0, crown + 5.2), (5.0, crown + 6.0), (8.2, crown + 9.8), (8.0, top + 0.5), (4.0, throat - 2.6), (0, throat)
    )
    opening = whole(rim)
    lay(canvas, opening, lining, folds.waves(5, 6, 0.4), dim=0.42, body=-1.2, thickness=-0.2, lift=0.2)
    fold = curve((0, crown + 9.0), (0.4, top - 3), (0, throat - 2))
    tailoring.seam(canvas, fold, 0.25)
    edge = join(mirror(rim), rim)
    tailoring.seam(canvas, edge, 0.35)
    tailoring.stitches(canvas, beside(rim, -1.6))
    tailoring.stitches(canvas, beside(mirror(rim), -1.6))


def lapels(
    canvas: Canvas,
    fabric: Fabric,
    top: float,
    breaks: float,
    wide: float,
    *,
    notch: float,
    overlap: float,
    rise: float = 0.6,
) -> None:
    """Turned lapels with notches, and the collar behind the neck.

    Args:
        canvas: It is drawn on.
        fabric: Of the jacket.
        top: Where the collar meets the shoulder.
        breaks: Where the lapels start to turn, on the front edge.
        wide: How far the lapel's tip is from the centre.
        notch: How low that tip is.
        overlap: How far the front reaches over the centre line.
        rise: How much the collar stands.
    """
    behind = whole(
        curve((0, top - 2.2 - rise), (4.0, top - 2.1 - rise), (7.0, top - 1.2)),
        curve((7.0, top - 1.2), (4.5, top + 0.9), (0, top + 1.6)),
    )
    lay(canvas, behind, fabric, dim=0.10, body=0.4, lift=0.4)
    gorge = (wide * 0.66, notch - 3.4)
    for side in (-1, 1):
        lapel = join(
            curve((-overlap, breaks + 1.5), (wide * 0.62, notch + (breaks - notch) * 0.42), (wide, notch)),
            curve((wide, notch), (wide * 0.85, notch - 1.9), gorge),
            [gorge, (6.6, top + 1.2)],
            curve((6.6, top + 1.2), (3.6, top + (breaks - top) * 0.52), (-overlap, breaks + 1.5)),
        )
        lay(
            canvas,
            lapel if side > 0 else mirror(lapel),
            fabric,
            folds.waves(6, 9, 0.2),
            grain=-side * 18,
            thickness=0.35,
            body=0.7,
            lift=0.9,
        )
        edge = curve((-overlap, breaks + 1.5), (wide * 0.62, notch + (breaks - notch) * 0.42), (wide, notch))
        tailoring.stitches(canvas, beside(edge, -0.5) if side > 0 else beside(mirror(edge)[::-1], 0.5))
        leaf = join(
            curve((3.2, top + 3.6), (5.2, top + 0.4), (5.6, top - 2.0)),
            curve((5.6, top - 2.0), (8.6, top - 0.6), (10.4, top + 3.0), (wide * 0.86, notch - 5.6)),
            [(wide * 0.86, notch - 5.6), gorge],
            curve(gorge, (6.4, (top + gorge[1]) / 2 + 1.4), (3.2, top + 3.6)),
        )
        lay(canvas, leaf if side > 0 else mirror(leaf), fabric, grain=side * 30, thickness=0.35, body=0.6, lift=0.8)

from __future__ import annotations

import numpy as np
import pytest

from fashionkit.demo.garments import fabric, hides, knits, palette, patterns

pytestmark = pytest.mark.light

MAKERS = {
    "jersey": lambda random: fabric.jersey(palette.OLIVE, random),
    "plain weave": lambda random: fabric.plain_weave(palette.SKY, random),
    "satin": lambda random: fabric.satin(palette.SAGE, random),
    "twill": lambda random: fabric.twill(palette.SAND, random),
    "denim": lambda random: fabric.denim(palette.INDIGO, random),
    "wool": lambda random: fabric.wool(palette.CAMEL, random),
    "herringbone": lambda random: fabric.herringbone(palette.CHARCOAL, palette.GREY, random),
    "stockinette": lambda random: knits.stockinette(palette.RUST, random),
    "ribbed": lambda random: knits.ribbed(palette.RUST, random),
    "cabled": lambda random: knits.cabled(palette.ECRU, random),
    "striped": lambda random: patterns.striped(palette.ECRU, palette.NAVY, random),
    "gingham": lambda random: patterns.gingham(palette.WHITE, palette.FOREST, random),
    "checked": lambda random: patterns.checked(palette.ECRU, [(palette.NAVY, 0, 20, 0.5)], random),
    "dotted": lambda random: patterns.dotted(palette.WINE, palette.ECRU, random),
    "flowered": lambda random: patterns.flowered(palette.ECRU, [palette.ROSE], palette.SAGE, random),
    "leather": lambda random: hides.leather(palette.TAN, random),
    "suede": lambda random: hides.suede(palette.TAN, random),
    "sailcloth": lambda random: hides.sailcloth(palette.ECRU, random),
    "rubber": lambda random: hides.rubber(palette.WHITE, random),
    "metal": lambda random: hides.metal(palette.BRASS, random),
    "straw": lambda random: hides.straw(palette.SAND, random),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_tile_is_a_picture_that_repeats_without_a_seam(name):
    tile = MAKERS[name](np.random.default_rng(0)).tile
    assert tile.dtype == np.float32
    assert tile.shape[2] == 3
    assert tile.min() >= 0
    assert tile.max() <= 1
    for axis in (0, 1):
        steps = np.abs(np.diff(tile, axis=axis)).mean(axis=(1 - axis, 2))
        across = np.abs(tile.take(0, axis) - tile.take(-1, axis)).mean()
        assert across <= steps.max() * 1.25, f"the edge shows along axis {axis}"


def test_plain_cloth_has_its_colour():
    tile = fabric.plain_weave(palette.MID_BLUE, np.random.default_rng(0)).tile
    assert tile.mean(axis=(0, 1)) == pytest.approx(palette.MID_BLUE, abs=0.02)


def test_stripes_have_both_colours():
    tile = patterns.striped(palette.WHITE, palette.BLACK, np.random.default_rng(0), 40, 20).tile
    assert tile.max() > 0.8
    assert tile.min() < 0.25

from __future__ import annotations

import numpy as np
import pytest

from fashionkit.demo.garments import palette
from fashionkit.demo.garments.canvas import HEIGHT, UNIT, WIDTH, Canvas
from fashionkit.demo.garments.fabric import plain_weave
from fashionkit.demo.garments.folds import creases
from fashionkit.demo.garments.panel import lay
from fashionkit.demo.garments.tailoring import seam

pytestmark = pytest.mark.light

SQUARE = [(-20, 30), (20, 30), (20, 70), (-20, 70)]


@pytest.fixture
def canvas() -> Canvas:
    return Canvas(np.random.default_rng(0), wobble=0.0)


def lightness(canvas: Canvas, x: float, y: float) -> float:
    row, column = round(y * UNIT), round((x + 37.5) * UNIT)
    return float(canvas.colour[row - 3 : row + 4, column - 3 : column + 4].mean())


def test_a_panel_covers_its_outline_and_nothing_else(canvas):
    lay(canvas, SQUARE, plain_weave(palette.SAND, canvas.random))
    assert canvas.cover.mean() == pytest.approx(40 * UNIT * 40 * UNIT / (WIDTH * HEIGHT), rel=0.02)
    assert canvas.cover[HEIGHT // 2, WIDTH // 2] == 1
    assert canvas.cover[0, 0] == 0


def test_a_flat_panel_has_its_fabrics_colour(canvas):
    lay(canvas, SQUARE, plain_weave(palette.SAND, canvas.random), body=0)
    assert canvas.colour[400:600, 300:450].mean(axis=(0, 1)) == pytest.approx(palette.SAND, abs=0.03)


def test_light_comes_from_the_upper_left(canvas):
    lay(canvas, SQUARE, plain_weave(palette.GREY, canvas.random), creases([[(0, 32), (0, 50), (0, 68)]], 3.0, 1.5))
    assert lightness(canvas, -1.6, 50) > lightness(canvas, 1.6, 50) + 0.03


def test_what_lies_outside_the_canvas_changes_nothing(canvas):
    lay(canvas, np.add(SQUARE, [500, 0]), plain_weave(palette.SAND, canvas.random))
    assert not canvas.cover.any()


def test_a_panel_that_reaches_over_the_edge_is_cut_there(canvas):
    lay(canvas, np.add(SQUARE, [30, 45]), plain_weave(palette.SAND, canvas.random))
    assert canvas.cover[-1, -1] == 1


def test_a_seam_is_darker_than_the_cloth(canvas):
    lay(canvas, SQUARE, plain_weave(palette.SAND, canvas.random))
    before = lightness(canvas, 0, 50)
    seam(canvas, [(0, 35), (0, 65)])
    assert lightness(canvas, 0, 50) < before


def test_what_stands_has_its_shadow_on_the_floor(canvas):
    lay(canvas, SQUARE, plain_weave(palette.SAND, canvas.random))
    canvas.stand(0, 71, 20)
    picture = canvas.photo(480).astype(int)
    assert picture[344, 180].mean() < picture[100, 180].mean() - 40
    assert picture[240, 290].mean() > picture[100, 180].mean() - 8, "it casts none on a table behind it"


def test_what_is_drawn_comes_to_the_middle_of_the_picture(canvas):
    lay(canvas, np.subtract(SQUARE, [0, 25]), plain_weave(palette.NAVY, canvas.random))
    dark = np.flatnonzero((canvas.photo(480).mean(axis=2) < 120).any(axis=1))
    assert (dark[0] + dark[-1]) / 2 == pytest.approx(240, abs=3)

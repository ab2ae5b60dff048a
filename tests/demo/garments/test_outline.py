from __future__ import annotations

import numpy as np
import pytest

from fashionkit.demo.garments.outline import band, beside, both, curve, loop, mirror, moved, scaled, spaced, whole

pytestmark = pytest.mark.light


def test_a_curve_goes_through_its_points_and_ends_at_them():
    points = [(0.0, 0.0), (3.0, 5.0), (9.0, 4.0)]
    line = curve(*points)
    for point in points:
        assert np.abs(line - point).sum(axis=1).min() < 1e-9
    assert line[0].tolist() == [0, 0]
    assert line[-1].tolist() == [9, 4]


def test_a_loop_is_smooth_where_it_closes():
    ring = loop((1, 0), (0, 1), (-1, 0), (0, -1))
    steps = np.linalg.norm(np.diff(np.vstack([ring, ring[:1]]), axis=0), axis=1)
    assert steps.max() < 3 * steps.min()


def test_a_whole_outline_is_the_same_on_both_sides():
    outline = whole(curve((0, 0), (5, 1)), curve((5, 1), (4, 9), (0, 10)))
    assert np.allclose(np.sort(outline[:, 0]), np.sort(-outline[:, 0]))
    assert np.allclose(mirror(mirror(outline)), outline)


def test_both_runs_from_left_to_right():
    assert np.all(np.diff(both(curve((0, 3), (8, 1)))[:, 0]) >= 0)


def test_beside_is_below_what_runs_to_the_right():
    assert np.allclose(beside([(0, 0), (10, 0)], 2.0), [(0, 2), (10, 2)])


def test_a_band_is_as_wide_as_was_asked():
    outline = band(curve((0, 0), (10, 0)), 4.0)
    assert outline[:, 1].min() == pytest.approx(-2)
    assert outline[:, 1].max() == pytest.approx(2)


def test_points_are_spaced_evenly():
    steps = np.linalg.norm(np.diff(spaced([(0, 0), (3, 0), (3, 9)], 13), axis=0), axis=1)
    assert np.allclose(steps, 1.0)


def test_moved_and_scaled():
    assert moved([(1, 2)], 3, 4).tolist() == [[4, 6]]
    assert scaled([(1, 2)], 2, (1, 1)).tolist() == [[1, 3]]

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.entries import unit_vectors
from fashionkit.errors import CatalogueError
from fashionkit.tasks.recommend import mean_direction, taste

pytestmark = pytest.mark.light

vector = st.lists(st.integers(-3, 3).map(float), min_size=3, max_size=3).filter(any)


@pytest.fixture
def axes(tmp_path):
    """Three items along the axes."""
    with Catalogue.open(tmp_path / "catalogue", dimension=3, fingerprint="f", create=True) as catalogue:
        catalogue.add(["a", "b", "c"], np.eye(3))
        yield catalogue


@given(st.lists(vector, min_size=1, max_size=6))
def test_the_mean_is_the_direction_that_is_most_like_all(rows):
    units = unit_vectors(rows, 3)
    total = units.astype(float).sum(axis=0)
    if np.linalg.norm(total) < 1e-3:
        return
    mean = mean_direction(units)
    assert mean.dtype == np.float32
    assert np.linalg.norm(mean) == pytest.approx(1, abs=1e-6)
    # No vector of length 1 has a greater sum of cosines than the length of the sum.
    assert (units @ mean).sum() == pytest.approx(np.linalg.norm(total), abs=1e-5)


def test_vectors_without_a_mean():
    with pytest.raises(CatalogueError, match="cancel each other out"):
        mean_direction(unit_vectors([[1.0, 2.0], [-1.0, -2.0]], 2))
    with pytest.raises(CatalogueError, match="give at least one"):
        mean_direction(np.empty((0, 2), np.float32))


def test_what_is_liked_and_disliked(axes):
    query, ids = taste(axes, ["a", "b"], "c")
    expected = np.array([0.5, 0.5, -0.2])
    assert query == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert ids == ["a", "b", "c"]
    same, none = taste(axes, np.eye(3)[:2] * 7, [[0.0, 0.0, 5.0]])
    assert same == pytest.approx(query, abs=1e-6)
    assert none == []
    assert taste(axes, {"b", "a"}, ())[1] == ["a", "b"]
    assert taste(axes, np.array(["a"]), np.array([], str))[1] == ["a"]


def test_a_taste_that_points_nowhere(axes):
    with pytest.raises(CatalogueError, match="no direction to search in"):
        taste(axes, [[1.0, 0, 0], [-1.0, 0, 0]], [])

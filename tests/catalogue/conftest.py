"""Catalogues for the tests of this folder."""

from __future__ import annotations

import pytest

from fashionkit.catalogue import Catalogue

DIMENSION = 3


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "catalogue"


@pytest.fixture
def catalogue(folder):
    with Catalogue.open(folder, dimension=DIMENSION, fingerprint="model-1", create=True) as opened:
        yield opened


@pytest.fixture
def filled(catalogue):
    """a, b and c lie along the three axes; d lies between a and b."""
    vectors = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [3, 4, 0]]
    metadata = [{"year": 2020}, {"year": 2021}, {}, {"year": 2021, "sale": True}]
    catalogue.add(["a", "b", "c", "d"], vectors, metadata)
    return catalogue

from __future__ import annotations

import numpy as np
import pytest

from fashionkit.errors import DataError
from fashionkit.heads.embedding.result import Embedding

pytestmark = pytest.mark.light


def embedding(*values):
    return Embedding(np.array(values, np.float32))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((1, 0), (1, 0), 1), ((1, 0), (-1, 0), -1), ((1, 0), (0, 1), 0), ((0.6, 0.8), (0.8, 0.6), 0.96)],
)
def test_similarity_is_the_cosine(one, other, expected):
    assert embedding(*one).similarity(embedding(*other)) == pytest.approx(expected)


def test_similarity_never_leaves_its_range():
    one = embedding(*[0.37796447] * 7)
    assert -1 <= one.similarity(Embedding(-one.vector)) <= one.similarity(one) <= 1


def test_embeddings_of_two_models_cannot_be_compared():
    with pytest.raises(DataError, match="2 and 3 dimensions"):
        embedding(1, 0).similarity(embedding(1, 0, 0))


def test_what_is_equal_hashes_alike():
    assert embedding(1, 0.0) == embedding(1, -0.0)
    assert hash(embedding(1, 0.0)) == hash(embedding(1, -0.0))
    assert embedding(1, 0) != embedding(0, 1)
    assert embedding(1, 0) != 5


def test_it_is_shown_short_and_written_whole():
    result = embedding(0.6, 0.8)
    assert repr(result) == "Embedding(2 dimensions)"
    assert result.to_dict() == {"vector": result.vector.tolist()}
    assert result.dimension == 2
    assert "0.60, 0.80" in result._repr_html_()

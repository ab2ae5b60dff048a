from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from fashionkit import OutfitScorer, Retriever, Suggestion
from fashionkit.errors import CatalogueError, ConfigError, DataError, ImageError, ModelError

pytestmark = pytest.mark.light


@pytest.fixture
def scorer(checkpoint):
    return OutfitScorer.load(checkpoint)


def test_an_outfit_scores_the_same_in_every_order(scorer, photos):
    outfit = scorer.score(photos[:4])
    assert 0 <= outfit.score <= 1
    for order in permutations(range(4)):
        found = scorer.score([photos[place] for place in order])
        assert found.score == pytest.approx(outfit.score, abs=1e-5)
        np.testing.assert_allclose(found.without, [outfit.without[place] for place in order], atol=1e-5)
        assert order[found.weakest] == outfit.weakest


def test_without_is_the_score_of_the_outfit_that_is_left(scorer, photos):
    outfit = scorer.score(photos[:3])
    for place, score in enumerate(outfit.without):
        rest = [photo for other, photo in enumerate(photos[:3]) if other != place]
        assert scorer.score(rest).score == pytest.approx(score, abs=1e-5)
    assert outfit.weakest == int(np.argmax(outfit.without))


def test_a_pair_has_no_weakest(scorer, photos):
    pair = scorer.score(photos[:2])
    assert (pair.without, pair.weakest) == (None, None)
    assert len(scorer.score(photos + photos[:4]).without) == 16


@pytest.mark.parametrize("count", [0, 1, 17])
def test_an_outfit_has_2_to_16_items(scorer, photos, count):
    with pytest.raises(DataError, match=f"2 to 16 items, got {count}"):
        scorer.score((photos * 2)[:count])


def test_one_photo_is_no_outfit(scorer, photos, broken_photo):
    with pytest.raises(DataError, match="a single"):
        scorer.score(photos[0])
    with pytest.raises(ImageError):
        scorer.score([photos[0], broken_photo])


def test_items_of_a_catalogue_score_as_their_photos_do(scorer, retriever, photos):
    ids = ["item-0", "item-3", "item-5"]
    stored = scorer.score(ids, catalogue=retriever)
    fresh = scorer.score([photos[place] for place in (0, 3, 5)])
    assert stored.score == pytest.approx(fresh.score, abs=1e-5)
    with pytest.raises(CatalogueError, match="nobody"):
        scorer.score(["item-0", "nobody"], catalogue=retriever)


def test_completing_ranks_the_candidates_by_the_score_with_each(scorer, photos):
    outfit, candidates = photos[:2], photos[4:]
    expected = [scorer.score([*outfit, candidate]).score for candidate in candidates]
    found = scorer.complete(outfit, candidates, k=20)
    assert [suggestion.item for suggestion in found] == sorted(range(8), key=lambda place: -expected[place])
    for suggestion in found:
        assert suggestion.score == pytest.approx(expected[suggestion.item], abs=1e-5)
    assert scorer.complete(outfit, candidates, k=3) == found[:3]
    assert isinstance(found[0], Suggestion)
    assert scorer.complete(photos[0], photos[1:3], k=1)
    assert scorer.complete(outfit, []) == []


def test_completing_from_a_catalogue(scorer, retriever, photos):
    fresh = scorer.complete([photos[0], photos[3]], photos, k=12)
    stored = scorer.complete([photos[0], photos[3]], retriever, k=12)
    assert [suggestion.item for suggestion in stored] == [f"item-{suggestion.item}" for suggestion in fresh]
    from_ids = scorer.complete(["item-0", "item-3"], retriever, k=12, catalogue=retriever)
    assert {suggestion.item for suggestion in from_ids} == {
        f"item-{place}" for place in range(12) if place not in (0, 3)
    }
    of_kind = scorer.complete(["item-0"], retriever, k=12, catalogue=retriever, kind="tops")
    assert {suggestion.item for suggestion in of_kind} == {f"item-{place}" for place in range(1, 12, 2)}


def test_completing_with_a_kind_of_photo(scorer, checkpoint, photos):
    from fashionkit import Classifier

    labels = [category.label for category in Classifier.load(checkpoint).predict(photos)]
    assert len(set(labels)) > 1
    found = scorer.complete(photos[0], photos, k=12, kind=labels[0])
    assert {suggestion.item for suggestion in found} == {
        place for place, label in enumerate(labels) if label == labels[0]
    }
    assert scorer.complete(photos[0], photos, kind="no such thing") == []


@pytest.mark.parametrize("k", [0, -1, True, 2.0, "3"])
def test_completing_needs_a_number_of_suggestions(scorer, photos, k):
    with pytest.raises(ConfigError, match="k, how many suggestions to give, must be an int above 0"):
        scorer.complete(photos[:2], photos, k=k)


@pytest.mark.parametrize("count", [0, 16])
def test_an_outfit_to_complete_has_room_for_one_more(scorer, photos, count):
    with pytest.raises(DataError, match=f"1 to 15 items, got {count}"):
        scorer.complete((photos * 2)[:count], photos)


def test_a_catalogue_of_another_model_is_refused(scorer, tmp_path):
    pytest.importorskip("torch")
    from fashionkit import EmbeddingSpec, FashionModel

    other = FashionModel("test_vit", {"embedding": EmbeddingSpec(dimension=8)}).save(tmp_path / "other")
    with pytest.warns(UserWarning, match="made"), Retriever.open(tmp_path / "items", model=other, create=True) as items:
        items.add(vectors=np.eye(8)[:3], ids=["a", "b", "c"])
        with pytest.raises(ModelError, match="another model"):
            scorer.score(["a", "b"], catalogue=items)
        with pytest.raises(ModelError, match="another model"):
            scorer.complete(["a"], items, catalogue=items)


def test_a_model_without_an_outfit_head_says_so(tmp_path):
    pytest.importorskip("torch")
    from fashionkit import EmbeddingSpec, FashionModel

    model = FashionModel("test_vit", {"embedding": EmbeddingSpec(dimension=8)})
    with pytest.raises(ModelError, match="no outfit head; its heads: embedding"):
        OutfitScorer.load(model)

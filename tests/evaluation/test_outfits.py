from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fashionkit.datasets import Judged, Outfit, OutfitSet, Question
from fashionkit.errors import DataError
from fashionkit.evaluation import outfits

pytestmark = pytest.mark.light
VECTORS = {name: np.eye(4, dtype=np.float32)[at] for at, name in enumerate("abcd")}
TRAIN = (Outfit("1", "old", ("a", "b")), Outfit("2", "old", ("a", "b", "c")))


def outfit_set(questions=(), judged=()):
    return OutfitSet("outfits", "val", Path(), {}, (), tuple(questions), tuple(judged), {})


def test_controls_look_at_no_photo():
    popularity, co_occurrence, cosine = outfits.controls_of(TRAIN, VECTORS)
    assert popularity.score([("a", "b"), ("a", "d")]).tolist() == [2.0, 1.0]
    assert co_occurrence.score([("b", "a"), ("a", "b", "c"), ("c", "d")]).tolist() == [2.0, 4 / 3, 0.0]
    assert cosine.score([("a", "a"), ("a", "b"), ("a", "a", "b")]).tolist() == pytest.approx([1.0, 0.0, 1 / 3])


def test_without_train_outfits_there_is_nothing_to_count():
    assert [control.name for control in outfits.controls_of((), VECTORS)] == ["cosine"]


def test_eras_have_figures_of_their_own():
    questions = [Question("1", era, ("a",), "b", ("c", "d")) for era in ("old", "new", "new")]
    judged = [Judged("1", era, ("a", "b"), made) for era in ("old", "new") for made in (True, False)]
    found = outfits.measure(outfit_set(questions, judged), lambda sets: np.array([len(s[-1]) for s in sets]), [])
    assert {name: figure.n for name, figure in found.figures.items()} == {
        **{f"outfits/mixed/{metric}": 3 for metric in ("fitb", "ndcg")},
        **{f"outfits/new_era/{metric}": 2 for metric in ("fitb", "ndcg")},
        **{f"outfits/old_era/{metric}": 1 for metric in ("fitb", "ndcg")},
        "outfits/mixed/auc": 4,
        "outfits/new_era/auc": 2,
        "outfits/old_era/auc": 2,
    }
    # Equal scores for all choices: what chance gets.
    assert found.figures["outfits/mixed/fitb"].value == pytest.approx(1 / 3)
    assert found.figures["outfits/mixed/auc"].value == 0.5


def test_a_split_without_questions_is_refused():
    with pytest.raises(DataError, match="no questions"):
        outfits.measure(outfit_set(), len, [])

from __future__ import annotations

import pytest

pytest.importorskip("gradio")

from hypothesis import given, strategies as st

from fashionkit.heads.outfit.result import OutfitScore
from fashionkit.heads.outfit.spec import MAX_ITEMS
from fashionkit.service.problems import Problem
from fashionkit.service.ui.judging import SUGGESTIONS, Judgement, chosen_of, judge, toggled


def test_scores_are_those_of_the_scorer(stock, offers, photos, closet):
    names = [photo.name for photo in photos[:3]]
    judged = judge(names, offers, stock)
    expected = offers.outfits.score([closet / name for name in names])
    assert judged.scored.score == pytest.approx(expected.score, abs=1e-4)
    assert judged.scored.without == pytest.approx(expected.without, abs=1e-4)
    assert [tile.id for tile in judged.items] == names


def test_suggestions_are_the_best_of_the_rest(stock, offers, photos, closet):
    names = [photo.name for photo in photos[:2]]
    others = [photo.name for photo in photos[2:]]
    judged = judge(names, offers, stock)
    scores = {name: offers.outfits.score([closet / each for each in (*names, name)]).score for name in others}
    best = sorted(scores.values(), reverse=True)[:SUGGESTIONS]
    assert [score for _, score in judged.suggestions] == pytest.approx(best, abs=1e-4)
    assert not {tile.id for tile, _ in judged.suggestions} & set(names)


def test_nothing_chosen_is_nothing_said(stock, offers):
    assert judge([], offers, stock) == Judgement((), None, ())


def test_one_item_has_suggestions_and_no_score(stock, offers, photos):
    judged = judge([photos[0].name], offers, stock)
    assert judged.scored is None
    assert len(judged.suggestions) == SUGGESTIONS


def test_what_is_not_there_is_refused(stock, offers):
    with pytest.raises(Problem, match="no item 'gone' any more"):
        judge(["gone"], offers, stock)


@pytest.mark.parametrize(
    ("score", "without", "clash"),
    [(0.5, (0.4, 0.6, 0.7), 2), (0.8, (0.4, 0.6, 0.7), None), (0.5, None, None), (0.5, (0.5, 0.5, 0.5), None)],
)
def test_an_item_clashes_where_the_rest_is_better_without_it(score, without, clash):
    assert Judgement((), OutfitScore(score, without), ()).clash == clash


@given(st.lists(st.text(max_size=3), max_size=MAX_ITEMS, unique=True), st.text(max_size=3))
def test_a_second_click_undoes_the_first(chosen, name):
    assert sorted(toggled(toggled(chosen, name), name)) == sorted(chosen)


@pytest.mark.parametrize(
    "given", ["shirt", {"a": 1}, [1], [["a"]], ["a", "a"], [None], [str(place) for place in range(MAX_ITEMS + 1)], 3]
)
def test_what_no_page_of_ours_sends_is_refused(given):
    with pytest.raises(Problem) as raised:
        chosen_of(given)
    assert raised.value.status == 422

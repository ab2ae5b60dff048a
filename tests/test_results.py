from __future__ import annotations

import gc
import json
import pickle
from html.parser import HTMLParser

import pytest

from fashionkit import Analysis
from fashionkit.results import Hit, Suggestion, html_table

pytestmark = pytest.mark.light

EVIL = '<script>alert("1")</script>\n&'
RESULTS = [
    (Hit("shirt-1", 0.875, {"price": 20}), "Hit('shirt-1', score=0.875)"),
    (Hit(EVIL, -1.0, {EVIL: EVIL}), None),
    (Suggestion("belt-7", 0.91), "Suggestion('belt-7', score=0.910)"),
    (Suggestion(3, 0.0), "Suggestion(3, score=0.000)"),
    (Suggestion(EVIL, 1.0), None),
    (
        Analysis({"a": Hit("x", 0.5), "b": Suggestion(1, 0.25)}),
        "Analysis(Hit('x', score=0.500), Suggestion(1, score=0.250))",
    ),
    (Analysis({}), "Analysis()"),
]


class Tags(HTMLParser):
    """Collects tags, and refuses one that is closed without having been opened."""

    def __init__(self):
        super().__init__()
        self.seen, self.open = set(), []

    def handle_starttag(self, tag, attrs):
        del attrs
        self.seen.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(("result", "shown"), RESULTS)
def test_a_result_is_frozen_plain_and_shown_on_a_line(result, shown):
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False)) == result.to_dict()
    assert "\n" not in repr(result)
    assert shown is None or repr(result) == shown
    assert pickle.loads(pickle.dumps(result)) == result  # our own bytes
    with pytest.raises(AttributeError):
        setattr(result, result.__match_args__[0], "other")


@pytest.mark.parametrize(("result", "shown"), RESULTS)
def test_nothing_in_a_result_becomes_markup(result, shown):
    del shown
    parser = Tags()
    parser.feed(result._repr_html_())
    assert not parser.open
    assert parser.seen <= {"table", "caption", "tr", "th", "td", "meter"}


def test_a_table_draws_a_bar_where_there_is_a_share():
    table = html_table("A & B", [("one", "x", 0.25), ("two", "y", None)])
    assert table.count("<tr>") == 2
    assert table.count("<meter") == 1
    assert 'value="0.250"' in table
    assert "0.25" in table
    assert "A &amp; B" in table


def test_a_hit_of_negative_score_has_no_negative_bar():
    assert 'value="0.000"' in Hit("a", -0.5)._repr_html_()


def test_the_garbage_collector_passes_over_hits():
    assert not gc.is_tracked(Hit("a", 0.5, {"price": 20, "kind": "shirt"}))


def test_what_a_hit_gives_away_does_not_change_it():
    hit = Hit("a", 0.5, {"price": 20})
    hit.to_dict()["metadata"]["price"] = 0
    assert hit.metadata == {"price": 20}

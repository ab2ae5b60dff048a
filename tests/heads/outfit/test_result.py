from __future__ import annotations

import pytest

from fashionkit.heads.outfit.result import OutfitScore

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("without", "weakest"),
    [(None, None), ((0.1, 0.9, 0.5), 1), ((0.5, 0.5, 0.1), 0), ((0.1, 0.2, 0.3), 2)],
)
def test_the_weakest_is_that_without_which_the_outfit_scores_best(without, weakest):
    result = OutfitScore(0.25, without)
    assert result.weakest == weakest
    assert result.to_dict() == {
        "score": 0.25,
        "weakest": weakest,
        "without": None if without is None else list(without),
    }
    assert repr(result) == ("OutfitScore(0.250)" if weakest is None else f"OutfitScore(0.250, weakest={weakest})")
    assert result._repr_html_().count("<tr>") == 1 + len(without or ())

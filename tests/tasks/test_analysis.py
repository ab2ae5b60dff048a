from __future__ import annotations

import pytest

from fashionkit import Analysis
from fashionkit.errors import ModelError
from fashionkit.results import Hit, Suggestion

pytestmark = pytest.mark.light


def test_an_analysis_is_read_by_name():
    category, attributes, embedding, price = Hit("c", 1.0), Hit("a", 0.5), Hit("e", 0.25), Suggestion(1, 0.5)
    analysis = Analysis({"category": category, "attributes": attributes, "embedding": embedding, "price": price})
    assert (analysis.category, analysis.attributes, analysis.embedding) == (category, attributes, embedding)
    assert analysis["price"] is price
    assert list(analysis) == ["category", "attributes", "embedding", "price"]
    assert len(analysis) == 4
    assert "price" in analysis
    assert "cost" not in analysis
    assert analysis.to_dict()["price"] == {"item": 1, "score": 0.5}


@pytest.mark.parametrize("name", ["category", "attributes", "embedding"])
def test_an_answer_that_was_not_given_is_an_error_with_a_suggestion(name):
    with pytest.raises(ModelError, match=f"the model gave no {name!r}; known: x$"):
        getattr(Analysis({"x": Hit("a", 1.0)}), name)
    with pytest.raises(ModelError, match=f"did you mean {name!r}"):
        Analysis({name: Hit("a", 1.0)})[name[:-1]]

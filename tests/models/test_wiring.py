from __future__ import annotations

import pytest

from fashionkit.errors import ModelError
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.embedding.spec import EmbeddingSpec
from fashionkit.heads.outfit.spec import OutfitSpec
from fashionkit.models.wiring import RESERVED, check_heads

pytestmark = pytest.mark.light

CATEGORY, EMBEDDING = CategorySpec(labels=("a", "b")), EmbeddingSpec(dimension=8)


class ReadsTwo(OutfitSpec, frozen=True):
    reads = ("embedding", "category")


@pytest.mark.parametrize("name", ["category", "a", "head_2", "embedding"])
def test_heads_that_fit_are_taken(name):
    check_heads({name: CATEGORY, "style": EMBEDDING, "outfit": OutfitSpec(item_width=8, embedding="style")})


@pytest.mark.parametrize("name", [*RESERVED, "", "A", "2a", "a b", "a.b", "../a", "ä", "a\n", "_a", 5, None])
def test_a_name_that_is_unfit_is_refused(name):
    with pytest.raises(ModelError, match="a head cannot be called"):
        check_heads({name: CATEGORY})


@pytest.mark.parametrize(
    ("specs", "reason"),
    [
        ({}, "at least one head"),
        ({"category": {"labels": ["a", "b"]}}, "needs a spec"),
        ({"category": CategorySpec}, "needs a spec"),
        ({"category": None}, "needs a spec"),
        ({"outfit": OutfitSpec(item_width=8)}, "reads the output of 'embedding', which no head gives"),
        ({"embeding": EMBEDDING, "outfit": OutfitSpec(item_width=8)}, "did you mean 'embeding'"),
        ({"embedding": EMBEDDING, "outfit": OutfitSpec(item_width=9)}, "items of 9 numbers, and 'embedding' gives 8"),
        ({"category": CATEGORY, "outfit": OutfitSpec(item_width=1, embedding="outfit")}, "which no head gives"),
        ({"embedding": EMBEDDING, "category": CATEGORY, "outfit": ReadsTwo(item_width=8)}, "of one head, not of 2"),
        ({"embedding": EMBEDDING, "present": OutfitSpec(item_width=8)}, "name of its own input"),
    ],
)
def test_heads_that_cannot_stand_together_are_refused(specs, reason):
    with pytest.raises(ModelError, match=reason):
        check_heads(specs)

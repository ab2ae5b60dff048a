from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from small_training import LABELS

from fashionkit import AttributesSpec, CategorySpec, ConfigError, DataError, EmbeddingSpec, Group, NumberRule, TagRule
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.training.balance import classes_of
from fashionkit.training.examples import Examples, gather
from fashionkit.training.passes import order_of
from fashionkit.training.recipe import Mixing, Phase, Recipe

SPECS = {
    "category": CategorySpec(labels=LABELS),
    "attributes": AttributesSpec(
        groups={"sleeve": Group(("long", "short"))}, tags={"striped": TagRule()}, numbers={"year": NumberRule()}
    ),
    "embedding": EmbeddingSpec(dimension=4),
}
SHOP = ["dress"] * 90 + ["shirt"] * 10
STREET = [("shorts", "skirt")] * 32 + ["skirt"] * 8 + [None] * 10
PHOTO = np.zeros((8, 8, 3), np.uint8)


def photos(name: str, labels: list[dict[str, object]]) -> DataSet:
    return DataSet(name, "", tuple(LabelledPhoto(PHOTO, each, id=str(n)) for n, each in enumerate(labels)), Path())


def shop_and_street() -> Examples:
    shop = [{"category": label, "embedding": f"shop/{n // 5}"} for n, label in enumerate(SHOP)]
    return gather([photos("shop", shop), photos("street", [{"category": label} for label in STREET])], SPECS)


def order(examples: Examples, batch_size: int = 30, **mixing: object):
    recipe = Recipe(phases=(Phase(steps=1, learning_rate=1.0),), batch_size=batch_size, mixing=Mixing(**mixing))
    return order_of(examples, SPECS, recipe)


def drawn(examples: Examples, epochs: int = 4, **mixing: object) -> Counter[object]:
    labels = [*SHOP, *STREET]
    batches = order(examples, **mixing)
    return Counter(labels[place] for step in range(5 * epochs) for place in batches.batch(step))


def test_each_set_gives_its_labels_their_share():
    counts = drawn(shop_and_street(), balance="category", balance_power=0.0)
    # Two sets with two labels each, a set of labels being one; what is not known stays as it is.
    assert counts == {"dress": 200, "shirt": 200, ("shorts", "skirt"): 80, "skirt": 80, None: 40}


def test_the_power_says_how_much():
    counts = drawn(shop_and_street(), balance="category")
    assert counts["dress"] / counts["shirt"] == pytest.approx(3, rel=0.05)
    assert drawn(shop_and_street(), balance="category", balance_power=1.0) == drawn(shop_and_street())


def test_the_shares_of_the_sets_stay():
    examples = shop_and_street()
    for weights in ({}, {"street": 3.0}):
        plain, rare = (order(examples, weights=weights, balance=balance) for balance in ("", "category"))
        for step in range(7):
            assert sum(plain.batch(step) < 100) == sum(rare.batch(step) < 100)


def test_photos_of_products_stay_and_the_rest_is_balanced():
    examples = shop_and_street()
    plain, rare = (order(examples, products=4, balance=balance, balance_power=0.0) for balance in ("", "category"))
    rest = Counter()
    for step in range(40):
        batch = rare.batch(step)
        assert np.array_equal(batch[:8], plain.batch(step)[:8])
        rest.update([*SHOP, *STREET][place] for place in batch[8:])
    assert rest["shirt"] == pytest.approx(rest["dress"], rel=0.02)


def test_products_that_fill_the_batch_leave_nothing_to_balance():
    with pytest.raises(ConfigError, match="photos of products fill the batch of 8"):
        order(shop_and_street(), batch_size=8, products=4, balance="category")


def test_groups_and_tags_are_balanced_by_their_column():
    labels = [{"sleeve": "long", "striped": True}, {"sleeve": "short", "tags": []}, {"year": 1.0}, None]
    examples = gather([photos("mine", [{"attributes": label} for label in labels])], SPECS)
    assert classes_of("attributes.sleeve", examples, SPECS).tolist() == [0, 1, -1, -1]
    assert classes_of("attributes.striped", examples, SPECS).tolist() == [1, 0, -1, -1]
    with pytest.raises(DataError, match="no photo has a label for 'category'"):
        classes_of("category", examples, SPECS)


@pytest.mark.parametrize("question", ["categroy", "attributes", "attributes.year", "attributes.neck", "embedding"])
def test_what_has_no_labels_to_balance_is_refused(question):
    with pytest.raises(ConfigError, match=r"cannot balance '.*'; .*nown: attributes.sleeve, attributes.striped, cat"):
        order(shop_and_street(), balance=question)

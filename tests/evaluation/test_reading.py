from __future__ import annotations

import numpy as np
import pytest

from fashionkit import AttributesSpec, CategorySpec, Group
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.evaluation.fields import questions_of
from fashionkit.evaluation.reading import reading_of
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light
CELLS = {"file": "a", "split": "val", "group": "", "label": "Pants", "kids": "False"}
PRODUCT = dict.fromkeys(("file", "split", "group", "gender", "baseColour", "usage", "year"), "")


def field(cells, name, set_name):
    data = DataSet(set_name, "val", (LabelledPhoto("a", fields=cells),), None)
    return next(each for each in questions_of(data).fields if each.name == name)


def test_a_label_is_the_sum_of_the_types_that_it_means():
    specs = {"category": CategorySpec(labels=Taxonomy.load().types)}
    reading = reading_of(field(CELLS, "label", "clothing"), ("Dress", "Pants"), specs)
    types = specs["category"].labels
    raw = np.full((1, len(types)), -50, np.float32)
    # A dress is the most probable type, but trousers and jeans together are more.
    for name, share in (("dress", 0.4), ("trousers", 0.3), ("jeans", 0.3)):
        raw[0, types.index(name)] = np.log(share)
    assert reading.probabilities({"category": raw}) == pytest.approx(np.array([[0.4, 0.6]]), abs=1e-3)


def test_a_model_with_the_labels_of_the_table_answers_in_those():
    specs = {"what": CategorySpec(labels=("Pants", "Dress"))}
    reading = reading_of(field(CELLS, "label", "clothing"), ("Dress", "Pants"), specs)
    assert (reading.head, reading.places) == ("what", ((1,), (0,)))


def test_words_of_the_table_are_read_in_those_of_the_model():
    season = field({**PRODUCT, "season": "Fall", "articleType": "Shirts"}, "season", "products")
    ours = {"attributes": AttributesSpec(groups={"season": Group(("autumn", "winter"), may_not_apply=True)})}
    theirs = {"attributes": AttributesSpec(groups={"season": Group(("Fall", "Winter"))})}
    for specs in (ours, theirs):
        reading = reading_of(season, ("Fall", "Winter"), specs)
        assert reading.places == ((0,), (1,))
    # "does not apply" is no label of the table: it takes no part.
    raw = np.array([[0, 1, 9]], np.float32)
    assert reading_of(season, ("Fall", "Winter"), ours).probabilities({"attributes": raw}).argmax() == 1


def test_the_column_of_one_set_may_have_the_name_of_another_group():
    articles = dict.fromkeys(
        ["file", "split", "product_type", "pattern", "colour", "colour_value", "colour_master", "index_group"], ""
    )
    articles |= dict.fromkeys(["garment_group", "product", "group"], "")
    specs = {
        "attributes": AttributesSpec(
            groups={"colour": Group(("red", "blue")), "colour_shade": Group(("dark red", "light red", "navy"))}
        )
    }
    reading = reading_of(field(articles, "colour", "articles"), ("Dark Red", "Light Red"), specs)
    assert reading.columns == slice(2, 5)


def test_what_the_model_was_not_made_for_is_refused():
    label = field(CELLS, "label", "clothing")
    with pytest.raises(DataError, match="no category head"):
        reading_of(label, ("Dress", "Pants"), {})
    with pytest.raises(DataError, match="knows 0 of its 2 labels"):
        reading_of(label, ("Dress", "Pants"), {"category": CategorySpec(labels=("cat", "dog"))})


def test_belief_that_lies_elsewhere_is_spread_evenly():
    specs = {"category": CategorySpec(labels=("Dress", "Pants", "Boat"))}
    reading = reading_of(field(CELLS, "label", "clothing"), ("Dress", "Pants"), specs)
    shares = reading.probabilities({"category": np.array([[-2000, -2000, 0]], np.float32)})
    assert shares.tolist() == [[0.5, 0.5]]

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fashionkit.datasets import DataSet, LabelledPhoto, open_data, with_taxonomy
from fashionkit.datasets.fashion_mnist import LABELS
from fashionkit.errors import DataError
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light


def clothing(*labels: str) -> DataSet:
    photos = (
        LabelledPhoto("a", {"category": label, "attributes": {"kids": "True"}}, fields={"label": label})
        for label in labels
    )
    return DataSet("clothing", "train", tuple(photos), Path())


def test_labels_become_types_and_what_says_none_is_not_known():
    found = with_taxonomy(clothing("Pants", "Not sure", "Dress"))
    pants, unsure, dress = (photo.labels for photo in found)
    assert (pants["category"], dress["category"]) == (Taxonomy.load().types_of("clothing", "Pants"), ("dress",))
    assert unsure == {"attributes": {"kids": "True"}}
    assert (found.name, found.split) == ("clothing", "train")


def test_the_set_that_was_given_stays_as_it_was():
    given = clothing("Dress")
    with_taxonomy(given)
    assert given.labels_of("category") == ["Dress"]


def test_sets_without_categories_stay_as_they_are():
    street = DataSet("street", "", (LabelledPhoto("a", {"attributes": {"tags": []}}),), Path())
    assert with_taxonomy(street) is street


def test_what_the_taxonomy_does_not_know_is_refused():
    with pytest.raises(DataError, match="unknown set 'mine'"):
        with_taxonomy(DataSet("mine", "", clothing("Dress").photos, Path()))
    with pytest.raises(DataError, match="unknown label"):
        with_taxonomy(clothing("Drss"))
    with pytest.raises(DataError, match="no column 'label'"):
        with_taxonomy(DataSet("clothing", "", (LabelledPhoto("a", {"category": "Dress"}),), Path()))


def test_a_set_without_a_table_is_known_by_its_labels():
    photos = tuple(LabelledPhoto(np.zeros((28, 28), np.uint8), {"category": label}) for label in LABELS)
    found = with_taxonomy(DataSet("fashion-mnist", "train", photos, Path())).labels_of("category")
    meanings = [Taxonomy.load().types_of("fashion-mnist", label) for label in LABELS]
    assert found == meanings
    assert "trousers" in found[LABELS.index("Trouser")]


@pytest.mark.parametrize("name", ["clothing", "products", "articles", "design"])
def test_every_label_of_the_real_sets_is_known(data, name):
    types = set(Taxonomy.load().types)
    found = with_taxonomy(open_data(data / name)).labels_of("category")
    assert sum(label is not None for label in found) > 0.9 * len(found)
    assert all(types.issuperset(label) for label in found if label)

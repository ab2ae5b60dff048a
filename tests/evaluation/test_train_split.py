from __future__ import annotations

import pytest

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.evaluation.fields import Field
from fashionkit.evaluation.recorded import probe, recorded
from fashionkit.evaluation.train_split import OF_FOLDER, OF_ITSELF, OF_RECORD, TrainSplit
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light


def photos(*labels, family="Shirt"):
    return tuple(
        LabelledPhoto(f"{at}.png", fields={"sleeve": each, "family": family}) for at, each in enumerate(labels)
    )


SLEEVE = Field("sleeve", "attributes", "sleeve", 2, lambda photo: photo.fields["sleeve"], lambda label: ())


def split(name, train, evaluated=()):
    return TrainSplit(name, train, DataSet(name, "val", evaluated, None))


def test_labels_with_too_few_train_photos_do_not_count():
    train = split("design", photos("long", "long", "cap", "", "short", "short", "short"))
    assert train.counts(SLEEVE) == {"long": 2, "short": 3}
    assert train.by_family(SLEEVE) == {"Shirt": "short"}
    assert train.source("sleeve") == OF_FOLDER


def test_without_train_photos_the_record_is_asked():
    train = split("design", ())
    assert train.source("sleeve") == OF_RECORD
    assert train.counts(SLEEVE) == recorded("design").counts["sleeve"]
    assert train.by_family(SLEEVE) == recorded("design").by_family["sleeve"]


def test_without_a_record_all_labels_of_the_photos_count():
    train = split("", (), photos("long", "cap"))
    assert train.source("sleeve") == OF_ITSELF
    assert train.counts(SLEEVE) == {"long": 1, "cap": 1}


def test_recorded_categories_are_those_of_the_taxonomy():
    taxonomy = Taxonomy.load()
    # Fashion-MNIST has no table, and its train split is always there.
    for name in filter(taxonomy.column_of, taxonomy.set_names):
        known = recorded(name.split("-")[0]).counts[taxonomy.column_of(name)]
        assert set(known) <= set(taxonomy.labels_of(name))
        assert min(known.values()) >= recorded(name.split("-")[0]).fewest


def test_published_figures_stand_beside_the_same_photos_alone():
    assert probe("design_worn/sleeve/accuracy", 678, "val") == 0.773
    assert probe("design_worn/sleeve/accuracy", 673, "val") == 0.773
    assert probe("design_worn/sleeve/accuracy", 670, "val") is None
    assert probe("design_worn/sleeve/accuracy", 678, "test") is None

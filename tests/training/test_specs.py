from pathlib import Path

import pytest

from fashionkit import (
    AttributesSpec,
    CategorySpec,
    ConfigError,
    DataError,
    EmbeddingSpec,
    Group,
    OutfitSpec,
    TagRule,
)
from fashionkit.datasets import DataSet, LabelledPhoto, Outfit, OutfitSet
from fashionkit.training.specs import only_known, specs_for

pytestmark = pytest.mark.light


def data_of(*labels: dict[str, object]) -> DataSet:
    photos = tuple(LabelledPhoto(f"{n}.jpg", label, id=str(n)) for n, label in enumerate(labels))
    return DataSet("mine", "", photos, Path())


def test_labels_of_several_sets_make_one_head():
    first = data_of({"category": "shirt"}, {"category": ("trousers", "jeans")}, {"category": None})
    second = data_of({"category": "shirt"}, {"category": "sombrero of my own"})
    spec = specs_for([first, second])["category"]
    assert spec.labels == ("jeans", "shirt", "sombrero of my own", "trousers")
    assert spec.kinds == {"jeans": "bottoms", "shirt": "tops", "trousers": "bottoms"}


def test_attributes_become_what_their_values_are():
    data = data_of(
        {"attributes": {"sleeve": "long", "tags": ["striped"], "year": 2010.0, "lined": True, "brand": ""}},
        {"attributes": {"sleeve": "does not apply", "tags": [], "year": 2020, "lined": None}},
        {"attributes": {"sleeve": None}},
        {"attributes": None},
        {},
    )
    specs = specs_for([data])
    assert list(specs) == ["attributes"]
    spec = specs["attributes"]
    assert spec.groups == {"sleeve": Group(("long",), may_not_apply=True)}
    assert spec.tags == {"lined": TagRule(), "striped": TagRule()}
    assert (spec.numbers["year"].centre, spec.numbers["year"].scale) == (2015.0, 5.0)
    assert spec.encode(data.labels_of("attributes")).shape == (5, 4)


def test_numbers_that_are_all_alike_have_a_scale():
    spec = specs_for([data_of({"attributes": {"year": 3.0}}, {"attributes": {"year": 3.0}})])["attributes"]
    assert spec.numbers["year"].scale == 1.0


def outfits_of(*items: str) -> OutfitSet:
    photos = {item: LabelledPhoto(f"{item}.jpg", {"category": item}, id=item) for item in items}
    return OutfitSet("shop", "", Path(), photos, (Outfit("1", "", items),), (), (), {})


def test_outfits_make_a_head_and_the_embedding_that_it_reads():
    outfits = outfits_of("jeans", "shirt")
    wanted = {"embedding": EmbeddingSpec(dimension=7), "outfit": OutfitSpec(item_width=7)}
    assert specs_for([outfits], dimension=7) == wanted
    assert specs_for([outfits], heads=("outfit",), dimension=7) == wanted
    assert list(specs_for([outfits.as_photos(), outfits])) == ["category", "embedding", "outfit"]
    assert list(specs_for([outfits.as_photos(), outfits], heads=("category", "embedding"))) == ["category"]
    with pytest.raises(DataError, match="no labels for outfit"):
        specs_for([outfits.as_photos()], heads=("outfit",))


def test_names_of_products_make_an_embedding():
    assert specs_for([data_of({"embedding": "mine/1"}, {})], dimension=7) == {"embedding": EmbeddingSpec(dimension=7)}


def test_rare_labels_are_left_out_and_taken_out():
    data = data_of(
        *[{"category": label, "attributes": {"sleeve": label, "tags": [label]}} for label in ("a", "a", "b", "b", "c")],
        {"category": ("b", "c")},
    )
    specs = specs_for([data], fewest=2)
    assert specs["category"].labels == ("a", "b", "c")
    specs = specs_for([data_of(*[photo.labels for photo in data.photos[:5]])], fewest=2)
    assert specs["category"].labels == ("a", "b")
    kept = only_known(data, specs)
    assert kept.labels_of("category") == [("a",), ("a",), ("b",), ("b",), None, ("b",)]
    assert kept.labels_of("attributes")[4] == {"tags": []}
    for name, spec in specs.items():
        assert len(spec.encode(kept.labels_of(name))) == 6


def test_only_known_leaves_what_is_known():
    spec = AttributesSpec(groups={"sleeve": Group(("long", "short"))}, tags={"striped": TagRule()})
    label = {"attributes": {"sleeve": "long", "striped": False, "neck": "round"}, "embedding": "mine/1"}
    kept = only_known(data_of(label), {"attributes": spec, "embedding": EmbeddingSpec()})
    assert kept.photos[0].labels == {"attributes": {"sleeve": "long", "striped": False}, "embedding": "mine/1"}


@pytest.mark.parametrize("labels", [(), ({},), ({"category": "dress"},), ({"attributes": {"sleeve": "long"}},)])
def test_what_asks_nothing_is_refused(labels):
    with pytest.raises(DataError, match="no labels for category, attributes, embedding"):
        specs_for([data_of(*labels)])


def test_an_attribute_of_two_types_is_refused():
    with pytest.raises(DataError, match="'year' is a text for some"):
        specs_for([data_of({"attributes": {"year": "2010"}}, {"attributes": {"year": 2011.0}})])


def test_a_head_that_no_labels_make_is_refused():
    with pytest.raises(ConfigError, match="did you mean 'category'"):
        specs_for([data_of({"category": "a"})], heads=("categories",))


def test_one_head_alone_can_be_had():
    data = data_of({"category": "a", "embedding": "x"}, {"category": "b"})
    assert specs_for([data], heads=("category",)) == {"category": CategorySpec(labels=("a", "b"))}

from __future__ import annotations

import csv
import math
import pickle
import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light

SHIPPED = Taxonomy.load()

SMALL = """
groups = ["sleeve", "waist"]

[kinds.tops]
types = ["shirt", "blouse"]
cannot_have = ["waist"]

[kinds.bottoms]
types = ["jeans"]
cannot_have = ["sleeve"]

[sets.shop]
column = "label"
unmapped = ["Other"]
[sets.shop.labels]
Shirts = ["shirt", "blouse"]
Jeans = "jeans"
[sets.shop.same_as]
Denim = "Jeans"

[sets.closet]
column = "type"
[sets.closet.labels]
Shirt = "shirt"
Blouse = "blouse"
"""


@pytest.fixture
def load(tmp_path):
    def load(text: str | bytes) -> Taxonomy:
        path = tmp_path / "own.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Taxonomy.load(path)

    return load


# The rules, over the file that comes with the package, checked anew and not by what loads it.


def test_every_type_has_one_kind_and_a_plain_name():
    assert tuple(SHIPPED.kinds) == SHIPPED.types
    assert len(set(SHIPPED.types)) == len(SHIPPED.types)
    assert all(SHIPPED.kind_of(name) == kind for name, kind in SHIPPED.kinds.items())
    assert [name for name in SHIPPED.types if name != name.strip().lower() or not name.isascii()] == []


@pytest.mark.parametrize("set_name", SHIPPED.set_names)
def test_the_labels_of_a_set_share_no_type(set_name):
    reached = [name for label in SHIPPED.labels_of(set_name) for name in SHIPPED.types_of(set_name, label)]
    assert len(set(reached)) == len(reached)
    assert set(reached) <= set(SHIPPED.types)
    assert all(SHIPPED.types_of(set_name, label) for label in SHIPPED.labels_of(set_name))


def test_every_type_is_reached_and_told_from_every_other():
    def labels(name: str) -> frozenset[tuple[str, str]]:
        return frozenset(
            (set_name, label)
            for set_name in SHIPPED.set_names
            for label in SHIPPED.labels_of(set_name)
            if name in SHIPPED.types_of(set_name, label)
        )

    reached = [labels(name) for name in SHIPPED.types]
    assert all(reached)
    assert len(set(reached)) == len(reached)


def test_what_a_kind_cannot_have_is_a_group():
    for kind in set(SHIPPED.kinds.values()):
        assert SHIPPED.cannot_have(kind) <= set(SHIPPED.groups)
    assert SHIPPED.cannot_have("bottoms") == {"sleeve", "neck"}
    assert "sleeve" not in SHIPPED.cannot_have("dresses")


@pytest.mark.parametrize(
    ("set_name", "label", "types"),
    [
        ("clothing", "Dress", {"dress"}),
        ("clothing", "Not sure", set()),
        ("products", "Tshirts", {"t-shirt", "polo shirt"}),
        ("articles", "Earrings", {"earring"}),
        ("design", "Blouse", {"blouse"}),
        ("design-family", "Shirt", {"shirt", "blouse"}),
        ("outfits", "Glasses", {"sunglasses"}),
    ],
)
def test_some_labels_mean_what_a_person_would_say(set_name, label, types):
    assert set(SHIPPED.types_of(set_name, label)) == types


def test_families_are_unions_of_the_types_of_the_same_photos():
    by_type = {name for label in SHIPPED.labels_of("design") for name in SHIPPED.types_of("design", label)}
    by_family = {
        name for label in SHIPPED.labels_of("design-family") for name in SHIPPED.types_of("design-family", label)
    }
    assert by_type == by_family


def test_it_fits_the_category_spec():
    from fashionkit import CategorySpec

    spec = CategorySpec(labels=SHIPPED.types, kinds=SHIPPED.kinds)
    assert spec.encode([SHIPPED.types_of("clothing", "Pants"), None]).sum(1).tolist() == [5, 0]


def rows_of(data, set_name):
    folder = data / set_name.split("-")[0]
    tables = [path for name in ("labels.csv", "items.csv") if (path := folder / name).exists()]
    if not tables:
        pytest.skip(f"{folder} holds no table")
    with tables[0].open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("set_name", SHIPPED.set_names)
def test_every_label_of_the_real_tables_is_known(data, set_name):
    column = SHIPPED.column_of(set_name)
    found = {row[column] for row in rows_of(data, set_name)}
    # One that is not known raises, and names itself.
    answers = {SHIPPED.label_of(set_name, label) for label in found} - {None}
    # Each is that of some row: a label that no row has is a slip of the pen.
    assert answers == set(SHIPPED.labels_of(set_name))


def test_no_real_garment_has_what_its_kind_cannot_have(data):
    wrong = [
        (row["type"], group, row[group])
        for row in rows_of(data, "design")
        for name in SHIPPED.types_of("design", row["type"])
        for group in SHIPPED.cannot_have(SHIPPED.kind_of(name))
        if row.get(group)
    ]
    assert wrong == []


# What a file may say.


def test_a_file_of_ones_own_is_read(load):
    taxonomy = load(SMALL)
    assert repr(taxonomy) == "Taxonomy(3 types, 2 kinds, 2 sets)"
    assert taxonomy.types == ("shirt", "blouse", "jeans")
    assert taxonomy.kinds == {"shirt": "tops", "blouse": "tops", "jeans": "bottoms"}
    assert taxonomy.groups == ("sleeve", "waist")
    assert taxonomy.set_names == ("shop", "closet")
    assert taxonomy.labels_of("shop") == ("Shirts", "Jeans")
    assert taxonomy.column_of("closet") == "type"
    assert [taxonomy.label_of("shop", label) for label in ("Jeans", "Denim", "Other")] == ["Jeans", "Jeans", None]
    assert [taxonomy.types_of("shop", label) for label in ("Shirts", "Denim", "Other")] == [
        ("shirt", "blouse"),
        ("jeans",),
        (),
    ]


def test_it_crosses_processes_and_cannot_be_changed():
    assert pickle.loads(pickle.dumps(SHIPPED)) == SHIPPED
    SHIPPED.kinds["dress"] = "tops"
    assert SHIPPED.kind_of("dress") == "dresses"


BREACHES = [
    ('types = ["jeans"]', 'types = ["jeans", "shirt"]', "the type 'shirt' of 'bottoms' stands under 'tops' already"),
    ('types = ["jeans"]', 'types = ["jeans", "jeans"]', "the type 'jeans' of 'bottoms' stands under 'bottoms' already"),
    ('types = ["jeans"]', 'types = ["jeans", " "]', "the kind 'bottoms' holds an empty type"),
    ('types = ["jeans"]', "types = []", "the kind 'bottoms' has no types"),
    ('types = ["jeans"]', 'types = ["jeans", "skirt"]', "no label means the type 'skirt'"),
    ('cannot_have = ["sleeve"]', 'cannot_have = ["sleve"]', "cannot have 'sleve', .*did you mean 'sleeve'"),
    ('Jeans = "jeans"', 'Jeans = "jean"', "the label 'Jeans' of 'shop' means 'jean'; did you mean 'jeans'"),
    ('Jeans = "jeans"', "Jeans = []", "the label 'Jeans' of 'shop' means no type"),
    ('Jeans = "jeans"', 'Jeans = ["jeans", "jeans"]', "the label 'Jeans' of 'shop' means 'jeans', as 'Jeans' does"),
    ('Jeans = "jeans"', 'Jeans = ["jeans", "shirt"]', "the label 'Jeans' of 'shop' means 'shirt', as 'Shirts' does"),
    ('Denim = "Jeans"', 'Denim = "Jean"', "'Denim' of 'shop' is the same as 'Jean'; did you mean 'Jeans'"),
    ('Denim = "Jeans"', 'Shirts = "Jeans"', "the label 'Shirts' of 'shop' stands in two of"),
    ('unmapped = ["Other"]', 'unmapped = ["Denim"]', "the label 'Denim' of 'shop' stands in two of"),
    ('Shirt = "shirt"\nBlouse = "blouse"', 'Both = ["shirt", "blouse"]', "no set tells 'blouse' from 'shirt'"),
    # Structure: the path says where.
    ("groups = ", "group = ", "unknown field `group`"),
    ('unmapped = ["Other"]', 'unmaped = ["Other"]', r"unknown field `unmaped` - at `\$\.sets"),
    ('column = "type"', "", "missing required field `column`"),
    ('column = "type"', "column = 1", r"Expected `str`, got `int` - at `\$\.sets\[...\]\.column`"),
    ('Jeans = "jeans"', "Jeans = 1979-05-27", r"at `\$\.sets\[...\]\.labels\[...\]`"),
    ('Jeans = "jeans"', "Jeans = true", r"at `\$\.sets\[...\]\.labels\[...\]`"),
    ('types = ["jeans"]', "types = [1]", r"at `\$\.kinds\[...\]\.types\[0\]`"),
    # A key twice: TOML refuses it, so no label is mapped in two ways.
    ('Jeans = "jeans"', 'Jeans = "jeans"\nJeans = "shirt"', "no TOML in UTF-8"),
]


@pytest.mark.parametrize(("old", "new", "message"), BREACHES)
def test_a_file_that_breaks_a_rule_is_refused_by_name(load, old, new, message):
    assert old in SMALL
    with pytest.raises(ConfigError, match=rf"own\.toml: .*{message}") as caught:
        load(SMALL.replace(old, new))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [b"\xff\xfe", b"kinds", b"a = ", b"a = " + b"[" * 20_000, b"", b"\x00"])
def test_what_is_no_taxonomy_is_refused(load, text):
    with pytest.raises(ConfigError, match=r"own\.toml: "):
        load(text)


@pytest.mark.parametrize("name", ["missing.toml", ".", "nul\0.toml"])
def test_what_cannot_be_read_is_refused(tmp_path, name):
    with pytest.raises(ConfigError, match=r": (cannot be read|no TOML)"):
        Taxonomy.load(tmp_path / name)


# What may be asked.


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda t: t.types_of("clothes", "Dress"), "unknown set 'clothes'; did you mean 'clothing'"),
        (lambda t: t.types_of("clothing", "Dres"), "unknown label of the set 'clothing': 'Dres'; did you mean 'Dress'"),
        (lambda t: t.types_of("clothing", "dress"), "unknown label .*'dress'"),
        (lambda t: t.types_of("clothing", ""), "unknown label .*''"),
        (lambda t: t.types_of("clothing", None), "unknown label .*None"),
        (lambda t: t.types_of("clothing", ["Dress"]), "unknown label "),
        (lambda t: t.label_of("street", "dress"), "unknown set 'street'"),
        (lambda t: t.labels_of("desing"), "did you mean 'design'"),
        (lambda t: t.column_of({}), "unknown set {}"),
        (lambda t: t.kind_of("shrt"), "unknown type 'shrt'; did you mean 'shirt'"),
        (lambda t: t.kind_of("tops"), "unknown type 'tops'"),
        (lambda t: t.cannot_have("top"), "unknown kind 'top'; did you mean 'tops'"),
        (lambda t: t.restrict("clothes", [0.0] * len(t.types)), "unknown set 'clothes'"),
        (lambda t: t.restrict("clothing", [1.0]), "1 probabilities for .* types"),
        (lambda t: t.restrict("clothing", [0.0] * (len(t.types) + 1)), "give one for each type"),
        (lambda t: t.restrict("clothing", [math.nan] * len(t.types)), "from 0 up; got nan"),
        (lambda t: t.restrict("clothing", [math.inf] * len(t.types)), "from 0 up; got inf"),
        (lambda t: t.restrict("clothing", [-0.1] * len(t.types)), r"from 0 up; got -0\.1"),
        (lambda t: t.restrict("clothing", ["x"] * len(t.types)), "is one number"),
        (lambda t: t.restrict("clothing", [None] * len(t.types)), "is one number"),
        (lambda t: t.restrict("clothing", [[0.1, 0.2]] * len(t.types)), "is one number"),
    ],
)
def test_what_is_not_there_is_refused_by_name(ask, message):
    with pytest.raises(DataError, match=message) as caught:
        ask(SHIPPED)
    assert "\n" not in str(caught.value)


# Eighths add up exactly, so the naive sum may not differ from any other.
EIGHTHS = st.lists(st.integers(0, 8).map(lambda n: n / 8), min_size=len(SHIPPED.types), max_size=len(SHIPPED.types))


@given(st.sampled_from(SHIPPED.set_names), EIGHTHS)
def test_a_restricted_answer_is_the_label_with_the_largest_sum(set_name, probabilities):
    best, most = None, -1.0
    for label in SHIPPED.labels_of(set_name):
        total = 0.0
        for name in SHIPPED.types_of(set_name, label):
            total += probabilities[SHIPPED.types.index(name)]
        if total > most:
            best, most = label, total
    assert SHIPPED.restrict(set_name, probabilities) == best


@given(st.data())
def test_a_sure_model_is_right_on_every_label(data):
    set_name = data.draw(st.sampled_from(SHIPPED.set_names))
    label = data.draw(st.sampled_from(SHIPPED.labels_of(set_name)))
    sure_of = data.draw(st.sampled_from(SHIPPED.types_of(set_name, label)))
    assert SHIPPED.restrict(set_name, [float(name == sure_of) for name in SHIPPED.types]) == label


def test_a_row_of_an_array_will_do(load):
    import numpy as np

    taxonomy = load(SMALL)
    row = np.array([[0.3, 0.3, 0.4]], np.float32)[0]
    assert taxonomy.restrict("shop", row) == "Shirts"
    assert taxonomy.restrict("closet", row) == "Shirt"


def test_reading_it_imports_neither_torch_nor_numpy():
    code = "import sys; from fashionkit.taxonomy import Taxonomy; Taxonomy.load(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "torch", "PIL", "cv2", "onnxruntime"} & set(done.stdout.split())

from __future__ import annotations

import pytest

from fashionkit.datasets import open_data, table
from fashionkit.errors import DataError

pytestmark = pytest.mark.light


@pytest.fixture
def folder(tmp_path, write, touch):
    touch(tmp_path, ["a.jpg", "b.jpg"])
    write("labels.csv", "file,label,cut,price,shape\na.jpg,dress,slim,12.5,\nb.jpg,?,,,round\n")
    return tmp_path


def test_a_description_says_what_columns_are(folder, write):
    write("data.toml", 'groups = ["cut", "shape"]\nnumbers = ["price"]\nunknown = ["?"]\n')
    first, second = open_data(folder)
    assert first.labels == {"category": "dress", "attributes": {"cut": "slim", "price": 12.5}}
    assert second.labels == {"attributes": {"shape": "round"}}


def test_what_is_given_goes_before_the_description(folder, write):
    write("data.toml", 'groups = ["cut"]\n')
    assert open_data(folder, groups=("shape",), category="")[1].labels == {"attributes": {"shape": "round"}}


def test_columns_are_recognised_by_their_names_unless_they_are_taken(folder):
    assert table(folder)[0].labels == {"category": "dress"}
    assert table(folder, groups=["label"])[0].labels == {"attributes": {"label": "dress"}}
    assert table(folder, category="cut")[0].labels == {"category": "slim"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('grups = ["cut"]', "unknown key 'grups'; did you mean 'groups'"),
        ('groups = "cut"', "Expected `array`"),
        ("groups = [1]", "Expected `str`"),
        ("groups = ", "no TOML"),
        (b"\xff", "no TOML"),
        ('groups = ["cat"]', "no column 'cat'; did you mean 'cut'"),
        ('groups = ["cut"]\nnumbers = ["cut"]', "'cut' is given two meanings"),
        ('groups = ["file"]\nphoto = "file"', "'file' is given two meanings"),
    ],
)
def test_a_wrong_description_is_refused(folder, write, text, reason):
    write("data.toml", text)
    with pytest.raises(DataError) as caught:
        open_data(folder)
    assert reason in str(caught.value)


@pytest.mark.parametrize("text", ["1,5", "1_000", "nan", "inf", "12 €", "0x10"])
def test_a_bad_number_is_refused_with_its_line(tmp_path, write, touch, text):
    touch(tmp_path, ["a.jpg"])
    write("labels.csv", f'file,price\na.jpg,"{text}"\n')
    with pytest.raises(DataError, match=r"labels.csv, line 2: price is .* which is no finite number"):
        table(tmp_path, numbers=["price"])


def test_a_table_without_photos_says_what_there_is(write):
    with pytest.raises(DataError, match=r"no column holds photos.*Known: url, label"):
        table(write("labels.csv", "url,label\nx,y\n"))

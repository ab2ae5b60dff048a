from __future__ import annotations

import pytest

from fashionkit.datasets import Judged, Outfit, Question, open_data, splits_of
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

ITEMS = """item,file,year,category,family,type,colour,colour_name,fabric,used
i1,p/1.webp,2019,Tops,Shirts,Shirt,white,blanco,plana,2
i2,p/2.webp,2019,Bottoms,Trousers,Jeans,blue,tejano,jeans,2
i3,p/3.webp,2019,Shoes,Footwear,Sandals,grey,negro,complementos,1
i4,p/4.webp,2019,Shoes,Footwear,Boots,grey,negro,complementos,0
"""
OUTFITS = "outfit,era,split,items\n1,old,val,i1 i2 i3\n2,old,train,i1 i2\n"
BLANKS = "outfit,era,split,context,answer,wrong\n1,old,val,i1 i2,i3,i4\n"
JUDGED = "outfit,era,split,items,compatible\n1,old,val,i1 i2 i3,1\n1,old,val,i1 i2 i4,0\n"


@pytest.fixture
def folder(tmp_path, write, touch):
    touch(tmp_path, [f"p/{n}.webp" for n in range(1, 5)])
    for name, text in (("items", ITEMS), ("outfits", OUTFITS), ("fitb", BLANKS), ("compatibility", JUDGED)):
        write(f"{name}.csv", text)
    return tmp_path


def test_outfits_are_read_with_their_questions(folder):
    data = open_data(folder, "val")
    assert data.name == "outfits"
    assert data.outfits == (Outfit("1", "old", ("i1", "i2", "i3")),)
    assert data.questions == (Question("1", "old", ("i1", "i2"), "i3", ("i4",)),)
    assert data.judged == (
        Judged("1", "old", ("i1", "i2", "i3"), compatible=True),
        Judged("1", "old", ("i1", "i2", "i4"), compatible=False),
    )


def test_items_are_all_there_in_every_split(folder):
    assert splits_of(folder) == ("train", "val")
    train = open_data(folder, "train")
    assert (len(train), len(train.items), train.questions, train.judged) == (1, 4, (), ())
    assert train.items["i2"].labels == {
        "category": "Jeans",
        "attributes": {"colour": "blue", "colour_name": "tejano", "fabric": "jeans"},
    }
    assert "fabric" not in train.items["i3"].labels["attributes"]
    assert train.pool_of == {
        "i1": ("Shirts", "old"),
        "i2": ("Trousers", "old"),
        "i3": ("Footwear", "old"),
        "i4": ("Footwear", "old"),
    }


def test_items_of_a_split_are_photos(folder):
    photos = open_data(folder, "train").as_photos()
    assert (photos.name, photos.split, [photo.id for photo in photos]) == ("outfits", "train", ["i1", "i2"])


def test_questions_may_be_missing(folder):
    (folder / "fitb.csv").unlink()
    (folder / "compatibility.csv").unlink()
    data = open_data(folder)
    assert (len(data), data.questions, data.judged) == (2, (), ())


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("outfits.csv", OUTFITS + "3,old,val,i1 i9\n", "outfits.csv, line 4: the item 'i9' is not in items.csv"),
        ("outfits.csv", OUTFITS + "3,old,val,\n", "no items are named"),
        ("fitb.csv", BLANKS + "1,old,val,i1,i3,i3 i4\n", "one answer"),
        ("fitb.csv", BLANKS.replace("wrong", "wrongs"), "no column 'wrong'; did you mean 'wrongs'"),
        ("compatibility.csv", JUDGED + "1,old,val,i1 i2,yes\n", "compatible is 'yes', and must be 0 or 1"),
        ("items.csv", ITEMS + "i1,p/5.webp,2019,T,S,S,w,b,p,1\n", "no file 'p/5.webp'"),
        ("items.csv", ITEMS.replace("i2,", "i1,"), "'i1' stands there twice"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(folder, write, name, text, reason):
    write(name, text)
    with pytest.raises(DataError) as caught:
        open_data(folder)
    assert reason in str(caught.value)


def test_the_real_tables_are_read_whole(data):
    val = open_data(data / "outfits", "val")
    assert (len(val.items), len(val), len(val.questions), len(val.judged)) == (8798, 998, 998, 1996)
    assert {era for _, era in val.pool_of.values()} == {"old", "new"}
    assert all(val.pool_of[wrong] == val.pool_of[asked.answer] for asked in val.questions for wrong in asked.wrong), (
        "wrong answers are of the answer's family and era"
    )

from __future__ import annotations

import pytest

from fashionkit.datasets import open_data, splits_of
from fashionkit.datasets.known_sets import KNOWN

pytestmark = pytest.mark.light

TABLES = {
    "clothing": "file,split,label,kids,group,source\np/1.webp,train,Dress,False,g1,x.jpg\n",
    "street": "file,split,tags,mask,tags_from,group,source\np/1.webp,train,bag|dress,m/1.png,mask,g1,x.jpg\n",
    "products": "file,split,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,title,pixels,"
    "group\np/1.webp,train,Men,Apparel,Topwear,Shirts,Blue,Fall,2011,NA,A shirt,224,g1\n",
    "articles": "file,split,product_type,product_group,pattern,colour,colour_value,colour_master,department,section,"
    "index_group,garment_group,title,text,product,group\n"
    'p/1.webp,train,Dress,Body,Solid,Black,Dark,Unknown,D,S,Ladieswear,Dresses,A dress,"Long, black",77,g1\n',
    "design": "product,split,flat,worn,season,sex,category,family,type,fabric,colour_name,sleeve,neck,silhouette,"
    "length,closure,knit,weave,waist,group\n"
    "d1,train,p/1.webp,p/2.webp,84,female,Tops,T-shirt,T-Shirt,circular,,short,,slim,,none,,,,g1\n"
    "d2,test,p/3.webp,,84,female,Tops,T-shirt,T-Shirt,circular,,short,,slim,,none,,,,g2\n",
}

LABELS = {
    "clothing": {"category": "Dress", "attributes": {"kids": "False"}},
    "street": {"attributes": {"tags": ["bag", "dress"]}},
    "products": {
        "category": "Shirts",
        "attributes": {"gender": "Men", "baseColour": "Blue", "season": "Fall", "year": 2011.0},
    },
    "articles": {
        "category": "Dress",
        "attributes": {
            "pattern": "Solid",
            "colour": "Black",
            "colour_value": "Dark",
            "index_group": "Ladieswear",
            "garment_group": "Dresses",
        },
        "embedding": "articles/77",
    },
    "design": {
        "category": "T-Shirt",
        "attributes": {
            "sleeve": "short",
            "silhouette": "slim",
            "closure": "none",
            "fabric": "circular",
            "sex": "female",
        },
        "embedding": "design/d1",
    },
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_set_is_known_by_its_columns_whatever_its_folder_is_called(tmp_path, write, touch, name):
    root = tmp_path / "unpacked"
    touch(root, ["p/1.webp", "p/2.webp", "p/3.webp"])
    write("labels.csv", TABLES[name], root)
    for given in (root, root / "labels.csv"):
        data = open_data(given)
        assert (data.name, data[0].labels, data[0].group) == (name, LABELS[name], "g1")


def test_a_design_is_two_photos_of_one_product(tmp_path, write, touch):
    touch(tmp_path, ["p/1.webp", "p/2.webp", "p/3.webp"])
    write("labels.csv", TABLES["design"])
    data = open_data(tmp_path)
    assert [(photo.id, photo.fields["view"], photo.labels["embedding"]) for photo in data] == [
        ("p/1.webp", "flat", "design/d1"),
        ("p/2.webp", "worn", "design/d1"),
        ("p/3.webp", "flat", "design/d2"),
    ]
    assert splits_of(tmp_path) == ("train", "test")
    assert len(open_data(tmp_path, "test")) == 1


def test_a_table_that_lacks_a_column_is_a_table_of_its_own(tmp_path, write, touch):
    touch(tmp_path / "mine", ["a.jpg"])
    write("labels.csv", "file,label,split\na.jpg,Dress,train\n", tmp_path / "mine")
    assert open_data(tmp_path / "mine").name == "mine"


@pytest.mark.parametrize(
    ("name", "train", "val"),
    [
        ("clothing", 3579, 734),
        ("street", 1491, 308),
        ("products", 12657, 2731),
        ("articles", 8414, 1728),
        ("design", 9200, 1902),
    ],
)
def test_the_real_tables_are_read_whole(data, name, train, val):
    assert [len(open_data(data / name, split)) for split in ("train", "val")] == [train, val]
    assert {photo.group for photo in open_data(data / name, "train")}.isdisjoint(
        photo.group for photo in open_data(data / name, "val")
    )

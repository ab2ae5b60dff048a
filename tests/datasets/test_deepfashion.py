from __future__ import annotations

import pytest

from fashionkit.datasets import open_data, splits_of
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

NAMES = ("img/Sheer_Blouse/img_00000001.jpg", "img/Sheer_Blouse/img_00000002.jpg", "img/Jeans/img_00000001.jpg")

FILES = {
    "Anno/list_category_cloth.txt": "3\ncategory_name  category_type\nBlouse  1\nJeans   2\nDress   3\n",
    "Anno/list_category_img.txt": f"3\nimage_name  category_label\n{NAMES[0]}   1\n{NAMES[1]}   1\n{NAMES[2]}   2\n",
    "Anno/list_attr_cloth.txt": "3\nattribute_name  attribute_type\na-line   3\nabstract print   1\ndenim   2\n",
    "Anno/list_attr_img.txt": "3\nimage_name  attribute_labels\n"
    f"{NAMES[0]}   1  1 -1\n{NAMES[1]}  -1 -1 -1\n{NAMES[2]}  -1  0  1\n",
    "Anno/list_bbox.txt": "3\nimage_name  x_1  y_1  x_2  y_2\n"
    f"{NAMES[0]}  072 079 232 273\n{NAMES[1]} 1 2 3 4\n{NAMES[2]} 1 2 3 4\n",
    "Eval/list_eval_partition.txt": "3\nimage_name  evaluation_status\n"
    f"{NAMES[0]} train\n{NAMES[1]} val\n{NAMES[2]} test\n",
}


@pytest.fixture
def folder(tmp_path, write, touch):
    touch(tmp_path, NAMES)
    for name, text in FILES.items():
        write(name, text)
    return tmp_path


def test_lists_become_photos(folder):
    data = open_data(folder)
    assert (data.name, splits_of(folder)) == ("deepfashion", ("train", "val", "test"))
    assert [photo.labels for photo in data] == [
        {"category": "Blouse", "attributes": {"tags": ["a-line", "abstract print"]}},
        {"category": "Blouse", "attributes": {"tags": []}},
        {"category": "Jeans", "attributes": {"a-line": False, "denim": True}},
    ]
    assert data[0].fields["x_1"] == "072"
    assert data[0].photo == folder / NAMES[0]
    assert [photo.id for photo in open_data(folder, "val")] == [NAMES[1]]


def test_photos_may_lie_in_img(folder):
    (folder / "Img").mkdir()
    (folder / "img").rename(folder / "Img" / "img")
    assert open_data(folder)[0].photo == folder / "Img" / NAMES[0]


def test_lists_may_lie_in_the_newer_folder_or_beside_the_photos(folder):
    (folder / "Anno").rename(folder / "Anno_coarse")
    (folder / "Eval" / "list_eval_partition.txt").rename(folder / "list_eval_partition.txt")
    assert len(open_data(folder)) == 3


def test_attributes_and_boxes_may_be_missing(folder):
    for name in ("list_attr_cloth.txt", "list_attr_img.txt", "list_bbox.txt"):
        (folder / "Anno" / name).unlink()
    assert open_data(folder)[0].labels == {"category": "Blouse"}


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("Anno/list_category_img.txt", ("   2\n", "   4\n"), "line 5: '4' is no category; there are 1 to 3"),
        ("Anno/list_category_img.txt", ("   2\n", "   zwei\n"), "'zwei' is no category"),
        ("Anno/list_category_img.txt", ("3\nimage", "4\nimage"), "3 rows, where its first line says 4"),
        ("Anno/list_category_img.txt", ("3\nimage", "image"), "line 1: 'image_name  category_label' is no number"),
        ("Anno/list_attr_img.txt", (" 0 ", " 2 "), "neither 1, 0 nor -1"),
        ("Anno/list_attr_img.txt", (" 1 -1\n", " 1\n"), "line 3: 3 cells, where 4 belong"),
        ("Anno/list_attr_img.txt", (NAMES[1], "img/other.jpg"), "'img/other.jpg' where"),
        ("Anno/list_category_img.txt", (NAMES[1], NAMES[0]), "where"),
        ("Eval/list_eval_partition.txt", (NAMES[2] + " test\n", ""), "2 rows, where its first line says 3"),
    ],
)
def test_damaged_lists_are_refused(folder, write, name, change, reason):
    old, new = change
    assert old in FILES[name]
    write(name, FILES[name].replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        open_data(folder)
    assert reason in str(caught.value)


def test_what_is_missing_is_named(folder):
    (folder / NAMES[1]).unlink()
    with pytest.raises(DataError, match=r"list_category_img.txt, line 4: there is no file"):
        open_data(folder)
    (folder / "Eval/list_eval_partition.txt").unlink()
    with pytest.raises(DataError, match=r"list_eval_partition.txt is missing; it belongs into Eval"):
        open_data(folder)

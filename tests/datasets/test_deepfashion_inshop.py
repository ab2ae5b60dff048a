from __future__ import annotations

import pytest

from fashionkit.datasets import check, open_data, splits_of
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

PARTITION = """4
image_name item_id evaluation_status
img/WOMEN/Dresses/id_00000002/02_1_front.jpg                 id_00000002 train
img/WOMEN/Dresses/id_00000002/02_2_side.jpg                  id_00000002 train
img/MEN/Tees_Tanks/id_00000007/01_1_front.jpg                id_00000007 query
img/MEN/Tees_Tanks/id_00000007/01_7_additional.jpg           id_00000007 gallery
"""
NAMES = [line.split()[0] for line in PARTITION.splitlines()[2:]]
BOXES = "1\nimage_name clothes_type pose_type x_1 y_1 x_2 y_2\n" + f"{NAMES[0]}  3 1 050 049 208 235\n"


@pytest.fixture
def folder(tmp_path, write, draw):
    for seed, name in enumerate(NAMES):
        draw(tmp_path / name, seed)
    write("Eval/list_eval_partition.txt", PARTITION)
    write("Anno/list_bbox_inshop.txt", BOXES)
    return tmp_path


def test_photos_of_an_item_share_it(folder):
    data = open_data(folder)
    assert (data.name, splits_of(folder)) == ("deepfashion-inshop", ("train", "query", "gallery"))
    assert data[0].labels == {
        "embedding": "deepfashion-inshop/id_00000002",
        "category": "Dresses",
        "attributes": {"gender": "WOMEN"},
    }
    assert (data[0].group, data[0].fields["view"], data[0].fields["pose_type"]) == ("id_00000002", "front", "1")
    assert open_data(folder, "gallery").labels_of("embedding") == open_data(folder, "query").labels_of("embedding")


def test_query_and_gallery_may_share_what_others_may_not(folder, write):
    assert "error" not in {problem.severity for problem in check(folder)}
    write("Eval/list_eval_partition.txt", PARTITION.replace("id_00000002 train", "id_00000002 query", 1))
    assert [problem.what for problem in check(folder) if problem.severity == "error"] == [
        "groups that are cut by a split"
    ]


def test_another_list_of_that_name_is_not_taken_for_it(folder, write):
    write(
        "Eval/list_eval_partition.txt", PARTITION.replace("image_name item_id", "image_pair_name_1 image_pair_name_2")
    )
    with pytest.raises(DataError, match="no"):
        open_data(folder, "train")

"""Whatever a data set is damaged by, reading it ends in a set, or in one DataError of one printable line."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fashionkit.datasets import open_data
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

PHOTO = "img/WOMEN/Dresses/id_1/01_1_front.jpg"
SETS = {
    "table": {"labels.csv": f"file,label,split\n{PHOTO},dress,train\n", "data.toml": 'groups = ["label"]\n'},
    "lines": {"labels.jsonl": json.dumps({"file": PHOTO, "tags": ["a"], "year": 2017}) + "\n"},
    "clothing": {"labels.csv": f"file,split,label,kids,group,source\n{PHOTO},train,Dress,False,g,x\n"},
    "outfits": {
        "items.csv": f"item,file,family,type\ni1,{PHOTO},Tops,Shirt\n",
        "outfits.csv": "outfit,era,split,items\n1,old,val,i1 i1\n",
        "fitb.csv": "outfit,era,split,context,answer,wrong\n1,old,val,i1,i1,i1\n",
    },
    "deepfashion": {
        "list_category_cloth.txt": "1\ncategory_name category_type\nDress 3\n",
        "list_category_img.txt": f"1\nimage_name category_label\n{PHOTO} 1\n",
        "list_attr_cloth.txt": "1\nattribute_name attribute_type\na-line 3\n",
        "list_attr_img.txt": f"1\nimage_name attribute_labels\n{PHOTO} 1\n",
        "list_eval_partition.txt": f"1\nimage_name evaluation_status\n{PHOTO} train\n",
    },
    "deepfashion-inshop": {"list_eval_partition.txt": f"1\nimage_name item_id evaluation_status\n{PHOTO} id_1 query\n"},
    "polyvore": {
        "polyvore_item_metadata.json": '{"1": {"semantic_category": "tops"}}',
        "train.json": '[{"set_id": "9", "items": [{"item_id": "1", "index": 1}]}]',
        "fill_in_blank_train.json": '[{"question": ["9_1"], "answers": ["9_1"]}]',
        "compatibility_train.txt": "1 9_1\n",
    },
}


@pytest.fixture
def folder(tmp_path, touch):
    touch(tmp_path, [PHOTO, "images/1.jpg"])
    return tmp_path


def opens_or_is_refused(folder, fmt):
    told = ""
    try:
        open_data(folder, fmt=fmt)
    except DataError as error:
        told = str(error)
    assert told == "" or told.isprintable()
    assert len(told) < 1500


def form(name: str) -> str:
    return "table" if name == "lines" else name


@pytest.mark.parametrize("name", SETS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(draw=st.data())
def test_damage_ends_in_a_set_or_in_one_line(folder, write, name, draw):
    files = {each: text.encode() for each, text in SETS[name].items()}
    hit = draw.draw(st.sampled_from(sorted(files)))
    whole = files[hit]
    start, stop = sorted(draw.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    junk = draw.draw(
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [b"9" * 5000, b"\0", b"../", b'"', b"\xef\xbb\xbf", b"\r", b"[" * 2000, b"-1", b"\\ud800", b"|"]
            ),
        )
    )
    for each, text in files.items():
        write(each, whole[:start] + junk + whole[stop:] if each == hit else text)
    opens_or_is_refused(folder, form(name))


@pytest.mark.parametrize("name", SETS)
def test_files_that_are_cut_off_or_missing_end_in_a_set_or_in_one_line(folder, write, name):
    for hit, whole in SETS[name].items():
        for length in (*range(0, len(whole), 7), None):
            for each, text in SETS[name].items():
                write(each, text if each != hit else text[:length])
            if length is None:
                (folder / hit).unlink()
            opens_or_is_refused(folder, form(name))


@pytest.mark.parametrize("name", SETS)
def test_a_folder_in_place_of_a_file_is_refused_or_not_needed(folder, write, name):
    for hit in SETS[name]:
        for each, text in SETS[name].items():
            write(each, text)
        (folder / hit).unlink()
        (folder / hit).mkdir()
        opens_or_is_refused(folder, form(name))
        (folder / hit).rmdir()

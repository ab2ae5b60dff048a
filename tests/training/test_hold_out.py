from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.training.hold_out import hold_out

pytestmark = pytest.mark.light


@given(st.lists(st.text(max_size=3), max_size=60), st.floats(0.01, 0.99))
def test_every_photo_is_in_one_part_and_no_group_is_cut(groups, share):
    photos = tuple(LabelledPhoto(f"{n}.jpg", group=group, id=str(n)) for n, group in enumerate(groups))
    learn, judge = hold_out(DataSet("mine", "", photos, Path()), share)
    assert sorted(photo.id for part in (learn, judge) for photo in part) == sorted(photo.id for photo in photos)
    assert not {photo.group for photo in learn if photo.group} & {photo.group for photo in judge if photo.group}


def test_the_parts_have_about_their_share_and_never_change():
    photos = tuple(LabelledPhoto(f"{n}.jpg", id=str(n)) for n in range(2000))
    data = DataSet("mine", "", photos, Path())
    learn, judge = hold_out(data)
    assert 150 < len(judge) < 250
    more = DataSet("mine", "", (LabelledPhoto("new.jpg", id="new"), *photos), Path())
    assert set(hold_out(more)[0].photos) >= set(learn.photos)

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit.datasets.look import AT_LEAST, Look, look, look_at
from fashionkit.errors import ImageError

pytestmark = pytest.mark.light


def test_copies_have_equal_contents_and_nothing_else_has(tmp_path, draw):
    for name, seed in (("a.png", 1), ("copy.png", 1), ("b.png", 2)):
        draw(tmp_path / name, seed)
    first, copy, other = (look(tmp_path / name) for name in ("a.png", "copy.png", "b.png"))
    assert first.contents == copy.contents != other.contents
    assert np.array_equal(first.shape, copy.shape)
    assert not np.array_equal(first.shape, other.shape)


@pytest.mark.parametrize("size", [(7, 9), (60, 80), (2 * AT_LEAST - 1, 400)])
def test_short_sides_are_told_exactly_however_the_photo_is_packed(tmp_path, size):
    for name in ("a.jpg", "a.png", "a.webp"):
        draw_garment(0, size).save(tmp_path / name)
        assert look(tmp_path / name).side == size[0], name


def test_long_sides_are_at_least_long(tmp_path):
    draw_garment(0, (2000, 3000)).save(tmp_path / "a.jpg")
    assert look(tmp_path / "a.jpg").side >= 2 * AT_LEAST


def test_what_cannot_be_read_is_an_error_that_names_it(tmp_path, broken_photo):
    for path in (broken_photo, tmp_path / "none.jpg", tmp_path):
        seen = look(path)
        assert isinstance(seen, ImageError)
        assert seen.source == str(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_hold_up_the_look(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert isinstance(look(tmp_path / "pipe.jpg"), ImageError)


@pytest.mark.parametrize("threads", [1, 3])
def test_looks_stand_in_the_order_of_photos_and_are_counted(photos, broken_photo, threads):
    given = [*photos, broken_photo, np.zeros((28, 28), np.uint8)]
    told = []
    looks = look_at(given, threads=threads, progress=lambda done, of: told.append((done, of)))
    assert [isinstance(seen, Look) for seen in looks] == [True] * 12 + [False, True]
    assert [seen.contents for seen in looks[:12]] == [look(photo).contents for photo in photos]
    assert told == [(done, 14) for done in range(1, 15)]


def test_an_interruption_ends_the_look(photos):
    def interrupt(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look_at(list(photos) * 50, threads=2, progress=interrupt)
    assert threading.active_count() < 20

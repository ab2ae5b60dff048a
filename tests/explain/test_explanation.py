from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from fashionkit.errors import DataError
from fashionkit.explain import Explanation
from fashionkit.explain.explanation import in_unit_range

PHOTO = np.random.default_rng(0).integers(256, size=(30, 20, 3), dtype=np.uint8)


def explanation(heat=None):
    heat = np.zeros((30, 20), np.float32) if heat is None else heat
    return Explanation("shirt", 0.75, heat, PHOTO)


def test_without_anything_to_show_the_photo_is_grey():
    drawn = explanation().overlay()
    assert (drawn.shape, drawn.dtype) == (PHOTO.shape, np.uint8)
    assert (drawn == drawn[..., :1]).all()


def test_the_hotter_a_place_the_redder_it_is():
    heat = np.linspace(0, 1, 20, dtype=np.float32)[None].repeat(30, axis=0)
    flat = Explanation("shirt", 1.0, heat, np.full((30, 20, 3), 128, np.uint8)).overlay().astype(int)
    redness = flat[0, :, 0] - flat[0, :, 2]
    assert (np.diff(redness) >= -1).all()
    assert redness[-1] > 100


def test_the_photo_is_not_changed():
    before = PHOTO.copy()
    explanation(np.ones((30, 20), np.float32)).overlay()
    np.testing.assert_array_equal(PHOTO, before)


@pytest.mark.parametrize("name", ["map.png", "map.JPG", "été 1.webp"])
def test_it_is_written_as_its_name_says(tmp_path, name):
    path = explanation().save(tmp_path / name)
    assert path == tmp_path / name
    with Image.open(path) as picture:
        assert picture.size == (20, 30)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_png_holds_the_overlay_itself(tmp_path):
    heat = np.random.default_rng(1).random((30, 20), np.float32)
    with Image.open(explanation(heat).save(tmp_path / "map.png")) as picture:
        np.testing.assert_array_equal(np.asarray(picture), explanation(heat).overlay())


@pytest.mark.parametrize("name", ["map", "map.tiff", "nowhere/map.png", "a\0b.png", "folder.png"])
def test_where_nothing_can_be_written_it_says_so(tmp_path, name):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(DataError):
        explanation().save(tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["folder.png"]


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = explanation().save(tmp_path / "map.png")
    before = path.read_bytes()
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(DataError, match="No space left"):
        explanation(np.ones((30, 20), np.float32)).save(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["map.png"]


def test_it_is_shown_in_notebooks_small_and_told_in_a_line():
    large = Explanation("shirt", 0.75, np.zeros((2000, 1000), np.float32), np.zeros((2000, 1000, 3), np.uint8))
    with Image.open(io.BytesIO(large._repr_png_())) as picture:
        assert picture.size == (240, 480)
    assert repr(large) == "Explanation('shirt', probability=0.750, 2000×1000)"
    assert json.loads(json.dumps(large.to_dict())) == {"label": "shirt", "probability": 0.75}


def test_ranges():
    assert in_unit_range(np.full((2, 2), -1, np.float32)).tolist() == [[0, 0], [0, 0]]
    assert in_unit_range(np.array([[1e-30, 0]], np.float32)).tolist() == [[1, 0]]

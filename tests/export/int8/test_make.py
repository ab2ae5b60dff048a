"""The whole way, with NNCF: on a model of random weights, which int8 spoils, and on the default one, which bears it."""

from __future__ import annotations

import pytest
from drawing import draw_garment

from fashionkit import Analyzer
from fashionkit.errors import DataError, ModelError
from fashionkit.export.int8 import make_int8
from fashionkit.models import Checkpoint


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for seed in range(20):
        draw_garment(seed).save(folder / f"{seed}.png")
    (folder / "broken.png").write_bytes(b"no photo")
    return folder


@pytest.mark.slow
def test_what_int8_spoils_is_measured_and_not_kept(checkpoint, many, tmp_path):
    pytest.importorskip("nncf")
    said = []
    made = make_int8(
        checkpoint, many, tmp_path / "int8", calibration=12, threads=1, progress=lambda *step: said.append(step[0])
    )
    assert made.comparison.objection
    assert not made.kept
    assert not list(tmp_path.iterdir())
    assert made.held_out
    assert made.comparison.photos == 8
    assert set(made.speed) == {f"{e} {p}" for e in ("openvino", "onnx") for p in ("float32", "int8")}
    assert 0 < len(made.in_float32) < made.layers
    assert list(dict.fromkeys(said))[:3] == ["reading photos", "telling ranges", "measuring layers"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_default_model_bears_it(data, tmp_path):
    pytest.importorskip("nncf")
    made = make_int8(
        "default", data / "clothing" / "photos", tmp_path / "int8", calibration=100, check=[data / "clothing"]
    )
    assert made.kept, made.comparison.objection
    assert "conv_stem" in made.in_float32
    assert len(made.in_float32) < made.layers / 3
    checkpoint = Checkpoint.open(tmp_path / "int8")
    assert checkpoint.config.training["int8"]["kept_in_float32"] == list(made.in_float32)
    photo = next((data / "clothing" / "photos").iterdir())
    for engine in ("openvino", "onnx"):
        assert Analyzer.load(checkpoint.folder, engine=engine).analyze(photo).category.label
    with pytest.raises(ModelError, match="in int8 already"):
        make_int8(checkpoint.folder, data / "clothing" / "photos", tmp_path / "again")


def test_too_few_photos_are_refused_before_the_work(checkpoint, photos, tmp_path):
    for photo in photos[:3]:
        (tmp_path / photo.name).write_bytes(photo.read_bytes())
    with pytest.raises(DataError, match="3 photos to calibrate with are too few"):
        make_int8(checkpoint, tmp_path, tmp_path / "int8")


def test_a_folder_of_something_else_is_not_touched(checkpoint, many, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ModelError, match="something else than a checkpoint"):
        make_int8(checkpoint, many, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

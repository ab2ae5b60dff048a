"""Exported files answer as the engine does, and say what is needed to read them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit.errors import ConfigError, DataError, ModelError
from fashionkit.export import KEY, describe, export_model
from fashionkit.images import fit, read
from fashionkit.models import Checkpoint
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.models.onnx_runtime import onnxruntime
from fashionkit.runtime import EngineOptions, Model

# Other kernels add in another order; nothing else differs.
TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def model(checkpoint):
    return Model.load(checkpoint, EngineOptions(engine="onnx", threads=1))


@pytest.fixture(scope="module")
def stages(model):
    """By stage, what goes into it: five photos, and three sets of different sizes."""
    draw = np.random.default_rng(0)
    width = model.specs["outfit"].item_width
    return {
        PHOTOS: {PHOTOS: np.stack([fit(read(draw_garment(seed)), model.rule) for seed in range(5)])},
        "outfit": model.specs["outfit"].pack([draw.normal(size=(2 + place, width)) for place in range(3)]),
    }


def read_onnx(path):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    about = session.get_modelmeta().custom_metadata_map[KEY]
    return about, lambda inputs: dict(zip(names, session.run(names, inputs), strict=True))


def read_openvino(path):
    # Without the engine's own import it would tell of itself over the network.
    from fashionkit.runtime.engines.openvino import openvino

    found = openvino.Core().read_model(path)
    compiled = openvino.Core().compile_model(found, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def run(inputs):
        answers = compiled(inputs, share_inputs=False, share_outputs=False)
        return {port.any_name: np.array(answers[port]) for port in compiled.outputs}

    return found.get_rt_info([KEY]).astype(str), run


def read_pt2(path):
    torch = pytest.importorskip("torch")
    extra = {KEY: ""}
    program = torch.export.load(path, extra_files=extra).module()

    def run(inputs):
        answers = program(**{name: torch.from_numpy(value) for name, value in inputs.items()})
        answers = {"outfit": answers} if isinstance(answers, torch.Tensor) else answers
        return {name: value.detach().numpy() for name, value in answers.items()}

    return extra[KEY], run


FORMS = {"onnx": (".onnx", read_onnx), "openvino": (".xml", read_openvino), "pt2": (".pt2", read_pt2)}


@pytest.mark.light
@pytest.mark.parametrize("form", ["onnx", "openvino", "pt2"])
def test_files_answer_as_the_engine_does(form, checkpoint, model, stages, tmp_path):
    if form == "pt2":
        pytest.importorskip("torch")
    suffix, reader = FORMS[form]
    photos, outfits, *rest = export_model(checkpoint, tmp_path / f"m{suffix}", form)
    assert (photos.name, outfits.name) == (f"m{suffix}", f"m.outfit{suffix}")
    assert {path.name for path in tmp_path.iterdir()} == {photos.name, outfits.name, *(path.name for path in rest)}
    opened = Checkpoint.open(checkpoint)
    for path, (stage, inputs) in zip((photos, outfits), stages.items(), strict=True):
        about, run = reader(path)
        assert json.loads(about) == json.loads(json.dumps(describe(opened, stage)))
        for n in (1, len(next(iter(inputs.values())))):
            some = {name: values[:n] for name, values in inputs.items()}
            answered, expected = run(some), model.engine.run(stage, some)
            assert answered.keys() == expected.keys()
            for name, values in expected.items():
                np.testing.assert_allclose(answered[name], values, atol=TOLERANCE, rtol=TOLERANCE)


@pytest.mark.light
def test_what_is_there_stays_unless_it_may_be_overwritten(checkpoint, tmp_path):
    path = tmp_path / "m.onnx"
    (tmp_path / "m.outfit.onnx").write_bytes(b"mine")
    with pytest.raises(DataError, match="is there already"):
        export_model(checkpoint, path)
    assert not path.exists()
    assert (tmp_path / "m.outfit.onnx").read_bytes() == b"mine"
    export_model(checkpoint, path, overwrite=True)
    assert {each.name for each in tmp_path.iterdir()} == {"m.onnx", "m.outfit.onnx"}
    assert read_onnx(tmp_path / "m.outfit.onnx")[0]


@pytest.mark.light
@pytest.mark.parametrize(
    ("name", "form", "error"),
    [
        ("m.xml", "onnx", DataError),
        ("none/m.onnx", "onnx", DataError),
        ("m\0.onnx", "onnx", DataError),
        ("m", "openvino", DataError),
        ("m.onnx", "onxx", ConfigError),
    ],
)
def test_what_cannot_be_written_is_refused(name, form, error, checkpoint, tmp_path):
    with pytest.raises(error):
        export_model(checkpoint, tmp_path / name, form)
    assert not list(tmp_path.iterdir())


@pytest.mark.light
def test_a_folder_is_not_written_over(checkpoint, tmp_path):
    (tmp_path / "m.onnx").mkdir()
    with pytest.raises(DataError, match="a folder or a device"):
        export_model(checkpoint, tmp_path / "m.onnx", overwrite=True)


@pytest.mark.light
def test_no_model_is_one_error(tmp_path):
    with pytest.raises(ModelError, match="does not exist"):
        export_model(tmp_path / "none", tmp_path / "m.onnx")


@pytest.mark.light
def test_a_full_disk_leaves_nothing(checkpoint, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(DataError, match="No space left"):
        export_model(checkpoint, tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fashionkit.cli import exits
from fashionkit.export.int8 import Comparison, Int8, Row

pytestmark = pytest.mark.light

ROW = Row("mine/label/accuracy", 0.8123, 0.8101, -0.011, 0.004, 734)
SPEED = {"openvino float32": 100.0, "openvino int8": 163.0, "onnx float32": 110.0, "onnx int8": 55.0}


@pytest.fixture
def made(monkeypatch, tmp_path):
    """What the command asked for; nothing is quantised."""
    asked = {"comparison": Comparison(734, (ROW,), {"category": 0.981}), "kept": True}

    def make_int8(model, photos, folder, *, check, split, calibration, threads, progress):
        asked.update(model=model, photos=photos, check=list(check), split=split, calibration=calibration)
        progress("reading photos", 1, 2)
        return Int8(Path(folder), asked["kept"], ("conv_stem",), 49, asked["comparison"], True, SPEED)

    monkeypatch.setattr("fashionkit.cli.exporting.make_int8", make_int8)
    return asked


@pytest.mark.parametrize(("form", "names"), [("onnx", ["m.onnx", "m.outfit.onnx"]), ("openvino", ["m.xml", "m.bin"])])
def test_files_are_written_and_named(ask, checkpoint, tmp_path, form, names):
    printed = ask("export", form, "-o", tmp_path / names[0], "--model", checkpoint)
    assert printed.exit_code == 0, printed.stderr
    lines = printed.stdout.splitlines()
    assert lines[0].startswith(str(tmp_path / names[0]))
    assert {Path(line.split("  ")[0]).name for line in lines} == {path.name for path in tmp_path.iterdir()}
    assert {path.name for path in tmp_path.iterdir()} >= set(names)


def test_what_is_there_is_only_written_over_by_force(ask, checkpoint, tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"mine")
    refused = ask("export", "onnx", "-o", tmp_path / "m.onnx", "--model", checkpoint)
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert "--force" in refused.stderr
    assert (tmp_path / "m.onnx").read_bytes() == b"mine"
    assert ask("export", "onnx", "-o", tmp_path / "m.onnx", "--model", checkpoint, "--force").exit_code == 0


def test_int8_prints_figures_answers_and_speed(ask, made, tmp_path):
    printed = ask("export", "int8", "photos", "-o", tmp_path / "int8", "--check", "a", "--check", "b")
    assert printed.exit_code == 0, printed.stderr
    lines = [" ".join(line.split()) for line in printed.stdout.splitlines()]
    assert "mine/label/accuracy 0.812 0.810 -0.2 -1.1 to +0.4 734" in lines
    assert "mean of all -0.22" in lines
    assert "category 0.981" in lines
    assert "openvino 100 163 1.63" in lines
    assert "onnx 110 55 0.50" in lines
    assert lines[-1].endswith("int8")
    assert (made["check"], made["split"], made["calibration"]) == (["a", "b"], "val", 300)


def test_int8_that_costs_too_much_fails(ask, made, tmp_path):
    made.update(kept=False, comparison=Comparison(10, (), {"category": 0.5}))
    printed = ask("export", "int8", "photos", "-o", tmp_path / "int8")
    assert printed.exit_code == exits.SOME_FAILED
    assert "not written: category: only 0.500 of the answers stay as they were" in printed.stderr
    assert "without labels" in printed.stdout


def test_int8_as_json_is_one_object(ask, made, tmp_path):
    printed = ask("export", "int8", "photos", "-o", tmp_path / "int8", "--json")
    (line,) = printed.stdout.splitlines()
    found = json.loads(line)
    assert found["comparison"]["figures"][0]["name"] == "mine/label/accuracy"
    assert found["photos_a_second"] == SPEED
    assert found["kept"] is True


@pytest.mark.parametrize("command", ["onnx", "openvino", "pt2", "int8"])
def test_every_command_has_an_example(ask, command):
    shown = ask("export", command, "--help")
    assert shown.exit_code == 0
    assert f"fashionkit export {command}" in shown.stdout.partition("Example")[2]

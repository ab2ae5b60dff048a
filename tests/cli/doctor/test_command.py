from __future__ import annotations

import sys

import pytest

from fashionkit import __version__

pytestmark = pytest.mark.light


@pytest.fixture
def examine(ask, lines_of, checkpoint):
    """Runs the command, and gives its exit code and the findings by name."""

    def run(model=checkpoint):
        printed = ask("doctor", "--json", "--model", model)
        (line,) = lines_of(printed.stdout)
        assert (printed.exit_code == 0) == line["answering"]
        return printed.exit_code, {finding["name"]: finding for finding in line["findings"]}

    return run


@pytest.fixture(autouse=True)
def no_torch(monkeypatch, tmp_path):
    """Importing torch takes seconds, and importing it here would not be undone."""
    find_spec = __import__("importlib.util").util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *rest: None if name == "torch" else find_spec(name))
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path / "cache"))


def test_all_is_well_where_a_model_answers(examine):
    code, found = examine()
    assert code == 0
    assert found["fashionkit"]["detail"] == __version__
    assert found["model files"]["state"] == found["answer"]["state"] == found["search"]["state"] == "ok"
    assert found["engine torch"]["state"] == "note"
    assert found["engine torch"]["remedy"] == "pip install 'fashionkit[train]'"
    assert found["gpu"]["detail"].startswith("not looked for")
    assert {"python", "numpy", "processor", "disk", "cache", "engine onnx", "engine openvino"} <= found.keys()


def test_a_person_sees_marks_and_the_verdict(ask, checkpoint):
    shown = ask("doctor", "--model", checkpoint)
    assert shown.exit_code == 0
    assert "✓ python" in shown.stdout
    assert "! engine torch" in shown.stdout
    assert shown.stdout.endswith("Answering works.\n")


def test_a_damaged_model_is_found_and_named(ask, examine, checkpoint, tmp_path):
    copy = tmp_path / "model"
    copy.mkdir()
    for file in checkpoint.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    graph = bytearray((copy / "graph.onnx").read_bytes())
    graph[100] ^= 1
    (copy / "graph.onnx").write_bytes(graph)
    code, found = examine(copy)
    assert code == 1
    assert found["model"]["state"] == "wrong"
    assert "SHA-256" in found["model"]["detail"]
    assert "answer" not in found
    assert ask("doctor", "--model", copy).stdout.endswith("see the lines with ✗.\n")


@pytest.mark.parametrize(
    ("module", "finding", "state"),
    [("onnxruntime", "engine onnx", "wrong"), ("faiss", "search", "wrong"), ("openvino", "engine openvino", "note")],
)
def test_what_cannot_be_imported_is_found_and_the_rest_is_still_checked(examine, monkeypatch, module, finding, state):
    monkeypatch.setitem(sys.modules, module, None)
    for ours in ("fashionkit.runtime.engines.openvino", "fashionkit.models.onnx_runtime"):
        monkeypatch.delitem(sys.modules, ours, raising=False)
    _, found = examine()
    assert found[finding]["state"] == state
    assert found[finding]["remedy"].startswith("pip install")
    assert {"python", "disk", "model"} <= found.keys()


def test_a_cache_that_cannot_be_written_is_a_note(examine, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path / "file"))
    code, found = examine()
    assert code == 0
    assert found["cache"]["state"] == "note"
    assert "FASHIONKIT_CACHE" in found["cache"]["remedy"]

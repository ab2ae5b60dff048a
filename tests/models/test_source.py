from __future__ import annotations

from pathlib import Path

import pytest

from fashionkit.errors import ModelError
from fashionkit.models import locate, source

pytestmark = pytest.mark.light


@pytest.mark.parametrize("given", ["models/mine", Path("models/mine"), "Modelle/schön 着物", "a:b"])
def test_a_folder_is_where_it_is(given):
    assert locate(given) == Path(given)


@pytest.mark.parametrize("given", [None, 5, b"models", ["a"]])
def test_what_is_no_source_is_refused(given):
    with pytest.raises(ModelError, match="a model comes from"):
        locate(given)


def test_the_default_is_what_the_package_ships(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "_SHIPPED", tmp_path)
    assert locate("default") == tmp_path
    monkeypatch.setattr(source, "_SHIPPED", tmp_path / "none")
    with pytest.raises(ModelError, match="the default model is not installed"):
        locate("default")


def test_a_hub_id_is_downloaded_with_all_that_a_checkpoint_holds(monkeypatch):
    asked = []
    monkeypatch.setattr(source, "download", lambda name, files: asked.append((name, files)) or Path("there"))
    assert locate("hf://owner/name") == Path("there")
    ((name, patterns),) = asked
    assert name == "hf://owner/name"
    for file in ("config.json", "model.safetensors", "graph.onnx", "outfit.onnx", "card.md"):
        assert any(Path(file).match(pattern) for pattern in patterns), file

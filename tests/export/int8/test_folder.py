from __future__ import annotations

import pytest

from fashionkit import Analyzer
from fashionkit.errors import ModelError
from fashionkit.export.int8.folder import write_checkpoint
from fashionkit.models import Checkpoint
from fashionkit.models.checkpoint import PHOTOS

RECORD = {"kept_in_float32": ["conv_stem"], "calibration_photos": 12}


@pytest.fixture
def written(checkpoint, tmp_path):
    """A checkpoint written with the graph that it has already, so that it must answer as before."""
    folder = tmp_path / "int8"
    folder.mkdir()
    source = Checkpoint.open(checkpoint)
    write_checkpoint(source, source.read_graph(PHOTOS), RECORD, folder)
    return source, Checkpoint.open(folder)


@pytest.mark.light
def test_it_is_a_whole_checkpoint_with_the_same_heads(written, photos):
    source, made = written
    assert made.specs == source.specs
    assert made.config.input == source.config.input
    assert made.config.training["int8"] == RECORD
    assert made.seen.tolist() == source.seen.tolist()
    before = Analyzer.load(source.folder, engine="onnx").analyze(photos[0])
    assert Analyzer.load(made.folder, engine="onnx").analyze(photos[0]).to_dict() == before.to_dict()
    assert "## In int8" in (made.folder / "card.md").read_text("utf-8")
    assert "conv_stem" in (made.folder / "card.md").read_text("utf-8")


@pytest.mark.light
def test_every_photo_head_has_a_fingerprint_of_its_own(written):
    source, made = written
    assert made.config.fingerprints.keys() == source.config.fingerprints.keys()
    assert not set(made.config.fingerprints.values()) & set(source.config.fingerprints.values())
    assert len(set(made.config.fingerprints.values())) == len(made.config.fingerprints)


def test_torch_refuses_it(written, photos):
    pytest.importorskip("torch")
    _, made = written
    with pytest.raises(ModelError, match="int8"):
        Analyzer.load(made.folder, engine="torch").analyze(photos[0])

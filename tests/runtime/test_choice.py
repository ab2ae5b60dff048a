from __future__ import annotations

import threading
import warnings
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from fashionkit.errors import EngineError
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.runtime import EngineOptions, open_engine
from fashionkit.runtime.engines.onnx import OnnxEngine

pytestmark = pytest.mark.light

PHOTOS = np.random.default_rng(0).integers(0, 256, (1, 96, 64, 3), dtype=np.uint8)


def fail(self, stage, inputs):
    raise EngineError("ONNX Runtime failed: an instruction is missing")


def test_auto_is_the_first_engine_without_a_warning(checkpoint):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        engine = open_engine(Checkpoint.open(checkpoint), EngineOptions())
        engine.run("photos", {"photos": PHOTOS})
    assert (engine.name, engine.device) == ("onnx", "cpu")


def test_an_engine_that_fails_when_it_first_runs_gives_way_with_one_warning(checkpoint, monkeypatch):
    expected = open_engine(Checkpoint.open(checkpoint), EngineOptions("openvino")).run("photos", {"photos": PHOTOS})
    monkeypatch.setattr(OnnxEngine, "run", fail)
    engine = open_engine(Checkpoint.open(checkpoint), EngineOptions())
    with pytest.warns(UserWarning, match="openvino answers in place of .*an instruction is missing") as caught:
        threads = [threading.Thread(target=engine.run, args=("photos", {"photos": PHOTOS})) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = engine.run("photos", {"photos": PHOTOS})
    assert len(caught) == 1
    assert engine.name == "openvino"
    np.testing.assert_array_equal(found["category"], expected["category"])


def test_an_engine_that_was_asked_for_gives_way_to_none(checkpoint, monkeypatch):
    monkeypatch.setattr(OnnxEngine, "run", fail)
    with pytest.raises(EngineError, match="an instruction is missing"):
        open_engine(Checkpoint.open(checkpoint), EngineOptions("onnx")).run("photos", {"photos": PHOTOS})


def test_an_engine_that_worked_gives_way_to_none(checkpoint, monkeypatch):
    engine = open_engine(Checkpoint.open(checkpoint), EngineOptions())
    engine.run("photos", {"photos": PHOTOS})
    monkeypatch.setattr(OnnxEngine, "run", fail)
    with pytest.raises(EngineError, match="an instruction is missing"):
        engine.run("photos", {"photos": PHOTOS})


def test_what_no_engine_takes_is_told_in_the_words_of_the_first(checkpoint):
    engine = open_engine(Checkpoint.open(checkpoint), EngineOptions())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(EngineError, match="ONNX Runtime failed on 'photos'"):
            engine.run("photos", {"photos": PHOTOS.astype(np.float32)})
        assert engine.name == "onnx"
        assert len(engine.run("photos", {"photos": PHOTOS})["category"]) == 1


def test_int8_runs_where_it_is_fast(checkpoint):
    opened = Checkpoint.open(checkpoint)
    in_int8 = replace(opened, config=msgspec.structs.replace(opened.config, training={"int8": {}}))
    assert open_engine(opened, EngineOptions()).name == "onnx"
    assert open_engine(in_int8, EngineOptions()).name == "openvino"

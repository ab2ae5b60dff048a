"""The compiled model answers as the model does, for any number of photos, and after a fork."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

from fashionkit.errors import EngineError
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.runtime import EngineOptions, open_engine

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("g++"), reason="torch compiles with g++, which is not here"),
]


@pytest.fixture(scope="module")
def engines(checkpoint):
    opened = Checkpoint.open(checkpoint)
    return open_engine(opened, EngineOptions("inductor", "cpu")), open_engine(opened, EngineOptions("torch", "cpu"))


@pytest.fixture(scope="module")
def pixels(engines):
    return np.random.default_rng(0).integers(0, 256, (5, 96, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("n", [1, 3, 4, 5])
def test_raw_outputs_equal_those_of_torch(engines, pixels, n):
    found, expected = (engine.run("photos", {"photos": pixels[:n]}) for engine in engines)
    assert set(found) == set(expected)
    for head, values in expected.items():
        assert found[head].shape == values.shape
        np.testing.assert_allclose(found[head], values, rtol=0, atol=1e-4 * max(1, np.abs(values).max()))
    assert not np.allclose(found["category"][0], found["category"][-1]) or n == 1


def test_answers_belong_to_the_caller(engines, pixels):
    engine, _ = engines
    first = engine.run("photos", {"photos": pixels[:2]})["category"]
    kept = first.copy()
    engine.run("photos", {"photos": pixels[2:4]})
    np.testing.assert_array_equal(first, kept)


def test_a_forked_child_answers(engines, pixels):
    engine, _ = engines
    expected = engine.run("photos", {"photos": pixels[:1]})["category"]
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, engine.run("photos", {"photos": pixels[:1]})["category"].tobytes())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found = np.frombuffer(pipe.read(), np.float32).reshape(expected.shape)
    os.waitpid(child, 0)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_what_is_no_photo_is_refused(engines, pixels):
    engine, _ = engines
    for wrong in (pixels[:, :32], pixels.astype(np.float32)):
        with pytest.raises(EngineError, match="photos is uint8 N×96×64×3"):
            engine.run("photos", {"photos": wrong})
    with pytest.raises(EngineError, match="torch failed on 'photos'"):
        engine.run("photos", {"pictures": pixels})


def test_a_model_in_memory_runs_on_torch_alone(engines):
    from fashionkit import CategorySpec, FashionModel

    model = FashionModel("test_efficientnet", {"category": CategorySpec(labels=("a", "b"))})
    with pytest.raises(EngineError, match="a model in memory runs on torch, not on inductor"):
        open_engine(model, EngineOptions("inductor"))

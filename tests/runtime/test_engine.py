from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from fashionkit.errors import ConfigError, EngineError, ModelError
from fashionkit.models.checkpoint import Checkpoint, FileRecord, sha256
from fashionkit.runtime import ENGINES, EngineOptions, open_engine

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"engine": "onxx"}, "unknown engine 'onxx'; did you mean 'onnx'"),
        ({"engine": "tensorflow"}, "known: auto, onnx, openvino, torch"),
        ({"precision": "fp16x"}, "unknown precision 'fp16x'"),
        ({"threads": 0}, "threads, how many may compute, must be an int above 0; got 0"),
        ({"threads": True}, "got True"),
        ({"threads": 2.0}, "got 2.0"),
    ],
)
def test_options_refuse_what_no_engine_knows(options, words):
    with pytest.raises(ConfigError if "threads" in options else EngineError) as caught:
        EngineOptions(**options)
    assert words in str(caught.value)


def test_threads_are_all_usable_cores_where_none_is_given():
    assert EngineOptions().n_threads >= 1
    assert EngineOptions(threads=3).n_threads == 3


@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_an_engine_for_the_cpu_refuses_another_device(checkpoint, name):
    with pytest.raises(EngineError, match=f"'{name}' runs on the cpu, not on 'cuda'"):
        open_engine(Checkpoint.open(checkpoint), EngineOptions(name, "cuda"))


def test_auto_says_why_nothing_can_run(checkpoint):
    with pytest.raises(EngineError, match=r"no engine can run .*torch: "):
        open_engine(Checkpoint.open(checkpoint), EngineOptions("auto", "cuda:99"))


@pytest.fixture(params=["onnx", "openvino"])
def engine(request, checkpoint, monkeypatch, tmp_path):
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path / "cache"))
    return open_engine(Checkpoint.open(checkpoint), EngineOptions(request.param, threads=1))


def photos_at_random(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 96, 64, 3), dtype=np.uint8)


def test_an_engine_gives_every_head_its_own_memory(engine):
    first = engine.run("photos", {"photos": photos_at_random(3)})
    kept = {name: values.copy() for name, values in first.items()}
    engine.run("photos", {"photos": photos_at_random(3, seed=1)})
    assert set(first) == {"category", "attributes", "embedding"}
    for name, values in first.items():
        assert values.dtype == np.float32
        assert values.flags.owndata or values.base is not None
        np.testing.assert_array_equal(values, kept[name], err_msg="a later call wrote into an earlier answer")


@pytest.mark.parametrize("n", [1, 2, 7, 33])
def test_an_answer_does_not_depend_on_the_batch(engine, n):
    photos = photos_at_random(n)
    together = engine.run("photos", {"photos": photos})
    for place in {0, n - 1}:
        alone = engine.run("photos", {"photos": photos[place : place + 1]})
        for name, values in together.items():
            np.testing.assert_allclose(alone[name][0], values[place], rtol=1e-4, atol=1e-4)


def test_an_engine_runs_the_second_stage_too(engine):
    items = np.random.default_rng(0).normal(size=(4, 16, 8)).astype(np.float32)
    present = np.ones((4, 16), bool)
    assert engine.run("outfit", {"items": items, "present": present})["outfit"].shape == (4, 1)


@pytest.mark.parametrize(
    ("stage", "inputs", "words"),
    [
        ("photo", {}, "no stage 'photo'; did you mean 'photos'"),
        ("photos", {"photos": np.zeros((1, 10, 10, 3), np.uint8)}, "failed on 'photos'"),
        ("photos", {"photos": np.zeros((1, 96, 64, 3), np.float32)}, "failed on 'photos'"),
        ("photos", {"pictures": np.zeros((1, 96, 64, 3), np.uint8)}, "failed on 'photos'"),
        ("photos", {}, "failed on 'photos'"),
    ],
)
def test_what_a_graph_does_not_take_is_an_engine_error(engine, stage, inputs, words):
    with pytest.raises(EngineError) as caught:
        engine.run(stage, inputs)
    assert words in str(caught.value)


def test_many_threads_may_call_one_engine(engine):
    photos = [photos_at_random(2, seed) for seed in range(16)]
    expected = [engine.run("photos", {"photos": some})["embedding"] for some in photos]
    found: list = [None] * len(photos)

    def run(place: int) -> None:
        found[place] = engine.run("photos", {"photos": photos[place]})["embedding"]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(photos))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for got, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


def test_a_graph_that_is_none_is_an_engine_error(engine, checkpoint, tmp_path):
    whole = Checkpoint.open(checkpoint)
    (tmp_path / "graph.onnx").write_bytes(b"no graph")
    record = FileRecord(8, sha256(tmp_path / "graph.onnx"))
    config = msgspec.structs.replace(whole.config, files={**whole.config.files, "graph.onnx": record})
    other = open_engine(Checkpoint(tmp_path, config, whole.specs), EngineOptions(engine.name))
    with pytest.raises(EngineError, match=r"graph\.onnx: .* cannot load the graph"):
        other.run("photos", {"photos": photos_at_random(1)})


def test_a_checkpoint_that_changes_after_it_was_opened_is_not_mixed(engine, checkpoint, tmp_path):
    """Labels are read when a checkpoint is opened, the graph when it is first needed: both must be of one save."""
    mine = Path(shutil.copytree(checkpoint, tmp_path / "mine"))
    opened = open_engine(Checkpoint.open(mine), EngineOptions(engine.name))
    graph = bytearray((mine / "graph.onnx").read_bytes())
    graph[-1] ^= 1
    (mine / "graph.onnx").write_bytes(graph)
    with pytest.raises(ModelError, match="changed since the checkpoint was opened; load it again"):
        opened.run("photos", {"photos": photos_at_random(1)})
    shutil.rmtree(mine)
    with pytest.raises(ModelError, match="load the checkpoint again"):
        opened.run("photos", {"photos": photos_at_random(1)})


def test_openvino_works_where_no_cache_can_be_written(checkpoint, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path / "file"))
    engine = open_engine(Checkpoint.open(checkpoint), EngineOptions("openvino"))
    assert len(engine.run("photos", {"photos": photos_at_random(1)})["category"]) == 1


def test_every_engine_is_where_the_table_says():
    for name, place in ENGINES.items():
        assert place.startswith(f"fashionkit.runtime.engines.{name}:")


def test_importing_openvino_reports_nothing_over_the_network():
    code = """
import socket, sys, threading
def refuse(*address):
    raise SystemExit(f"looked up {address}")
socket.getaddrinfo = refuse
import fashionkit.runtime.engines.openvino as ours
assert "openvino_telemetry" not in sys.modules
print(threading.active_count(), ours.openvino.Core().available_devices)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("1 ['CPU'"), done.stdout

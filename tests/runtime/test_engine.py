from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
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
        ({"engine": "tensorflow"}, "known: auto, inductor, onnx, openvino, torch"),
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


@pytest.mark.parametrize(
    ("name", "device", "words"),
    [
        ("openvino", "cuda", "'openvino' runs on the cpu, not on 'cuda'"),
        ("onnx", "cuda", "not on 'cuda': its ONNX Runtime was built without; pip uninstall onnxruntime"),
        ("onnx", "cuda:1", "runs on the cpu here, not on 'cuda:1'"),
        ("onnx", "tensorrt", "pip install onnxruntime-gpu"),
        ("onnx", "cuda:first", "not on 'cuda:first'"),
        ("onnx", "cpu:1", "not on 'cpu:1'"),
        ("onnx", "", "not on ''"),
        ("onnx", "mps", "not on 'mps'; try engine='torch'"),
    ],
)
def test_a_device_that_is_not_there_is_refused_and_not_replaced(checkpoint, name, device, words):
    with pytest.raises(EngineError) as caught:
        open_engine(Checkpoint.open(checkpoint), EngineOptions(name, device))
    assert words in str(caught.value)


def test_onnx_refuses_bf16(checkpoint):
    with pytest.raises(EngineError, match="'onnx' computes in fp32, not in bf16; try engine='openvino'"):
        open_engine(Checkpoint.open(checkpoint), EngineOptions("onnx", precision="bf16"))


def test_bf16_is_openvinos_where_the_processor_has_it(checkpoint):
    from fashionkit.runtime.engines.openvino import openvino

    photos = {"photos": photos_at_random(3)}
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        with pytest.raises(EngineError, match="no bf16"):
            open_engine(Checkpoint.open(checkpoint), EngineOptions(precision="bf16"))
        return
    half = open_engine(Checkpoint.open(checkpoint), EngineOptions(precision="bf16"))
    assert half.name == "openvino"
    expected = open_engine(Checkpoint.open(checkpoint), EngineOptions()).run("photos", photos)
    found = half.run("photos", photos)
    for head, values in expected.items():
        assert 0 < np.abs(found[head] - values).max() <= 0.05 * max(1, np.abs(values).max()), head


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


def test_onnx_computes_a_batch_in_one_thread_as_a_photo_in_several(checkpoint):
    engine = open_engine(Checkpoint.open(checkpoint), EngineOptions("onnx", threads=2))
    photos = photos_at_random(8)
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: engine.run("photos", {"photos": photos}), range(8)))
    for place in range(8):
        alone = engine.run("photos", {"photos": photos[place : place + 1]})
        for name, values in alone.items():
            for batch in batches:
                np.testing.assert_allclose(batch[name][place], values[0], rtol=1e-4, atol=1e-4)


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


def test_openvino_answers_from_what_it_kept_and_makes_damaged_files_anew(checkpoint, monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path))
    caplog.set_level("INFO", logger="fashionkit")

    def answers():
        engine = open_engine(Checkpoint.open(checkpoint), EngineOptions("openvino", threads=1))
        return engine.run("photos", {"photos": photos_at_random(1)})["category"]

    expected = answers()
    (kept,) = (tmp_path / "openvino").iterdir()
    whole = kept.read_bytes()
    assert [record.message.partition(" ")[0] for record in caplog.records] == ["compiling"]
    np.testing.assert_array_equal(answers(), expected)
    assert len(caplog.records) == 1
    for damaged in (b"", whole[:100], whole[: len(whole) // 2], whole[:-1], whole[:3000] + b"????" + whole[3004:]):
        kept.write_bytes(damaged)
        np.testing.assert_array_equal(answers(), expected)
        assert kept.read_bytes()[:32] == hashlib.sha256(kept.read_bytes()[32:]).digest()
    assert len(caplog.records) == 6


def test_every_engine_is_where_the_table_says():
    for name, place in ENGINES.items():
        assert place.startswith(f"fashionkit.runtime.engines.{name}:")


def test_onnxruntime_is_imported_without_the_thread_that_reports_over_the_network():
    code = """
import os
import numpy
n_before = len(os.listdir("/proc/self/task"))
from fashionkit.models.onnx_runtime import onnxruntime
print(len(os.listdir("/proc/self/task")) - n_before, "ORT_DISABLE_TELEMETRY" in os.environ)
"""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system does not list a process's threads")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "False"]


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

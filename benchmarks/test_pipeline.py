"""How much of what decoding and the engine alone take is left on the way through the pipeline, and its memory.

Core-seconds are compared beside times, as other processes of the machine move them less: what is lost in the one is
work that the pipeline adds, and what is lost in the other alone is time that a core had nothing to do.
"""

from __future__ import annotations

import io
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from fashionkit.images import fit, read
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime import EngineOptions, Model, Pipeline
from fashionkit.runtime.pipeline import BATCH_SIZE

ROUNDS = 5
N_PHOTOS = 96
# Height and width; the second is what a phone's photo is often sent as.
SIZES = ((533, 400), (1066, 800))
N_STREAMED = 50_000

STREAM = r"""
import re, sys
from pathlib import Path
import numpy as np
from fashionkit.images import InputRule
from fashionkit.runtime import Pipeline

class Null:
    name, device = "null", "cpu"
    def run(self, stage, inputs):
        return {"none": np.zeros((len(inputs[stage]), 1), np.float32)}

def resident():
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

photo, n = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
pipeline = Pipeline(Null(), InputRule(size=(192, 192)), threads=2)
stream = pipeline.stream((photo for _ in range(n)), lambda outputs: [None] * len(outputs["none"]))
for _ in range(500):
    next(stream)
before = resident()
most = max(resident() for place, _ in stream if place % 500 == 0)
print(before, most)
"""


class NullEngine:
    """Answers at once, so that all that is left is the pipeline's own."""

    name, device = "null", "cpu"

    def run(self, stage, inputs):
        return {"none": np.zeros((len(inputs[stage]), 1), np.float32)}


def read_nothing(outputs) -> list[None]:
    return [None] * len(next(iter(outputs.values())))


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[1]}x{size[0]}")
def photos(request) -> list[bytes]:
    """Drawn JPEG files: smooth shading under fine noise, each another one."""
    height, width = request.param
    draw = np.random.default_rng(0)
    made = []
    for _ in range(N_PHOTOS):
        ramp = np.linspace(draw.integers(0, 100), draw.integers(150, 255), height * width).reshape(height, width, 1)
        pixels = (ramp + draw.normal(0, 8, (height, width, 3))).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(encoded := io.BytesIO(), "JPEG", quality=85)
        made.append(encoded.getvalue())
    return made


def test_the_pipeline_around_bare_decoding(photos):
    model = Model.load()
    pipeline = Pipeline(NullEngine(), model.rule, model.options.n_threads)
    shares = shares_of(
        lambda: decode(photos, model),
        lambda: sum(1 for _ in pipeline.stream(photos, read_nothing)),
    )
    print(f"\nwith an engine that does nothing: {told(shares)} of bare decoding")
    assert len(shares) == ROUNDS


@pytest.mark.parametrize(("engine", "precision"), [("onnx", "fp32"), ("openvino", "fp32")])
def test_the_pipeline_around_decoding_and_the_engine(photos, engine, precision):
    model = Model.load(options=EngineOptions(engine, precision=precision))
    pixels = np.stack([fitted(photo, model) for photo in photos[:BATCH_SIZE]])

    def bare() -> None:
        decode(photos, model)
        with ThreadPoolExecutor(model.options.n_threads) as pool:
            calls = range(N_PHOTOS // BATCH_SIZE)
            list(pool.map(lambda _: model.engine.run(PHOTOS, {PHOTOS: pixels}), calls))

    shares = shares_of(bare, lambda: sum(1 for _ in model.pipeline.stream(photos, read_nothing)))
    print(f"\nfrom file to raw outputs with {engine} in {precision}: {told(shares)} of decoding and engine alone")
    assert len(shares) == ROUNDS


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process has is asked of Linux")
def test_memory_of_a_long_stream(tmp_path):
    photo = tmp_path / "photo.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (240, 180, 3), dtype=np.uint8)).save(photo)
    command = [sys.executable, "-c", STREAM, str(photo), str(N_STREAMED)]
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    before, most = map(float, re.findall(r"[\d.]+", done))
    print(f"\nstreaming {N_STREAMED:,} photos grew memory from {before:.0f} to at most {most:.0f} MiB")
    assert before > 0


def fitted(photo: bytes, model: Model) -> np.ndarray:
    return fit(read(photo, at_least=model.rule.size), model.rule)


def decode(photos: list[bytes], model: Model) -> None:
    with ThreadPoolExecutor(model.options.n_threads) as pool:
        list(pool.map(lambda photo: fitted(photo, model), photos))


@dataclass(frozen=True)
class Share:
    """What the one action took, as a share of what the other did."""

    core_seconds: float
    seconds: float


def shares_of(bare: Callable[[], object], ours: Callable[[], object]) -> list[Share]:
    """Pair by pair, after one that warms up."""
    return [share_of(bare, ours) for _ in range(ROUNDS + 1)][1:]


def share_of(bare: Callable[[], object], ours: Callable[[], object]) -> Share:
    (bare_core, bare_time), (our_core, our_time) = taken(bare), taken(ours)
    return Share(bare_core / our_core, bare_time / our_time)


def taken(action: Callable[[], object]) -> tuple[float, float]:
    """Core-seconds and seconds."""
    begin = time.process_time(), time.perf_counter()
    action()
    return time.process_time() - begin[0], time.perf_counter() - begin[1]


def told(shares: list[Share]) -> str:
    core, seconds = ([getattr(share, name) for share in shares] for name in ("core_seconds", "seconds"))
    return (
        f"{statistics.median(core):.2f} ({min(core):.2f} to {max(core):.2f}) in core-seconds, "
        f"{statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f}) in time,"
    )

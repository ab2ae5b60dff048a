"""Every stage of an answer alone, from a file of 400×533 to the answers of all heads, as tables of pytest-benchmark."""

from __future__ import annotations

import numpy as np
import pytest

from fashionkit import Analyzer
from fashionkit.catalogue.index import FlatIndex
from fashionkit.images import fit, read

STORED = 10_000


@pytest.fixture(scope="module", params=["onnx", "openvino", "torch"])
def analyzer(request, four_heads) -> Analyzer:
    return Analyzer.load(four_heads, engine=request.param)


@pytest.fixture(scope="module")
def pixels(analyzer, photo) -> np.ndarray:
    return fit(read(photo), analyzer.model.rule)[None]


@pytest.mark.benchmark(group="one photo, before the engine")
@pytest.mark.parametrize("stage", ["read", "decode", "fit"])
def test_before_the_engine(benchmark, stage, four_heads, photo):
    rule = Analyzer.load(four_heads).model.rule
    data = photo.read_bytes()
    picture = read(data)
    benchmark({"read": photo.read_bytes, "decode": lambda: read(data), "fit": lambda: fit(picture, rule)}[stage])


@pytest.mark.parametrize("n", [1, 16])
def test_the_forward_pass(benchmark, analyzer, pixels, n):
    benchmark.group = f"forward pass, batches of {n}"
    batch = np.repeat(pixels, n, axis=0)
    outputs = benchmark(analyzer.model.engine.run, "photos", {"photos": batch})
    assert all(len(values) == n for values in outputs.values())


@pytest.mark.benchmark(group="outputs of 16 photos to answers")
@pytest.mark.parametrize("head", ["category", "attributes", "embedding"])
def test_reading_answers(benchmark, four_heads, photo, head):
    model = Analyzer.load(four_heads).model
    pixels = np.repeat(fit(read(photo), model.rule)[None], 16, axis=0)
    outputs = model.engine.run("photos", {"photos": pixels})
    assert len(benchmark(model.read, head, outputs)) == 16


@pytest.mark.benchmark(group=f"10 nearest of {STORED:,}")
def test_search(benchmark):
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((STORED, 256)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = FlatIndex(256)
    index.add(np.arange(STORED), rows)
    (found,) = benchmark(index.nearest, rows[:1], 10)
    assert found.keys[0] == 0


@pytest.mark.parametrize("n", [1, 32])
def test_from_file_to_answers(benchmark, analyzer, photo, n):
    benchmark.group = f"from file to all answers, {n} at once"
    assert len(benchmark(analyzer.analyze, [photo] * n)) == n

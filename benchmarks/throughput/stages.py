"""Every stage alone, in one thread; and the bound that they set for all of them together."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.search.timing import in_turns
from fashionkit import Analyzer
from fashionkit.catalogue.index import FlatIndex
from fashionkit.images import fit, read

ROUNDS = 5
BATCHES = (1, 4, 8, 16, 32, 64)
BATCHES_BESIDE = (4, 8, 16)
STORED = 10_000


def stages(photos: list[Path], threads: int) -> dict[str, float]:
    """Milliseconds a photo of each stage: reading, decoding and fitting in one thread, the pass on all of them.

    "decode, OpenCV" is the fastest decoder that is installed, at the scale that a photo may be decoded at; it takes
    damaged files for whole ones, so fashionkit decodes with Pillow.
    """
    analyzer = Analyzer.load(threads=threads)
    rule, engine = analyzer.model.rule, analyzer.model.engine
    at_least = rule.size if rule.interpolation == "area" else None
    contents = [photo.read_bytes() for photo in photos]
    buffers = [np.frombuffer(data, np.uint8) for data in contents]
    flags = [_opencv_flags(data, rule.size) for data in contents]
    cv2.setNumThreads(1)
    pictures = [read(data, at_least=at_least) for data in contents]
    ways: dict[str, Callable[[], object]] = {
        "read": lambda: [photo.read_bytes() for photo in photos],
        "decode": lambda: [read(data, at_least=at_least) for data in contents],
        "decode, OpenCV": lambda: [cv2.imdecode(data, flag) for data, flag in zip(buffers, flags, strict=True)],
        "fit": lambda: [fit(picture, rule) for picture in pictures],
    }
    took = {name: 1e3 * seconds / len(photos) for name, seconds in in_turns(ways, ROUNDS).items()}
    pixels = np.stack([fit(picture, rule) for picture in pictures])
    alone = {f"pass, {size} at once": lambda size=size: _passed(engine, pixels, size) for size in BATCHES}
    beside = {
        f"pass, {size} at once, {threads} side by side": lambda size=size: _beside(engine, pixels, size, threads)
        for size in BATCHES_BESIDE
    }
    passes = in_turns(alone | beside, ROUNDS)
    took |= {name: 1e3 * seconds / len(pixels) for name, seconds in passes.items()}
    outputs = engine.run("photos", {"photos": pixels})
    took["read answers"] = 1e3 * in_turns({"it": lambda: analyzer._read(outputs)}, ROUNDS)["it"] / len(pixels)
    took[f"search among {STORED:,}"] = _search(outputs["embedding"])
    return took


def bound(took: dict[str, float], cores: int) -> float:
    """Photos a second where decoding with the fastest decoder and the pass at its best fill all cores.

    A pass on all cores for so many milliseconds costs that many times the cores.
    """
    decode = min(took["decode"], took["decode, OpenCV"])
    run = min(ms for name, ms in took.items() if name.startswith("pass"))
    return cores / (1e-3 * (decode + run * cores))


def single(photo: Path, threads: int, times: int = 200) -> dict[str, float]:
    """Milliseconds to the answer for one photo in a warm process, beside decoding and the pass alone."""
    analyzer = Analyzer.load(threads=threads)
    rule, engine = analyzer.model.rule, analyzer.model.engine
    at_least = rule.size if rule.interpolation == "area" else None
    data = photo.read_bytes()

    def bare() -> object:
        return engine.run("photos", {"photos": fit(read(data, at_least=at_least), rule)[None]})

    took: dict[str, list[float]] = {"analyze": [], "bare": []}
    for _ in range(times):
        for name, way in (("analyze", lambda: analyzer.analyze(photo)), ("bare", bare)):
            began = time.perf_counter()
            way()
            took[name].append(1e3 * (time.perf_counter() - began))
    found = {f"p{share}": float(np.percentile(took["analyze"], share)) for share in (50, 95, 99)}
    return found | {"over decode and pass": float(np.median(took["analyze"]) / np.median(took["bare"]))}


def _opencv_flags(data: bytes, size: tuple[int, int]) -> int:
    """Decoding at a fraction, where that leaves twice the pixels on either side, as fashionkit does."""
    with Image.open(BytesIO(data)) as image:
        width, height = image.size
    for scale, flags in (
        (8, cv2.IMREAD_REDUCED_COLOR_8),
        (4, cv2.IMREAD_REDUCED_COLOR_4),
        (2, cv2.IMREAD_REDUCED_COLOR_2),
    ):
        if height >= 2 * scale * size[0] and width >= 2 * scale * size[1]:
            return flags
    return cv2.IMREAD_COLOR


def _passed(engine: object, pixels: np.ndarray, size: int) -> None:
    for start in range(0, len(pixels), size):
        engine.run("photos", {"photos": pixels[start : start + size]})  # type: ignore[attr-defined]


def _beside(engine: object, pixels: np.ndarray, size: int, threads: int) -> None:
    """The same, each batch in a thread of its own, so many at a time."""
    with ThreadPoolExecutor(threads) as pool:
        starts = range(0, len(pixels), size)
        list(pool.map(lambda start: _passed(engine, pixels[start : start + size], size), starts))


def _search(vectors: np.ndarray) -> float:
    draw = np.random.default_rng(0)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = draw.standard_normal((STORED, unit.shape[1])).astype(np.float32)
    index = FlatIndex(unit.shape[1])
    index.add(np.arange(STORED), rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return 1e3 * in_turns({"it": lambda: [index.nearest(each[None], 10) for each in unit]}, ROUNDS)["it"] / len(unit)

"""`make_int8`: from a checkpoint and photos to a checkpoint in int8 that was measured."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.errors import DataError, ImageError, ModelError
from fashionkit.export.int8.compare import Comparison, agreement, compare_on, together
from fashionkit.export.int8.fold import folded
from fashionkit.export.int8.folder import RECORD, write_checkpoint
from fashionkit.export.int8.layers import layers_of, nodes_of_heads
from fashionkit.export.int8.quantise import quantised
from fashionkit.export.int8.sensitivity import costs, too_dear
from fashionkit.export.int8.speed import photos_a_second
from fashionkit.images import fit, photos_in, read
from fashionkit.models import Checkpoint, locate
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.models.in_place import free_folder, put_in_place
from fashionkit.runtime import EngineOptions, Model

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""

PHOTOS_FOR_RANGES = 300
FEWEST_FOR_RANGES = 10
PHOTOS_FOR_COSTS = 64
PHOTOS_FOR_AGREEMENT = 500
BATCH = 32
# Where int8 pays: ONNX Runtime is measured too, and so far is slower with it.
ENGINE, OTHER_ENGINE = "openvino", "onnx"


@dataclass(frozen=True, slots=True, eq=False)
class Int8:
    """What came of making a model int8.

    Attributes:
        folder: Where the checkpoint is, or would be.
        kept: Whether it was written; not where the comparison objects.
        in_float32: The layers that were left in float32, because they cost most.
        layers: How many layers the backbone has.
        comparison: What int8 costs.
        held_out: Whether that was measured on other photos than those that the ranges were told from.
        speed: Photos a second by engine and precision, such as "openvino int8", all measured in turns.
    """

    folder: Path
    kept: bool
    in_float32: tuple[str, ...]
    layers: int
    comparison: Comparison
    held_out: bool
    speed: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            "folder": str(self.folder),
            "kept": self.kept,
            "objection": self.comparison.objection,
            "in_float32": list(self.in_float32),
            "layers": self.layers,
            "held_out": self.held_out,
            "comparison": self.comparison.to_dict(),
            "photos_a_second": dict(self.speed),
        }


def make_int8(
    source: str | os.PathLike[str],
    photos: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    check: Sequence[str | os.PathLike[str]] = (),
    split: str = "val",
    calibration: int = PHOTOS_FOR_RANGES,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Int8:
    """Makes a checkpoint that computes in int8, measures what that costs, and keeps it where it costs little.

    The backbone is quantised after training (NNCF), all layers first; then the error of each layer alone is measured,
    and those that make nearly all of it are left in float32. The result is compared photo by photo with the model that
    it was made from. It is kept where the figures lose at most half a point on average and none surely loses more;
    without labels, where nine of ten answers to each question stay the same.

    Args:
        source: "default", the folder of a checkpoint, or `hf://owner/name`.
        photos: A folder of photos like those that it will be asked about.
        folder: Where the checkpoint is written.
        check: Folders of labelled photos to compare on. Without one, photos of the folder are compared on that were
            not calibrated with, and no labels.
        split: Which split of `check`; a set without splits is taken whole.
        calibration: How many of the photos the ranges of activations are told from, at least 10.
        threads: How many threads may compute.
        progress: Called as it goes.

    Raises:
        DataError: There are too few photos that can be read, or `check` cannot be measured on.
        ModelError: The source is no checkpoint, is in int8 already, the folder holds something else, a package is
            missing, or the graph cannot be quantised.
        ConfigError: `calibration` or `threads` is no such number.
        EngineError: OpenVINO cannot run the graph.
    """
    told = progress or _quiet
    place = free_folder(Path(folder))
    before = Model.load(source, _options(ENGINE, threads))
    checkpoint = Checkpoint.open(locate(source))
    if RECORD in checkpoint.config.training:
        raise ModelError(f"{checkpoint.folder} is in int8 already; give the checkpoint that it was made from")
    plain = folded(checkpoint.read_graph(PHOTOS))
    fitted = _fitted(before, photos, positive_int(calibration, "calibration, how many photos to read"), told)
    heads, layers = nodes_of_heads(plain), layers_of(plain)
    told("telling ranges", 0, 1)
    everything = quantised(plain, fitted.calibration, heads)
    some, found = fitted.calibration[:PHOTOS_FOR_COSTS], {}
    for layer, cost in costs(plain, everything, layers, some, _run(before.options.n_threads)):
        found[layer] = cost
        told("measuring layers", len(found), len(layers))
    dear = too_dear(found)
    in_float32 = tuple(layers[layer] for layer in dear)
    told("telling ranges anew", 0, 1)
    graph = quantised(plain, fitted.calibration, [*heads, *dear]).SerializeToString()
    record = {"kept_in_float32": list(in_float32), "calibration_photos": len(fitted.calibration)}
    with tempfile.TemporaryDirectory() as trial:
        write_checkpoint(checkpoint, graph, record, Path(trial))
        after = Model.load(trial, _options(ENGINE, threads))
        told("comparing", 0, 1)
        if check:
            comparison = together([compare_on(before, after, each, split) for each in check])
        else:
            comparison = _alike(before, after, fitted.others)
        told("taking the time", 0, 1)
        engines = {
            f"{engine} {precision}": Model.load(which, _options(engine, threads)).engine
            for engine in (ENGINE, OTHER_ENGINE)
            for precision, which in (("float32", source), ("int8", trial))
        }
        speed = photos_a_second(engines, np.resize(fitted.calibration, (BATCH, *fitted.calibration.shape[1:])))
        kept = not comparison.objection
        if kept:
            _keep(checkpoint, graph, record, place)
    return Int8(place, kept, in_float32, len(layers), comparison, bool(check) or fitted.held_out, speed)


def _keep(checkpoint: Checkpoint, graph: bytes, record: Mapping[str, Any], place: Path) -> None:
    try:
        put_in_place(place, lambda whole: write_checkpoint(checkpoint, graph, record, whole))
    except OSError as error:
        raise ModelError(f"{place}: the checkpoint cannot be written: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class _Photos:
    """Photos of a folder at the model's size: some to calibrate with, and some to compare on."""

    calibration: NDArray[np.uint8]
    others: NDArray[np.uint8]
    held_out: bool


def _fitted(model: Model, folder: str | os.PathLike[str], calibration: int, told: Progress) -> _Photos:
    names = photos_in(folder)
    # In an order that is always the same and has nothing to do with their names.
    order = np.random.default_rng(0).permutation(len(names))[: calibration + PHOTOS_FOR_AGREEMENT]
    fitted = []
    for done, place in enumerate(order, 1):
        try:
            photo = read(Path(folder) / names[place], at_least=model.rule.size, limits=model.limits)
            fitted.append(fit(photo, model.rule))
        except ImageError:
            continue  # one of many; whoever has too few left is told
        finally:
            told("reading photos", done, len(order))
    if min(len(fitted), calibration) < FEWEST_FOR_RANGES:
        some = f"{min(len(fitted), calibration)} photos"
        raise DataError(f"{folder}: {some} to calibrate with are too few; give at least {FEWEST_FOR_RANGES}")
    ours, others = fitted[:calibration], fitted[calibration:]
    return _Photos(np.stack(ours), np.stack(others or ours), bool(others))


def _alike(before: Model, after: Model, photos: NDArray[np.uint8]) -> Comparison:
    ours, theirs = (_outputs(model, photos) for model in (before, after))
    return Comparison(len(photos), (), dict(agreement(before, ours, theirs)))


def _outputs(model: Model, photos: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    parts = [
        model.engine.run(PHOTOS, {PHOTOS: photos[start : start + BATCH]}) for start in range(0, len(photos), BATCH)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _run(threads: int) -> Callable[[bytes, NDArray[np.uint8]], Mapping[str, NDArray[np.float32]]]:
    """Runs a graph once with OpenVINO, without keeping it in any cache."""
    from fashionkit.runtime.engines.openvino import openvino  # noqa: PLC0415  # slow to import

    core = openvino.Core()
    settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads}

    def run(graph: bytes, photos: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        compiled = core.compile_model(core.read_model(graph), "CPU", settings)
        answers = compiled({PHOTOS: photos}, share_inputs=False, share_outputs=False)
        return {port.any_name: np.array(answers[port], np.float32) for port in compiled.outputs}

    return run


def _options(engine: str, threads: int | None) -> EngineOptions:
    return EngineOptions(engine=engine, precision="fp32", threads=threads)


def _quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""

"""A checkpoint folder, read without torch.

    config.json         format, backbone, input, heads with labels and thresholds, size and SHA-256 of every other file
    model.safetensors   all weights
    graph.onnx          photos → one raw output a photo head, normalisation inside
    <head>.onnx         one a set head: its packed inputs → its raw output
    seen.bin            which photos it learned from, by hash; left out where none are known
    card.md             what the model is, for people

`fashionkit.models.save` writes it.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec

from fashionkit.config import decode
from fashionkit.errors import ConfigError, ModelError
from fashionkit.heads import HeadSpec, decode_spec, reads_sets
from fashionkit.images import InputRule
from fashionkit.models.seen import NOTHING, SEEN, Hashes, read_seen
from fashionkit.models.wiring import check_heads

FORMAT_VERSION = 1

CONFIG, WEIGHTS, GRAPH, CARD = "config.json", "model.safetensors", "graph.onnx", "card.md"

FARTHEST = 1000.0

PHOTOS = "photos"
"""The stage that reads photos, and the name of its one input; the other stages are named after the set heads."""


class BackboneConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which backbone: its timm name, the arguments it was made with, and how it wants photos normalised."""

    name: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    arguments: dict[str, Any] = {}

    def __post_init__(self) -> None:
        # Shares of the range of a pixel: what lies far outside is damage, and a spread of 0 divides by 0.
        if not all(abs(value) <= FARTHEST for value in self.mean):
            raise ConfigError(f"mean must lie within ±{FARTHEST:g}, got {self.mean}")
        if not all(1 / FARTHEST <= value <= FARTHEST for value in self.std):
            raise ConfigError(f"std must lie in {1 / FARTHEST:g}..{FARTHEST:g}, got {self.std}")


class FileRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file must be: its size in bytes and its SHA-256."""

    size: int
    sha256: str


class CheckpointConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `config.json` holds.

    Attributes:
        format_version: Of this file; a reader refuses a newer one.
        fashionkit_version: That wrote it.
        backbone: Which backbone.
        input: How a photo is brought to the model's size.
        heads: The heads' specs by name, each with its kind.
        fingerprints: By photo head, the hash of all that its output depends on: its weights, the backbone's, the input.
        files: Size and SHA-256 of every other file, by name.
        training: Data and figures, as whoever trained it chose to record them.
    """

    format_version: int
    fashionkit_version: str
    backbone: BackboneConfig
    input: InputRule
    heads: dict[str, dict[str, Any]]
    fingerprints: dict[str, str]
    files: dict[str, FileRecord]
    training: dict[str, Any] = {}


class _Version(msgspec.Struct):
    """The one field that every version of the format has."""

    format_version: int


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose every file was found to be what `config.json` says.

    Attributes:
        folder: Where it is.
        config: What `config.json` holds.
        specs: The numpy half of every head, by name.
    """

    folder: Path
    config: CheckpointConfig
    specs: Mapping[str, HeadSpec]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Reads and verifies a checkpoint folder.

        Raises:
            ModelError: There is no checkpoint, a file is missing or changed, or a newer version wrote it.
            ConfigError: `config.json` has an unknown key, a wrong type or a value out of range.
        """
        config = read_config(folder)
        for name in (WEIGHTS, GRAPH):
            if name not in config.files:
                raise ConfigError(f"{folder / CONFIG}: `files` does not list {name}; the checkpoint is not whole")
        specs = {name: decode_spec(fields, f"{folder / CONFIG}: heads.{name}") for name, fields in config.heads.items()}
        check_heads(specs)
        for name, spec in specs.items():
            if not reads_sets(spec) and name not in config.fingerprints:
                raise ConfigError(f"{folder / CONFIG}: `fingerprints` does not list head {name!r}")
            if reads_sets(spec) and f"{name}.onnx" not in config.files:
                raise ConfigError(f"{folder / CONFIG}: `files` does not list {name}.onnx, the graph of head {name!r}")
        _verify(folder, config.files)
        return cls(folder, config, specs)

    @property
    def weights(self) -> Path:
        """The file of all weights."""
        return self.folder / WEIGHTS

    @property
    def seen(self) -> Hashes:
        """The photos that the model learned from.

        Raises:
            ModelError: The file cannot be read.
        """
        return read_seen(self.folder) if SEEN in self.config.files else NOTHING

    @property
    def stages(self) -> tuple[str, ...]:
        """The graphs that there are: `photos`, and one for each set head."""
        return (PHOTOS, *(name for name, spec in self.specs.items() if reads_sets(spec)))

    def graph(self, stage: str) -> Path:
        """The graph of a stage: `photos`, or the name of a set head."""
        return self.folder / (GRAPH if stage == PHOTOS else f"{stage}.onnx")

    def read_graph(self, stage: str) -> bytes:
        """A stage's graph, as it was when the checkpoint was opened.

        Raises:
            ModelError: The file is gone or another one by now: somebody saved over the checkpoint.
        """
        path = self.graph(stage)
        try:
            graph = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: cannot be read: {error.strerror}; load the checkpoint again") from error
        if hashlib.sha256(graph).hexdigest() != self.config.files[path.name].sha256:
            raise ModelError(f"{path}: changed since the checkpoint was opened; load it again")
        return graph


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_config(folder: Path) -> CheckpointConfig:
    """What the `config.json` of a checkpoint folder holds; the other files are not looked at.

    Raises:
        ModelError: There is none, or another version of the format wrote it.
        ConfigError: It has an unknown key, a wrong type or a value out of range.
    """
    path = folder / CONFIG
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        what = "has no config.json, so it is no checkpoint" if folder.is_dir() else "does not exist"
        raise ModelError(f"{folder} {what}; give one that `fashionkit train` or FashionModel.save wrote") from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise ModelError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from error
    written_by = decode(data, _Version, str(path)).format_version
    if written_by != FORMAT_VERSION:
        what = "a newer fashionkit; upgrade" if written_by > FORMAT_VERSION else "no version of fashionkit"
        raise ModelError(f"{path}: format {written_by} is of {what} (this one reads format {FORMAT_VERSION})")
    return decode(data, CheckpointConfig, str(path))


def _verify(folder: Path, files: Mapping[str, FileRecord]) -> None:
    for name, record in files.items():
        # A name with a path in it could make us read, and tell apart, any file of the machine.
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
            raise ConfigError(f"{folder / CONFIG}: `files` names {name!r}; a checkpoint's files lie in its own folder")
        try:
            found = (folder / name).stat()
        except OSError as error:
            raise ModelError(f"{folder / name}: the checkpoint is not whole: {error.strerror}") from error
        # Reading a pipe or a device would never end.
        if not stat.S_ISREG(found.st_mode):
            raise ModelError(f"{folder / name}: it is no file; copy the checkpoint again")
        if found.st_size != record.size:
            raise ModelError(
                f"{folder / name}: {found.st_size:,} bytes instead of {record.size:,}; copy the checkpoint again"
            )
    with ThreadPoolExecutor(max_workers=4) as pool:
        hashes = pool.map(lambda name: _hash(folder / name), files)
    for (name, record), digest in zip(files.items(), hashes, strict=True):
        if digest != record.sha256:
            raise ModelError(
                f"{folder / name}: SHA-256 {digest[:12]}… instead of {record.sha256[:12]}…; the file was changed or is "
                "damaged: copy the checkpoint again"
            )


def _hash(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error

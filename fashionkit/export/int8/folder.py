"""An int8 checkpoint: the folder of another one with a graph of its own, and without weights."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from safetensors.numpy import save_file

from fashionkit.config import encode
from fashionkit.models import Checkpoint
from fashionkit.models.checkpoint import CARD, CONFIG, GRAPH, WEIGHTS, FileRecord, sha256
from fashionkit.version import __version__

RECORD = "int8"
"""Under this key the configuration of a checkpoint says how it was quantised."""

_OWN = (CONFIG, WEIGHTS, GRAPH, CARD)


def write_checkpoint(source: Checkpoint, graph: bytes, record: Mapping[str, Any], folder: Path) -> None:
    """Writes all files of an int8 checkpoint into an empty folder.

    Heads, thresholds, set heads and the hashes of seen photos are those of the source. Every photo head has a new
    fingerprint: vectors in int8 are not those in float32. The file of weights is empty: the weights of the source would
    answer otherwise than this graph, so torch, which reads them, refuses.

    Args:
        source: What it is made from.
        graph: Of the photos, in int8.
        record: What to note of how it was made.
        folder: Where to.

    Raises:
        OSError: The disk refuses.
    """
    for name in source.config.files:
        if name not in _OWN:
            shutil.copyfile(source.folder / name, folder / name)
    (folder / GRAPH).write_bytes(graph)
    save_file({}, folder / WEIGHTS, {"note": f"the weights of this model are in {GRAPH}, in int8"})
    (folder / WEIGHTS).chmod(0o644)
    (folder / CARD).write_text(_card(source, record), encoding="utf-8")
    changed = hashlib.sha256(graph).hexdigest()
    config = msgspec.structs.replace(
        source.config,
        fashionkit_version=__version__,
        fingerprints={
            name: hashlib.sha256(f"{old} {changed}".encode()).hexdigest()
            for name, old in source.config.fingerprints.items()
        },
        files={file.name: FileRecord(file.stat().st_size, sha256(file)) for file in sorted(folder.iterdir())},
        training={**source.config.training, RECORD: dict(record)},
    )
    (folder / CONFIG).write_bytes(encode(config))


def _card(source: Checkpoint, record: Mapping[str, Any]) -> str:
    path = source.folder / CARD
    card = path.read_text(encoding="utf-8").rstrip() if CARD in source.config.files else ""
    kept = ", ".join(record["kept_in_float32"]) or "none"
    return (
        f"{card}\n\n## In int8\n\nThis is the model above with its backbone in int8, but for these layers: {kept}. The "
        "heads compute in float32. The figures above are those of the model before; it holds no weights that torch "
        "could read.\n"
    ).lstrip()

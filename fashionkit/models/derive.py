"""A checkpoint made of another one, without torch: the same weights and graphs, other specs or another background."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from fashionkit.config import encode
from fashionkit.errors import ModelError
from fashionkit.heads import HeadSpec, Outputs, encode_spec
from fashionkit.models.background import BACKGROUND, as_bytes
from fashionkit.models.checkpoint import CARD, CONFIG, Checkpoint, FileRecord
from fashionkit.models.in_place import free_folder, put_in_place


def save_derived(
    checkpoint: Checkpoint,
    folder: Path,
    *,
    specs: Mapping[str, HeadSpec] | None = None,
    background: Outputs | None = None,
    note: str = "",
) -> Path:
    """Writes a checkpoint folder, whole or not at all, in place of the one there; gives its absolute path.

    Args:
        checkpoint: Whose files are taken.
        folder: Where to; it may be the checkpoint's own.
        specs: The heads' specs, in place of its own.
        background: What the model says of photos of what it knows, in place of its own; see `models.background`.
        note: A paragraph for the end of the card.

    Raises:
        ModelError: The folder holds something else than a checkpoint, a file of the checkpoint has changed since it was
            opened, or the disk refuses. What was there is still there then.
    """
    folder = free_folder(folder)
    written = {} if background is None else {BACKGROUND: as_bytes(background)}
    heads = {name: encode_spec(spec) for name, spec in (specs or checkpoint.specs).items()}

    def write(whole: Path) -> None:
        files = dict(checkpoint.config.files)
        contents = {name: _unchanged(checkpoint, name) for name in files if name not in written}
        if note and CARD in contents:
            contents[CARD] = contents[CARD].rstrip() + f"\n\n{note}\n".encode()
        for name, data in (contents | written).items():
            (whole / name).write_bytes(data)
            files[name] = FileRecord(len(data), hashlib.sha256(data).hexdigest())
        (whole / CONFIG).write_bytes(encode(msgspec.structs.replace(checkpoint.config, heads=heads, files=files)))

    try:
        put_in_place(folder, write)
    except OSError as error:
        raise ModelError(f"{folder}: the checkpoint cannot be written: {error.strerror or error}") from error
    return folder


def _unchanged(checkpoint: Checkpoint, name: str) -> bytes:
    path = checkpoint.folder / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}; load the checkpoint again") from error
    if hashlib.sha256(data).hexdigest() != checkpoint.config.files[name].sha256:
        raise ModelError(f"{path}: changed since the checkpoint was opened; load it again")
    return data

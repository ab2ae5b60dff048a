"""The index of a catalogue as files beside it, so that opening reads them and not every row.

A snapshot is a folder in `index/`, named by the SHA-256 of its manifest, which lists the files with theirs. SQLite says
which one is of its rows (`Store.set_snapshot`), after the files are on the disk: a kill in between leaves files that
nobody reads and the next snapshot clears away. So a file that was lost, cut, turned over, or that belongs to another
catalogue or to a copy from before, is never taken for the index: the rows are read instead. Nothing of FAISS reads a
file before its size and its hash agree.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from fashionkit.catalogue.index.approximate import Trained
from fashionkit.catalogue.index.faiss_late import imported_faiss
from fashionkit.catalogue.index.settings import Kind, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

FOLDER = "index"
MANIFEST, KEYS, INDEX, VECTORS = "manifest.json", "keys.i64", "index.faiss", "vectors.f32"
# Hashed by so many bytes at a time, so that all cores do.
PART = 1 << 24
# More than the hashes of a file of a terabyte take.
MOST_MANIFEST = 1 << 24
# What FAISS writes beside the vectors of a row is far less: links, ids, centres.
BESIDE_A_ROW = 4096
READ_AT_ONCE = 1 << 20
UNFINISHED = "new-"
# What a kill left is cleared away after so many seconds; nobody writes a snapshot for that long.
ABANDONED_AFTER = 6 * 3600


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bytes: int
    sha256: tuple[str, ...]


Files: TypeAlias = dict[str, _File]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot holds.

    Attributes:
        fingerprint: Of the model that made the vectors.
        dimension: How many numbers a vector has.
        rows: How many there are.
        files: By name, their bytes and the SHA-256 of every `PART` of them.
        made: A word of its own, so that no two snapshots have one name.
        revision: Of the rows, where they were all of one; -1 where others wrote meanwhile.
        kind: Of the index.
        storage: What a number is kept as.
        factory: The index in FAISS's words; "" for the vectors themselves.
        effort: How far a search looks.
        recall: What that finds, as measured.
    """

    fingerprint: str
    dimension: int
    rows: int
    files: Files
    made: str
    revision: int = -1
    kind: Kind = "flat"
    storage: Storage = "float32"
    factory: str = ""
    effort: int = 1
    recall: float = 1.0


class Snapshot(msgspec.Struct, frozen=True):
    """A snapshot that was read.

    Attributes:
        manifest: What it holds.
        keys: Of the rows, int64, ascending.
        trained: The index; None where it is the vectors themselves.
        vectors: These, n×d float32, mapped from the file; None where there is an index.
    """

    manifest: Manifest
    keys: NDArray[np.int64]
    trained: Trained | None
    vectors: NDArray[np.float32] | None


def write_snapshot(
    folder: Path, write: Mapping[str, Callable[[Path], None]], described: Callable[[Files], Manifest]
) -> str:
    """Writes files and their manifest, durably; gives the name to tell SQLite.

    Args:
        folder: Of the catalogue.
        write: By name, what writes a file to a path; in this order.
        described: What they are; called once they are there.

    Raises:
        OSError: The disk refuses.
    """
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place))
    try:
        for name, writes in write.items():
            writes(new / name)
            _sync(new / name)
        files = {name: _described(new / name) for name in write}
        text = msgspec.json.encode(described(files))
        (new / MANIFEST).write_bytes(text)
        _sync(new / MANIFEST)
        _sync(new)
        name = hashlib.sha256(text).hexdigest()
        new.rename(place / name)
        _sync(place)
        _sync(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return name


def clear_others(folder: Path, name: str) -> None:
    """Removes the snapshots but one, and what kills left; another process may write its own at the same time."""
    with contextlib.suppress(OSError):
        for each in (folder / FOLDER).iterdir():
            unfinished = each.name.startswith(UNFINISHED)
            if each.name != name and (not unfinished or time.time() - each.stat().st_mtime > ABANDONED_AFTER):
                shutil.rmtree(each, ignore_errors=True)


def bytes_of_snapshots(folder: Path) -> int:
    """How many bytes the index of a catalogue takes on the disk."""
    sizes = 0
    for each in (folder / FOLDER).rglob("*"):
        # Another process may clear it away just now.
        with contextlib.suppress(OSError):
            sizes += each.stat().st_size if each.is_file() else 0
    return sizes


def read_snapshot(folder: Path, name: str, fingerprint: str, dimension: int) -> Snapshot | None:
    """The snapshot of a name; None where anything of it is not what was written, or of other vectors.

    Args:
        folder: Of the catalogue.
        name: As SQLite says it.
        fingerprint: Of the model.
        dimension: Of the vectors.
    """
    if len(name) != hashlib.sha256().digest_size * 2 or not name.isalnum():
        return None
    place = folder / FOLDER / name
    try:
        manifest = _manifest(place, name)
        if manifest is None or (manifest.fingerprint, manifest.dimension) != (fingerprint, dimension):
            return None
        if not {*manifest.files} <= {KEYS, INDEX, VECTORS}:
            return None
        mapped = {file: _checked(place / file, said, manifest) for file, said in manifest.files.items()}
        return _read(manifest, mapped)
    except (OSError, ValueError, KeyError, RuntimeError, MemoryError, msgspec.MsgspecError):
        return None


def _manifest(place: Path, name: str) -> Manifest | None:
    with (place / MANIFEST).open("rb") as file:
        text = file.read(MOST_MANIFEST)
    return msgspec.json.decode(text, type=Manifest) if hashlib.sha256(text).hexdigest() == name else None


def _read(manifest: Manifest, mapped: Mapping[str, NDArray[np.uint8]]) -> Snapshot:
    keys = mapped[KEYS].view("<i8").astype(np.int64)
    if len(keys) != manifest.rows or (np.diff(keys) <= 0).any() or (keys <= 0).any():
        raise ValueError("the keys are not those of so many rows")
    if not manifest.factory:
        vectors = mapped[VECTORS].view("<f4").reshape(manifest.rows, manifest.dimension)
        return Snapshot(manifest, keys, None, vectors)
    index = _index(mapped[INDEX])
    if (index.ntotal, index.d) != (manifest.rows, manifest.dimension):
        raise ValueError("the index is of other rows")
    trained = Trained(manifest.kind, manifest.factory, index, keys, manifest.effort, manifest.recall)
    return Snapshot(manifest, keys, trained, None)


_limits = threading.Lock()
"""The limits of FAISS are those of the process."""


def _index(data: NDArray[np.uint8]) -> Any:
    faiss = imported_faiss()
    view = data.data
    place = 0

    def read(most: int) -> bytes:
        nonlocal place
        part = bytes(view[place : place + most])
        place += len(part)
        return part

    with _limits:
        before = faiss.get_deserialization_vector_byte_limit(), faiss.get_deserialization_loop_limit()
        faiss.set_deserialization_vector_byte_limit(len(data))
        faiss.set_deserialization_loop_limit(len(data))
        try:
            return faiss.read_index(faiss.BufferedIOReader(faiss.PyCallbackIOReader(read, READ_AT_ONCE)))
        finally:
            faiss.set_deserialization_vector_byte_limit(before[0])
            faiss.set_deserialization_loop_limit(before[1])


def _checked(path: Path, said: _File, manifest: Manifest) -> NDArray[np.uint8]:
    most = manifest.rows * (4 * manifest.dimension + BESIDE_A_ROW) + (PART << 2)
    if not said.bytes == path.stat().st_size <= most:
        raise ValueError("the file has another size")
    data: NDArray[np.uint8] = np.memmap(path, np.uint8, "r") if said.bytes else np.empty(0, np.uint8)
    if _hashes(data) != said.sha256:
        raise ValueError("the file is not what was written")
    return data


def _described(path: Path) -> _File:
    data: NDArray[np.uint8] = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.empty(0, np.uint8)
    return _File(len(data), _hashes(data))


def _hashes(data: NDArray[np.uint8]) -> tuple[str, ...]:
    def hashed(start: int) -> str:
        return hashlib.sha256(data[start : start + PART].data).hexdigest()

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return tuple(pool.map(hashed, range(0, len(data), PART)))


def _sync(path: Path) -> None:
    # Systems that cannot do this for a folder refuse.
    with contextlib.suppress(OSError) if path.is_dir() else contextlib.nullcontext():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Where compiled models are kept between starts, so that what is damaged there is never taken for a model."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path

DIGEST = 32  # bytes of a SHA-256


def cache_folder(name: str) -> Path | None:
    """A folder of the user's cache, made where it is missing; None where none can be written.

    `FASHIONKIT_CACHE` names another place than the system's own. Everything in it can be deleted at any time.
    """
    folder = _root() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


def read_kept(path: Path) -> bytes | None:
    """What `keep` wrote there; None where it is missing, cut off, damaged, or cannot be read."""
    try:
        with path.open("rb") as file:
            digest, data = file.read(DIGEST), file.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).digest() == digest else None


def keep(path: Path, data: bytes | memoryview) -> None:
    """Writes data behind its SHA-256, under another name first, so that a reader finds all of it or nothing.

    Where the disk is full or read-only nothing is kept.
    """
    with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(hashlib.sha256(data).digest())
            file.write(data)
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _root() -> Path:
    chosen = os.environ.get("FASHIONKIT_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "fashionkit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "fashionkit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fashionkit"

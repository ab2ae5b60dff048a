"""Where compiled models are kept between starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path


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


def _root() -> Path:
    chosen = os.environ.get("FASHIONKIT_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "fashionkit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "fashionkit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fashionkit"

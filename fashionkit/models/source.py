"""Where a checkpoint is: the default of the package, a folder, or the hub."""

from __future__ import annotations

import os
from pathlib import Path

from fashionkit.errors import ModelError
from fashionkit.models.hub import HUB, download

DEFAULT = "default"
_SHIPPED = Path(__file__).parent.parent / "assets" / "default"


def locate(source: str | os.PathLike[str]) -> Path:
    """The folder of a checkpoint.

    Args:
        source: "default", a folder, or `hf://owner/name`, which downloads where the hub's cache does not hold it.

    Raises:
        ModelError: It is no text or path, no default model is installed, or the hub cannot be reached.

    >>> locate("models/mine").name
    'mine'
    """
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else None
    if not isinstance(name, str) or not name:
        raise ModelError(f"a model comes from a folder, hf://owner/name or 'default'; got {source!r:.80}")
    if name.startswith(HUB):
        return download(name, ["*.json", "*.onnx", "*.safetensors", "*.md"])
    if name != DEFAULT:
        return Path(name)
    if not _SHIPPED.is_dir():
        raise ModelError(
            "this version of fashionkit ships no default model; give the folder of a checkpoint "
            "(examples/fit_four_heads.py makes one)"
        )
    return _SHIPPED

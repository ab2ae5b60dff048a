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
        ModelError: It is no text or path, the default model was taken out, or the hub cannot be reached.

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
            f"the default model is not installed ({_SHIPPED} is no folder); install fashionkit again, or give the "
            "folder of a checkpoint"
        )
    return _SHIPPED

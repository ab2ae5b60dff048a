"""The Hugging Face hub, the one place that fashionkit downloads from, and only where `hf://` asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fashionkit.errors import ModelError, first_line

HUB = "hf://"


def download(source: str, files: Sequence[str]) -> Path:
    """Brings files of a repository of the hub into the hub's own cache, and gives the folder.

    Args:
        source: `hf://owner/name`, or `hf://owner/name@revision`.
        files: The names or patterns wanted.

    Raises:
        ModelError: The id is malformed, `huggingface-hub` is not installed, or the hub cannot be reached.
    """
    repository, _, revision = source.removeprefix(HUB).partition("@")
    if repository.count("/") != 1 or not all(repository.split("/")):
        raise ModelError(f"{source}: a hub id reads hf://owner/name, or hf://owner/name@revision")
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415  # optional, and slow to import
    except ImportError as error:
        raise ModelError(f"{source}: the hub needs huggingface-hub; pip install huggingface-hub") from error
    try:
        return Path(snapshot_download(repository, revision=revision or None, allow_patterns=list(files)))
    except Exception as error:  # the client raises errors of several libraries
        reason = first_line(error)
        raise ModelError(f"{source}: cannot be brought from the hub: {reason}") from error

"""What a run writes beside the model: its recipe, its log, its states, and a picture of its curves."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fashionkit.errors import ModelError, first_line

LAST = "last.safetensors"
BEST = "best.safetensors"
LOG = "log.jsonl"
RECIPE = "recipe.toml"
CURVES = "curves.svg"


def run_folder(model: Path) -> Path:
    """Where the run of a model is: beside it, because a checkpoint holds nothing but what answers.

    >>> run_folder(Path("models/mine")).as_posix()
    'models/mine.run'
    """
    return model.with_name(f"{model.name}.run")


def check_free(model: Path) -> None:
    """Finds out before hours of training that the model could not be saved there.

    Raises:
        ModelError: Something else than a checkpoint, or than an empty folder, is there.
    """
    try:
        taken = model.exists() and not (model / "config.json").is_file() and (model.is_file() or any(model.iterdir()))
    except (OSError, ValueError) as error:
        raise ModelError(f"{str(model)!r} can be no folder: {first_line(error)}") from error
    if taken or not model.name:
        raise ModelError(f"{model} holds something else than a model; give an empty folder or a new one")


def is_there(run: Path) -> ModelError:
    """What to say where a run would be begun over another one."""
    return ModelError(f"{run} holds a run already; go on with it (resume=True, --resume), or remove it to begin anew")


class Log:
    """One JSON object a line, added as it happens.

    Args:
        path: The file; what it holds of steps from `first` on is dropped, because they will be taken again.
        first: The step that is taken next.

    Raises:
        ModelError: The disk refuses, now or later.
    """

    def __init__(self, path: Path, first: int) -> None:
        self.path = path
        kept = [line for line in _lines(path) if line.get("step", -1) < first] if first else []
        _write(path, "".join(f"{json.dumps(line)}\n" for line in kept), "w")

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Adds an event."""
        _write(self.path, f"{json.dumps(dict(event))}\n", "a")


def write_text(path: Path, text: str) -> None:
    """Writes a file of a run.

    Raises:
        ModelError: The disk refuses.
    """
    _write(path, text, "w")


def read_log(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """The events of a run, in order; a line that a killed run left half-written is passed over.

    Raises:
        ModelError: The file cannot be read.
    """
    return _lines(Path(path))


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    except OSError as error:
        raise ModelError(f"{path}: the log cannot be read: {error.strerror or first_line(error)}") from error
    events = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return events


def _write(path: Path, text: str, mode: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except (OSError, ValueError) as error:  # ValueError: no file can have that name
        reason = getattr(error, "strerror", None) or first_line(error)
        raise ModelError(f"{str(path)!r} cannot be written: {reason}") from error

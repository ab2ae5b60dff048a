"""Names of a room that need torch, imported when one is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from fashionkit.errors import ModelError

NEEDED = frozenset({"torch", "timm", "torchvision"})


def imported_late(room: str, where: Mapping[str, str], name: str) -> Any:
    """What a room's `__getattr__` gives for one of its names.

    Args:
        room: The room's `__name__`.
        where: The module that each name is in.
        name: Which is asked for.

    Raises:
        AttributeError: The room has no such name.
        ModelError: What it needs is not installed.

    >>> imported_late("fashionkit.here", {"first_line": "fashionkit.errors"}, "first_line").__name__
    'first_line'
    """
    if name not in where:
        raise AttributeError(f"module {room!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(where[name]), name)
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        raise ModelError(
            f"{name} needs {error.name}, which is not installed; pip install 'fashionkit[train]'"
        ) from error

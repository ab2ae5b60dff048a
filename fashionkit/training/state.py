"""The state of a run on the disk: one file, written whole or not at all, with nothing in it that could run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from fashionkit.errors import ModelError, first_line
from fashionkit.models.in_place import bring_to_disk

FACTS = "facts"


def write_state(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Writes beside the file, brings it to the disk, and puts it in place: a reader finds the old one or the new one.

    Args:
        path: The file.
        tensors: By name; on any device.
        facts: What JSON can hold.

    Raises:
        ModelError: The disk refuses.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Cloned, because the format holds no tensors that share memory or lie otherwise than row by row.
            save_file({name: _plain(value) for name, value in tensors.items()}, new, {FACTS: json.dumps(dict(facts))})
            new.chmod(0o644)
            with new.open("rb+") as file:
                os.fsync(file.fileno())
            new.replace(path)
            bring_to_disk(path.parent)
        finally:
            new.unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or first_line(error)
        raise ModelError(f"{path}: the state of the training cannot be written: {reason}") from error


def read_state(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and facts as they were written, on the CPU.

    Raises:
        ModelError: There is no such file, or it is damaged.
    """
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            facts = json.loads((file.metadata() or {})[FACTS])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118  # it is no dict
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"{path}: the state of the training cannot be read: {first_line(error)}") from error


def optimiser_state(optimiser: torch.optim.Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What an optimiser remembers of each weight: tensors by `place/name`, and all other values likewise."""
    tensors: dict[str, Tensor] = {}
    facts: dict[str, Any] = {}
    for place, memory in optimiser.state_dict()["state"].items():
        for name, value in memory.items():
            (tensors if isinstance(value, Tensor) else facts)[f"{place}/{name}"] = value
    return tensors, facts


def restore_optimiser(
    optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]
) -> None:
    """Gives an optimiser of the same weights what another one remembered."""
    state: dict[int, dict[str, Any]] = {}
    for key, value in [*tensors.items(), *facts.items()]:
        place, _, name = key.partition("/")
        state.setdefault(int(place), {})[name] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def with_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors under names that begin so.

    >>> list(with_prefix("model", {"a": torch.zeros(1)}))
    ['model:a']
    """
    return {f"{prefix}:{name}": value for name, value in tensors.items()}


def under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those tensors whose names begin so, without that."""
    start = f"{prefix}:"
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def _plain(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().clone(memory_format=torch.contiguous_format)

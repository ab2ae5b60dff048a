"""Who trains together: one process, or several, one a device, that `accelerate launch` or `torchrun` started.

Every process holds the whole model and takes its part of each batch. Outputs and targets are brought together before
the loss, so that a loss which compares photos, or averages over what is known, is that of the whole batch.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from fashionkit.errors import ConfigError, EngineError, first_line

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Crew:
    """This process among those that train.

    Attributes:
        rank: Its number, from 0, which is the one that writes.
        world: How many there are.
        device: Where this one computes.
    """

    rank: int
    world: int
    device: torch.device

    def mine(self, count: int) -> slice:
        """This process's part of a batch of so many."""
        part = count // self.world
        return slice(self.rank * part, (self.rank + 1) * part)

    def wrap(self, module: nn.Module) -> nn.Module:
        """The module with gradients that are averaged over all processes."""
        if self.world == 1:
            return module
        return nn.parallel.DistributedDataParallel(module)

    def together(self, mine: Tensor) -> Tensor:
        """The rows of all processes, in order of rank; gradients find their way back."""
        if self.world == 1:
            return mine
        from torch.distributed.nn.functional import all_gather  # noqa: PLC0415  # for several processes only

        as_bytes = mine.to(torch.uint8) if mine.dtype == torch.bool else mine
        rows = torch.cat(all_gather(as_bytes.contiguous()))  # type: ignore[no-untyped-call]
        return rows.to(mine.dtype)

    def told(self, value: Told) -> Told:
        """What process 0 has to say, in all of them."""
        if self.world == 1:
            return value
        held = [value]
        torch.distributed.broadcast_object_list(held)
        return held[0]

    def any(self, flag: bool) -> bool:
        """Whether it is so in one of them."""
        if self.world == 1:
            return flag
        flags = torch.tensor(int(flag), device=self.device)
        torch.distributed.all_reduce(flags)
        return bool(flags.item())


def assemble(device: str, batch_size: int) -> Crew:
    """This process among its like, as the environment says.

    Args:
        device: "auto" for a GPU where there is one; otherwise a name that torch knows, such as "cpu" or "cuda:1".
        batch_size: Which the processes share.

    Raises:
        ConfigError: The batch cannot be shared evenly.
        EngineError: There is no such device, or accelerate is missing.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if batch_size % world:
        raise ConfigError(f"{world} processes cannot share a batch of {batch_size} evenly; give a multiple of {world}")
    if world > 1:
        return _of_several(device)
    return Crew(0, 1, _device(device))


def _of_several(device: str) -> Crew:
    try:
        from accelerate import PartialState  # type: ignore[import-untyped]  # noqa: PLC0415  # only here needed
    except ImportError as error:
        raise EngineError("several processes need accelerate; pip install 'fashionkit[train]'") from error
    state = PartialState(cpu=device == "cpu")
    return Crew(state.process_index, state.num_processes, state.device)


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise EngineError(f"the device {name!r} cannot be used: {first_line(error)}; try 'cpu'") from error
    return device

"""torch, on the CPU or a GPU, from a checkpoint's weights or a model in memory."""

from __future__ import annotations

import os
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from fashionkit.errors import EngineError
from fashionkit.models import Checkpoint, FashionModel
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime.engine import Arrays, EngineOptions, RawOutputs
from fashionkit.runtime.engines.fork_lock import ForkLock


class TorchEngine:
    """Runs the model itself.

    A model in memory is used as it is and where it is, and is put into evaluation mode while it answers, so it gives
    the answers that its weights have at that moment. torch's number of threads is the whole process's and stays as it
    is; a warning says so where another one is asked for.

    On a GPU, photos cross as bytes from pinned memory. bf16 is torch's own automatic mixed precision; a processor
    without units for it is far slower so.

    Raises:
        EngineError: The device is unknown or not there, or does not compute in bf16.
    """

    name = "torch"

    def __init__(self, model: Checkpoint | FashionModel, options: EngineOptions) -> None:
        if isinstance(model, Checkpoint):
            device = torch_device(options.device)
            self._model = FashionModel.load(model.folder).to(device).to(memory_format=torch.channels_last)
        else:
            self._model = model
            if options.device not in ("auto", str(self._device)):
                raise EngineError(f"the model in memory is on {self._device}, not on {options.device}; move it first")
        if options.threads not in (None, torch.get_num_threads()):
            warnings.warn(
                f"the torch engine uses the process's {torch.get_num_threads()} threads, not {options.threads}; "
                "call torch.set_num_threads",
                stacklevel=2,
            )
        self.device = str(self._device)
        self._bf16 = options.precision == "bf16"
        if self._bf16:
            _check_bf16(self._device)

    @property
    def _device(self) -> torch.device:
        device: torch.device = next(self._model.parameters()).device
        return device

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says."""
        device = self._device
        tensors = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in inputs.items()}
        try:
            if device.type == "cuda":
                tensors = {name: value.pin_memory() for name, value in tensors.items()}
            autocast = torch.autocast(device.type, torch.bfloat16, enabled=self._bf16)
            with self._answering(), torch.inference_mode(), autocast:
                moved = {name: value.to(device, non_blocking=True) for name, value in tensors.items()}
                answers = self._answer(stage, moved)
                return {name: value.float().cpu().numpy() for name, value in answers.items()}
        except (RuntimeError, TypeError, KeyError) as error:
            raise EngineError(f"torch failed on {stage!r}: {' '.join(str(error).split())[:300]}") from error

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Evaluation mode while it lasts, and afterwards each part's own mode again, such as a frozen part's."""
        with _lock_of(self._model):
            modes = [(module, module.training) for module in self._model.modules()]
            self._model.eval()
            try:
                yield
            finally:
                for module, training in modes:
                    module.training = training

    def _answer(self, stage: str, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        if stage != PHOTOS:
            return {stage: self._model.score_sets(stage, inputs)}
        photos = inputs[PHOTOS]
        size = (*self._model.input.size, 3)
        if photos.dtype != torch.uint8 or tuple(photos.shape[1:]) != size:
            raise TypeError(f"photos is uint8 N×{'×'.join(map(str, size))}, got {list(photos.shape)} {photos.dtype}")
        answers: dict[str, Tensor] = self._model(photos)
        return answers


# One lock a model, not an engine: several tasks may ask one model, and one would end the other's evaluation mode.
_locks: weakref.WeakKeyDictionary[FashionModel, ForkLock] = weakref.WeakKeyDictionary()


def _lock_of(model: FashionModel) -> ForkLock:
    # Not under a lock of its own: making a lock waits for a fork, and a fork would wait for that one.
    return _locks.get(model) or _locks.setdefault(model, ForkLock())


def torch_device(name: str) -> torch.device:
    """The device of that name; the first graphics card or else the CPU for "auto".

    Raises:
        EngineError: torch does not know it, or it is not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device).cpu()
    except (RuntimeError, AssertionError) as error:
        raise EngineError(f"torch cannot use the device {name!r}: {' '.join(str(error).split())[:200]}") from error
    return device


def _check_bf16(device: torch.device) -> None:
    try:
        torch.autocast(device.type, torch.bfloat16)
        able = device.type != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False)
    except (RuntimeError, AssertionError):
        able = False
    if not able:
        raise EngineError(f"torch does not compute in bf16 on {str(device)!r}; leave precision='auto'")


# A forked child has none of the threads that OpenMP believes it has, and would wait for them for ever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))

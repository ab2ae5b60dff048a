"""torch's compiler: fused kernels on the CPU, one recorded CUDA graph a batch on a graphics card."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import torch

from fashionkit.models import Checkpoint, FashionModel
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime.engine import Arrays, EngineOptions, RawOutputs
from fashionkit.runtime.engines.torch import TorchEngine, torch_device

LOG = logging.getLogger("fashionkit.runtime")


class InductorEngine:
    """Compiles the part that reads photos for the machine, which takes a while when a size of batch is first met.

    A batch is filled up to 1, 4, 16, 64, … photos, so that there are few such sizes. torch keeps what it compiled in
    its own cache (`TORCHINDUCTOR_CACHE_DIR`) for the next start. A CPU needs a C++ compiler for it. Run on CPUs so far.

    Raises:
        EngineError: As `TorchEngine` says.
    """

    name = "inductor"

    def __init__(self, checkpoint: Checkpoint, options: EngineOptions) -> None:
        device = torch_device(options.device)
        model = FashionModel.load(checkpoint.folder).to(device).to(memory_format=torch.channels_last)
        model.requires_grad_(False)
        settings: dict[str, object] = {"freezing": True}
        if device.type == "cuda":
            settings["triton.cudagraphs"] = True
        else:
            # A forked child computes on one thread, and would wait for ever for a number that is compiled in.
            settings["cpp.dynamic_threads"] = True
        model.compile(dynamic=False, fullgraph=True, options=settings)
        self._torch = TorchEngine(model, replace(options, device="auto"))
        self.device = self._torch.device
        self._met: set[int] = set()

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says. Requests take turns."""
        if stage != PHOTOS or PHOTOS not in inputs:
            return self._torch.run(stage, inputs)
        photos = np.asarray(inputs[PHOTOS])
        n = len(photos)
        size = filled(n)
        if size not in self._met:
            self._met.add(size)
            LOG.info("compiling for batches of %d on %s, which takes a while the first time", size, self.device)
        if size > n:
            photos = np.concatenate([photos, np.zeros((size - n, *photos.shape[1:]), photos.dtype)])
        outputs = self._torch.run(stage, {**inputs, PHOTOS: photos})
        return {name: values[:n].copy() for name, values in outputs.items()}


def filled(n: int) -> int:
    """The size of batch that so many photos are filled up to: the next power of 4.

    >>> [filled(n) for n in (1, 2, 4, 5, 17, 64)]
    [1, 4, 4, 16, 64, 64]
    """
    size = 1
    while size < n:
        size *= 4
    return size

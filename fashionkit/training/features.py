"""What a backbone that stands still sees in photos, computed once for all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fashionkit.errors import ConfigError
from fashionkit.heads import Features
from fashionkit.images import Source
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.load_photos import ahead, load_batch

MOST_BYTES = 8 * 2**30
"""More than this is not kept in memory."""


@torch.no_grad()
def see(
    model: FashionModel, photos: Sequence[Source], *, batch_size: int = 64, threads: int = 2
) -> tuple[Features, NDArray[np.bool_]]:
    """The features of all photos, on the CPU, and which of the photos could be read.

    Tokens are kept only where a head reads them; otherwise they are N×1×0. The model is left in the mode it had.

    Args:
        model: On any device; its backbone is asked in evaluation mode.
        photos: N of them.
        batch_size: Photos in one pass.
        threads: That read photos.

    Raises:
        ConfigError: The features would take too much memory.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with_tokens = reads_tokens(model)
        batches = [photos[start : start + batch_size] for start in range(0, len(photos), batch_size)]
        pooled, tokens, readable = [], [], []
        for batch in ahead(batches, lambda batch: load_batch(batch, model.input, _unchanged), threads):
            seen = model.features(torch.from_numpy(batch.pixels).to(model.mean.device))
            pooled.append(seen.pooled.float().cpu())
            tokens.append(
                seen.tokens.float().cpu() if with_tokens else seen.pooled.new_zeros(len(seen.pooled), 1, 0).cpu()
            )
            readable.append(batch.readable)
            _check_memory(pooled[0][0], tokens[0][0], len(photos))
        return Features(torch.cat(pooled), torch.cat(tokens)), np.concatenate(readable)
    finally:
        for module, mode in modes:
            module.training = mode


def reads_tokens(model: FashionModel) -> bool:
    """Whether an answer of any head depends on the tokens."""
    with torch.enable_grad():
        photo = torch.zeros(1, *model.input.size, 3, dtype=torch.uint8, device=model.mean.device)
        seen = model.features(photo)
        tokens = seen.tokens.detach().requires_grad_()
        answers = model.answer(Features(seen.pooled.detach(), tokens))
        total = sum((answer.sum() for answer in answers.values()), start=0 * seen.pooled.sum())
        if not total.requires_grad:
            return False
        (gradient,) = torch.autograd.grad(total, tokens, allow_unused=True)
        return gradient is not None


def _check_memory(pooled: Tensor, tokens: Tensor, photos: int) -> None:
    needed = photos * (pooled.nbytes + tokens.nbytes)
    if needed > MOST_BYTES:
        raise ConfigError(
            f"the features of {photos:,} photos would take {needed / 2**30:.0f} GiB; leave `cached` out of the recipe"
        )


def _unchanged(pixels: NDArray[np.uint8], _: int) -> NDArray[np.uint8]:
    return pixels

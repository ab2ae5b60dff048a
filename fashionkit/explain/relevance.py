"""From a photo and a score to a map over the backbone's places.

Grad-CAM (Selvaraju et al. 2017) where the backbone ends in a grid of features: each channel weighs what the score
gains by it, averaged over places, and what speaks against the answer is left out.

Where every layer attends to every token (ViT), attention is rolled out through the layers (Abnar and Zuidema 2020):
what a token holds after a layer is what it held, and what it attended to. Each attention weighs what the score gains
by it, averaged over heads where it is positive (Chefer, Gur and Wolf 2021, equations 5 and 6), so that the map is of
the answer, not of the photo alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn

from fashionkit.heads import Features, Floats
from fashionkit.models import FashionModel

Score: TypeAlias = Callable[[Features, Mapping[str, Tensor]], Tensor]

TOKENS = 3
"""Axes of what a transformer sees: photo, token, channel."""


def relevance(model: FashionModel, photos: Tensor, score: Score) -> Floats:
    """Where one photo holds what raises a score.

    Args:
        model: In evaluation mode.
        photos: 1×H×W×3 uint8 at the model's size.
        score: What the backbone saw and the raw outputs of all photo heads → one number.

    Returns:
        h×w float32 ≥ 0, the backbone's places.

    Raises:
        ModelError: The backbone does not say where its tokens lie.
    """
    backbone = model.backbone
    # Through the pixels, so that there is a way back where every weight is frozen.
    pixels = model.normalised(photos).requires_grad_()
    with torch.enable_grad(), _attention_of(backbone.model) as attended:
        seen = backbone.see(pixels)
        features = backbone.features_of(seen)
        gained = score(features, model.answer(features))
        rows, columns = backbone.grid_of(seen)
        among_all = [weights for weights in attended if weights.shape[-2:] == (seen.shape[1], seen.shape[1])]
        if seen.ndim == TOKENS and attended and len(among_all) == len(attended):
            towards_seen, *towards_attention = torch.autograd.grad(gained, [seen, *attended])
            rolled = roll_out([each.detach() for each in attended], towards_attention, towards_seen)
            of_places = rolled[-rows * columns :]
        else:
            (towards_seen,) = torch.autograd.grad(gained, [seen])
            of_places = grad_cam(backbone.tokens_of(seen.detach())[0], backbone.tokens_of(towards_seen)[0])
    return cast("Floats", of_places.reshape(rows, columns).cpu().numpy())


def grad_cam(tokens: Tensor, gradients: Tensor) -> Tensor:
    """L×C features of the places and the score's gradients to them → L relevances ≥ 0.

    >>> grad_cam(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[2.0, -1.0], [2.0, -1.0]]))
    tensor([2., 0.])
    """
    relevances: Tensor = (tokens @ gradients.mean(dim=0)).relu()
    return relevances


def roll_out(attention: list[Tensor], gradients: list[Tensor], towards_seen: Tensor) -> Tensor:
    """What each token of the first layer gives to what is read in the end.

    Args:
        attention: Of each layer, 1×heads×L×L, from rows to columns.
        gradients: Of the score to each of them.
        towards_seen: 1×L×C, the score's gradient to the tokens of the end: the longer a token's, the more it is read.

    Returns:
        L relevances ≥ 0, without what the tokens that are read give by themselves: where all places are read alike,
        that would be the same everywhere.
    """
    read = towards_seen[0].norm(dim=1)
    read = read / read.sum().clamp_min(torch.finfo(read.dtype).tiny)
    # Apart from what is read, and not subtracted in the end: it can be a million times smaller.
    given = torch.zeros_like(read)
    for weights, gradient in zip(reversed(attention), reversed(gradients), strict=True):
        given = given + (read + given) @ (weights * gradient).relu()[0].mean(dim=0)
    return given


@contextmanager
def _attention_of(model: nn.Module) -> Iterator[list[Tensor]]:
    """What every layer of timm attends to, from the first on, for as long as it lasts."""
    attended: list[Tensor] = []
    layers = [cast("Any", layer) for layer in model.modules() if hasattr(layer, "attn_drop")]
    were_fused = [getattr(layer, "fused_attn", None) for layer in layers]
    hooks = [layer.attn_drop.register_forward_hook(lambda _, __, weights: attended.append(weights)) for layer in layers]
    try:
        for layer, was_fused in zip(layers, were_fused, strict=True):
            if was_fused is not None:
                layer.fused_attn = False  # the fused kernel keeps its attention to itself
        yield attended
    finally:
        for hook in hooks:
            hook.remove()
        for layer, was_fused in zip(layers, were_fused, strict=True):
            if was_fused is not None:
                layer.fused_attn = was_fused

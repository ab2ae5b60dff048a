"""timm's optimisers over a model whose stages learn at their own rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import torch
from timm.optim import create_optimizer_v2  # type: ignore[attr-defined]  # timm lists no exports
from torch import nn

from fashionkit.errors import ConfigError, first_line
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.recipe import Optimiser, Phase

SCALE = "scale"
"""Where a group says what share of the learning rate its weights have."""


def make_optimiser(model: FashionModel, beside: nn.Module, settings: Optimiser, phase: Phase) -> torch.optim.Optimizer:
    """An optimiser of what learns in a phase, with no steps behind it.

    Args:
        model: Frozen as the phase says.
        beside: What learns beside the model: the weights of losses.
        settings: Which optimiser.
        phase: Which says how much slower than the heads the backbone learns.

    Raises:
        ConfigError: timm has no such optimiser, or it does not take the arguments.
    """
    try:
        optimiser: torch.optim.Optimizer = create_optimizer_v2(
            list(_groups(model, beside, settings, phase)),
            opt=settings.name,
            lr=phase.learning_rate,
            weight_decay=settings.weight_decay,
            **settings.arguments,
        )
    except Exception as error:  # optimisers written by many hands refuse in as many ways
        raise ConfigError(
            f"the optimiser {settings.name!r} cannot be made with {settings.arguments}: {first_line(error)}"
        ) from error
    return optimiser


def set_rate(optimiser: torch.optim.Optimizer, learning_rate: float) -> None:
    """Gives every group its share of a learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = learning_rate * group[SCALE]


def _groups(model: FashionModel, beside: nn.Module, settings: Optimiser, phase: Phase) -> Iterator[dict[str, Any]]:
    """Weights that learn at one rate and decay alike, in an order that is always the same."""
    top = model.backbone.n_stages - 1
    groups: dict[tuple[float, float], list[nn.Parameter]] = defaultdict(list)
    for name, weight in model.backbone.model.named_parameters():
        scale = phase.backbone_rate * settings.layer_decay ** (top - model.backbone.stage_of(name))
        groups[scale, _decay(weight, settings)].append(weight)
    for weight in model.heads.parameters():
        groups[1.0, _decay(weight, settings)].append(weight)
    for weight in beside.parameters():
        groups[1.0, 0.0].append(weight)
    for (scale, decay), weights in groups.items():
        learning = [weight for weight in weights if weight.requires_grad]
        if learning:
            yield {"params": learning, SCALE: scale, "weight_decay": decay}


def _decay(weight: nn.Parameter, settings: Optimiser) -> float:
    """Biases, and what normalises, are pulled nowhere: that is how the large ones are trained too (timm does so)."""
    return settings.weight_decay if weight.ndim > 1 else 0.0

"""What of a model learns in a phase, and how fast: which stages are frozen, and the learning rate of every step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fashionkit.errors import ConfigError
from fashionkit.training.recipe import ALL, Phase

if TYPE_CHECKING:
    from fashionkit.models import FashionModel


def open_stages(model: FashionModel, phase: Phase) -> None:
    """Freezes what stands still in a phase and unfreezes what learns; heads that read sets stand still always.

    The model is in training mode afterwards, but for what is frozen.

    Raises:
        ConfigError: The phase names more stages than the backbone has.
    """
    n_stages = model.backbone.n_stages
    learning = n_stages if phase.stages == ALL else int(phase.stages)
    if learning > n_stages:
        raise ConfigError(
            f"the backbone {model.backbone.name} has {n_stages} stages, and the recipe wants {learning} to learn; "
            f"give 0 to {n_stages}, or {ALL!r}"
        )
    model.train()
    model.backbone.freeze(n_stages - learning)
    for name in model.set_heads:
        model.heads[name].eval().requires_grad_(requires_grad=False)


def rate(phase: Phase, within: int, steps: int, drops: int = 0) -> float:
    """The learning rate of a step of a phase, as a share of the phase's `learning_rate`, in 0..1.

    Args:
        phase: Which says how it goes.
        within: The step, from 0.
        steps: How many steps the phase has.
        drops: How often "plateau" has dropped by now.

    The cosine is that of Loshchilov and Hutter 2017, without restarts, over what the warm-up leaves.

    >>> phase = Phase(steps=100, learning_rate=1, warmup=0.1, lowest=0.01)
    >>> [round(rate(phase, step, 100), 3) for step in (0, 9, 10, 55, 99)]
    [0.091, 0.909, 1.0, 0.505, 0.01]
    """
    warm = round(phase.warmup * steps)
    if within < warm:
        return (within + 1) / (warm + 1)
    if phase.schedule == "cosine":
        share = (within - warm) / (steps - warm)
        return phase.lowest + (1 - phase.lowest) * 0.5 * (1 + math.cos(math.pi * share))
    if phase.schedule == "step":
        # Rounded, so that a third of the way is one drop whatever 1/3 is in binary.
        return max(phase.lowest, phase.drop ** math.floor(round(within / steps / phase.every, 9)))
    if phase.schedule == "plateau":
        return max(phase.lowest, phase.drop**drops)
    return 1.0

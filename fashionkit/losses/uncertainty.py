"""Balancing many losses by how uncertain each task is, learnt together with the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from fashionkit.errors import ConfigError, DataError, did_you_mean


class UncertaintyWeighting(nn.Module):
    """Σ exp(-sᵢ) · lossᵢ + ½·sᵢ, with one learnt sᵢ = log σᵢ² a task (Kendall et al. 2018).

    "Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics", equations 7 and 10, with
    the log variance learnt, as section 3.2 advises. Its one parameter, `log_variance`, starts at 0, where every loss
    weighs 1; give it to the optimiser, without weight decay, and keep it with what a run resumes from.

    Args:
        names: The tasks, all different.

    Raises:
        ConfigError: There is no name, or one stands twice.

    >>> weighting = UncertaintyWeighting(["category", "attributes"])
    >>> weighting({"category": torch.tensor(2.0), "attributes": torch.tensor(0.5)}).item()
    2.5
    >>> weighting({"category": torch.tensor(2.0)}).item()
    2.0
    >>> weighting.weights()
    {'category': 1.0, 'attributes': 1.0}
    """

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = tuple(names)
        if not self.names or len(set(self.names)) < len(self.names):
            raise ConfigError(f"the tasks are {list(self.names)}; give at least one, each once")
        self.log_variance = nn.Parameter(torch.zeros(len(self.names)))

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The sum over the tasks that are given.

        Leave out a task of which nothing is known in the batch: a loss that is 0 for want of labels would teach that
        the task is certain. What is left out has a gradient of exactly 0.

        Args:
            losses: A scalar a task, by name.

        Returns:
            A scalar, which may be negative; float32, or float64 where a loss is.

        Raises:
            DataError: A task is unknown, or its loss is no scalar.
        """
        total = 0.0 * self.log_variance.sum()
        for name, loss in losses.items():
            if name not in self.names:
                raise DataError(f"there is no task {name!r} to weigh; {did_you_mean(name, self.names)}")
            if not isinstance(loss, Tensor) or loss.ndim != 0:
                raise DataError(f"the loss of {name!r} is no scalar tensor; give the mean over the batch")
            log_variance = self.log_variance[self.names.index(name)]
            total = total + (-log_variance).exp() * loss + log_variance / 2
        return total

    def weights(self) -> dict[str, float]:
        """What each loss is multiplied by now, for logs."""
        return dict(zip(self.names, (-self.log_variance.detach()).exp().tolist(), strict=True))

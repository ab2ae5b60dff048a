"""How the validations have gone: the best one, and how long ago it was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fashionkit.errors import ConfigError, DataError, did_you_mean
from fashionkit.training.recipe import Phase, Stopping

LOWER_IS_BETTER = ("loss", "error")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands by its validations.

    Attributes:
        best: The best figure by now; None before the first.
        best_step: How many steps it had taken then.
        since: Validations since then, or since the phase began.
        waited: The same, or since the learning rate last dropped.
        drops: How often it has dropped in this phase.
    """

    best: float | None = None
    best_step: int = 0
    since: int = 0
    waited: int = 0
    drops: int = 0

    def in_new_phase(self) -> Standing:
        """The best stays the best; what a phase counts begins anew."""
        return replace(self, since=0, waited=0, drops=0)

    def after(self, figures: Mapping[str, float], step: int, stopping: Stopping, phase: Phase) -> Standing:
        """The standing after one more validation.

        Raises:
            ConfigError: The figure that is chosen by is not among them.
            DataError: It is not finite.

        >>> phase = Phase(steps=9, learning_rate=1, schedule="plateau", patience=1)
        >>> first = Standing().after({"loss": 2.0}, 10, Stopping(), phase)
        >>> first.after({"loss": 3.0}, 20, Stopping(), phase)
        Standing(best=2.0, best_step=10, since=1, waited=0, drops=1)
        """
        name, figure = chosen(figures, stopping)
        if not math.isfinite(figure):
            raise DataError(f"the figure {name!r} of the validation is {figure}; lower the learning rate")
        if self.best is None or _is_better(name, figure, self.best):
            return replace(self, best=figure, best_step=step, since=0, waited=0)
        later = replace(self, since=self.since + 1, waited=self.waited + 1)
        if phase.schedule == "plateau" and later.waited >= phase.patience:
            return replace(later, waited=0, drops=later.drops + 1)
        return later


def chosen(figures: Mapping[str, float], stopping: Stopping) -> tuple[str, float]:
    """The figure that a run is chosen by, with its name.

    Raises:
        ConfigError: There is none, or none of that name.
    """
    name = stopping.metric or next(iter(figures), "")
    if name not in figures:
        raise ConfigError(f"the validation gives no figure {name!r}; {did_you_mean(name, figures)}")
    return name, figures[name]


def _is_better(name: str, figure: float, best: float) -> bool:
    return figure < best if name.endswith(LOWER_IS_BETTER) else figure > best

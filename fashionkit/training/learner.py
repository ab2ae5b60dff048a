"""What changes while a run goes on: the model, its average, the losses' own weights, the optimiser."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from timm.utils import ModelEmaV3  # type: ignore[attr-defined]  # timm lists no exports
from torch import Tensor, nn

from fashionkit.errors import ModelError
from fashionkit.heads import Features
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.crew import Crew
from fashionkit.training.mixing import Mixture
from fashionkit.training.objective import Objective
from fashionkit.training.optimiser import make_optimiser, set_rate
from fashionkit.training.passes import Pass
from fashionkit.training.plan import Stretch
from fashionkit.training.recipe import Recipe
from fashionkit.training.schedule import open_stages, rate
from fashionkit.training.state import optimiser_state, restore_optimiser, under, with_prefix

HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


class Learner:
    """A model that takes steps.

    Args:
        model: On the crew's device.
        objective: What it learns from.
        recipe: How.
        crew: Together with whom.
    """

    def __init__(self, model: FashionModel, objective: Objective, recipe: Recipe, crew: Crew) -> None:
        self.model = model
        self.objective = objective
        self.recipe = recipe
        self.crew = crew
        self.average = ModelEmaV3(model, decay=recipe.ema, use_warmup=True) if recipe.ema else None
        self.scaler = torch.amp.GradScaler(crew.device.type, enabled=recipe.amp == "fp16")

    @property
    def judged(self) -> FashionModel:
        """The model that is judged and kept: the average where there is one."""
        judged: FashionModel = self.model if self.average is None else self.average.module
        return judged

    def begin(self, stretch: Stretch) -> None:
        """Makes ready for a phase: what stands still is frozen, and the optimiser is new."""
        self.stretch = stretch
        open_stages(self.model, stretch.phase)
        self.optimiser = make_optimiser(self.model, self.objective, self.recipe.optimiser, stretch.phase)
        self.answers = self.crew.wrap(_Answers(self.model))

    def learn(self, passes: Sequence[Pass], step: int, drops: int) -> dict[str, float]:
        """Takes one step, and gives the losses of all heads and their `total`.

        What is random in it depends on the seed and the step alone.

        Raises:
            ModelError: The loss is not finite.
        """
        phase, within = self.stretch.phase, step - self.stretch.first
        set_rate(self.optimiser, phase.learning_rate * rate(phase, within, self.stretch.steps, drops))
        torch.manual_seed(_seed(self.recipe.seed, step, self.crew.rank))
        self.optimiser.zero_grad(set_to_none=True)
        totals = [self._pass(batch, len(passes)) for batch in passes]
        losses = {name: sum(total[name] for total in totals) / len(totals) for name in totals[0]}
        if not math.isfinite(losses["total"]):
            raise ModelError(
                f"the loss is {losses['total']} in step {step}: {losses}; "
                "lower the learning rate, clip gradients, or look at the labels"
            )
        self._step(step)
        return losses

    def _pass(self, batch: Pass, passes: int) -> dict[str, float]:
        device = self.crew.device.type
        with torch.autocast(device, HALF.get(self.recipe.amp), enabled=self.recipe.amp != "off"):
            raw = self.answers(batch.inputs)
        raw = {name: self.crew.together(value.float()) for name, value in raw.items()}
        targets = {name: self.crew.together(value) for name, value in batch.targets.items()}
        known = {name for name, value in batch.known.items() if self.crew.any(bool(value.any()))}
        total, losses = self.objective(raw, targets, known, self._together(batch.mixture))
        self.scaler.scale(total / passes).backward()
        return {**{name: loss.item() for name, loss in losses.items()}, "total": total.item()}

    def _together(self, mixture: Mixture | None) -> Mixture | None:
        """Photos are mixed with others of the same process, which stand elsewhere among those of all."""
        if mixture is None or self.crew.world == 1:
            return mixture
        partner = torch.from_numpy(mixture.partner + self.crew.rank * len(mixture.partner)).to(self.crew.device)
        return replace(mixture, partner=self.crew.together(partner).cpu().numpy())

    def _step(self, step: int) -> None:
        if self.recipe.clip:
            self.scaler.unscale_(self.optimiser)
            weights = [weight for group in self.optimiser.param_groups for weight in group["params"]]
            nn.utils.clip_grad_norm_(weights, self.recipe.clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        if self.average is not None:
            self.average.update(self.model, step=step)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """All of it, as tensors and what JSON can hold."""
        tensors, facts = optimiser_state(self.optimiser)
        tensors = with_prefix("optimiser", tensors)
        tensors |= with_prefix("model", self.model.state_dict()) | with_prefix("objective", self.objective.state_dict())
        if self.average is not None:
            tensors |= with_prefix("average", self.average.module.state_dict())
        return tensors, {"optimiser": facts, "scaler": self.scaler.state_dict()}

    def restore(self, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
        """Takes over weights and averages of another one; `restore_steps` does the rest."""
        self.model.load_state_dict(under("model", tensors))
        self.objective.load_state_dict(under("objective", tensors))
        if self.average is not None:
            self.average.module.load_state_dict(under("average", tensors))
        if facts["scaler"]:
            self.scaler.load_state_dict(facts["scaler"])

    def restore_steps(self, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
        """Takes over what another one's optimiser remembered, in the phase that it was in."""
        restore_optimiser(self.optimiser, under("optimiser", tensors), facts["optimiser"])


class _Answers(nn.Module):
    """All photo heads' outputs as one module's forward pass, which is what gradients are averaged over."""

    def __init__(self, model: FashionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor | Features) -> dict[str, Tensor]:
        seen = inputs if isinstance(inputs, Features) else self.model.features(inputs)
        return self.model.answer(seen)


def _seed(seed: int, step: int, rank: int) -> int:
    return int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0] >> 1)

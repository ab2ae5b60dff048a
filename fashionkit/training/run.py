"""One training, from its first step or from where it was."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import torch

from fashionkit.config import encode
from fashionkit.errors import ModelError
from fashionkit.heads import encode_spec
from fashionkit.models.fashion_model import FashionModel
from fashionkit.models.seen import hashes_of, united
from fashionkit.training.augmenting import change_of
from fashionkit.training.crew import Crew
from fashionkit.training.draw_curves import curves_svg
from fashionkit.training.examples import Examples
from fashionkit.training.features import see
from fashionkit.training.interruption import Wish
from fashionkit.training.learner import Learner
from fashionkit.training.mixer import mixer_of
from fashionkit.training.objective import Objective
from fashionkit.training.passes import Pass, Passes, order_of
from fashionkit.training.plan import Stretch, plan
from fashionkit.training.recipe import Recipe
from fashionkit.training.run_folder import BEST, CURVES, LAST, LOG, RECIPE, Log, is_there, read_log, write_text
from fashionkit.training.standing import Standing, chosen
from fashionkit.training.state import read_state, under, with_prefix, write_state

Validate: TypeAlias = Callable[[FashionModel], Mapping[str, float]]
Watch: TypeAlias = Callable[[Mapping[str, Any]], None]

STEPS_A_LINE = 20
"""Every so many steps are told to who watches."""


class Run:
    """One training, from its first step or from where it was. What `fit` takes, it takes."""

    def __init__(
        self,
        model: FashionModel,
        examples: Examples,
        recipe: Recipe,
        folder: Path,
        crew: Crew,
        *,
        validate: Validate | None,
        watch: Iterable[Watch],
        threads: int,
    ) -> None:
        self.recipe = recipe
        self.examples = examples
        self.folder = folder
        self.crew = crew
        self.validate = validate
        self.watch = list(watch)
        self.threads = threads
        # Depthwise convolutions are several times faster so on a CPU, and half precision is on a GPU.
        model.to(device=crew.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs
        objective = Objective(model, examples.targets, recipe).to(crew.device)
        self.learner = Learner(model, objective, recipe, crew)
        self.passes = Passes(
            examples,
            order_of(examples, model.specs, recipe),
            mixer_of(examples, model.specs, recipe),
            recipe.accumulate,
            crew,
        )
        self.standing = Standing()
        self.step = 0
        self.restored: tuple[dict[str, torch.Tensor], dict[str, Any]] | None = None
        self.identity = _identity(model, examples, recipe)

    def begin(self, *, resume: bool) -> None:
        """Finds where the run is, and makes its folder."""
        if (self.folder / LAST).exists():
            if not resume:
                raise is_there(self.folder)
            self._restore(*read_state(self.folder / LAST))
        if self.crew.rank == 0:
            log = Log(self.folder / LOG, self.step)
            write_text(self.folder / RECIPE, self.recipe.to_toml())
            self.watch.insert(0, log)
        steps = plan(self.recipe, len(self.examples))[-1].end
        self._tell({"event": "begin", "step": self.step, "steps": steps, "photos": len(self.examples)})

    def go_through(self, stretch: Stretch, wish: Wish) -> None:
        """Takes the steps of a phase that are not taken yet."""
        if self.step >= stretch.end:
            return
        self.learner.begin(stretch)
        if self.step == stretch.first:
            self.standing = self.standing.in_new_phase()
        elif self.restored is not None:
            self.learner.restore_steps(*self.restored)
        self.restored = None
        if not self._is_enough():
            self._take_steps(stretch, wish)
        self.step = stretch.end

    def _take_steps(self, stretch: Stretch, wish: Wish) -> None:
        begun = _Speed(self.recipe.batch_size * self.recipe.accumulate)
        source = self._source(stretch)
        try:
            for passes in source:
                losses = self.learner.learn(passes, self.step, self.standing.drops)
                self._tell_step(stretch, losses, begun)
                self.step += 1
                epoch_ends = stretch.validates_after(self.step - 1)
                if epoch_ends:
                    self._judge(stretch)
                self._save_or_stop(wish, due=epoch_ends)
                if epoch_ends:
                    begun.pause()
                if self._is_enough():
                    break
        finally:
            source.close()

    def finish(self) -> FashionModel:
        """The weights that are kept, in evaluation mode; draws the curves."""
        model = self.learner.model
        model.load_state_dict(self.learner.judged.state_dict())
        model.seen = united(model.seen, hashes_of(self.examples.photos))
        model.training_record |= {
            "recipe": f"```toml\n{self.recipe.to_toml()}```",
            "photos": dict(self.examples.sizes),
        }
        if self.standing.best is not None:
            tensors, best = read_state(self.folder / BEST)
            model.load_state_dict(under("model", tensors))
            model.training_record["best"] = best
        self._tell(
            {"event": "end", "step": self.step, "best": self.standing.best, "best_step": self.standing.best_step}
        )
        if self.crew.rank == 0:
            write_text(self.folder / CURVES, curves_svg(read_log(self.folder / LOG)))
        model.backbone.freeze(0)
        model.requires_grad_()
        return model.eval()

    def _source(self, stretch: Stretch) -> Generator[list[Pass], None, None]:
        model = self.learner.model
        if stretch.phase.cached:
            seen, readable = see(model, self.examples.photos, threads=self.threads)
            return self.passes.of_features(self.step, stretch.end, seen, readable)
        change = change_of(self.recipe, model.specs, model.input.size)
        return self.passes.of_photos(self.step, stretch.end, model.input, change, self.threads)

    def _judge(self, stretch: Stretch) -> None:
        if self.validate is None:
            return
        figures: Mapping[str, float] = {}
        if self.crew.rank == 0:
            judged = self.learner.judged
            modes = [(module, module.training) for module in judged.modules()]
            with torch.no_grad():
                figures = {name: float(figure) for name, figure in self.validate(judged.eval()).items()}
            for module, mode in modes:
                module.training = mode
        figures = self.crew.told(figures)
        self.standing = self.standing.after(figures, self.step, self.recipe.stopping, stretch.phase)
        self._tell({"event": "validation", "step": self.step - 1, "phase": stretch.number, "figures": figures})
        if self.standing.best_step == self.step and self.crew.rank == 0:
            name, figure = chosen(figures, self.recipe.stopping)
            tensors = with_prefix("model", self.learner.judged.state_dict())
            self._save(BEST, tensors, {"step": self.step, "metric": name, "figure": figure})

    def _is_enough(self) -> bool:
        patience = self.recipe.stopping.patience
        return bool(patience) and self.standing.since >= patience

    def _save_or_stop(self, wish: Wish, *, due: bool) -> None:
        stop = self.crew.any(wish.to_stop)
        if self.crew.rank == 0 and (stop or due or self.step % self.recipe.save_every == 0):
            self._save(LAST, *self._state())
        if stop:
            raise KeyboardInterrupt

    def _state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        tensors, facts = self.learner.state()
        standing = {name: getattr(self.standing, name) for name in Standing.__slots__}
        return tensors, {**facts, "step": self.step, "standing": standing, "identity": self.identity}

    def _restore(self, tensors: dict[str, torch.Tensor], facts: dict[str, Any]) -> None:
        for what, value in self.identity.items():
            if facts.get("identity", {}).get(what) != value:
                raise ModelError(
                    f"{self.folder} holds a run of another {what}; give the same, or another folder for the model"
                )
        self.learner.restore(tensors, facts)
        self.step = facts["step"]
        self.standing = Standing(**facts["standing"])
        self.restored = tensors, facts

    def _save(self, name: str, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
        write_state(self.folder / name, tensors, facts)

    def _tell_step(self, stretch: Stretch, losses: Mapping[str, float], speed: _Speed) -> None:
        speed.count()
        if self.step % STEPS_A_LINE == 0 or self.step == stretch.end - 1:
            self._tell(
                {
                    "event": "step",
                    "step": self.step,
                    "phase": stretch.number,
                    "epoch": round((self.step - stretch.first + 1) / stretch.epoch, 3),
                    "loss": losses["total"],
                    "losses": {name: loss for name, loss in losses.items() if name != "total"},
                    "learning_rate": max(group["lr"] for group in self.learner.optimiser.param_groups),
                    "images_per_second": round(speed.images_per_second(), 1),
                }
            )

    def _tell(self, event: Mapping[str, Any]) -> None:
        if self.crew.rank == 0:
            for each in self.watch:
                each(event)


class _Speed:
    """Images a second since it was last asked, without what was not training."""

    def __init__(self, images: int) -> None:
        self._images = images
        self._steps = 0
        self._begun = time.perf_counter()

    def count(self) -> None:
        self._steps += 1

    def pause(self) -> None:
        self._steps, self._begun = 0, time.perf_counter()

    def images_per_second(self) -> float:
        speed = self._steps * self._images / max(time.perf_counter() - self._begun, 1e-9)
        self.pause()
        return speed


def _identity(model: FashionModel, examples: Examples, recipe: Recipe) -> dict[str, str]:
    """What must be the same for a run to go on, each as a text to compare."""
    backbone = model.backbone
    shape = [
        backbone.name,
        backbone.arguments,
        model.input,
        {name: encode_spec(spec) for name, spec in model.specs.items()},
    ]
    return {
        "recipe": recipe.to_toml(),
        "data set": examples.digest(),
        "model": hashlib.sha256(encode(shape)).hexdigest(),
    }

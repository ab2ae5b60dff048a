"""The part of a training in which heads learn what goes together: last, over what the photo heads have learned."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashionkit.datasets import OutfitSet
from fashionkit.errors import DataError, ModelError
from fashionkit.models.fashion_model import FashionModel
from fashionkit.models.seen import Hashes, hashes_of, hashes_of_outfits, united
from fashionkit.training.crew import Crew
from fashionkit.training.draw_curves import curves_svg
from fashionkit.training.examples import sizes_of
from fashionkit.training.interruption import Wish
from fashionkit.training.learn_outfits import OutfitStep, learn_outfits, outfit_heads, steps_of
from fashionkit.training.outfit_examples import OutfitExamples, gather_outfits
from fashionkit.training.outfit_vectors import ItemVectors, item_vectors
from fashionkit.training.recipe import Recipe
from fashionkit.training.run import STEPS_A_LINE, Validate, Watch
from fashionkit.training.run_folder import CURVES, LAST, LOG, RECIPE, Log, is_there, read_log, write_text

FIGURES = "outfit figures"
"""Under this name a model records how its heads did on the questions of the validation."""


@dataclass(frozen=True, slots=True, eq=False)
class OutfitPart:
    """What the outfit part of a training is made of.

    Attributes:
        data: Outfits to learn from.
        recipe: How.
        folder: Of the run.
        crew: Every process takes all steps; the first one tells.
        validate: Judges the model when all is learned.
        watch: Are called with what happens.
        threads: That read photos.
    """

    data: Sequence[OutfitSet]
    recipe: Recipe
    folder: Path
    crew: Crew
    validate: Validate | None
    watch: Iterable[Watch]
    threads: int

    def go_through(self, model: FashionModel, first: int, wish: Wish) -> None:
        """Teaches every head of a model that judges outfits; the rest of it stands still.

        Args:
            model: In evaluation mode, on the crew's device.
            first: The number of the first step: so many were taken before.
            wish: Heard between two steps.

        Raises:
            DataError: No outfit can be learned from.
            ModelError: A loss is not finite, or the disk refuses.
            KeyboardInterrupt: Somebody wants it to stop.
        """
        tasks = self._tasks(model)
        total = sum(steps_of(len(examples), self.recipe.outfits) for examples, _ in tasks.values())
        telling = _Telling(self, first, wish)
        items = max(len(vectors.rows) for _, vectors in tasks.values())
        telling.tell({"event": "begin", "step": first, "steps": first + total, "photos": items})
        for head, (examples, vectors) in tasks.items():
            model.heads[head].requires_grad_()
            taken = learn_outfits(model, head, examples, vectors, self.recipe.outfits, seed=self.recipe.seed)
            for step in taken:
                telling.step(head, step, min(len(examples), self.recipe.outfits.batch_size))
            # Devices round differently; all processes go on with the same weights.
            state = {name: value.cpu() for name, value in model.heads[head].state_dict().items()}
            model.heads[head].load_state_dict(self.crew.told(state))
            model.seen = united(model.seen, _hashes_of(examples))
        self._conclude(model, telling)

    def _conclude(self, model: FashionModel, telling: _Telling) -> None:
        record = {"recipe": f"```toml\n{self.recipe.to_toml()}```", "outfits": sizes_of(self.data)}
        model.training_record = {name: kept for name, kept in model.training_record.items() if name != FIGURES} | record
        figures: Mapping[str, float] = {}
        if self.validate is not None and self.crew.rank == 0:
            figures = {name: float(figure) for name, figure in self.validate(model).items()}
        if figures := self.crew.told(figures):
            phase = len(self.recipe.phases)
            telling.tell({"event": "validation", "step": telling.now - 1, "phase": phase, "figures": figures})
            model.training_record[FIGURES] = dict(figures)
        best = model.training_record.get("best", {})
        end = {"best": best.get("figure"), "best_step": best.get("step", 0)}
        telling.tell({"event": "end", "step": telling.now, **end})
        if self.crew.rank == 0:
            write_text(self.folder / CURVES, curves_svg(read_log(self.folder / LOG)))

    def _tasks(self, model: FashionModel) -> dict[str, tuple[OutfitExamples, ItemVectors]]:
        """By head, the outfits that it can learn from, and the vectors of their items in two views."""
        given = gather_outfits(self.data)
        tasks = {}
        for head in outfit_heads(model):
            (embedding,) = model.specs[head].reads
            vectors = item_vectors(model, embedding, given.photos, mirrored=True, threads=self.threads)
            examples = given.usable(vectors.rows.__contains__)
            _say_left_out(len(given) - len(examples))
            if not len(examples):
                raise DataError(
                    "no outfit can be learned from: each has an item that cannot be read, or fewer than 2 or more than "
                    "16 items; `fashionkit data check` says more"
                )
            tasks[head] = examples, vectors
        return tasks


class _Telling:
    """Counts steps, tells of them, and hears who wants to stop."""

    def __init__(self, part: OutfitPart, first: int, wish: Wish) -> None:
        self.now = first
        self._part = part
        self._wish = wish
        self._begun, self._since = time.perf_counter(), 0
        self._watch: list[Callable[[Mapping[str, Any]], None]] = []
        if part.crew.rank == 0:
            write_text(part.folder / RECIPE, part.recipe.to_toml())
            self._watch = [Log(part.folder / LOG, first), *part.watch]

    def tell(self, event: Mapping[str, Any]) -> None:
        for each in self._watch:
            each(event)

    def step(self, head: str, step: OutfitStep, outfits: int) -> None:
        self._since += outfits
        if step.number % STEPS_A_LINE == 0 or step.is_last:
            seconds = max(time.perf_counter() - self._begun, 1e-9)
            self.tell(
                {
                    "event": "step",
                    "step": self.now,
                    "phase": len(self._part.recipe.phases),
                    "epoch": round(step.epoch, 3),
                    "loss": step.loss,
                    "losses": {head: step.loss},
                    "learning_rate": step.learning_rate,
                    # What watchers know as the speed: of outfits, since no image is looked at here.
                    "images_per_second": round(self._since / seconds, 1),
                }
            )
            self._begun, self._since = time.perf_counter(), 0
        self.now += 1
        if self._part.crew.any(self._wish.to_stop):
            raise KeyboardInterrupt


def check_outfits(model: FashionModel, data: Sequence[OutfitSet]) -> None:
    """Finds out before hours of training that outfits cannot be learned.

    Raises:
        DataError: There is no outfit, or the model has no head that judges some.
    """
    gather_outfits(data)
    if not outfit_heads(model):
        known = ", ".join(model.specs)
        raise DataError(
            f"the data hold outfits, and the model has no outfit head (it has {known}); "
            "build it with an OutfitSpec, as specs_for gives one, or leave the outfits out"
        )


def check_no_run(folder: Path, recipe: Recipe, *, resume: bool) -> None:
    """Refuses the folder of another run, where outfits alone are learned: such a run saves no states to go on from.

    Raises:
        ModelError: There is a run, and it may not be gone on with, or it is another one.
    """
    if (folder / LAST).exists():
        raise ModelError(f"{folder} holds a run of another data set; give the same, or another folder for the model")
    if not (folder / LOG).exists():
        return
    if not resume:
        raise is_there(folder)
    if not (folder / RECIPE).exists() or Recipe.read(folder / RECIPE) != recipe:
        raise ModelError(f"{folder} holds a run of another recipe; give the same, or another folder for the model")


def _hashes_of(examples: OutfitExamples) -> Hashes:
    """Of the items that were learned from, and of the outfits."""
    used = {item for outfit in examples.outfits for item in outfit}
    items = hashes_of([photo for item, photo in examples.photos.items() if item in used])
    return united(items, hashes_of_outfits(examples.photos, examples.outfits))


def _say_left_out(outfits: int) -> None:
    if outfits:
        warnings.warn(
            f"{outfits} outfits are left out, for an item that cannot be read, or fewer than 2 or more than 16 items",
            stacklevel=2,
        )

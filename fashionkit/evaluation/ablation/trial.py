"""One trial: a variant trained with one seed, and measured on the photos that judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import torch

from fashionkit.datasets import DataSet
from fashionkit.errors import DataError
from fashionkit.evaluation.ablation import outcomes
from fashionkit.evaluation.ablation.difference import Outcomes
from fashionkit.evaluation.ablation.variants import Variant
from fashionkit.evaluation.answers import Answers, head_of
from fashionkit.evaluation.fields import columns_of
from fashionkit.evaluation.figure import Figure
from fashionkit.evaluation.known import known_set
from fashionkit.evaluation.part import Part, together
from fashionkit.evaluation.photo_set import evaluate_photos
from fashionkit.evaluation.search import search_of
from fashionkit.evaluation.train_split import TrainSplit
from fashionkit.images import InputRule
from fashionkit.models.fashion_model import FashionModel
from fashionkit.runtime import Model
from fashionkit.training.augmenting import change_of
from fashionkit.training.recipe import Recipe
from fashionkit.training.run_folder import LAST, run_folder
from fashionkit.training.schedule import open_stages
from fashionkit.training.specs import only_known
from fashionkit.training.trainer import fit

Watch: TypeAlias = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of one variant with one seed.

    Attributes:
        seed: Of everything random in its training.
        parameters: How many weights it has, backbone and heads.
        steps: How many steps it took.
        seconds: How long it took them; None where it was interrupted and went on.
        photos: How many photos it was measured on.
        figures: By name, as `evaluate` gives them.
        outcomes: By the names of those figures that are means over photos: each photo's part in them.
        warnings: What should worry whoever reads the figures.
    """

    seed: int
    parameters: int
    steps: int
    seconds: float | None
    photos: int
    figures: dict[str, Figure]
    outcomes: dict[str, dict[str, float]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What all trials have in common.

    Attributes:
        train: What is learned from; labels that the heads do not have are not known.
        val: What is measured on, set by set as `train`; a set may have no photos for that.
        device: As `fit` takes it.
        threads: That read photos.
        watch: Are called with what happens in a training.
    """

    train: Sequence[DataSet]
    val: Sequence[DataSet]
    device: str = "auto"
    threads: int = 2
    watch: Sequence[Watch] = ()


def build(variant: Variant, seed: int) -> FashionModel:
    """The untrained model of a variant, always the same for the same seed.

    Raises:
        ModelError: There is no such backbone, or the weights do not fit.
    """
    size = variant.recipe.size
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        rule = InputRule(size=(size, size)) if size else None
        return FashionModel(variant.backbone, variant.specs, weights=variant.weights or None, input=rule)


def check(variant: Variant) -> None:
    """Finds out before hours of training that a variant cannot be trained.

    Raises:
        ModelError: As `build`.
        ConfigError: The recipe does not fit the backbone, or its augmentation cannot be made.
    """
    model = build(variant, variant.recipe.seed)
    for phase in variant.recipe.phases:
        open_stages(model, phase)
    change_of(variant.recipe, variant.specs, model.input.size)


def run(variant: Variant, seed: int, folder: Path, settings: Settings) -> Trial:
    """Trains a variant, or goes on where its training was, and measures it.

    Args:
        variant: Which.
        seed: In place of the recipe's.
        folder: Where its model and its run are kept.
        settings: What all trials have in common.

    Raises:
        FashionkitError: As `fit` and `evaluate` do.
        KeyboardInterrupt: As `fit` does; the state was saved.
    """
    recipe: Recipe = msgspec.structs.replace(variant.recipe, seed=seed)
    place = folder / "model"
    was_interrupted = (run_folder(place) / LAST).exists()
    clock = _Clock()
    model = fit(
        build(variant, seed),
        [only_known(data, variant.specs) for data in settings.train],
        recipe,
        place,
        watch=[*settings.watch, clock],
        resume=True,
        device=settings.device,
        threads=settings.threads,
    )
    photos, found, each = measure(model, settings)
    if not found.figures and not variant.against:
        raise DataError(f"nothing can be measured on the photos that judge ({_why(found)})")
    # Of a head alone there may be nothing to measure; the others are not lost for that.
    nothing = () if found.figures else (f"nothing can be measured ({_why(found)})",)
    return Trial(
        seed=seed,
        parameters=sum(weight.numel() for weight in model.parameters()),
        steps=clock.steps,
        seconds=None if was_interrupted else round(clock.seconds, 3),
        photos=photos,
        figures=dict(found.figures),
        outcomes=each,
        warnings=(*nothing, *found.warnings),
    )


def measure(model: FashionModel, settings: Settings) -> tuple[int, Part, dict[str, dict[str, float]]]:
    """How many photos were asked, what `evaluate` finds with them, and each photo's part in it.

    Searches are among the photos that judge alone.

    Raises:
        DataError: None of the photos of a set can be read.
    """
    loaded = Model.load(model)
    embedding = head_of(loaded, "embedding")
    photos, parts = 0, []
    each: dict[str, Outcomes] = {}
    for train, val in zip(settings.train, settings.val, strict=True):
        if not val.photos:
            continue
        split = TrainSplit(known_set(val.name, columns_of(val.photos)), train.photos, val)
        answers, part = evaluate_photos(val, split, (), loaded, None)
        photos += len(answers.photos)
        parts += [without_probes(val, part), Part(warnings=_unread(val, answers))]
        each |= {f"{detail.name}/accuracy": outcomes.of_labels(detail) for detail in part.labels}
        if embedding is not None:
            name, found = outcomes.of_search(val, answers, embedding)
            each |= {name: found} if found else {}
    return photos, together(parts), {name: dict(part) for name, part in each.items()}


def without_probes(val: DataSet, part: Part) -> Part:
    """What was found, without the published probes of a search that is to be among the photos of the whole folder.

    They found less among more photos, so they are nothing to compare with.
    """
    search = search_of(val.name, columns_of(val.photos))
    if not search.whole:
        return part
    figures = {
        name: replace(figure, controls={what: value for what, value in figure.controls.items() if what != "probe"})
        if name.startswith(f"{search.name}/")
        else figure
        for name, figure in part.figures.items()
    }
    return replace(part, figures=figures)


def _why(found: Part) -> str:
    return "; ".join(f"{name}: {why}" for name, why in found.not_answered.items()) or "they have no labels for it"


def _unread(val: DataSet, answers: Answers) -> tuple[str, ...]:
    if not answers.unreadable:
        return ()
    first = answers.unreadable[0]
    said = f"{len(answers.unreadable)} of {len(val)} photos that judge cannot be read and are in no figure"
    return (f"{val.name}: {said} (the first, {first.id}: {first.reason})",)


@dataclass(slots=True)
class _Clock:
    """A watcher that takes the time from the first step to the last, without the export of the model."""

    steps: int = 0
    seconds: float = 0.0
    begun: float = field(default_factory=time.perf_counter)

    def __call__(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "begin":
            self.steps, self.begun = event["steps"], time.perf_counter()
        elif event["event"] == "end":
            self.seconds = time.perf_counter() - self.begun

"""What `fashionkit train` does: opens data, builds a model, and has it trained."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import msgspec

from fashionkit.cli.exits import tell
from fashionkit.datasets import DataSet, LabelledPhoto, OutfitSet, open_data, splits_of, with_taxonomy
from fashionkit.errors import ConfigError, DataError, ImageError
from fashionkit.heads import HeadSpec
from fashionkit.images import InputRule, fit as fit_photo, read
from fashionkit.models import FashionModel
from fashionkit.training import Phase, Recipe, fit, only_known, specs_for, validation
from fashionkit.training.augmenting import change_of
from fashionkit.training.hold_out import hold_out
from fashionkit.training.progress import progress
from fashionkit.training.recipe import names
from fashionkit.training.run_folder import run_folder

TRAIN, VAL = "train", "val"
NO_WEIGHTS = "none"
PHOTOS_OF_GRID = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; each as the command's help says."""

    data: tuple[str, ...]
    output: str
    recipe: str
    backbone: str
    weights: str
    size: int | None
    epochs: float | None
    fewest: int
    taxonomy: bool


def train_model(
    wanted: Wanted, *, resume: bool, tensorboard: bool, device: str, threads: int, progress_on: TextIO
) -> str:
    """Trains and saves; gives what is to be said of it.

    Raises:
        FashionkitError: As `fit` does.
        KeyboardInterrupt: As `fit` does.
    """
    recipe = recipe_of(wanted)
    train, val = open_all(wanted)
    specs = specs_for(train, fewest=wanted.fewest)
    train, val = [only_known(data, specs) for data in train], [only_known(data, specs) for data in val]
    model = build(wanted, recipe, specs)
    output = Path(wanted.output).absolute()
    with progress(progress_on) as watcher:
        watch = [watcher]
        if tensorboard:
            from fashionkit.training.tensorboard import tensorboard as writer  # noqa: PLC0415  # an extra

            watch.append(writer(run_folder(output) / "tensorboard"))
        validate = validation(val, threads=threads) if any(map(len, val)) else None
        fit(model, train, recipe, output, validate=validate, watch=watch, resume=resume, device=device, threads=threads)
    return _report(wanted, model, train, val)


def draw_augmented(wanted: Wanted, picture: str) -> None:
    """Writes a grid of photos and what becomes of them.

    Raises:
        FashionkitError: The data or the recipe do not fit, or the picture cannot be written.
    """
    from PIL import Image  # noqa: PLC0415  # for this alone

    from fashionkit.training.picture_grid import picture_grid  # noqa: PLC0415

    recipe = recipe_of(wanted)
    train, _ = open_all(wanted)
    specs = specs_for(train, fewest=wanted.fewest)
    size = recipe.size or 224
    rule = InputRule(size=(size, size))
    photos = []
    for place in _spread([photo for data in train for photo in data.photos]):
        try:
            photos.append(fit_photo(read(place.photo, at_least=rule.size), rule))
        except ImageError as error:
            tell(f"warning: {error}")
    grid = picture_grid(photos, change_of(recipe, specs, rule.size))
    try:
        Image.fromarray(grid).save(picture)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{picture}: the picture cannot be written: {error}; give a name such as grid.png") from error


def recipe_of(wanted: Wanted) -> Recipe:
    """The recipe by its name or file, with the size and the epochs that were asked for.

    Raises:
        ConfigError: There is none, or it has no epochs to change.
    """
    known = wanted.recipe in names()
    is_file = not known and (wanted.recipe.endswith(".toml") or Path(wanted.recipe).is_file())
    recipe = Recipe.read(wanted.recipe) if is_file else Recipe.named(wanted.recipe)
    if wanted.size is not None:
        recipe = msgspec.structs.replace(recipe, size=wanted.size)
    if wanted.epochs is not None:
        recipe = msgspec.structs.replace(recipe, phases=_scaled(recipe.phases, wanted.epochs))
    return recipe


def open_all(wanted: Wanted) -> tuple[list[DataSet], list[DataSet]]:
    """The data sets to learn from, and those to judge by.

    Raises:
        DataError: One cannot be opened, or holds outfits.
    """
    train: list[DataSet] = []
    val: list[DataSet] = []
    for folder in wanted.data:
        learn, judge = _open(folder)
        train.append(with_taxonomy(learn) if wanted.taxonomy else learn)
        val.append(with_taxonomy(judge) if wanted.taxonomy else judge)
    return train, val


def build(wanted: Wanted, recipe: Recipe, specs: Mapping[str, HeadSpec]) -> FashionModel:
    """An untrained model with those heads.

    Raises:
        ModelError: There is no such backbone, or the weights do not fit.
    """
    rule = InputRule(size=(recipe.size, recipe.size)) if recipe.size else None
    weights = wanted.weights or _installed_weights(wanted.backbone)
    if weights == NO_WEIGHTS and not wanted.weights:
        tell(f"warning: no pretrained weights of {wanted.backbone} are installed; it starts at random (see --weights)")
    import torch  # noqa: PLC0415  # by now it is imported

    # Heads start at random, and must do so alike where a run is resumed or repeated.
    torch.manual_seed(recipe.seed)
    return FashionModel(wanted.backbone, specs, weights=None if weights == NO_WEIGHTS else weights, input=rule)


def _open(folder: str) -> tuple[DataSet, DataSet]:
    splits = splits_of(folder)
    if splits and TRAIN not in splits:
        raise DataError(f"{folder} has no split 'train'; it has {', '.join(splits)}")
    whole = _photos(folder, TRAIN if splits else None)
    if VAL in splits:
        return whole, _photos(folder, VAL)
    return hold_out(whole)


def _photos(folder: str, split: str | None) -> DataSet:
    opened = open_data(folder, split)
    if isinstance(opened, OutfitSet):
        raise DataError(f"{folder} holds outfits, and this command learns from single photos; give another data set")
    return opened


def _scaled(phases: Sequence[Phase], epochs: float) -> tuple[Phase, ...]:
    whole = sum(phase.epochs or 0 for phase in phases)
    if whole == 0:
        raise ConfigError("the recipe counts in steps, so --epochs does not fit; change its steps")
    return tuple(
        msgspec.structs.replace(phase, epochs=phase.epochs * epochs / whole) if phase.epochs else phase
        for phase in phases
    )


def _installed_weights(backbone: str) -> str:
    from fashionkit.models.weights import PACKAGE, PACKAGES  # noqa: PLC0415  # needs torch

    fitting = (name for name, package in PACKAGES.items() if package.model == backbone)
    return next((f"{PACKAGE}{name}" for name in fitting if importlib.util.find_spec(name)), NO_WEIGHTS)


def _spread(photos: Sequence[LabelledPhoto]) -> Sequence[LabelledPhoto]:
    """A few photos from all over the data."""
    return photos[:: max(1, len(photos) // PHOTOS_OF_GRID)][:PHOTOS_OF_GRID]


def _report(wanted: Wanted, model: FashionModel, train: Sequence[DataSet], val: Sequence[DataSet]) -> str:
    learned, judged = sum(map(len, train)), sum(map(len, val))
    best = model.training_record.get("best")
    lines = [f"{wanted.output}: learned from {learned:,} photos, judged by {judged:,}"]
    if best:
        lines.append(f"best {best['metric']}: {best['figure']:.3f}, after {best['step']:,} steps")
    lines.append(f"log and curves: {run_folder(Path(wanted.output))}")
    return "".join(f"{line}\n" for line in lines)

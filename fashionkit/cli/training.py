"""What `fashionkit train` does: opens data, builds a model, and has it trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

import msgspec

from fashionkit.cli.exits import tell
from fashionkit.datasets import DataSet, LabelledPhoto, OutfitSet, open_data, splits_of, with_taxonomy
from fashionkit.errors import ConfigError, DataError, ImageError
from fashionkit.heads import HeadSpec
from fashionkit.images import InputRule, fit as fit_photo, read
from fashionkit.models import FashionModel
from fashionkit.training import Phase, Recipe, calibrate, fit, only_known, specs_for, validation
from fashionkit.training.augmenting import change_of
from fashionkit.training.calibrate_head import FEWEST
from fashionkit.training.fit_outfits import FIGURES
from fashionkit.training.hold_out import hold_out
from fashionkit.training.keep_memory import keep_memory
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
    keep_memory()
    recipe = recipe_of(wanted)
    train, val = open_all(wanted)
    outfits, questions = open_outfits(wanted)
    specs = specs_for([*train, *outfits], fewest=wanted.fewest)
    train, val = [only_known(data, specs) for data in train], [only_known(data, specs) for data in val]
    model = build(wanted, recipe, specs)
    output = Path(wanted.output).absolute()
    with progress(progress_on) as watcher:
        watch = [watcher]
        if tensorboard:
            from fashionkit.training.tensorboard import tensorboard as writer  # noqa: PLC0415  # an extra

            watch.append(writer(run_folder(output) / "tensorboard"))
        judges: list[DataSet | OutfitSet] = [*(val if any(map(len, val)) else ()), *questions]
        validate = validation(judges, threads=threads) if judges else None
        data: list[DataSet | OutfitSet] = [*train, *outfits]
        fit(
            model,
            data,
            recipe,
            output,
            validate=validate,
            watch=watch,
            finish=partial(_calibrated, judges=judges, threads=threads) if judges else None,
            resume=resume,
            device=device,
            threads=threads,
        )
    return _report(wanted, model, train, val)


def _calibrated(model: FashionModel, judges: Sequence[DataSet | OutfitSet], threads: int) -> None:
    answers = any(spec.kind != "embedding" for spec in model.specs.values())
    if not calibrate(model, judges, threads=threads) and answers:
        tell(f"note: probabilities are left as they are; they are set right by {FEWEST} answers of val or more")


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
    """The photos to learn from, and those to judge by; of outfits, the photos of their items.

    Raises:
        DataError: One cannot be opened.
    """
    train: list[DataSet] = []
    val: list[DataSet] = []
    for folder in wanted.data:
        learn, judge = _open(folder)
        train.append(with_taxonomy(learn) if wanted.taxonomy else learn)
        val.append(with_taxonomy(judge) if wanted.taxonomy else judge)
    return train, val


def open_outfits(wanted: Wanted) -> tuple[list[OutfitSet], list[OutfitSet]]:
    """The outfits to learn from, and those with questions to judge by; none where the data are photos alone.

    Raises:
        DataError: One cannot be opened.
    """
    opened = [_parts(folder) for folder in wanted.data]
    train = [learn for learn, _ in opened if isinstance(learn, OutfitSet)]
    val = [judge for _, judge in opened if isinstance(judge, OutfitSet) and (judge.questions or judge.judged)]
    return train, val


def build(wanted: Wanted, recipe: Recipe, specs: Mapping[str, HeadSpec]) -> FashionModel:
    """An untrained model with those heads.

    Raises:
        ModelError: There is no such backbone, or the weights do not fit.
    """
    rule = InputRule(size=(recipe.size, recipe.size)) if recipe.size else None
    from fashionkit.models.weights import installed_weights  # noqa: PLC0415  # torch is imported by now

    weights = wanted.weights or installed_weights(wanted.backbone) or NO_WEIGHTS
    if weights == NO_WEIGHTS and not wanted.weights:
        tell(f"warning: no pretrained weights of {wanted.backbone} are installed; it starts at random (see --weights)")
    import torch  # noqa: PLC0415

    # Heads start at random, and must do so alike where a run is resumed or repeated.
    torch.manual_seed(recipe.seed)
    return FashionModel(wanted.backbone, specs, weights=None if weights == NO_WEIGHTS else weights, input=rule)


def _parts(folder: str) -> tuple[DataSet | OutfitSet, DataSet | OutfitSet | None]:
    """What to learn from, and the split to judge by where there is one."""
    splits = splits_of(folder)
    if splits and TRAIN not in splits:
        raise DataError(f"{folder} has no split 'train'; it has {', '.join(splits)}")
    return open_data(folder, TRAIN if splits else None), open_data(folder, VAL) if VAL in splits else None


def _open(folder: str) -> tuple[DataSet, DataSet]:
    train, val = _parts(folder)
    if isinstance(train, OutfitSet):
        return _items(train.as_photos(), val)
    return (train, val) if isinstance(val, DataSet) else hold_out(train)


def _items(learned: DataSet, val: DataSet | OutfitSet | None) -> tuple[DataSet, DataSet]:
    """To judge by are items that no train outfit holds; where there are none, some that train outfits hold."""
    known = {photo.id for photo in learned}
    if isinstance(val, OutfitSet) and len(fresh := val.as_photos().only(lambda photo: photo.id not in known)):
        return learned, fresh
    return hold_out(learned)


def _scaled(phases: Sequence[Phase], epochs: float) -> tuple[Phase, ...]:
    whole = sum(phase.epochs or 0 for phase in phases)
    if whole == 0:
        raise ConfigError("the recipe counts in steps, so --epochs does not fit; change its steps")
    return tuple(
        msgspec.structs.replace(phase, epochs=phase.epochs * epochs / whole) if phase.epochs else phase
        for phase in phases
    )


def _spread(photos: Sequence[LabelledPhoto]) -> Sequence[LabelledPhoto]:
    """A few photos from all over the data."""
    return photos[:: max(1, len(photos) // PHOTOS_OF_GRID)][:PHOTOS_OF_GRID]


def _report(wanted: Wanted, model: FashionModel, train: Sequence[DataSet], val: Sequence[DataSet]) -> str:
    learned, judged, record = sum(map(len, train)), sum(map(len, val)), model.training_record
    # Items of outfits that have no labels are photos of which nothing was learned.
    lines = [f"learned from {learned:,} photos, judged by {judged:,}"] if "photos" in record else []
    if best := record.get("best"):
        lines.append(f"best {best['metric']}: {best['figure']:.3f}, after {best['step']:,} steps")
    if outfits := record.get("outfits"):
        lines.append(f"learned from {sum(outfits.values()):,} outfits{_figures(model)}")
    lines.append(f"log and curves: {run_folder(Path(wanted.output))}")
    return "".join(f"{line}\n" for line in (f"{wanted.output}: {lines[0]}", *lines[1:]))


def _figures(model: FashionModel) -> str:
    """How it did on val outfits, to be said behind something else; "" where there are no questions."""
    figures = model.training_record.get(FIGURES, {})
    said = ", ".join(f"{name} {figure:.3f}" for name, figure in figures.items())
    return f"; on the questions of val: {said}" if said else ""

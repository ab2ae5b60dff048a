"""`fit`: labelled photos, outfits and a recipe in, a better model out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

import torch

from fashionkit.datasets import DataSet, OutfitSet
from fashionkit.errors import ConfigError, DataError
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.crew import Crew, assemble
from fashionkit.training.examples import Examples, gather
from fashionkit.training.fit_outfits import OutfitPart, check_no_run, check_outfits
from fashionkit.training.interruption import Wish, listening
from fashionkit.training.learn_outfits import outfit_heads
from fashionkit.training.plan import plan
from fashionkit.training.recipe import Recipe
from fashionkit.training.run import Run, Validate, Watch
from fashionkit.training.run_folder import check_free, run_folder
from fashionkit.training.validate import Validation


def fit(
    model: FashionModel,
    data: DataSet | OutfitSet | Sequence[DataSet | OutfitSet],
    recipe: Recipe,
    folder: str | PathLike[str],
    *,
    validate: Validate | None = None,
    watch: Iterable[Watch] = (),
    finish: Callable[[FashionModel], object] | None = None,
    resume: bool = False,
    device: str = "auto",
    threads: int = 2,
) -> FashionModel:
    """Trains the heads that read photos, the backbone as far as the recipe says, and what judges outfits; saves it.

    Photos teach first, phase by phase. Then, over the best weights, outfits teach the outfit heads, and nothing else:
    `recipe.outfits` says how. Of outfits alone a model learns what goes together and stays as it is otherwise, such as
    the default model for outfits of a shop. Where labels of their items shall be learned too, give
    `outfits.as_photos()` beside them. An embedding that no photo has a label for stands still then.

    Beside the checkpoint, in `<folder>.run`, are the recipe, a log (`log.jsonl`), a picture of the curves, and the last
    and the best state. A run that was stopped or killed goes on from the last one, with the same result, bit for bit
    on the same machine's CPU, as if it had not been. Outfits are learned anew then.

    Args:
        model: It is changed; heads that read sets of something else than outfits' items are left as they are.
        data: Photos and outfits to learn from. Each set may label other heads; what is not known is not counted.
        recipe: What is done.
        folder: Where the checkpoint is written.
        validate: Judges the model after every epoch, and once when outfits were learned: figures by name. The recipe
            says which chooses the best weights; those of outfits choose nothing.
        watch: Are called with what happens: dicts whose "event" is "begin", "step", "validation" or "end". Outfits
            have a "begin" of their own.
        finish: Called with the model when all is learned, before it is saved; such as
            `lambda model: calibrate(model, val)`. Of several processes one calls it.
        resume: Go on where an earlier run of the same recipe, data and model was; begin where there is none.
        device: "auto" for a GPU where there is one, or what torch calls it.
        threads: That read photos ahead.

    Returns:
        The model with the best weights, or the last ones where nothing validates, in evaluation mode.

    Raises:
        DataError: A label does not fit, there is nothing to learn from, or outfits are given for a model without an
            outfit head.
        ConfigError: The recipe does not fit the model.
        ModelError: Something else is in the folder, an unfinished run is there and `resume` is not asked for, or it is
            of another recipe, data or model; the loss is not finite; or the disk refuses.
        KeyboardInterrupt: After Ctrl-C or SIGTERM; the state was saved.
    """
    place = Path(folder).absolute()
    check_free(place)
    _check_size(model, recipe)
    crew = assemble(device, recipe.batch_size)
    photos, outfits = _apart(data)
    watchers = list(watch)
    if outfits:
        check_outfits(model, outfits)
    examples = _examples(model, photos, outfits)
    of_photos, of_outfits = _judges(validate)
    with _random_numbers_apart(crew), listening() as wish:
        first = 0
        if examples is not None:
            told = _without_end(watchers) if outfits else watchers
            run = Run(model, examples, recipe, run_folder(place), crew, validate=of_photos, watch=told, threads=threads)
            model, first = _learned_from_photos(run, wish, resume=resume)
        else:
            check_no_run(run_folder(place), recipe, resume=resume)
            model.to(crew.device).eval()
        if outfits:
            part = OutfitPart(outfits, recipe, run_folder(place), crew, of_outfits, watchers, threads)
            part.go_through(model, first, wish)
        if crew.rank == 0:
            if finish is not None:
                finish(model)
            model.save(place)
    return model


def _learned_from_photos(run: Run, wish: Wish, *, resume: bool) -> tuple[FashionModel, int]:
    """The model with its best weights, and how many steps that took."""
    run.begin(resume=resume)
    for stretch in plan(run.recipe, len(run.examples)):
        run.go_through(stretch, wish)
    return run.finish(), run.step


def _apart(data: DataSet | OutfitSet | Sequence[DataSet | OutfitSet]) -> tuple[list[DataSet], list[OutfitSet]]:
    """The photos, whatever else is among them, and the outfits."""
    sets = [data] if isinstance(data, DataSet | OutfitSet) else list(data)
    outfits = [each for each in sets if isinstance(each, OutfitSet)]
    return [each for each in sets if not isinstance(each, OutfitSet)], outfits


def _examples(model: FashionModel, photos: Sequence[DataSet], outfits: Sequence[OutfitSet]) -> Examples | None:
    """What photo heads learn from; None where outfits alone can be learned from."""
    if outfits and not photos:
        return None
    examples = gather(photos, model.specs)
    if outfits and not any(known.any() for known in examples.known.values()):
        return None
    read = {name for head in outfit_heads(model) for name in model.specs[head].reads} if outfits else set()
    _check_known(examples, read)
    return examples


def _judges(validate: Validate | None) -> tuple[Validate | None, Validate | None]:
    """Who judges what is learned from photos, and who what is learned from outfits."""
    if not isinstance(validate, Validation):
        return validate, validate
    return validate.of_photos if validate.photos else None, validate.of_outfits if validate.outfits else None


def _without_end(watch: Iterable[Watch]) -> list[Watch]:
    """Watchers that do not hear of an end that is none."""

    def quiet(each: Watch) -> Watch:
        return lambda event: None if event["event"] == "end" else each(event)

    return [quiet(each) for each in watch]


@contextmanager
def _random_numbers_apart(crew: Crew) -> Iterator[None]:
    """Whoever calls keeps their own course of random numbers."""
    devices = [crew.device] if crew.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield


def _check_size(model: FashionModel, recipe: Recipe) -> None:
    if recipe.size is not None and model.input.size != (recipe.size, recipe.size):
        raise ConfigError(
            f"the recipe is for photos of {recipe.size} px and the model reads {model.input.size}; "
            "build it with input=InputRule(size=(height, width)), or leave size out of the recipe"
        )


def _check_known(examples: Examples, may_stand_still: Collection[str]) -> None:
    for name, known in examples.known.items():
        if not known.any() and name not in may_stand_still:
            raise DataError(f"no photo has a label for the head {name!r}; leave it out, or give data that has some")

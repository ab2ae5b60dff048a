"""`fit`: labelled photos and a recipe in, a better model out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

import torch

from fashionkit.datasets import DataSet
from fashionkit.errors import ConfigError, DataError
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.crew import Crew, assemble
from fashionkit.training.examples import Examples, gather
from fashionkit.training.interruption import listening
from fashionkit.training.plan import plan
from fashionkit.training.recipe import Recipe
from fashionkit.training.run import Run, Validate, Watch
from fashionkit.training.run_folder import check_free, run_folder


def fit(
    model: FashionModel,
    data: DataSet | Sequence[DataSet],
    recipe: Recipe,
    folder: str | PathLike[str],
    *,
    validate: Validate | None = None,
    watch: Iterable[Watch] = (),
    resume: bool = False,
    device: str = "auto",
    threads: int = 2,
) -> FashionModel:
    """Trains the heads that read photos, and the backbone as far as the recipe says; saves and gives the model.

    Beside the checkpoint, in `<folder>.run`, are the recipe, a log (`log.jsonl`), a picture of the curves, and the last
    and the best state. A run that was stopped or killed goes on from the last one, with the same result, bit for bit
    on the same machine's CPU, as if it had not been.

    Args:
        model: It is changed; heads that read sets are left as they are.
        data: Photos to learn from. Each set may label other heads; what is not known is not counted.
        recipe: What is done.
        folder: Where the checkpoint is written.
        validate: Judges the model after every epoch: figures by name. The recipe says which chooses the best weights.
        watch: Are called with what happens: dicts whose "event" is "begin", "step", "validation" or "end".
        resume: Go on where an earlier run of the same recipe, data and model was; begin where there is none.
        device: "auto" for a GPU where there is one, or what torch calls it.
        threads: That read photos ahead.

    Returns:
        The model with the best weights, or the last ones where nothing validates, in evaluation mode.

    Raises:
        DataError: A label does not fit, or there is nothing to learn from.
        ConfigError: The recipe does not fit the model.
        ModelError: Something else is in the folder, an unfinished run is there and `resume` is not asked for, or it is
            of another recipe, data or model; the loss is not finite; or the disk refuses.
        KeyboardInterrupt: After Ctrl-C or SIGTERM; the state was saved.
    """
    place = Path(folder).absolute()
    check_free(place)
    _check_size(model, recipe)
    crew = assemble(device, recipe.batch_size)
    examples = gather([data] if isinstance(data, DataSet) else list(data), model.specs)
    _check_known(examples)
    with _random_numbers_apart(crew), listening() as wish:
        run = Run(model, examples, recipe, run_folder(place), crew, validate=validate, watch=watch, threads=threads)
        run.begin(resume=resume)
        for stretch in plan(recipe, len(examples)):
            run.go_through(stretch, wish)
        best = run.finish()
        if crew.rank == 0:
            best.save(place)
    return best


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


def _check_known(examples: Examples) -> None:
    for name, known in examples.known.items():
        if not known.any():
            raise DataError(f"no photo has a label for the head {name!r}; leave it out, or give data that has some")

"""What `fashionkit ablate` does: opens data, lays out the variants, and has them trained and measured."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from fashionkit.cli.exits import tell
from fashionkit.cli.training import NO_WEIGHTS, Wanted, open_all, recipe_of
from fashionkit.datasets import OutfitSet, open_data
from fashionkit.errors import DataError
from fashionkit.evaluation.ablation import Ablation, Base, Settings, ablate, choose, variants_of
from fashionkit.models.weights import installed_weights
from fashionkit.training import specs_for
from fashionkit.training.keep_memory import keep_memory
from fashionkit.training.progress import progress


def ablate_all(
    wanted: Wanted, *, against: Sequence[str], only: Sequence[str], seeds: int, device: str, threads: int
) -> Ablation:
    """Trains and measures every variant; says on stderr where it is.

    Raises:
        FashionkitError: As `ablate` does.
        KeyboardInterrupt: As `ablate` does.
    """
    keep_memory()
    recipe = recipe_of(wanted)
    _refuse_outfits(wanted)
    train, val = open_all(wanted)
    specs = specs_for(train, fewest=wanted.fewest)
    base = Base(wanted.backbone, _weights(wanted), specs, recipe)
    variants, left_out = variants_of(base, against, installed_weights)
    chosen = choose(variants, left_out, only)
    with progress(sys.stderr) as watcher:
        settings = Settings(train, val, device, threads, (watcher,))
        # Whoever names some knows that there are others.
        return ablate(chosen, settings, wanted.output, seeds=seeds, left_out={} if only else left_out, tell=tell)


def _refuse_outfits(wanted: Wanted) -> None:
    for folder in wanted.data:
        if isinstance(open_data(folder), OutfitSet):
            raise DataError(f"{folder} holds outfits, and the variants learn from single photos; give another data set")


def _weights(wanted: Wanted) -> str:
    """The pretrained weights that were asked for, or else those that are installed; "" for none."""
    asked = wanted.weights or installed_weights(wanted.backbone)
    return "" if asked == NO_WEIGHTS else asked

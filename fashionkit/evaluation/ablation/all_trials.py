"""`ablate`: all variants trained and measured, one after the other; what is done is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from fashionkit.config import encode
from fashionkit.errors import ConfigError, DataError, ModelError, first_line
from fashionkit.evaluation.ablation import trial_file
from fashionkit.evaluation.ablation.markdown import markdown
from fashionkit.evaluation.ablation.table import Ablation
from fashionkit.evaluation.ablation.trial import Settings, Trial, check, run
from fashionkit.evaluation.ablation.variants import Variant

RESULT = "ablation.json"
TABLE = "ablation.md"

Tell: TypeAlias = Callable[[str], None]


def ablate(
    variants: Sequence[Variant],
    settings: Settings,
    folder: str | PathLike[str],
    *,
    seeds: int = 1,
    left_out: Mapping[str, str] | None = None,
    tell: Tell = lambda _: None,
) -> Ablation:
    """Trains every variant with the same budget, measures it on the same photos, and says what each part brings.

    In the folder, `<variant>/seed-<number>` holds the model and its run, `ablation.json` all figures and `ablation.md`
    the table, both written anew after every trial. The same call again goes on where it was, and takes over what is
    done.

    Args:
        variants: The base first, as `variants_of` gives them.
        settings: The photos, and what runs where.
        folder: Where all of it is written.
        seeds: How often each variant is trained, each time with the next seed after the recipe's.
        left_out: By name, why other variants are not tried.
        tell: Called with a line before each trial.

    Returns:
        The figures of all variants, and their differences.

    Raises:
        DataError: There is nothing to learn from or to judge by, or two data sets have one name.
        ConfigError: A recipe does not fit its backbone, or several processes were started.
        ModelError: Something else is in the folder, or a trial of other data, another recipe or model; a backbone is
            unknown, weights do not fit, or the disk refuses.
        KeyboardInterrupt: After Ctrl-C or SIGTERM; the state was saved.
    """
    place = Path(folder).absolute()
    _check(variants, settings, seeds)
    _check_free(place)
    for variant in variants:
        check(variant)
    planned = _planned(variants, settings, place, seeds)
    # All are looked at before the first is trained: what does not belong together is found now.
    kept = {each.place: trial_file.read(each.place, each.identity) for each in planned}
    trials: dict[str, list[Trial]] = {variant.name: [] for variant in variants}
    for each in planned:
        trials[each.variant.name] += [trial for trial in (kept[each.place],) if trial is not None]
    found = Ablation(
        data=tuple(each.name for each in settings.train),
        train=sum(map(len, settings.train)),
        val=sum(map(len, settings.val)),
        variants=tuple(variants),
        trials=trials,
        left_out=dict(left_out or {}),
    )
    _write(found, place)
    for number, each in enumerate(planned, 1):
        if kept[each.place] is None:
            tell(f"{number} of {len(planned)}: {each.variant.name}{f', seed {each.seed}' if seeds > 1 else ''}")
            trials[each.variant.name].append(each.tried(settings))
            trials[each.variant.name].sort(key=lambda trial: trial.seed)
            _write(found, place)
    return found


@dataclass(frozen=True, slots=True)
class _Planned:
    """A trial to be: a variant with a seed, where it is kept, and what it is made of."""

    variant: Variant
    seed: int
    place: Path
    identity: Mapping[str, str]

    def tried(self, settings: Settings) -> Trial:
        """Trains and measures; keeps first what it is made of, so that a killed one is known again."""
        trial_file.write(self.place, self.identity)
        trial = run(self.variant, self.seed, self.place, settings)
        trial_file.write(self.place, self.identity, trial)
        return trial


def _planned(variants: Sequence[Variant], settings: Settings, folder: Path, seeds: int) -> list[_Planned]:
    """All variants with the first seed, so that there is a whole table soon, then with the next."""
    data = trial_file.data_identity(settings, variants[0])
    identities = {variant.name: trial_file.identity_of(variant, data) for variant in variants}
    return [
        _Planned(variant, seed, folder / variant.slug / f"seed-{seed}", identities[variant.name])
        for number in range(seeds)
        for variant in variants
        for seed in (variant.recipe.seed + number,)
    ]


def _check(variants: Sequence[Variant], settings: Settings, seeds: int) -> None:
    if seeds < 1:
        raise ConfigError(f"seeds is {seeds}; give at least 1")
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise ConfigError("an ablation runs in one process; start it without a launcher of several")
    if not any(map(len, settings.val)):
        raise DataError("no photos are left to judge by; give a data set with a split 'val', or with more photos")
    names = [data.name for data in settings.train]
    if len(set(names)) < len(names):
        raise DataError(f"two data sets have one name ({', '.join(names)}), so their figures would; rename a folder")
    if len({variant.slug for variant in variants}) < len(variants):
        raise ConfigError(f"two variants would share a folder: {', '.join(variant.slug for variant in variants)}")


def _check_free(place: Path) -> None:
    try:
        taken = place.exists() and not (place / RESULT).is_file() and (place.is_file() or any(place.iterdir()))
    except (OSError, ValueError) as error:
        raise ModelError(f"{str(place)!r} can be no folder: {first_line(error)}") from error
    if taken:
        raise ModelError(f"{place} holds something else than an ablation; give an empty folder or a new one")


def _write(found: Ablation, place: Path) -> None:
    trial_file.write_whole(place / RESULT, encode(found.to_dict()))
    if found.done:
        trial_file.write_whole(place / TABLE, markdown(found).encode("utf-8", "surrogatepass"))

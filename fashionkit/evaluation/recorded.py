"""What is known of the train splits of the shared data sets, for folders that come without them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from fashionkit.config import convert

NEARLY = 0.01

SHIPPED = files("fashionkit") / "assets" / "train_splits.toml"


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published figure of a linear probe on val, over `n` photos."""

    n: int
    value: float


class RecordedSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One data set; see the head of the file.

    Attributes:
        fewest: Of categories that fewer train photos have, no figures are stated.
        counts: By column: how many train photos each label has.
        by_family: By column: the commonest label of each family of garments.
        medians: By column: the median of a number.
        probes: By figure.
    """

    fewest: int = 1
    counts: dict[str, dict[str, int]] = {}
    by_family: dict[str, dict[str, str]] = {}
    medians: dict[str, float] = {}
    probes: dict[str, Probe] = {}


@cache
def _file() -> Mapping[str, RecordedSet]:
    return convert(tomllib.loads(SHIPPED.read_bytes().decode()), dict[str, RecordedSet], str(SHIPPED))


def recorded(set_name: str) -> RecordedSet:
    """What is recorded of a data set; nothing of one that is not known.

    >>> recorded("products").medians, recorded("mine").counts
    ({'year': 2012.0}, {})
    """
    return _file().get(set_name, RecordedSet())


def probe(figure: str, n: int, split: str) -> float | None:
    """What a linear probe reached for a figure, where that was published for the same photos.

    One in a hundred may be counted otherwise: a label that says "unknown", or a photo without any.

    >>> probe("clothing/label/accuracy", 734, "val"), probe("clothing/label/accuracy", 100, "test")
    (0.815, None)
    """
    of_set = figure.split("/", maxsplit=1)[0].split("_", maxsplit=1)[0]
    found = recorded(of_set).probes.get(figure)
    same = found is not None and abs(found.n - n) <= NEARLY * found.n and split == "val"
    return found.value if found is not None and same else None

"""Rare labels drawn more often than they are, in each data set for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, DataError, did_you_mean
from fashionkit.heads import HeadSpec
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.training.batches import Batches
from fashionkit.training.examples import Examples
from fashionkit.training.sampling import Balanced


def balanced(batches: Batches, classes: NDArray[np.int64], power: float, seed: int) -> Batches:
    """The same batches, where each data set gives rare classes more often than they are, as `Balanced` says.

    How many photos a set gives to a batch stays as it is, and so do the P×K photos of products.

    Args:
        batches: Of photos, with parts that give each photo once a cycle.
        classes: Of each of all photos; negative is unknown.
        power: From 0 (all classes alike) to 1 (as they are).
        seed: At least 0.

    Raises:
        ConfigError: The P×K photos fill the batch, so that nothing is left to balance.
    """
    if sum(part.fixed for part in batches.parts) == batches.size:
        raise ConfigError(
            f"photos of products fill the batch of {batches.size}, and nothing is left to balance; "
            "give fewer products, a larger batch, or leave balance out"
        )
    parts = [
        part
        if part.order.run > 1
        # A seed of its own for each set, as the order before had.
        else replace(part, order=Balanced(classes[part.offset : part.offset + part.order.length], seed + place, power))
        for place, part in enumerate(batches.parts)
    ]
    return Batches(parts, batches.size)


def classes_of(question: str, examples: Examples, specs: Mapping[str, HeadSpec]) -> NDArray[np.int64]:
    """The class of each example, -1 where it is not known.

    Args:
        question: A head with one label of several, such as "category", or a group or tag of another, such as
            "attributes.sleeve". A label that may be several is a class of its own: what a data set calls by one word.
        examples: N of them.
        specs: Of the heads.

    Returns:
        N int64.

    Raises:
        ConfigError: There is no such question.
        DataError: No example has a label for it.
    """
    known = _questions(specs)
    if question not in known:
        raise ConfigError(f"mixing cannot balance {question!r}; {did_you_mean(question, known)}")
    head, column = known[question]
    rows = examples.targets[head]
    if column is None:
        _, classes = np.unique(rows, axis=0, return_inverse=True)
        classes = np.where(examples.known[head], classes.reshape(-1), -1)
    else:
        classes = np.nan_to_num(rows[:, column], nan=-1)
    if (classes < 0).all():
        raise DataError(f"no photo has a label for {question!r}, which mixing is to balance; leave it out")
    return classes.astype(np.int64)


def _questions(specs: Mapping[str, HeadSpec]) -> dict[str, tuple[str, int | None]]:
    """What can be balanced: the head, and the column of its targets where that is one question of several."""
    questions: dict[str, tuple[str, int | None]] = {}
    for head, spec in specs.items():
        if spec.kind == "category":
            questions[head] = head, None
        elif isinstance(spec, AttributesSpec):
            names = [*spec.groups, *spec.tags]
            questions |= {f"{head}.{name}": (head, column) for column, name in enumerate(names)}
    return questions

"""Outfits: filling in the blank, and telling what stylists made from what was thrown together."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import Judged, LabelledPhoto, Outfit, OutfitSet, Question
from fashionkit.errors import DataError
from fashionkit.evaluation.figure import Figure, resampled
from fashionkit.evaluation.part import Part
from fashionkit.evaluation.scene import with_probes
from fashionkit.evaluation.unseen import knows_items
from fashionkit.metrics import fill_in_the_blank_accuracy, ndcg_linear_at_k, roc_auc
from fashionkit.models.seen import NOTHING, Hashes

Sets = Sequence[Sequence[str]]
Floats = NDArray[np.floating[Any]]
Scorer = Callable[[Sets], Floats]
"""Sets of item ids → how well each goes together, one float a set."""

MIXED = "mixed"
"""All eras together; the others are named by their era, such as "new_era"."""


@dataclass(frozen=True, slots=True)
class Control:
    """A scorer that looks at no photo, or knows nothing of outfits, and its name."""

    name: str
    score: Scorer


def controls_of(train: Sequence[Outfit], vectors: Mapping[str, Floats]) -> list[Control]:
    """How often items were used and seen together in train outfits, and how alike items look.

    Without train outfits, only the last.
    """
    used = Counter(item for outfit in train for item in outfit.items)
    together = Counter(pair for outfit in train for pair in itertools.combinations(sorted(outfit.items), 2))

    def popularity(sets: Sets) -> Floats:
        return np.array([np.mean([used[item] for item in items]) for items in sets])

    def co_occurrence(sets: Sets) -> Floats:
        pairs = (itertools.combinations(sorted(items), 2) for items in sets)
        return np.array([np.mean([together[pair] for pair in of_set]) for of_set in pairs])

    def cosine(sets: Sets) -> Floats:
        return np.array([_mean_cosine(np.stack([vectors[item] for item in items])) for items in sets])

    known = [Control("popularity", popularity), Control("co_occurrence", co_occurrence)] if train else []
    return [*known, Control("cosine", cosine)]


def measure(data: OutfitSet, score: Scorer, controls: Sequence[Control], seen: Hashes = NOTHING) -> Part:
    """The figures of all eras together and of each alone, where the model learned from no item of it.

    Raises:
        DataError: There are no questions.
    """
    if not data.questions and not data.judged:
        raise DataError("there are no questions about outfits in this split")
    eras = sorted({question.era for question in data.questions} | {judged.era for judged in data.judged})
    figures: dict[str, Figure] = {}
    not_answered: dict[str, str] = {}
    for era in [MIXED, *([era for era in eras if era] if len(eras) > 1 else [])]:
        name = f"{data.name}/{era if era == MIXED else f'{era}_era'}"
        questions = [question for question in data.questions if era in (MIXED, question.era)]
        judged = [each for each in data.judged if era in (MIXED, each.era)]
        if era != MIXED and len(seen) and knows_items(_items(data, questions, judged), seen):
            not_answered[name] = "the model learned from items of this era, and the protocol is for those that did not"
            continue
        figures |= {f"{name}/{metric}": figure for metric, figure in _blanks(questions, score, controls).items()}
        figures |= {f"{name}/{metric}": figure for metric, figure in _made(judged, score, controls).items()}
    return Part(figures=with_probes(figures, data.split), not_answered=not_answered)


def _items(data: OutfitSet, questions: Sequence[Question], judged: Sequence[Judged]) -> list[LabelledPhoto]:
    named = {item for each in questions for item in (*each.context, each.answer, *each.wrong)}
    named |= {item for each in judged for item in each.items}
    return [data.items[item] for item in sorted(named)]


def _blanks(questions: Sequence[Question], score: Scorer, controls: Sequence[Control]) -> dict[str, Figure]:
    """Questions are grouped by how many choices they have, since a score of a row is one of equal rows."""
    if not questions:
        return {}
    most = max(len(question.wrong) for question in questions)
    asked = [question for question in questions if len(question.wrong) == most]
    sets = [[*each.context, one] for each in asked for one in (each.answer, *each.wrong)]

    def rows_of(scorer: Scorer) -> Floats:
        return np.asarray(scorer(sets), np.float64).reshape(len(asked), 1 + most)

    scores, blind = rows_of(score), {control.name: rows_of(control.score) for control in controls}
    best = np.zeros_like(scores)
    best[:, 0] = 1
    return {
        "fitb": resampled(lambda rows: fill_in_the_blank_accuracy(scores[rows]), len(asked)).against(
            chance=1 / (1 + most), **{name: fill_in_the_blank_accuracy(each) for name, each in blind.items()}
        ),
        "ndcg": resampled(lambda rows: ndcg_linear_at_k(scores[rows], best[rows], 1 + most), len(asked)).against(
            chance=ndcg_linear_at_k(np.zeros((1, 1 + most)), best[:1], 1 + most),
            **{name: ndcg_linear_at_k(each, best, 1 + most) for name, each in blind.items()},
        ),
    }


def _made(judged: Sequence[Judged], score: Scorer, controls: Sequence[Control]) -> dict[str, Figure]:
    made = np.array([each.compatible for each in judged], float)
    if len(set(made.tolist())) < 2:  # noqa: PLR2004  # nothing to tell apart
        return {}
    sets = [each.items for each in judged]
    scores = np.asarray(score(sets), np.float64)
    figure = resampled(lambda rows: roc_auc(scores[rows], made[rows]), len(made))
    return {
        "auc": figure.against(chance=0.5, **{control.name: roc_auc(control.score(sets), made) for control in controls})
    }


def _mean_cosine(vectors: Floats) -> float:
    """Of all pairs, from the length of their sum: the vectors have length 1."""
    n = len(vectors)
    return float((np.square(vectors.sum(axis=0, dtype=np.float64)).sum() - n) / (n * (n - 1))) if n > 1 else 0.0

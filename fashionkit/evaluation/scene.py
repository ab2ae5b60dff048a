"""What a protocol needs: a part of a split with the answers to its photos, and what is known without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fashionkit.datasets import LabelledPhoto
from fashionkit.evaluation.answers import Answers
from fashionkit.evaluation.figure import Figure
from fashionkit.evaluation.reading import Specs
from fashionkit.evaluation.recorded import probe
from fashionkit.evaluation.train_split import TrainSplit


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A part of a split.

    Attributes:
        name: What its figures begin with, such as "design_flat".
        split: The split, such as "val".
        answers: To its photos.
        train: What is known of the train split.
        specs: The heads of the model.
    """

    name: str
    split: str
    answers: Answers
    train: TrainSplit
    specs: Specs

    @property
    def photos(self) -> tuple[LabelledPhoto, ...]:
        """Those that could be read."""
        return self.answers.photos

    def named(self, question: str, figures: Mapping[str, Figure]) -> dict[str, Figure]:
        """Figures by metric → by set/field/metric, beside published probes."""
        return with_probes({f"{self.name}/{question}/{metric}": each for metric, each in figures.items()}, self.split)


def with_probes(figures: Mapping[str, Figure], split: str) -> dict[str, Figure]:
    """Figures beside what linear probes reached on the same photos, where that was published."""
    return {name: figure.against(probe=probe(name, figure.n, split)) for name, figure in figures.items()}

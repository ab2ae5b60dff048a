"""The numpy half of the category head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, EngineError
from fashionkit.heads.category.added import AddedLabel, with_added
from fashionkit.heads.category.result import Category
from fashionkit.heads.contract import Floats, Outputs, checked_raw
from fashionkit.heads.hidden import check_hidden
from fashionkit.heads.labels import as_labels, check_labels, place_of
from fashionkit.heads.probabilities import check_temperature, softmax


class CategorySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One label of many.

    Attributes:
        labels: The K labels, K ≥ 2, all different.
        kinds: The kind of garment of a label, by label ({"shirt": "tops"}); a label may have none.
        temperature: Logits are divided by it before the softmax (Guo et al. 2017, section 4.2); 1 changes nothing.
        hidden: Width of a hidden layer between features and logits; 0 for none.
        added: Labels that were added after the training. They have no logit: they are told by what other heads say.
        compared: The heads whose raw outputs, side by side, tell the added labels; () where there are none.

    >>> spec = CategorySpec(labels=("dress", "shirt"))
    >>> spec.read(np.array([[0.0, 2.0]], np.float32), {})
    [Category('shirt', probability=0.881)]
    """

    labels: tuple[str, ...]
    kinds: dict[str, str] = {}
    temperature: float = 1.0
    hidden: int = 0
    added: tuple[AddedLabel, ...] = ()
    compared: tuple[str, ...] = ()

    kind: ClassVar[str] = "category"
    metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1")

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "labels", check_labels(self.labels, "categories", at_least=2))
        check_temperature(self.temperature)
        check_hidden(self.hidden)
        check_labels(self.every_label, "categories", at_least=2)
        for label in self.kinds:
            if label not in self.every_label:
                raise ConfigError(f"kinds name {label!r}, which is not among the labels")
        if bool(self.added) != bool(self.compared):
            raise ConfigError("added labels need the heads that they are told by, and those need added labels")
        if len({len(each.weights) for each in self.added}) > 1:
            raise ConfigError("the added labels have different numbers of weights; they read the same outputs")

    @property
    def every_label(self) -> tuple[str, ...]:
        """The labels that were learned, then those that were added: what an answer chooses among."""
        return (*self.labels, *(each.label for each in self.added))

    @property
    def width(self) -> int:
        """One logit a label that was learned."""
        return len(self.labels)

    @property
    def reads(self) -> tuple[str, ...]:
        """What the added labels are told by."""
        return self.compared

    def read(self, raw: Floats, outputs: Outputs) -> list[Category]:
        """N×K logits → N categories.

        Raises:
            EngineError: The shape is not N×K, or a logit is NaN or infinite; or the outputs that the added labels are
                told by are missing or of another width.
        """
        probabilities = softmax(checked_raw(raw, self.width, self.kind), self.temperature)
        if self.added:
            probabilities = with_added(probabilities, self.added, self._side_by_side(outputs))
        probabilities.flags.writeable = False
        labels = self.every_label
        kinds = tuple(self.kinds.get(label) for label in labels)
        return [Category(labels, row, kinds) for row in probabilities]

    def _side_by_side(self, outputs: Outputs) -> Floats:
        missing = [name for name in self.compared if name not in outputs]
        if missing:
            raise EngineError(
                f"added categories are told by the output of {missing[0]!r}, which the model did not give"
            )
        compared: Floats = np.concatenate([outputs[name] for name in self.compared], axis=1)
        return checked_raw(compared, len(self.added[0].vector), "added category")

    def example_outputs(self, n: int) -> Outputs:
        """N rows of what the added labels are told by, for tests: all of it from the first head."""
        width = len(self.added[0].vector) if self.added else 0
        draws = np.random.default_rng(n).normal(size=(n, width)).astype(np.float32)
        return {name: draws if place == 0 else draws[:, :0] for place, name in enumerate(self.compared)}

    def encode(self, values: Sequence[str | Iterable[str] | None]) -> NDArray[np.bool_]:
        """N labels → N×K bool: which labels may be meant. None and "" are unknown: a row of False.

        A value may be several labels: data sets with coarser words than the model's mean one of those.

        Raises:
            DataError: A label is not among the K, or no label at all.

        >>> CategorySpec(labels=("dress", "shirt")).encode(["shirt", None]).tolist()
        [[False, True], [False, False]]
        """
        allowed = np.zeros((len(values), self.width), bool)
        for row, value in zip(allowed, values, strict=True):
            for label in as_labels(() if value is None or value == "" else value):
                row[place_of(label, self.labels, "category")] = True
        return allowed

    @classmethod
    def example(cls) -> CategorySpec:
        """Three garments."""
        return cls(labels=("dress", "shirt", "shoes"), kinds={"shirt": "tops"}, temperature=1.5)

    def example_values(self, n: int, seed: int) -> list[str]:
        """Labels in turn, from a place that the seed chooses."""
        return [self.labels[(seed + place) % self.width] for place in range(n)]

"""Questions with a number: how far the answers are off, beside always saying the median of train."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.evaluation.fields import Quantity
from fashionkit.evaluation.figure import resampled
from fashionkit.evaluation.part import Part
from fashionkit.evaluation.scene import Scene
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.metrics import mean_absolute_error


def measure(scene: Scene, quantity: Quantity) -> Part:
    """The mean absolute error of one number.

    Raises:
        DataError: The model cannot answer it, or no photo has it; the message says so.
    """
    values = [quantity.value(photo) for photo in scene.photos]
    rows = np.array([row for row, value in enumerate(values) if value is not None], np.int64)
    if not len(rows):
        raise DataError("no photo of this split has a value")
    expected = np.array([values[row] for row in rows], np.float64)
    given = _answers(quantity, scene, rows)
    middle = scene.train.median(quantity)
    figure = resampled(lambda some: mean_absolute_error(given[some], expected[some]), len(rows))
    control = mean_absolute_error(np.full(len(rows), middle), expected)
    return Part(
        figures=scene.named(quantity.name, {"mae": figure.against(train_median=control)}),
        notes=(f"the median of {quantity.name}, {middle:g}, is from {scene.train.source(quantity.name)}",),
    )


def _answers(quantity: Quantity, scene: Scene, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    for name, spec in scene.specs.items():
        if isinstance(spec, AttributesSpec):
            number = next((each for each in (quantity.name, quantity.attribute) if each in spec.numbers), None)
            if number is not None:
                column = spec.number_columns.start + list(spec.numbers).index(number)
                rule = spec.numbers[number]
                standardised = scene.answers.raw[name][rows, column].astype(np.float64)
                return np.asarray(standardised * rule.scale + rule.centre, np.float64)
    raise DataError(f"it has no number {quantity.name!r}")

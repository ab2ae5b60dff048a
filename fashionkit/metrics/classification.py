"""How often one answer of several classes is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_labels, as_scores, check_count, check_same_shape

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class PrecisionRecallF1:
    """Precision, recall and F1 of each class and together.

    A ratio without a denominator, such as the precision of a class that was never predicted, is 0. The macro figures
    are means over the classes that occur, in `expected` or in `predicted`: scikit-learn's default. Where every row
    has one answer, micro precision, recall and F1 are one number, the accuracy.

    Attributes:
        precision: n_classes float64 in [0, 1]: of the rows given this class, the share that has it.
        recall: n_classes float64 in [0, 1]: of the rows that have this class, the share given it.
        f1: n_classes float64 in [0, 1]: 2 · precision · recall / (precision + recall).
        support: n_classes int64: the rows that have this class.
        occurs: n_classes bool: the classes that the macro figures count.
        macro_precision: Mean precision of the classes that occur.
        macro_recall: Mean recall of the classes that occur.
        macro_f1: Mean F1 of the classes that occur.
        micro_f1: The accuracy.

    >>> precision_recall_f1([0, 1], [0, 1], n_classes=3).macro_f1
    1.0
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]
    occurs: NDArray[np.bool_]
    macro_precision: float
    macro_recall: float
    macro_f1: float
    micro_f1: float


def accuracy(predicted: ArrayLike, expected: ArrayLike) -> float:
    """The share of rows whose predicted class is the expected one.

    Args:
        predicted: N class indices, whole numbers of at least 0.
        expected: N class indices.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, differ in shape or are no class indices.

    >>> accuracy([0, 2, 1, 1], [0, 2, 2, 1])
    0.75
    """
    given, true = _label_pair(predicted, expected)
    return float(np.mean(given == true))


def top_k_accuracy(scores: ArrayLike, expected: ArrayLike, k: int) -> float:
    """The share of rows whose expected class is among the k highest scores.

    Ties count as their expected value under a random order: an expected class that shares its score with others for
    the last places counts as the share of them that finds room. So a model that gives all classes one score gets
    k / n_classes, and the order of the classes never matters.

    Args:
        scores: (N, n_classes) numbers of any sign; NaN is refused.
        expected: N class indices below n_classes.
        k: At least 1; from n_classes on the answer is 1.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If the data are empty, NaN, out of range or of shapes that do not fit.
        ConfigError: If k is no whole number of at least 1.

    >>> top_k_accuracy([[-3.0, -1.0, -2.0], [0.5, 0.5, 0.5]], [2, 0], k=1)
    0.16666666666666666
    """
    places = check_count("k", k)
    matrix = as_scores("scores", scores, ndim=2)
    true = as_labels("expected", expected, n_classes=matrix.shape[1])
    if len(true) != len(matrix):
        raise DataError(f"scores have shape {matrix.shape}, expected {true.shape}; give one class for each row")
    own = matrix[np.arange(len(true)), true][:, None]
    above = (matrix > own).sum(axis=1)
    tied = (matrix == own).sum(axis=1)
    return float(np.mean(np.clip((places - above) / tied, 0, 1)))


def precision_recall_f1(predicted: ArrayLike, expected: ArrayLike, n_classes: int) -> PrecisionRecallF1:
    """Precision, recall and F1 of each class, with their macro means and the micro figure.

    Args:
        predicted: N class indices below n_classes.
        expected: N class indices below n_classes.
        n_classes: How many classes there are; at least 1.

    Returns:
        Arrays of n_classes and the means; see `PrecisionRecallF1` for what counts.

    Raises:
        DataError: If they are empty, differ in shape or are out of range.
        ConfigError: If n_classes is no whole number of at least 1.

    >>> result = precision_recall_f1([0, 0, 1, 1], [0, 1, 1, 1], n_classes=3)
    >>> result.recall.round(2), result.support
    (array([1.  , 0.67, 0.  ]), array([1, 3, 0]))
    >>> round(result.macro_f1, 4), result.micro_f1
    (0.7333, 0.75)
    """
    given, true = _label_pair(predicted, expected, check_count("n_classes", n_classes))
    hits = np.bincount(true[given == true], minlength=n_classes)
    n_given = np.bincount(given, minlength=n_classes)
    support = np.bincount(true, minlength=n_classes)
    precision, recall = _ratio(hits, n_given), _ratio(hits, support)
    # 2pr / (p + r), in counts: one rounding, and no division of 0 by 0 where both are 0.
    f1 = _ratio(2 * hits, n_given + support)
    occurs = n_given + support > 0
    return PrecisionRecallF1(
        precision=precision,
        recall=recall,
        f1=f1,
        support=support,
        occurs=occurs,
        macro_precision=float(precision[occurs].mean()),
        macro_recall=float(recall[occurs].mean()),
        macro_f1=float(f1[occurs].mean()),
        micro_f1=float(hits.sum() / len(true)),
    )


def macro_f1(predicted: ArrayLike, expected: ArrayLike) -> float:
    """The mean F1 of the classes that occur in `expected` or in `predicted`.

    A class that occurs in neither does not count, as in scikit-learn; one that is predicted but never expected
    counts as 0.

    Args:
        predicted: N class indices, whole numbers of at least 0.
        expected: N class indices.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, differ in shape or are no class indices.

    >>> round(macro_f1([0, 0, 7, 7], [0, 7, 7, 7]), 4)
    0.7333
    """
    given, true = _label_pair(predicted, expected)
    # Renumbered, so that one large index does not ask for an array of its length.
    classes, numbers = np.unique(np.concatenate([given, true]), return_inverse=True)
    return precision_recall_f1(numbers[: len(given)], numbers[len(given) :], len(classes)).macro_f1


def _label_pair(
    predicted: ArrayLike, expected: ArrayLike, n_classes: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    given = as_labels("predicted", predicted, n_classes)
    true = as_labels("expected", expected, n_classes)
    check_same_shape("predicted", given, "expected", true)
    return given, true


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return part / np.maximum(whole, 1)

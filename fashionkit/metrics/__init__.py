"""How good answers are: pure functions of arrays, each named after its protocol, each checked before it computes.

What is empty, NaN, out of range or of shapes that differ is refused with one `DataError`; a setting out of range is a
`ConfigError`. Each function says what ties, negative scores and unknowns mean to it; nothing depends on the order of
the rows. This room may import NumPy and `fashionkit.errors`, nothing else of the package.
"""

from fashionkit.metrics.calibration import Reliability, expected_calibration_error, reliability
from fashionkit.metrics.classification import (
    PrecisionRecallF1,
    accuracy,
    macro_f1,
    precision_recall_f1,
    top_k_accuracy,
)
from fashionkit.metrics.collapse import commonest_answer, has_collapsed
from fashionkit.metrics.interval import bootstrap_interval, wilson_interval
from fashionkit.metrics.neighbours import Neighbours, nearest
from fashionkit.metrics.outfits import fill_in_the_blank_accuracy
from fashionkit.metrics.ranking import (
    average_precision,
    mean_average_precision,
    ndcg_exponential_at_k,
    ndcg_linear_at_k,
    recall_at_k,
    roc_auc,
)
from fashionkit.metrics.regression import mean_absolute_error, mean_squared_error
from fashionkit.metrics.retrieval import (
    hit_rate_at_k,
    hits_of,
    mean_average_precision_at_r,
    mean_reciprocal_rank,
    ranked_recall_at_k,
)
from fashionkit.metrics.standing import Standing, standing
from fashionkit.metrics.tags import attribute_recall_at_k
from fashionkit.metrics.temperature import best_temperature
from fashionkit.metrics.threshold import best_f1_threshold

__all__ = [
    "Neighbours",
    "PrecisionRecallF1",
    "Reliability",
    "Standing",
    "accuracy",
    "attribute_recall_at_k",
    "average_precision",
    "best_f1_threshold",
    "best_temperature",
    "bootstrap_interval",
    "commonest_answer",
    "expected_calibration_error",
    "fill_in_the_blank_accuracy",
    "has_collapsed",
    "hit_rate_at_k",
    "hits_of",
    "macro_f1",
    "mean_absolute_error",
    "mean_average_precision",
    "mean_average_precision_at_r",
    "mean_reciprocal_rank",
    "mean_squared_error",
    "ndcg_exponential_at_k",
    "ndcg_linear_at_k",
    "nearest",
    "precision_recall_f1",
    "ranked_recall_at_k",
    "recall_at_k",
    "reliability",
    "roc_auc",
    "standing",
    "top_k_accuracy",
    "wilson_interval",
]

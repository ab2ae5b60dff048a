"""What the heads learn from: functions of tensors, each the mean over what is known.

An unknown label is masked, never guessed: it changes neither value nor gradient, whatever the model said there. Where
nothing is known the loss is an exact 0 that still carries a gradient, so a batch without labels trains like any other.
Half precision is computed in float32. Two have weights of their own, which belong to the optimiser beside the model's:
some of `embedding_loss`, and `UncertaintyWeighting`, which balances the losses of many heads. This room may import
torch and `fashionkit.errors`, nothing else of the package; pytorch-metric-learning is imported by who asks for it.
"""

from fashionkit.losses.asymmetric import masked_asymmetric
from fashionkit.losses.category import label_set_cross_entropy
from fashionkit.losses.contrastive import supervised_contrastive
from fashionkit.losses.embedding import EMBEDDING_LOSSES, EmbeddingLoss, embedding_loss
from fashionkit.losses.focal import label_set_focal, masked_binary_focal
from fashionkit.losses.multilabel import masked_binary_cross_entropy
from fashionkit.losses.ranking import fill_in_the_blank
from fashionkit.losses.regression import masked_huber, masked_squared_error
from fashionkit.losses.uncertainty import UncertaintyWeighting

__all__ = [
    "EMBEDDING_LOSSES",
    "EmbeddingLoss",
    "UncertaintyWeighting",
    "embedding_loss",
    "fill_in_the_blank",
    "label_set_cross_entropy",
    "label_set_focal",
    "masked_asymmetric",
    "masked_binary_cross_entropy",
    "masked_binary_focal",
    "masked_huber",
    "masked_squared_error",
    "supervised_contrastive",
]

"""What the heads learn from: pure functions of tensors, each the mean over what is known.

An unknown label is masked, never guessed: it changes neither value nor gradient, whatever the model said there. Where
nothing is known the loss is an exact 0 that still carries a gradient, so a batch without labels trains like any other.
Half precision is computed in float32. This room may import torch and `fashionkit.errors`, nothing else of the package.
"""

from fashionkit.losses.category import label_set_cross_entropy
from fashionkit.losses.contrastive import supervised_contrastive
from fashionkit.losses.multilabel import masked_binary_cross_entropy
from fashionkit.losses.regression import masked_huber

__all__ = [
    "label_set_cross_entropy",
    "masked_binary_cross_entropy",
    "masked_huber",
    "supervised_contrastive",
]

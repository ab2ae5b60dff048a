"""What most heads are: a linear layer over the pooled features, or two with something bent between them."""

from __future__ import annotations

from torch import nn

# While training, so much of the hidden layer is left out at random; an answer uses all of it.
DROPOUT = 0.3


def readout(features: int, hidden: int, outputs: int) -> nn.Module:
    """N×features → N×outputs, through a hidden layer of that width, or directly where it is 0.

    A linear layer suffices for one set of photos. Several sets that share labels but look different (shop photos,
    people's own, models in the street) need the hidden layer: with it one head can tell in which of them it is.

    >>> readout(8, 0, 3)
    Linear(in_features=8, out_features=3, bias=True)
    """
    if hidden == 0:
        return nn.Linear(features, outputs)
    return nn.Sequential(nn.Linear(features, hidden), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(hidden, outputs))

"""Rows by their keys, in the order of which they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def are_among(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the ascending keys are wanted; wanted keys that are not there are passed over.

    >>> are_among(np.array([1, 4, 9]), np.array([9, 5, 1]))
    array([ True, False,  True])
    """
    found = np.zeros(len(keys), bool)
    if len(keys) and len(wanted):
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found[places[keys[places] == wanted]] = True
    return found

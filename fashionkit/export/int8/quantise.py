"""A graph in int8, by post-training quantisation with NNCF."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ModelError, first_line
from fashionkit.models.checkpoint import PHOTOS


def quantised(model: Any, photos: NDArray[np.uint8], keep: Collection[str]) -> Any:
    """Rounds weights and activations to eight bits, all but those of some nodes.

    Weights get half of the range: the sum of two products of whole ones overflows 16 bits on processors that have AVX2
    and no VNNI, and such a model would answer otherwise on one machine than on another.

    Args:
        model: An `onnx.ModelProto` from `folded`; it is not changed.
        photos: N×H×W×3, by which the ranges of activations are told.
        keep: Names of nodes that stay as they are.

    Returns:
        An `onnx.ModelProto` with pairs of QuantizeLinear and DequantizeLinear.

    Raises:
        ModelError: NNCF is missing, or cannot quantise the graph.
    """
    try:
        import nncf  # noqa: PLC0415  # seconds to import, and needed only here
        from nncf.quantization.advanced_parameters import OverflowFix  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"int8 needs {error.name}, which is not installed; pip install 'fashionkit[int8]'") from error
    logging.getLogger("nncf").setLevel(logging.ERROR)
    try:
        return nncf.quantize(
            model,
            nncf.Dataset(photos, lambda photo: {PHOTOS: photo[None]}),
            subset_size=len(photos),
            ignored_scope=nncf.IgnoredScope(names=sorted(keep)),
            advanced_parameters=nncf.AdvancedQuantizationParameters(overflow_fix=OverflowFix.ENABLE),
        )
    except Exception as error:  # of many kinds
        raise ModelError(f"NNCF cannot quantise the graph: {first_line(error)}") from error

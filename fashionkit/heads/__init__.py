"""Heads: what is asked of a photo, each in two halves.

A head is a folder: `spec.py` (numpy: configuration, and how raw outputs read as results) and `module.py` (torch:
weights and loss), registered in its `__init__.py` by one line. What answers imports specs only; `module.py` is imported
when one trains or exports. A head may import `results`, `config`, `metrics`, `losses` and `errors`, and no other head.
"""

from fashionkit.heads.check import check_head
from fashionkit.heads.contract import (
    Features,
    FeatureWidths,
    Floats,
    HeadSpec,
    Outputs,
    PhotoModule,
    SetModule,
    SetSpec,
    checked_raw,
    reads_sets,
)
from fashionkit.heads.registry import Head, decode_spec, encode_spec, get, kinds, register

__all__ = [
    "FeatureWidths",
    "Features",
    "Floats",
    "Head",
    "HeadSpec",
    "Outputs",
    "PhotoModule",
    "SetModule",
    "SetSpec",
    "check_head",
    "checked_raw",
    "decode_spec",
    "encode_spec",
    "get",
    "kinds",
    "reads_sets",
    "register",
]

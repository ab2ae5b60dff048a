"""Eight bits in place of 32: a checkpoint whose graph computes in int8, and what that costs.

`fold` makes a graph ready, `quantise` asks NNCF, `layers` says which layers there are and `sensitivity` what each of
them costs, `compare` and `speed` measure, `make` goes through all of it and writes the checkpoint. NNCF and onnx are in
the extra `int8`, and are imported when something is quantised.
"""

from __future__ import annotations

from fashionkit.export.int8.compare import Comparison, Row
from fashionkit.export.int8.make import Int8, make_int8

__all__ = ["Comparison", "Int8", "Row", "make_int8"]

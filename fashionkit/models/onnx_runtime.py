"""ONNX Runtime, which otherwise reports over the network, from a thread that a forked process waits for as it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"


@contextmanager
def _without_telemetry() -> Iterator[None]:
    """ONNX Runtime reads the variable as it is imported. What the user set stays, and nothing is left behind."""
    if NO_TELEMETRY in os.environ:
        yield
        return
    os.environ[NO_TELEMETRY] = "1"
    try:
        yield
    finally:
        del os.environ[NO_TELEMETRY]


with _without_telemetry():
    import onnxruntime

__all__ = ["onnxruntime"]

"""Export: a whole model as a file for other programs, and as a smaller, faster checkpoint in int8.

`export_model` writes ONNX, OpenVINO or pt2, each with all that a reader needs to know inside (`metadata`), so that the
file answers where neither fashionkit nor torch is. `int8` makes a checkpoint whose graph computes in eight bits, and
says what that costs. The room may import `evaluation`, `tasks`, `runtime`, `models` and what lies below. Only `pt2`
imports torch, and only `int8` NNCF, each when it is asked for.
"""

from __future__ import annotations

from fashionkit.export.export_model import FORMS, Form, export_model
from fashionkit.export.metadata import KEY, describe

__all__ = ["FORMS", "KEY", "Form", "describe", "export_model"]

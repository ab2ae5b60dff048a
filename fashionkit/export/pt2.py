"""A checkpoint as torch's own file, pt2, with metadata inside."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import cast

import torch
from torch import nn

from fashionkit.errors import ModelError, first_line
from fashionkit.heads import SetSpec
from fashionkit.models import Checkpoint, FashionModel
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.models.graph import EXAMPLES, example_sets


def stages_as_pt2(checkpoint: Checkpoint, documents: Mapping[str, tuple[str, str]]) -> dict[str, bytes]:
    """Every stage of a checkpoint as the bytes of a pt2 file; that of a set head gives its one output as it is.

    Args:
        checkpoint: The model; its weights are needed, not its graphs.
        documents: By stage, the key and the text of its metadata.

    Raises:
        ModelError: torch cannot express the model, or the checkpoint holds no weights that torch can read.
    """
    model = FashionModel.load(checkpoint.folder)
    return {stage: _written(model, stage, key, text) for stage, (key, text) in documents.items()}


def _written(model: FashionModel, stage: str, key: str, text: str) -> bytes:
    if stage == PHOTOS:
        graph: nn.Module = model
        inputs = {PHOTOS: torch.zeros(EXAMPLES, *model.input.size, 3, dtype=torch.uint8)}
    else:
        graph, inputs = model.heads[stage], example_sets(cast("SetSpec", model.specs[stage]))
    any_number = torch.export.Dim("batch", min=1, max=4096)
    shapes = {name: {0: any_number} for name in inputs}
    file = io.BytesIO()
    try:
        with warnings.catch_warnings():
            # The exporter's advice to itself is of no use to whoever exports a model.
            warnings.simplefilter("ignore")
            program = torch.export.export(graph.eval(), (), inputs, dynamic_shapes=shapes)
            torch.export.save(program, file, extra_files={key: text})
    except Exception as error:  # the exporter raises errors of many kinds
        raise ModelError(f"torch cannot export {stage!r}: {first_line(error)}") from error
    return file.getvalue()

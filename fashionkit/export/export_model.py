"""`export_model`: a whole model as one file, and one more for each head that reads sets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from fashionkit.errors import ConfigError, ModelError, did_you_mean
from fashionkit.export.metadata import KEY, document
from fashionkit.export.onnx_file import with_metadata
from fashionkit.export.openvino_file import write_openvino
from fashionkit.export.place import check_file, check_free, put_in_place
from fashionkit.models import Checkpoint, locate
from fashionkit.models.checkpoint import PHOTOS

Form: TypeAlias = Literal["onnx", "openvino", "pt2"]

FORMS: Mapping[str, str] = {"onnx": ".onnx", "openvino": ".xml", "pt2": ".pt2"}
"""The forms that there are, and how the names of their files end."""


def export_model(
    source: str | os.PathLike[str], path: str | os.PathLike[str], form: Form = "onnx", *, overwrite: bool = False
) -> list[Path]:
    """Writes a model for programs that have no fashionkit: uint8 photos N×H×W×3 in, the outputs of all heads out.

    Normalisation is inside, N is any number, and what a reader must know stands in each file as one JSON document under
    the key "fashionkit" (`describe`): ONNX has it in its metadata, OpenVINO in the model's rt_info, pt2 in its extra
    files. A head that reads sets, such as an outfit, has a file of its own beside it: `model.outfit.onnx`.

    Args:
        source: "default", the folder of a checkpoint, or `hf://owner/name`.
        path: Where to; the name ends in .onnx, .xml (the weights lie beside it in .bin) or .pt2.
        form: Which of them. ONNX and OpenVINO need no torch; pt2 does.
        overwrite: Whether files that are there may be written over.

    Returns:
        The files, that of the photos first.

    Raises:
        ConfigError: There is no such form; or the model's `config.json` is not valid.
        DataError: The path cannot be written, or is there already.
        ModelError: There is no such model, it is damaged, or torch is missing or cannot express it.
        EngineError: OpenVINO cannot express it.
    """
    if form not in get_args(Form):
        raise ConfigError(f"there is no form {form!r:.80}; {did_you_mean(str(form), FORMS)}")
    place = check_file(path, FORMS[form], overwrite=overwrite)
    checkpoint = Checkpoint.open(locate(source))
    names = {
        stage: place.name if stage == PHOTOS else f"{place.stem}.{stage}{place.suffix}" for stage in checkpoint.stages
    }
    beside = [Path(name).with_suffix(".bin").name for name in names.values()] if form == "openvino" else []
    check_free([place.with_name(name) for name in (*names.values(), *beside)], overwrite=overwrite)
    documents = {stage: document(checkpoint, stage) for stage in names}

    def write(folder: Path) -> None:
        if form == "pt2":
            for stage, content in _as_pt2(checkpoint, documents).items():
                (folder / names[stage]).write_bytes(content)
            return
        for stage, name in names.items():
            graph = checkpoint.read_graph(stage)
            if form == "onnx":
                (folder / name).write_bytes(with_metadata(graph, KEY, documents[stage]))
            else:
                write_openvino(graph, KEY, documents[stage], folder / name)

    put_in_place(place.parent, write)
    return [place.with_name(name) for name in (*names.values(), *beside)]


def _as_pt2(checkpoint: Checkpoint, documents: Mapping[str, str]) -> dict[str, bytes]:
    try:
        from fashionkit.export.pt2 import stages_as_pt2  # noqa: PLC0415  # torch, where it is asked for
    except ImportError as error:
        raise ModelError(
            f"the form 'pt2' needs {error.name}, which is not installed; pip install 'fashionkit[train]', or choose "
            "onnx or openvino"
        ) from error
    return stages_as_pt2(checkpoint, {stage: (KEY, text) for stage, text in documents.items()})

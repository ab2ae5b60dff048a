"""Writing a checkpoint folder: whole or not at all."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from fashionkit.config import encode
from fashionkit.errors import ConfigError, ModelError, did_you_mean
from fashionkit.heads import encode_spec
from fashionkit.models.card import write_card
from fashionkit.models.checkpoint import (
    CARD,
    CONFIG,
    FORMAT_VERSION,
    GRAPH,
    WEIGHTS,
    BackboneConfig,
    CheckpointConfig,
    FileRecord,
    sha256,
)
from fashionkit.models.graph import Dtype, export_photo_graph, export_set_graph
from fashionkit.models.half import as_half, round_to_half
from fashionkit.models.in_place import free_folder, put_in_place
from fashionkit.models.seen import write_seen
from fashionkit.version import __version__

if TYPE_CHECKING:
    from fashionkit.models.fashion_model import FashionModel


def save_checkpoint(model: FashionModel, folder: Path, dtype: Dtype = "float32") -> Path:
    """Writes a checkpoint as `in_place` says; gives its absolute path.

    Raises:
        ModelError, ConfigError: As `FashionModel.save` says.
    """
    if dtype not in get_args(Dtype):
        raise ConfigError(f"dtype cannot be {dtype!r:.80}; {did_you_mean(str(dtype), get_args(Dtype))}")
    folder = free_folder(folder)
    _check_plain("training", model.training_record)
    _check_plain("the backbone's arguments", model.backbone.arguments)
    # The exporter traces on the CPU in full precision, whatever the model is being trained in; it stays untouched.
    model = copy.deepcopy(model).cpu().float().eval()
    if dtype == "float16":
        round_to_half(model)
    try:
        put_in_place(folder, lambda whole: _write(model, whole, dtype))
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ModelError(f"{folder}: the checkpoint cannot be written: {reason}") from error
    return folder


def _check_plain(what: str, record: Mapping[str, Any]) -> None:
    """Finds what config.json cannot hold before minutes of exporting, not after."""
    try:
        encode(record)
        # config.json would hold null in their place.
        json.dumps(record, allow_nan=False, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelError(
            f"{what} must be dicts, lists, texts, finite numbers and None, to be saved: {error}"
        ) from error


def _write(model: FashionModel, folder: Path, dtype: Dtype) -> None:
    # Cloned, because the format holds no tensors that share memory, as tied weights do.
    state = {name: value.clone(memory_format=torch.contiguous_format) for name, value in model.state_dict().items()}
    save_file(as_half(state) if dtype == "float16" else state, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    export_photo_graph(model, folder / GRAPH, dtype)
    for name in model.set_heads:
        export_set_graph(model, name, folder / f"{name}.onnx", dtype)
    (folder / CARD).write_text(write_card(model), encoding="utf-8")
    write_seen(folder, model.seen)
    files = sorted(folder.iterdir())
    config = CheckpointConfig(
        format_version=FORMAT_VERSION,
        fashionkit_version=__version__,
        backbone=_backbone_config(model),
        input=model.input,
        heads={name: encode_spec(spec) for name, spec in model.specs.items()},
        fingerprints=_fingerprints(model, state),
        files={file.name: FileRecord(file.stat().st_size, sha256(file)) for file in files},
        training=model.training_record,
    )
    (folder / CONFIG).write_bytes(encode(config))


def _backbone_config(model: FashionModel) -> BackboneConfig:
    backbone = model.backbone
    red, green, blue = backbone.mean
    red_std, green_std, blue_std = backbone.std
    return BackboneConfig(backbone.name, (red, green, blue), (red_std, green_std, blue_std), backbone.arguments)


def _fingerprints(model: FashionModel, state: Mapping[str, torch.Tensor]) -> dict[str, str]:
    """By photo head, one hash of all that its output depends on, and of nothing else (thresholds, other heads)."""
    shared = hashlib.sha256(encode([_backbone_config(model), model.input]))
    _add_tensors(shared, state, "backbone.")
    fingerprints = {}
    for name in model.photo_heads:
        own = shared.copy()
        _add_tensors(own, state, f"heads.{name}.")
        fingerprints[name] = own.hexdigest()
    return fingerprints


def _add_tensors(digest: hashlib._Hash, state: Mapping[str, torch.Tensor], prefix: str) -> None:
    for name in sorted(state):
        if name.startswith(prefix):
            value = state[name]
            digest.update(f"{name.removeprefix(prefix)} {value.dtype} {tuple(value.shape)}".encode())
            digest.update(value.reshape(-1).view(torch.uint8).numpy().data)

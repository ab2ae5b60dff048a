"""What a model says of photos of what it knows, kept in its checkpoint: new labels are told apart from that.

A safetensors file of raw outputs, one float16 array N×width a photo head, the same photos in the same order in each. It
holds no photos, no names and no labels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from fashionkit.errors import ModelError, first_line
from fashionkit.heads import Outputs

BACKGROUND = "background.safetensors"


def as_bytes(background: Outputs) -> bytes:
    """The contents of the file."""
    return save({name: np.ascontiguousarray(raw, np.float16) for name, raw in background.items()})


def read_background(folder: Path) -> Outputs | None:
    """Raw outputs of N photos by head, float32; None where the checkpoint keeps none.

    Raises:
        ModelError: The file cannot be read, or its arrays do not belong together.
    """
    path = folder / BACKGROUND
    try:
        found = load(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    except SafetensorError as error:
        raise ModelError(f"{path}: is no safetensors file ({first_line(error)}); copy the checkpoint again") from error
    shapes = {raw.shape[:1] if raw.ndim == 2 else () for raw in found.values()}  # noqa: PLR2004  # rows and columns
    if len(shapes) != 1 or () in shapes or not all(np.isfinite(raw).all() for raw in found.values()):
        raise ModelError(f"{path}: its arrays do not belong together, or hold NaN; copy the checkpoint again")
    return {name: raw.astype(np.float32) for name, raw in found.items()}

"""What is kept of a trial, so that the same command goes on and never mixes what does not belong together."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fashionkit.config import decode, encode
from fashionkit.errors import ConfigError, ModelError, first_line
from fashionkit.evaluation.ablation.trial import Settings, Trial
from fashionkit.evaluation.ablation.variants import Variant
from fashionkit.heads import encode_spec
from fashionkit.training.examples import gather
from fashionkit.training.specs import only_known

TRIAL = "trial.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """The file of a trial.

    Attributes:
        identity: What it was made of, each as a text to compare.
        trial: What came of it; None until it is done.
    """

    identity: dict[str, str]
    trial: Trial | None = None


def data_identity(settings: Settings, base: Variant) -> dict[str, str]:
    """What is learned from and what judges, as texts to compare."""
    learned = [only_known(data, base.specs) for data in settings.train]
    judges = [only_known(data, base.specs) for data in settings.val if data.photos]
    return {
        "data set": gather(learned, base.specs).digest(),
        "set of photos that judge": gather(judges, base.specs).digest(),
    }


def identity_of(variant: Variant, data: Mapping[str, str]) -> dict[str, str]:
    """All that must be the same for a trial to be taken over; the seed is in its folder's name."""
    specs = {name: encode_spec(spec) for name, spec in variant.specs.items()}
    return {
        "recipe": variant.recipe.to_toml(),
        **data,
        "model": hashlib.sha256(encode([variant.backbone, specs])).hexdigest(),
        "set of pretrained weights": variant.weights,
    }


def read(folder: Path, identity: Mapping[str, str]) -> Trial | None:
    """The trial of a folder, where it is done.

    Raises:
        ModelError: It was made of something else, or its file is damaged.
    """
    path = folder / TRIAL
    try:
        kept = decode(path.read_bytes(), Kept, str(path))
    except FileNotFoundError:
        return None
    except (OSError, ConfigError) as error:
        reason = getattr(error, "strerror", None) or first_line(error)
        raise ModelError(f"{path}: the trial cannot be read: {reason}; remove {folder} to try it anew") from error
    for what, value in identity.items():
        if kept.identity.get(what) != value:
            raise ModelError(f"{folder} holds a trial of another {what}; give the same, or another folder")
    return kept.trial


def write(folder: Path, identity: Mapping[str, str], trial: Trial | None = None) -> None:
    """Keeps what a trial is made of, and what came of it.

    Raises:
        ModelError: The disk refuses.
    """
    write_whole(folder / TRIAL, encode(Kept(dict(identity), trial)))


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file beside its place and renames it: a reader finds the old one or the new one.

    Raises:
        ModelError: The disk refuses; the old file is as it was.
    """
    new: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent, delete=False) as file:
            new = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o644)
        new.replace(path)
    except (OSError, ValueError) as error:  # ValueError: no file can have that name
        raise ModelError(f"{str(path)!r} cannot be written: {first_line(error)}") from error
    finally:
        if new is not None:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)

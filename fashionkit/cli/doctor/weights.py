"""Whether the model is there, whole, and answers."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fashionkit.cli.doctor.finding import Finding
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.models.source import locate
from fashionkit.tasks import Analyzer


def check_weights(model: str) -> Iterator[Finding]:
    """Whether every file of the model is what its `config.json` says.

    Raises:
        ModelError, ConfigError: It is missing or damaged.
    """
    checkpoint = Checkpoint.open(locate(model))
    size = sum(record.size for record in checkpoint.config.files.values())
    files = len(checkpoint.config.files)
    yield Finding("model", "ok", f"{checkpoint.folder}, {size / 1e6:.0f} MB")
    yield Finding("model files", "ok", f"SHA-256 of {files} files is right")
    yield Finding("model heads", "ok", ", ".join(checkpoint.specs))


def check_answer(model: str) -> Iterator[Finding]:
    """Asks the model about a drawn picture, and takes the time.

    Raises:
        FashionkitError: It gives no answer.
    """
    begun = time.perf_counter()
    analyzer = Analyzer.load(model)
    analyzer.analyze(drawn_shirt())
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    analyzer.analyze(drawn_shirt())
    next_one = time.perf_counter() - begun
    yield Finding(
        "answer",
        "ok",
        f"a drawn shirt on engine {analyzer.model.engine.name}: {first:.2f} s with loading, {next_one * 1e3:.0f} ms "
        "without",
    )


def drawn_shirt() -> NDArray[np.uint8]:
    """A navy shape with two sleeves on light grey: 240×200×3."""
    picture = np.full((240, 200, 3), 225, np.uint8)
    picture[40:220, 60:140] = picture[40:110, 20:180] = (30, 40, 90)
    return picture

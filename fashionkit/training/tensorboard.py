"""What happens in a run, for TensorBoard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fashionkit.errors import ConfigError


def tensorboard(folder: Path) -> Callable[[Mapping[str, Any]], None]:
    """A watcher for `fit` that writes losses and figures where TensorBoard finds them.

    Args:
        folder: Where to, such as `models/mine.run/tensorboard`.

    Raises:
        ConfigError: TensorBoard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  # an extra that most do without
    except ImportError as error:
        raise ConfigError(
            "TensorBoard is not installed; pip install 'fashionkit[tensorboard]', or do without it"
        ) from error
    writer = SummaryWriter(folder)

    def write(event: Mapping[str, Any]) -> None:
        values: Mapping[str, float] = {}
        if event["event"] == "step":
            named = {f"loss/{name}": loss for name, loss in event["losses"].items()}
            others = ("loss", "learning_rate", "images_per_second")
            values = {**named, **{f"training/{name}": event[name] for name in others}}
        elif event["event"] == "validation":
            values = {f"validation/{name}": figure for name, figure in event["figures"].items()}
        for name, value in values.items():
            writer.add_scalar(name, value, event["step"])
        writer.flush()

    return write

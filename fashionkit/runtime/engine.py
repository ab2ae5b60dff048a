"""What an engine is, and how it may be asked to run.

An engine runs the graphs of one checkpoint. It has a stage for photos, `photos`, and one for each set head, named after
it. A new engine is one file in `engines/` and one line in `ENGINES`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.errors import ConfigError, EngineError, did_you_mean

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
RawOutputs: TypeAlias = dict[str, NDArray[np.float32]]


class Engine(Protocol):
    """Runs the graphs of one model; any number of threads may call it.

    Where calls cannot compute side by side they take turns.

    Attributes:
        name: Its name in `ENGINES`.
        device: What it runs on, such as "cpu".
    """

    @property
    def name(self) -> str: ...  # noqa: D102  # told above
    @property
    def device(self) -> str: ...  # noqa: D102

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """Inputs by name, each with N rows → outputs by name, each N×width float32 and owned by the caller.

        Raises:
            EngineError: The graph cannot be loaded, does not take these inputs, or fails while running.
        """
        ...


@dataclass(frozen=True)
class EngineOptions:
    """How an engine is to run.

    Attributes:
        engine: "auto", or a name in `ENGINES`.
        device: "auto", "cpu", "cuda" or "cuda:1"; for onnx "tensorrt" too, and for torch and inductor any device that
            torch knows.
        precision: "auto", "fp32" or "bf16". bf16 has 8 bits of mantissa: on processors and graphics cards with units
            for it (openvino, torch) it is faster, and some answers change. So "auto" is fp32 on every machine.
        threads: How many threads may compute, 1 to 1,024; all cores that this process may use where None. Engines use
            no more than there are such cores.

    Raises:
        EngineError: A name is unknown.
        ConfigError: threads is no int above 0, or more than 1,024.

    >>> EngineOptions(precision="bf61")
    Traceback (most recent call last):
    fashionkit.errors.EngineError: unknown precision 'bf61'; did you mean 'bf16'? Known: auto, bf16, fp32
    """

    engine: str = "auto"
    device: str = "auto"
    precision: str = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.engine not in ("auto", *ENGINES):
            raise EngineError(f"unknown engine {self.engine!r}; {did_you_mean(str(self.engine), ['auto', *ENGINES])}")
        if self.precision not in PRECISIONS:
            known = did_you_mean(str(self.precision), PRECISIONS)
            raise EngineError(f"unknown precision {self.precision!r}; {known}")
        if not isinstance(self.device, str):
            raise EngineError(f"device is {self.device!r:.80}; give its name, such as 'auto' or 'cpu'")
        if self.threads is not None and positive_int(self.threads, "threads, how many may compute") > MOST_THREADS:
            raise ConfigError(
                f"threads, how many may compute, must be at most {MOST_THREADS:,}; got {self.threads!r:.20}"
            )

    @property
    def n_threads(self) -> int:
        """The number of threads: what was given, or every core that this process may use."""
        # NumPy's integers are taken as well, and engines want Python's.
        return int(self.threads or usable_cores())


def usable_cores() -> int:
    """How many cores this process may use, which in a container can be fewer than the machine has.

    >>> usable_cores() >= 1
    True
    """
    # macOS and Windows do not say which cores a process may use.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


PRECISIONS = ("auto", "fp32", "bf16")

# More than this is a slip, which would end in a system that can start no thread any more.
MOST_THREADS = 1024

ENGINES: Mapping[str, str] = {
    "onnx": "fashionkit.runtime.engines.onnx:OnnxEngine",
    "openvino": "fashionkit.runtime.engines.openvino:OpenVinoEngine",
    "torch": "fashionkit.runtime.engines.torch:TorchEngine",
    "inductor": "fashionkit.runtime.engines.inductor:InductorEngine",
}

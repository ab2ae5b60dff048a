"""A model that answers: a checkpoint or a model in memory, its heads' specs, and the pipeline to ask it through."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeGuard, cast

import numpy as np

from fashionkit.errors import ConfigError, ModelError
from fashionkit.heads import Floats, HeadSpec, SetSpec, reads_sets
from fashionkit.images import DEFAULT_LIMITS, InputRule, Limits
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.models.hub import HUB
from fashionkit.models.seen import Hashes
from fashionkit.models.source import DEFAULT, locate
from fashionkit.models.wiring import head_of_kind
from fashionkit.runtime.choice import open_engine
from fashionkit.runtime.engine import Engine, EngineOptions, RawOutputs
from fashionkit.runtime.pipeline import BATCH_SIZE, Pipeline

if TYPE_CHECKING:
    from fashionkit.models import FashionModel

ModelSource: TypeAlias = "str | os.PathLike[str] | FashionModel"

# Sets go through the engine in portions, so that scoring a whole catalogue takes no more memory than a few.
SETS_AT_ONCE = 1024
# A graphics card has to be kept busy by one call.
BATCH_SIZE_ELSEWHERE = 64


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A loaded model and how it runs. It pickles to where it came from, and is loaded anew on the other side.

    Attributes:
        source: "default", a folder, `hf://owner/name`, or a `FashionModel` in memory.
        options: Engine, device, precision, threads.
        specs: The numpy half of every head, by name.
        rule: How photos are brought to the model's size.
        fingerprints: By photo head, the hash of what its output depends on; empty for a model in memory.
        seen: The photos that it learned from, as `fashionkit.models.seen` tells them apart.
        engine: Runs the graphs.
        limits: What a photo may claim before memory is spent on it.
    """

    source: ModelSource
    options: EngineOptions
    specs: Mapping[str, HeadSpec]
    rule: InputRule
    fingerprints: Mapping[str, str]
    seen: Hashes
    engine: Engine
    limits: Limits

    @classmethod
    def load(
        cls, source: ModelSource = DEFAULT, options: EngineOptions | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> Self:
        """Loads a model; its graphs are loaded when they are first needed.

        Raises:
            ModelError: There is no checkpoint, or it is damaged.
            ConfigError: Its `config.json` is not valid, or `limits` is no `Limits`.
            EngineError: No engine can run it as asked.
        """
        if not isinstance(limits, Limits):
            raise ConfigError(f"limits is {limits!r:.80}; give Limits(...), or leave it out")
        options = options or EngineOptions()
        if _in_memory(source):
            engine = open_engine(source, options)
            return cls(source, options, source.specs, source.input, {}, source.seen, engine, limits)
        source = _anchored(cast("str | os.PathLike[str]", source))
        checkpoint = Checkpoint.open(locate(source))
        config = checkpoint.config
        engine = open_engine(checkpoint, options)
        return cls(
            source, options, checkpoint.specs, config.input, config.fingerprints, checkpoint.seen, engine, limits
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if _in_memory(self.source):
            raise ModelError("a model in memory does not cross processes; save it and load the folder")
        return type(self).load, (self.source, self.options, self.limits)

    def __repr__(self) -> str:
        source = "a model in memory" if _in_memory(self.source) else repr(str(self.source))
        return f"{source}, {', '.join(self.specs)}, on {self.engine.name}"

    @cached_property
    def pipeline(self) -> Pipeline:
        """The way for photos."""
        size = BATCH_SIZE if self.engine.device == "cpu" else BATCH_SIZE_ELSEWHERE
        return Pipeline(self.engine, self.rule, self.options.n_threads, size, limits=self.limits)

    def head(self, kind: str, name: str | None = None) -> str:
        """The name of the head of a kind: the one asked for, the one named like its kind, or the only one.

        Raises:
            ModelError: There is none, or several to choose from.
        """
        return head_of_kind(self.specs, kind, name)

    def read(self, name: str, outputs: RawOutputs) -> Sequence[Any]:
        """Raw outputs of a batch → the answers of one photo head, one a row."""
        return self.specs[name].read(outputs[name], outputs)

    def read_sets(self, name: str, sets: Sequence[Floats]) -> list[Any]:
        """Sets of stored outputs → the answers of one set head, one a set.

        Raises:
            DataError: A set has too few or too many items, or items of another width.
            EngineError: The engine failed.
        """
        spec = cast("SetSpec", self.specs[name])
        answers: list[Any] = []
        for start in range(0, len(sets), SETS_AT_ONCE):
            outputs = self.engine.run(name, spec.pack(sets[start : start + SETS_AT_ONCE]))
            answers += spec.read(outputs[name], outputs)
        return answers

    @property
    def photo_heads(self) -> tuple[str, ...]:
        """Names of the heads that read a photo, in order."""
        return tuple(name for name, spec in self.specs.items() if not reads_sets(spec))

    def vectors(self, name: str, outputs: RawOutputs) -> list[Floats]:
        """Raw outputs of a batch → the vectors of one embedding head, one a row."""
        return [np.asarray(embedding.vector) for embedding in self.read(name, outputs)]


def _in_memory(source: object) -> TypeGuard[FashionModel]:
    # Whoever holds a FashionModel has imported its module; nobody else pays for torch.
    module = sys.modules.get("fashionkit.models.fashion_model")
    return module is not None and isinstance(source, module.FashionModel)


def _anchored(source: str | os.PathLike[str]) -> str | os.PathLike[str]:
    """A folder that stays the same when the working folder changes, or another process unpickles the model."""
    if isinstance(source, str) and (source == DEFAULT or source.startswith(HUB)):
        return source
    with contextlib.suppress(OSError, TypeError, ValueError):  # `locate` says what is wrong with it
        return Path(source).absolute()
    return source

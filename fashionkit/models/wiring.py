"""How the heads of a model hang together: their names, and which reads what another one gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

import msgspec

from fashionkit.config import convert
from fashionkit.errors import ModelError, did_you_mean
from fashionkit.heads import HeadSpec, SetSpec, reads_sets

# Names that would collide with the files and inputs of a checkpoint.
RESERVED = ("card", "config", "graph", "model", "photos")


def check_heads(specs: Mapping[str, HeadSpec]) -> None:
    """Refuses heads that cannot stand in one model.

    Raises:
        ConfigError: A spec holds a value of the wrong type.
        ModelError: There is no head that reads photos, a name is unfit, a spec is none, or a head reads what no photo
            head gives.

    >>> from fashionkit.heads.outfit.spec import OutfitSpec
    >>> check_heads({"outfit": OutfitSpec(item_width=8)})
    Traceback (most recent call last):
    fashionkit.errors.ModelError: head 'outfit' reads the output of 'embedding', which no head gives; known: none
    """
    if not isinstance(specs, Mapping):
        raise ModelError(f"heads are a dict of specs by name, got {type(specs).__name__}")
    if not specs:
        raise ModelError("a model needs at least one head, such as {'category': CategorySpec(labels=...)}")
    for name, spec in specs.items():
        _check_name(name)
        if isinstance(spec, type) or not hasattr(spec, "kind"):
            raise ModelError(f"head {name!r} needs a spec such as CategorySpec(labels=...), got {spec!r}")
        # Python itself checks no types where a spec is made; a file's are checked where it is read.
        convert(msgspec.to_builtins(spec), type(spec), f"head {name!r}")
    photo_heads = [name for name, spec in specs.items() if not reads_sets(spec)]
    for name, spec in specs.items():
        for read in spec.reads:
            if read not in photo_heads:
                hint = did_you_mean(read, photo_heads)
                raise ModelError(f"head {name!r} reads the output of {read!r}, which no head gives; {hint}")
        if reads_sets(spec):
            _check_set_head(name, cast("SetSpec", spec), specs)
    if not photo_heads:
        raise ModelError("a model needs at least one head that reads photos")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
        raise ModelError(f"a head cannot be called {name!r}; use a-z, 0-9 and _, and none of {', '.join(RESERVED)}")


def _check_set_head(name: str, spec: SetSpec, specs: Mapping[str, HeadSpec]) -> None:
    if len(spec.reads) != 1:
        raise ModelError(f"head {name!r} reads sets, so it reads the output of one head, not of {len(spec.reads)}")
    (items,) = spec.reads
    if specs[items].width != spec.item_width:
        raise ModelError(
            f"head {name!r} reads items of {spec.item_width} numbers, and {items!r} gives {specs[items].width}"
        )
    if name in spec.pack([]):
        raise ModelError(f"a head cannot be called {name!r}, which is the name of its own input; choose another")


def head_of_kind(specs: Mapping[str, HeadSpec], kind: str, name: str | None = None) -> str:
    """The name of the head of a kind: the one asked for, the one named like its kind, or the only one.

    Raises:
        ModelError: There is none, or several to choose from.
    """
    of_kind = [known for known, spec in specs.items() if spec.kind == kind]
    if name is not None:
        if name not in of_kind:
            raise ModelError(f"the model has no {kind} head {name!r}; {did_you_mean(str(name), of_kind)}")
        return name
    if not of_kind:
        raise ModelError(f"the model has no {kind} head; its heads: {', '.join(specs)}; the default model has one")
    if kind in of_kind or len(of_kind) == 1:
        return kind if kind in of_kind else of_kind[0]
    raise ModelError(f"the model has several {kind} heads; name one with head=: {', '.join(of_kind)}")

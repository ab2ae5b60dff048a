"""Which heads there are: those in this folder, and those of installed packages.

A folder of this room registers its head in its `__init__.py`. Another package does it with an entry point in the group
`fashionkit.heads` that names a `Head`; it is loaded when its kind is asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import msgspec

from fashionkit.config import convert
from fashionkit.errors import ConfigError, ModelError, did_you_mean
from fashionkit.heads.contract import HeadSpec

ENTRY_POINTS = "fashionkit.heads"

_registered: dict[str, Head] = {}


@dataclass(frozen=True)
class Head:
    """A kind of head: where its two halves are, so that neither is imported before it is needed.

    Attributes:
        kind: Its name, as in `config.json`.
        spec: The numpy half, as `package.module:Class`.
        module: The torch half, as `package.module:Class`.

    >>> get("category").spec_class().__name__
    'CategorySpec'
    """

    kind: str
    spec: str
    module: str

    def spec_class(self) -> type[HeadSpec]:
        """The class of the numpy half."""
        return _resolve(self.spec, self.kind)  # type: ignore[no-any-return]  # a name in a string has no type

    def module_class(self) -> Any:
        """The class of the torch half; imports torch."""
        return _resolve(self.module, self.kind)


def register(head: Head) -> Head:
    """Makes a kind of head known.

    Raises:
        ModelError: Another head has that kind already.
    """
    known = _registered.setdefault(head.kind, head)
    if known != head:
        raise ModelError(f"two heads want to be kind {head.kind!r}: {known.spec} and {head.spec}; rename one")
    return known


def get(kind: str) -> Head:
    """The head of a kind.

    Raises:
        ModelError: No such kind is registered or installed; close names are suggested.

    >>> get("categroy")
    Traceback (most recent call last):
    fashionkit.errors.ModelError: unknown head 'categroy'; did you mean 'category'? Known: attributes, category, ...
    """
    _find_built_in()
    if kind not in _registered:
        _load_installed(kind)
    if kind not in _registered:
        raise ModelError(f"unknown head {kind!r}; {did_you_mean(kind, kinds())}")
    return _registered[kind]


def kinds() -> list[str]:
    """The names of all kinds, built in and installed, sorted.

    >>> set(kinds()) >= {"category", "attributes", "embedding", "outfit"}
    True
    """
    _find_built_in()
    return sorted({*_registered, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def decode_spec(config: Mapping[str, Any], source: str) -> HeadSpec:
    """A spec from its plain form, a dict with `kind` beside the spec's own fields.

    Raises:
        ConfigError: `kind` is missing, or a field is unknown or of the wrong type or value.
        ModelError: No such kind is known.
    """
    fields = dict(config)
    kind = fields.pop("kind", None)
    if not isinstance(kind, str):
        raise ConfigError(f"{source}: a head needs its `kind`, such as 'category'; got the keys {sorted(config)}")
    return convert(fields, get(kind).spec_class(), source)


def encode_spec(spec: HeadSpec) -> dict[str, Any]:
    """The plain form of a spec, which `decode_spec` reads back."""
    return {"kind": spec.kind, **msgspec.to_builtins(spec)}


@cache
def _find_built_in() -> None:
    package = importlib.import_module("fashionkit.heads")
    for folder in pkgutil.iter_modules(package.__path__):
        if folder.ispkg:
            importlib.import_module(f"fashionkit.heads.{folder.name}")


def _load_installed(kind: str) -> None:
    for point in entry_points(group=ENTRY_POINTS, name=kind):
        try:
            head = point.load()
        except Exception as error:  # whatever somebody else's package raises while it is imported
            raise ModelError(f"the head {kind!r} of the package at {point.value} cannot be loaded: {error}") from error
        if not isinstance(head, Head) or head.kind != kind:
            raise ModelError(f"the entry point {kind!r} of {ENTRY_POINTS} must name a Head of that kind, not {head!r}")
        register(head)


def _resolve(name: str, kind: str) -> Any:
    module, _, attribute = name.partition(":")
    try:
        imported = importlib.import_module(module)
    except Exception as error:  # whatever somebody else's package raises while it is imported
        if isinstance(error, ModuleNotFoundError) and error.name in {"torch", "timm", "torchvision"}:
            raise ModelError(
                f"the learning half of the {kind} head needs {error.name}; pip install 'fashionkit[train]'"
            ) from error
        raise ModelError(f"the {kind} head names {name}, which cannot be imported: {error}") from error
    try:
        return getattr(imported, attribute)
    except AttributeError as error:
        raise ModelError(f"the {kind} head names {name}, which is not there") from error

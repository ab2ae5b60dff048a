"""`check_head`: tests of the contract, for our own heads and for those of other packages."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit import metrics
from fashionkit.config import convert
from fashionkit.errors import ConfigError, EngineError, FashionkitError, ModelError, first_line
from fashionkit.heads.contract import Features, FeatureWidths, Floats, HeadSpec, Outputs, SetSpec, reads_sets
from fashionkit.heads.registry import Head, get
from fashionkit.results import Result

if TYPE_CHECKING:
    from torch import Tensor, nn

ROWS = 6
SEEDS = (0, 1)
WIDTHS = FeatureWidths(pooled=24, tokens=12)
PLACES = 9
STEPS = 150
LEARNING_RATE = 0.02
# Six examples fit into any head; one that gets no better than this in 150 steps does not learn.
LEARNED = 0.5


def check_head(head: Head | str) -> None:
    """Checks that a head keeps the contract of `fashionkit.heads.contract`; the torch half too.

    Args:
        head: A registered kind, or a `Head`.

    Raises:
        ModelError: The head breaks the contract, and the message says where; or torch is not installed.

    >>> check_head("category")
    """
    head = get(head) if isinstance(head, str) else head
    kind = head.kind
    with _named("make the example of its spec", kind):
        spec = head.spec_class().example()
    with _named("keep its configuration", kind):
        _check_configuration(spec, head)
    with _named("encode its example values", kind):
        for seed in SEEDS:
            _check_targets(spec, kind, seed)
    head.module_class()  # where torch is missing, this says what to install; no fault of the head
    with _named("compute and learn", kind):
        _check_module(head, spec)


def check_reading(spec: HeadSpec, raw: Floats) -> None:
    """Checks that a spec reads raw outputs row by row, the same each time, and refuses what it cannot read.

    Args:
        spec: Any spec.
        raw: Raw outputs of its module, N×width.

    Raises:
        ModelError: It does not.
    """
    with _named("read its raw output", spec.kind):
        _check_reading(spec, raw)


def _check_reading(spec: HeadSpec, raw: Floats) -> None:
    kind = spec.kind
    outputs = {kind: raw, **_other_outputs(spec, len(raw))}
    results = spec.read(raw, outputs)
    _expect(len(results) == len(raw), kind, f"read {len(results)} results from {len(raw)} rows")
    none = spec.read(raw[:0], {name: value[:0] for name, value in outputs.items()})
    _expect(len(none) == 0, kind, "read a result from no rows")
    for place, result in enumerate(results):
        (alone,) = spec.read(
            raw[place : place + 1], {name: value[place : place + 1] for name, value in outputs.items()}
        )
        _expect(alone == result, kind, f"reads row {place} otherwise alone than among others")
        _check_result(result, kind)
    bad = [raw[:, 1:], raw[0], np.full_like(raw, np.nan), np.full_like(raw, np.inf)]
    for what, given in zip(("a column is missing", "it is one row", "it is NaN", "it is infinite"), bad, strict=True):
        _expect_error(
            lambda given=given: spec.read(given, outputs), EngineError, kind, f"reads a raw output where {what}"
        )


def _other_outputs(spec: HeadSpec, n: int) -> Outputs:
    """What a photo head reads of other heads; a set head has had it in the sets that it packed."""
    if not spec.reads or reads_sets(spec):
        return {}
    _expect(hasattr(spec, "example_outputs"), spec.kind, "it reads other heads' outputs and has no example_outputs(n)")
    outputs: Outputs = cast("Any", spec).example_outputs(n)
    _expect(set(outputs) == set(spec.reads), spec.kind, f"its example_outputs(n) are {sorted(outputs)}")
    return outputs


def _check_configuration(spec: HeadSpec, head: Head) -> None:
    kind = head.kind
    _expect(spec.kind == kind, kind, f"its spec says it is of kind {spec.kind!r}")
    frozen = isinstance(spec, msgspec.Struct) and spec.__struct_config__.frozen
    _expect(frozen, kind, "its spec can be changed; make it a frozen msgspec.Struct")
    _expect(spec.width >= 1, kind, f"its width is {spec.width}")
    for name in spec.metrics:
        _expect(name in metrics.__all__, kind, f"names the metric {name!r}, which fashionkit.metrics does not have")
    # Not by its kind, as `decode_spec` does: a head can be checked before it is registered.
    plain = msgspec.to_builtins(spec)
    read_back = convert(msgspec.json.decode(msgspec.json.encode(plain)), head.spec_class(), kind)
    _expect(read_back == spec, kind, "its spec is another one after going through JSON")
    _expect(pickle.loads(pickle.dumps(spec)) == spec, kind, "its spec is another one after pickling")  # noqa: S301  # our own bytes
    unknown = {**plain, "no_such_field": 1}
    otherwise = "takes an unknown field in its configuration"
    _expect_error(lambda: convert(unknown, head.spec_class(), kind), ConfigError, kind, otherwise)


def _check_targets(spec: HeadSpec, kind: str, seed: int) -> None:
    values = spec.example_values(ROWS, seed)
    targets = spec.encode(values)
    _expect(len(values) == ROWS, kind, f"gave {len(values)} example values instead of {ROWS}")
    _expect(len(targets) == ROWS, kind, f"encoded {ROWS} values to {len(targets)} rows")
    _expect(len(spec.encode([])) == 0, kind, "encoded no values to some rows")
    _expect(len(spec.encode([None] * ROWS)) == ROWS, kind, "does not take None, which is unknown, as a value")
    if reads_sets(spec):
        _check_packing(cast("SetSpec", spec), kind)


def _check_packing(spec: SetSpec, kind: str) -> None:
    sets = _example_sets(spec, 0)
    packed = spec.pack(sets)
    for name, values in packed.items():
        _expect(len(values) == ROWS, kind, f"packed {ROWS} sets into {len(values)} rows of {name!r}")
    wrong = np.zeros((2, spec.item_width + 1), np.float32)
    _expect_error(lambda: spec.pack([wrong]), FashionkitError, kind, "packs items of another width")


def _check_result(result: Result, kind: str) -> None:
    try:
        json.dumps(result.to_dict(), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise _broken(kind, f"its result's to_dict() is nothing that JSON can hold: {error}") from error
    _expect("\n" not in repr(result), kind, "its result's repr is longer than a line")
    _expect("<" in result._repr_html_(), kind, "its result's _repr_html_() gives no HTML")
    settings = getattr(type(result), "__dataclass_params__", None)
    _expect(settings is not None and settings.frozen, kind, "its result can be changed; make it a frozen dataclass")
    _expect(pickle.loads(pickle.dumps(result)) == result, kind, "its result is another one after pickling")  # noqa: S301  # our own bytes


def _check_module(head: Head, spec: HeadSpec) -> None:
    import torch  # noqa: PLC0415  # the numpy half is checked without it

    # Whoever calls the check keeps their own course of random numbers.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        kind, module, inputs = head.kind, _make(head, spec), _example_inputs(spec)
        raw = _check_forward(module, inputs, spec, kind)
        check_reading(spec, raw.numpy())
        _check_loss(module, inputs, spec, kind)
        _check_learning(module, inputs, spec, kind)
        twin = _make(head, spec)
        twin.load_state_dict(module.state_dict())
        with torch.no_grad():
            same = torch.equal(_forward(module.eval(), inputs), _forward(twin.eval(), inputs))
        _expect(same, kind, "answers otherwise after its state_dict was loaded into another one")


def _check_forward(module: nn.Module, inputs: Any, spec: HeadSpec, kind: str) -> Tensor:
    import torch  # noqa: PLC0415

    module.eval()
    with torch.no_grad():
        raw = _forward(module, inputs)
        alone = [_forward(module, _only(inputs, place)) for place in range(ROWS)]
    _expect(raw.shape == (ROWS, spec.width), kind, f"gave raw outputs {tuple(raw.shape)}, not {(ROWS, spec.width)}")
    _expect(
        torch.allclose(raw, torch.cat(alone), atol=1e-5), kind, "answers otherwise for a photo alone than among others"
    )
    return raw


def _make(head: Head, spec: HeadSpec) -> nn.Module:
    module: nn.Module = head.module_class()(spec) if reads_sets(spec) else head.module_class()(spec, WIDTHS)
    return module


def _check_loss(module: nn.Module, inputs: Any, spec: HeadSpec, kind: str) -> None:
    import torch  # noqa: PLC0415

    known, unknown = spec.example_values(ROWS, 0), [None] * ROWS
    for values, what in ((known, "known"), (unknown, "unknown"), ([*known[:-2], None, None], "partly unknown")):
        raw = _forward(module, inputs)
        loss = cast("Any", module).loss(raw, torch.from_numpy(spec.encode(values)))
        _expect(loss.ndim == 0 and math.isfinite(loss.item()), kind, f"its loss of {what} targets is {loss}")
        _expect(loss.requires_grad, kind, f"its loss of {what} targets has no gradient")
        if values is unknown:
            _expect(loss.item() == 0, kind, f"its loss of unknown targets is {loss.item()}, not 0")
        module.zero_grad()
        loss.backward()
        finite = all(bool(torch.isfinite(w.grad).all()) for w in module.parameters() if w.grad is not None)
        _expect(finite, kind, f"the gradient of {what} targets is not finite")


def _check_learning(module: nn.Module, inputs: Any, spec: HeadSpec, kind: str) -> None:
    import torch  # noqa: PLC0415

    module.train()
    targets = torch.from_numpy(spec.encode(spec.example_values(ROWS, 0)))
    optimizer = torch.optim.Adam(module.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = cast("Any", module).loss(_forward(module, inputs), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    _expect(losses[-1] < LEARNED * losses[0], kind, f"does not learn six examples: {losses[0]:.3g} → {losses[-1]:.3g}")


def _example_inputs(spec: HeadSpec) -> Any:
    """What the module takes: features for a photo head, packed inputs for a set head."""
    import torch  # noqa: PLC0415

    if reads_sets(spec):
        packed = cast("SetSpec", spec).pack(_example_sets(cast("SetSpec", spec), 0))
        return {name: torch.from_numpy(values) for name, values in packed.items()}
    draw = torch.Generator().manual_seed(0)
    return Features(
        torch.randn(ROWS, WIDTHS.pooled, generator=draw), torch.randn(ROWS, PLACES, WIDTHS.tokens, generator=draw)
    )


def _example_sets(spec: SetSpec, seed: int) -> list[NDArray[np.float32]]:
    draw = np.random.default_rng(seed)
    sets = [draw.normal(size=(2 + place % 3, spec.item_width)).astype(np.float32) for place in range(ROWS)]
    return [vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in sets]


def _forward(module: nn.Module, inputs: Any) -> Tensor:
    raw: Tensor = module(inputs) if isinstance(inputs, Features) else module(**inputs)
    return raw


def _only(inputs: Any, place: int) -> Any:
    if isinstance(inputs, Features):
        return Features(inputs.pooled[place : place + 1], inputs.tokens[place : place + 1])
    return {name: value[place : place + 1] for name, value in inputs.items()}


def _expect(holds: bool, kind: str, otherwise: str) -> None:
    if not holds:
        raise _broken(kind, otherwise)


def _expect_error(action: Any, error: type[FashionkitError], kind: str, otherwise: str) -> None:
    try:
        action()
    except error:
        return
    except Exception as other:  # whatever somebody else's head raises
        raise _broken(kind, f"{otherwise}: raises {type(other).__name__} instead of {error.__name__}") from other
    raise _broken(kind, f"{otherwise}, instead of raising {error.__name__}")


@contextmanager
def _named(step: str, kind: str) -> Iterator[None]:
    """Turns whatever somebody else's head raises into the one error of the check."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        reason = first_line(error)
        raise _broken(kind, f"fails to {step}: {type(error).__name__}: {reason}") from error


def _broken(kind: str, what: str) -> ModelError:
    return ModelError(f"the head {kind!r} breaks the contract: {what}")

"""What may go into a catalogue and be asked of it: ids, vectors and metadata, checked before anything is touched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from fashionkit.errors import CatalogueError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Ids are often paths, and a path is rarely longer than this on any system.
MAX_ID_CHARACTERS = 4096
# SQLite's integers have 64 bits; a larger one would come back as a rounded float.
INTEGER_RANGE = range(-(2**63), 2**63)
# Rows turned to float64 at a time, so that a large call does not need three times its memory.
ROWS_AT_A_TIME = 4096
# Lengths between which float64 squares without running over or under.
SHORTEST_SQUARED, LONGEST_SQUARED = 1e-100, 1e100


def checked_ids(ids: Sequence[str]) -> list[str]:
    """Gives the ids as a list, each of them one that a catalogue can hold.

    Raises:
        CatalogueError: One `str` was given for a sequence of them, or an id is not a `str`, is empty, too long, holds
            NUL or is not valid Unicode.

    >>> checked_ids(("shirt-1", "ÄÖ"))
    ['shirt-1', 'ÄÖ']
    """
    if isinstance(ids, (str, bytes)):
        raise CatalogueError(f"ids is one {type(ids).__name__}, {ids!r:.80}; give a list of str, [{ids!r:.80}]")
    try:
        listed = list(ids)
    except TypeError as error:
        raise CatalogueError(f"ids is of type {type(ids).__name__}; give a list of str") from error
    if _are_plain(listed):
        return listed
    for each in listed:
        if not isinstance(each, str):
            raise CatalogueError(f"the id {each!r:.80} is of type {type(each).__name__}; ids are str: use str(id)")
        if not each:
            raise CatalogueError("an id is the empty string; give every item a name")
        if len(each) > MAX_ID_CHARACTERS:
            raise CatalogueError(
                f"the id {each[:40]!r}… has {len(each):,} characters; give one of at most {MAX_ID_CHARACTERS:,}"
            )
        _check_text(each, f"the id {each!r:.80}")
    # A subclass such as StrEnum becomes the plain text that SQLite can bind.
    return [str.__str__(each) for each in listed]


def _are_plain(ids: list[str]) -> bool:
    """Whether nothing is wrong with any of them, looked at all at once; what is not plain needs a closer look."""
    if not ids:
        return True
    if {*map(type, ids)} != {str} or not all(ids) or max(map(len, ids)) > MAX_ID_CHARACTERS:
        return False
    text = "".join(ids)
    return "\0" not in text and _is_unicode(text)


def distinct(ids: list[str]) -> list[str]:
    """Gives the ids back where none is there twice.

    Raises:
        CatalogueError: An id is there twice; the message names it.

    >>> distinct(["a", "b"])
    ['a', 'b']
    """
    if len({*ids}) == len(ids):
        return ids
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise CatalogueError(f"the id {each!r:.80} is there twice in one call; give every id once")
        seen.add(each)
    return ids


def unit_vectors(vectors: ArrayLike, dimension: int, names: Sequence[str] | None = None) -> NDArray[np.float32]:
    """Scales every row to length 1.

    Args:
        vectors: n x dimension of any float type, finite, no row all zero; an array of size 0 counts as no rows.
        dimension: How long a row has to be.
        names: What messages call the rows; "query 0" and so on where it is not given.

    Returns:
        A new n x dimension float32 array; the scaling is done in float64, so huge and tiny rows keep their direction.

    Raises:
        CatalogueError: No float array, another shape, NaN or infinity, or a row of zeros, which has no direction.

    >>> unit_vectors([[3.0, 4.0]], 2)
    array([[0.6, 0.8]], dtype=float32)
    """
    try:
        given = np.asarray(vectors)
    except (ValueError, TypeError, RuntimeError) as error:
        raise CatalogueError(f"the vectors are no array ({error}); give n x {dimension} floats") from error
    if given.shape[:1] == (0,):
        given = np.empty((0, dimension), np.float32)
    if given.dtype.kind != "f":
        raise CatalogueError(f"the vectors are of type {given.dtype}; give floats, such as float32")
    if given.ndim != 2 or given.shape[1] != dimension:  # noqa: PLR2004 - rows and columns
        shape = " x ".join(map(str, given.shape)) or "of a single number"
        raise CatalogueError(f"the vectors have the shape {shape}; the catalogue takes n x {dimension}")
    if names is not None and len(names) != len(given):
        raise CatalogueError(f"there are {len(names):,} ids and {len(given):,} vectors; give one vector for each id")
    unit = np.empty(given.shape, np.float32)
    for start in range(0, len(given), ROWS_AT_A_TIME):
        rows = given[start : start + ROWS_AT_A_TIME].astype(np.float64)
        lengths = _lengths(rows)
        # Written so that NaN is none of it. Nearly all rows are.
        if lengths.min() > SHORTEST_SQUARED and lengths.max() < LONGEST_SQUARED:
            np.divide(rows, lengths, out=unit[start : start + len(rows)], casting="same_kind")
            continue
        largest = np.abs(rows).max(axis=1, keepdims=True)
        unfit = ~(np.isfinite(largest) & (largest > 0))[:, 0]
        if unfit.any():
            row = int(unfit.argmax())
            name = repr(names[start + row]) if names is not None else f"query {start + row}"
            wrong = "is all zeros and has no direction" if largest[row] == 0 else "holds NaN or infinity"
            raise CatalogueError(f"the vector of {name:.80} {wrong}; leave it out or mend it")
        # So that the squares run neither over nor under; by a power of two, which rounds nothing.
        rows = np.ldexp(rows, -np.frexp(largest)[1])
        unit[start : start + len(rows)] = rows / _lengths(rows)
    return unit


def _lengths(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """n×1; what runs over is infinite."""
    lengths: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return lengths[:, None]


def metadata_texts(metadata: Sequence[Mapping[str, Any]] | None, ids: Sequence[str]) -> list[str]:
    """Writes each item's metadata as JSON text, `{}` where there is none.

    Keys are `str`; values are `str`, `int` (64 bits), finite `float`, `bool`, `None`, or a list or tuple of those
    (both come back as a list). NumPy's scalars count as what they hold.

    Raises:
        CatalogueError: Not one mapping for each id, or a key or value that is none of those; the message names them.

    >>> metadata_texts([{"year": 2020, "tags": ["red"]}], ["a"])
    ['{"year":2020,"tags":["red"]}']
    """
    if metadata is None:
        return ["{}"] * len(ids)
    if isinstance(metadata, (str, bytes, Mapping)):
        raise CatalogueError(f"metadata is one {type(metadata).__name__}; give a list of mappings, one for each id")
    try:
        given = list(metadata)
    except TypeError as error:
        raise CatalogueError(
            f"metadata is of type {type(metadata).__name__}; give a list of mappings, one for each id"
        ) from error
    if len(given) != len(ids):
        raise CatalogueError(f"there are {len(ids):,} ids and {len(given):,} metadata; give one mapping for each id")
    return [_metadata_text(one, name) for one, name in zip(given, ids, strict=True)]


def metadata_of(text: str) -> dict[str, Any]:
    """Reads what `metadata_texts` wrote.

    Raises:
        ValueError: It is no JSON object.

    >>> metadata_of('{"year": 2020}')
    {'year': 2020}
    """
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def plain_scalar(value: object, what: str) -> str | int | float | bool | None:
    """Gives a value that JSON and SQLite both hold without loss.

    Args:
        value: `str`, `int`, `float`, `bool`, `None`, or NumPy's scalar of one of them.
        what: How a message names the value.

    Raises:
        CatalogueError: Another type, NaN or infinity, an integer beyond 64 bits, or text with NUL or lone surrogates.

    >>> plain_scalar(np.int64(3), "year")
    3
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        _check_text(value, what)
        return str.__str__(value)
    if isinstance(value, int):
        if value not in INTEGER_RANGE:
            raise CatalogueError(f"{what} does not fit in 64 bits; give a smaller number or text")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CatalogueError(f"{what} is {value}, which JSON cannot hold; give None or a number")
        return float(value)
    raise CatalogueError(f"{what} is of type {type(value).__name__}; give str, int, float, bool or None")


def checked_key(key: object, what: str) -> str:
    """Gives a metadata key that can be stored and filtered by.

    Raises:
        CatalogueError: Not a `str`, or one with NUL or lone surrogates.

    >>> checked_key("price.eur", "metadata of 'a'")
    'price.eur'
    """
    if not isinstance(key, str):
        raise CatalogueError(f"{what}: the key {key!r:.80} is of type {type(key).__name__}; keys are str")
    _check_text(key, f"{what}: the key {key!r:.80}")
    return str.__str__(key)


# As exact as Python's own, and several times as fast; its errors are ValueErrors too.
_DECODER = msgspec.json.Decoder(dict[str, Any])
_ENCODER = msgspec.json.Encoder()


def _metadata_text(metadata: object, name: str) -> str:
    plain = _text_of_plain(metadata)
    return _checked_text(metadata, name) if plain is None else plain


def _text_of_plain(metadata: object) -> str | None:
    """The text of a dict of scalars with nothing wrong, as nearly all are; None for what needs a closer look."""
    if type(metadata) is not dict:
        return None
    for key, value in metadata.items():
        kind = type(value)
        fits = kind is str or (kind is int and value in INTEGER_RANGE) or value is None or kind is bool
        if type(key) is not str or not (fits or (kind is float and math.isfinite(value))):
            return None
    try:
        text = _ENCODER.encode(metadata).decode()
    except UnicodeEncodeError:
        return None
    # NUL as JSON writes it, or text that says so.
    return None if "\\u0000" in text else text


def _checked_text(metadata: object, name: str) -> str:
    what = f"metadata of {name!r:.80}"
    if not isinstance(metadata, Mapping):
        raise CatalogueError(f"{what} is of type {type(metadata).__name__}; give a mapping, {{}} for none")
    plain = {checked_key(key, what): _plain_value(value, f"{what}: {key!r:.80}") for key, value in metadata.items()}
    return _ENCODER.encode(plain).decode()


def _plain_value(value: object, what: str) -> object:
    if isinstance(value, (list, tuple)):
        return [plain_scalar(each, f"{what}, in its list,") for each in value]
    if isinstance(value, Mapping):
        raise CatalogueError(f"{what} holds a mapping; metadata is flat: give its parts keys of their own")
    return plain_scalar(value, what)


def _check_text(text: str, what: str) -> None:
    if "\0" in text:
        raise CatalogueError(f"{what} holds a NUL character; remove it")
    if not _is_unicode(text):
        raise CatalogueError(f"{what} is not valid Unicode (a lone surrogate); write it anew")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

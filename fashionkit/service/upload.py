"""What a request sends: a form of photos and texts, read as it comes and never further than the limits.

A body that is too large, a file that is no photo and a header that claims too many pixels are refused as soon as that
can be known, and the rest of the body is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from fashionkit.errors import did_you_mean
from fashionkit.images import Limits
from fashionkit.images.source import one_line
from fashionkit.service.arriving import FILE, Arriving, Upload
from fashionkit.service.problems import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

URL = "url"
# Metadata, a filter or a vector; a vector of 4,096 numbers takes 90 kB.
LONGEST_TEXT = 1024 * 1024
# A form takes 16 photos or ids and some texts; each part costs time, however small it is.
MOST_PARTS = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form may hold.

    Attributes:
        files: Most photos, in fields named `file`.
        texts: Names of fields that may be there once.
        several: Names of fields that may be there more often.
    """

    files: int
    texts: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Names of all fields."""
        return self.texts | self.several | {FILE}

    def or_urls(self) -> Self:
        """The same, where photos may also be named in fields named `url`."""
        return replace(self, several=self.several | {URL})


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent.

    Attributes:
        files: The photos, in order.
        texts: The texts of each field that was there, in order.
    """

    files: list[Upload] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The text of a field that may be there once; None where it is not."""
        given = self.texts.get(name)
        return given[0] if given else None

    def photo(self) -> Upload:
        """The one photo.

        Raises:
            Problem: 422, there is none.
        """
        if not self.files:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"there is no photo; send it in the field {FILE!r}")
        return self.files[0]


async def read_form(request: Request, wanted: Wanted, limits: Limits) -> Form:
    """Reads a multipart form.

    Args:
        request: Whose body is not read yet.
        wanted: What may be in it.
        limits: `max_bytes` is for the whole body, the rest for each photo.

    Raises:
        Problem: 400 where it is no whole form, 413 where it is too large, 415 where it is no form or a file no photo,
            422 where a field is unknown, there too often, or no text.
        starlette.requests.ClientDisconnect: The client left.
    """
    whole = _declared(request.headers, limits)
    parts = _Parts(wanted, limits, whole)
    boundary = _boundary(request.headers)
    with _as_no_form():
        parser = MultipartParser(boundary, parts.callbacks())
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > limits.max_bytes:
            raise _too_large(limits)
        if chunk:
            with _as_no_form():
                parser.write(chunk)
            await parts.look()
    if not parts.ended:
        raise Problem(HTTPStatus.BAD_REQUEST, "the form is cut off: its last boundary is missing; send it again")
    return parts.form


async def pass_over(request: Request, limits: Limits) -> Form:
    """Reads a body that nobody asked for, within the same limits, so that the connection can go on.

    Raises:
        Problem: 413, it is too large.
        starlette.requests.ClientDisconnect: The client left.
    """
    _declared(request.headers, limits)
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > limits.max_bytes:
            raise _too_large(limits)
    return Form()


class _Parts:
    """Puts the parts of a form together as the parser finds them."""

    def __init__(self, wanted: Wanted, limits: Limits, whole: int) -> None:
        self.form = Form()
        self.ended = False
        self._wanted = wanted
        self._limits = limits
        self._whole = whole
        self._count = 0
        self._begin()

    def callbacks(self) -> MultipartCallbacks:
        """What the parser calls."""
        return {
            "on_part_begin": self._part,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header,
            "on_headers_finished": self._named,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    async def look(self) -> None:
        """Looks at the header of a large photo that is still coming.

        Raises:
            Problem: 413, it claims too many pixels.
        """
        if self._photo is not None:
            await self._photo.look()

    def _begin(self) -> None:
        self._name = ""
        self._photo: Arriving | None = None
        self._headers: dict[bytes, bytes] = {}
        self._header_key = bytearray()
        self._header_text = bytearray()
        self._content = bytearray()

    def _part(self) -> None:
        self._begin()
        self._count += 1
        if self._count > MOST_PARTS:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"there are more than {MOST_PARTS} parts in the form")

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_key += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_text += data[start:end]

    def _header(self) -> None:
        self._headers[bytes(self._header_key).lower()] = bytes(self._header_text)
        self._header_key.clear()
        self._header_text.clear()

    def _named(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        # parse_options_header takes bytes for Latin-1 and gives those again, so what is UTF-8 still is.
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if name not in self._wanted.names or (name == FILE and not self._wanted.files):
            known = self._wanted.names if self._wanted.files else self._wanted.names - {FILE}
            raise _unfit(f"unknown field {one_line(name, 80)!r}; {did_you_mean(name, known)}")
        if name == FILE and len(self.form.files) >= self._wanted.files:
            raise _unfit(f"there are more than {self._wanted.files} photos in the field {FILE!r}; send fewer")
        if name in self._wanted.texts and name in self.form.texts:
            raise _unfit(f"the field {name!r} is there twice; send it once")
        self._name = name
        if name == FILE:
            label = one_line(options.get(b"filename", b"").decode("utf-8", "replace")) or FILE
            self._photo = Arriving(label, self._limits, self._whole)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._photo is not None:
            self._photo.write(data[start:end])
            return
        self._content += data[start:end]
        if len(self._content) > LONGEST_TEXT:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the field {self._name!r} has more than {LONGEST_TEXT:,} bytes"
            )

    def _part_end(self) -> None:
        if self._photo is not None:
            self.form.files.append(self._photo.ended())
            return
        try:
            text = self._content.decode()
        except UnicodeDecodeError as error:
            raise _unfit(f"the field {self._name!r} is no UTF-8 text; send it as such") from error
        self.form.texts.setdefault(self._name, []).append(text)

    def _end(self) -> None:
        self.ended = True


def _declared(headers: Mapping[str, str], limits: Limits) -> int:
    """How many bytes the body has at most: what its header says, which is refused here where that is too much."""
    declared = headers.get("content-length", "")
    whole = int(declared) if declared.isascii() and declared.isdigit() else limits.max_bytes
    if whole > limits.max_bytes:
        raise _too_large(limits)
    return whole


def _boundary(headers: Mapping[str, str]) -> bytes:
    given = headers.get("content-type", "")
    kind, options = parse_options_header(given)
    if kind != b"multipart/form-data":
        what = one_line(given, 80) or "without a type"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the body is {what}; send multipart/form-data")
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Problem(HTTPStatus.BAD_REQUEST, "the form has no boundary; let your HTTP client write its Content-Type")
    return boundary


@contextmanager
def _as_no_form() -> Iterator[None]:
    try:
        yield
    except FormParserError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"this is no multipart form ({one_line(str(error))})") from error


def _too_large(limits: Limits) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"there are more than the {limits.max_bytes:,} bytes that are allowed"
    )


def _unfit(detail: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)

"""What went wrong, as RFC 9457 has it: `application/problem+json` with the library's own words."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from fashionkit.errors import CatalogueError, ConfigError, DataError, FashionkitError, ImageError
from fashionkit.images.source import one_line
from fashionkit.service.claims import TooManyPixels

MEDIA_TYPE = "application/problem+json"
# What nginx logs where nobody waits for the answer any more; never seen by a client.
CLIENT_GONE = 499
LONGEST_DETAIL = 1000
NOT_FORESEEN = "something went wrong that was not foreseen; the log says where"
COME_AGAIN = {"Retry-After": "1"}

log = logging.getLogger("fashionkit.service")


class Problem(Exception):  # noqa: N818  # the word of RFC 9457
    """An answer that says what went wrong.

    Attributes:
        status: The HTTP status, from 400 on.
        detail: What was given, what is wrong with it and what to do, in one line.
        headers: Of the answer, beside the usual.

    >>> Problem(404, "no id 'shirt'").to_dict()["title"]
    'Not Found'
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = one_line(detail, LONGEST_DETAIL)
        self.headers = dict(headers or {})

    def to_dict(self) -> dict[str, str | int]:
        """The members of RFC 9457 that say something here."""
        title = "Client Closed Request" if self.status == CLIENT_GONE else HTTPStatus(self.status).phrase
        return {"title": title, "status": self.status, "detail": self.detail}

    def response(self) -> Response:
        """The answer."""
        return Response(msgspec.json.encode(self.to_dict()), self.status, self.headers, MEDIA_TYPE)


@contextmanager
def as_asked() -> Iterator[None]:
    """Says of whatever is found wrong inside that the request was wrong: what a request gives is checked here.

    Raises:
        Problem: 422, in the words of the error.
    """
    try:
        yield
    except FashionkitError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


def problem_of(error: Exception, hidden: Mapping[str, str]) -> Problem:
    """What is told of an error.

    A photo, labels or settings are the client's. A catalogue, a model or an engine that refuses what was checked
    before is ours, and is logged; what nobody foresaw is logged with its trace, and told of in general words.

    Args:
        error: What was raised.
        hidden: Folders of this machine, each with the word that takes its place.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, ImageError):
        too_large = isinstance(error, TooManyPixels)
        return Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.UNPROCESSABLE_ENTITY, str(error)
        )
    if isinstance(error, DataError | ConfigError):
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, without_places(str(error), hidden))
    if isinstance(error, FashionkitError):
        log.error("%s: %s", type(error).__name__, error)
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, without_places(str(error), hidden))
    if isinstance(error, MemoryError):
        log.error("there is not enough memory")
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "there is not enough memory now; come again", COME_AGAIN)
    log.error("not foreseen", exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, NOT_FORESEEN)


def problem_of_catalogue(error: CatalogueError, hidden: Mapping[str, str]) -> Problem:
    """What is told where an id that was asked for is not there: the error names it, and others near it."""
    return Problem(HTTPStatus.NOT_FOUND, without_places(str(error), hidden))


def without_places(text: str, hidden: Mapping[str, str]) -> str:
    """The text without folders of this machine.

    >>> without_places("/srv/shop: no id 'a'", {"/srv/shop": "the catalogue"})
    "the catalogue: no id 'a'"
    """
    # The longest first: one may lie in another.
    for place in sorted(hidden, key=len, reverse=True):
        text = text.replace(place, hidden[place])
    return text


def tell_problems(app: FastAPI) -> None:
    """Makes an app answer with problems, whoever finds them."""

    async def told(_: Request, problem: Exception) -> Response:
        return problem.response() if isinstance(problem, Problem) else _not_foreseen(problem)

    async def told_by_routing(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return _not_foreseen(error)
        detail = {
            HTTPStatus.NOT_FOUND: "there is nothing at this address; /openapi.json lists what there is",
            HTTPStatus.METHOD_NOT_ALLOWED: f"{one_line(request.method)} is not for this address; see /openapi.json",
        }.get(HTTPStatus(error.status_code), str(error.detail))
        return Problem(error.status_code, detail, error.headers).response()

    async def told_by_validation(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            return _not_foreseen(error)
        first = error.errors()[0]
        where = first["loc"][-1]
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {first['msg']}").response()

    async def told_of_the_rest(_: Request, __: Exception) -> Response:
        # Starlette raises it again once this is sent, and the server logs it with its trace.
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, NOT_FORESEEN).response()

    app.add_exception_handler(Exception, told_of_the_rest)
    app.add_exception_handler(Problem, told)
    app.add_exception_handler(HTTPException, told_by_routing)
    app.add_exception_handler(RequestValidationError, told_by_validation)


def _not_foreseen(error: Exception) -> Response:
    return problem_of(error, {}).response()

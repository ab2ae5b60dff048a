"""What of gradio is let through: what the page needs, and nothing else.

Gradio also fetches files from addresses for whoever asks, hands requests on to other servers, converts videos and takes
a thousand files at once. And where it is mounted on another app, it takes any file of the machine for one that was
dropped. None of it is for this page. The browser is told to load nothing from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fashionkit.service.problems import Problem

READ: Final = (
    "/assets/",
    "/config",
    "/favicon.ico",
    "/gradio_api/file=",
    "/gradio_api/heartbeat/",
    "/gradio_api/info",
    "/gradio_api/queue/data",
    "/gradio_api/upload_progress",
    "/gradio_api/startup-events",
    "/login_check",
    "/logout",
    "/static/",
    "/svelte/",
    "/theme.css",
)
SENT: Final = ("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/upload", "/login")
ASKS: Final = "/gradio_api/queue/join"
KEPT: Final = "/gradio_api/file="
UPLOADS: Final = "/gradio_api/upload"
MOST_OF_THE_REST = 64 * 1024
"""Bytes of a request that is no photo: choices of a visitor."""
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'self'; form-action 'self'; base-uri 'self'"
)
"""Gradio writes scripts and styles into its page and makes functions of texts; all else comes from here."""


class Gate:
    """An ASGI app that answers for the page, and refuses what it does not need.

    Args:
        app: What answers otherwise.
        path: Where the page is, such as `/ui`.
        most: Bytes that an upload may have.
        folder: Where gradio keeps what was dropped and what is shown; no other file is read for anybody.
    """

    def __init__(self, app: ASGIApp, path: str, most: int, folder: Path) -> None:
        self._app = app
        self._path = path
        self._most = most
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the app does."""
        inside = _inside(scope, self._path)
        if inside is None:
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                # Gradio lets pages of other sites read what is answered here.
                for name in {*headers.keys()}:
                    if name.startswith("access-control-"):
                        del headers[name]
            await send(message)

        try:
            self._check(scope, inside)
            if inside == ASKS:
                body = await _body(receive)
                for file in _files(body):
                    self._check_file(file)
                receive = _again(body)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self._app(scope, receive, sending)

    def _check(self, scope: Scope, inside: str) -> None:
        """Refuses addresses that the page does not need, and bodies that are too large.

        Raises:
            Problem: 404, 411 or 413.
        """
        if scope["method"] == "POST":
            if inside.rstrip("/") not in SENT:
                raise _nothing_here()
            length = Headers(scope=scope).get("content-length", "")
            if not (length.isascii() and length.isdigit()):
                raise Problem(HTTPStatus.LENGTH_REQUIRED, "the request does not say how long it is; send its length")
            most = self._most if inside.rstrip("/") == UPLOADS else MOST_OF_THE_REST
            if int(length) > most:
                raise Problem(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"there are more than the {most:,} bytes that are allowed"
                )
        elif scope["method"] not in ("GET", "HEAD") or not (inside in ("", "/") or inside.startswith(READ)):
            raise _nothing_here()
        elif inside.startswith(KEPT):
            self._check_file(inside.removeprefix(KEPT))

    def _check_file(self, file: object) -> None:
        """Refuses what gradio does not keep for the page.

        Raises:
            Problem: 422.
        """
        try:
            known = isinstance(file, str) and Path(file).resolve().is_relative_to(self._folder)
        except (OSError, ValueError, RuntimeError):
            known = False
        if not known:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "this is no photo that was dropped here; drop the photo itself: no address and no other file is read",
            )


def _inside(scope: Scope, path: str) -> str | None:
    """The address within the page; None where it is elsewhere."""
    if scope["type"] != "http":
        return None
    whole: str = scope["path"]
    return whole[len(path) :] if whole == path or whole.startswith(f"{path}/") else None


async def _body(receive: Receive) -> bytes:
    """All that was sent, which the server has found to be as short as it says."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _files(body: bytes) -> Iterator[object]:
    """Whatever stands in a JSON text where gradio takes the name of a file.

    Raises:
        Problem: 422, it is no JSON.

    >>> list(_files(b'{"data": [{"path": "a.png"}], "session_hash": "b"}'))
    ['a.png']
    """
    try:
        waiting: list[Any] = [msgspec.json.decode(body)]
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "what was sent is no JSON") from error
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "path" in value:
                yield value["path"]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _again(body: bytes) -> Receive:
    """Hands on a body that was read."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _nothing_here() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "there is nothing at this address")

"""Answers as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response


def written(answer: dict[str, Any], status: int = HTTPStatus.OK) -> Response:
    """A response that holds an answer.

    >>> written({"score": 0.5}).body
    b'{"score":0.5}'
    """
    return Response(msgspec.json.encode(answer), status, media_type="application/json")

"""What OpenAPI says of forms and problems, which FastAPI cannot see in routes that read their forms themselves."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from fashionkit.heads.outfit.spec import MAX_ITEMS
from fashionkit.service.answers import ProblemAnswer
from fashionkit.service.arriving import FILE
from fashionkit.service.hosts import LONGEST_URL
from fashionkit.service.problems import MEDIA_TYPE
from fashionkit.service.upload import URL

Schema = dict[str, Any]

PHOTO: Schema = {
    "type": "string",
    "format": "binary",
    "description": "A photo: JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF.",
}
PHOTO_URL: Schema = {
    "type": "string",
    "format": "uri",
    "maxLength": LONGEST_URL,
    "description": "Where the photo is, on a host that the operator listed, in place of the photo.",
}
URLS: Schema = {"type": "array", "items": PHOTO_URL, "maxItems": MAX_ITEMS}
PHOTOS: Schema = {"type": "array", "items": PHOTO, "maxItems": MAX_ITEMS}
ID: Schema = {"type": "string", "minLength": 1, "maxLength": 4096, "description": "The id of an item of the catalogue."}

_ALWAYS = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
_OF_FORMS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


def form(properties: Mapping[str, Schema], *required: str) -> Schema:
    """The `openapi_extra` of a route that reads a form.

    >>> form({"file": PHOTO}, "file")["requestBody"]["required"]
    True
    """
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def problems(*statuses: int, reads_form: bool = False) -> dict[int | str, Schema]:
    """The `responses` of a route: its problems, and those that every route has."""
    known = sorted({*statuses, *_ALWAYS, *(_OF_FORMS if reads_form else ())})
    return {int(status): _problem(status) for status in known}


def describe(app: FastAPI, *, with_urls: bool) -> None:
    """Makes the OpenAPI of an app hold the schema that `problems` refers to.

    Args:
        app: With all its routes.
        with_urls: Whether forms may also name their photos by URL.
    """

    def described() -> Schema:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = ProblemAnswer.model_json_schema()
            if with_urls:
                _add_urls(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation does it


def _add_urls(schema: Schema) -> None:
    """Lets every form that takes photos take their URLs, in place of them or beside them."""
    asked = [way for ways in schema["paths"].values() for way in ways.values() if "requestBody" in way]
    for way in asked:
        told = way["requestBody"]["content"]["multipart/form-data"]["schema"]
        photos = told["properties"].get(FILE)
        if photos is not None:
            told["properties"][URL] = URLS if photos["type"] == "array" else PHOTO_URL
            told["required"] = [name for name in told["required"] if name != FILE]
            way["responses"][str(HTTPStatus.BAD_GATEWAY.value)] = _problem(HTTPStatus.BAD_GATEWAY)


def _problem(status: int) -> Schema:
    described: Schema = {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        described["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
    return described


FILE_FORM = form({FILE: PHOTO}, FILE)
"""A form of one photo and nothing else."""

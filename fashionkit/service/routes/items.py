"""`POST /items` and `DELETE /items/{id}`: what the catalogue holds."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.convertors import Convertor, register_url_convertor

from fashionkit.catalogue.entries import checked_ids
from fashionkit.service.adding import Adding
from fashionkit.service.answers import ItemAnswer
from fashionkit.service.arriving import FILE
from fashionkit.service.desk import Desk
from fashionkit.service.fields import object_of
from fashionkit.service.offers import Offers
from fashionkit.service.openapi import ID, PHOTO, form, problems
from fashionkit.service.problems import Problem, as_asked
from fashionkit.service.routes.written import written
from fashionkit.service.upload import Form, Wanted


class _AnyId(Convertor[str]):
    """The rest of the address, whatever is in it: ids are often paths, and Starlette's `path` ends at a line break."""

    regex = r"[\s\S]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("item", _AnyId())

_FORM = form(
    {
        FILE: PHOTO,
        "id": {**ID, "description": "What it shall be called; what has this id is replaced."},
        "metadata": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "What is known of it, as a flat JSON object. `kind` and `category` are what the model says, "
            "where they are not given.",
            "example": '{"price": 20}',
        },
    },
    FILE,
    "id",
)


def item_routes(offers: Offers, desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/items", tags=["catalogue"])
    wanted = Wanted(files=1, texts=frozenset({"id", "metadata"}))

    @cache
    def adding() -> Adding:
        return Adding(offers.retriever)

    @router.post(
        "",
        status_code=HTTPStatus.CREATED,
        openapi_extra=_FORM,
        responses={201: {"model": ItemAnswer}, **problems(404, reads_form=True)},
    )
    async def add(request: Request) -> Response:
        """Put a photo into the catalogue. It is durable when this is answered.

        Where no answer comes, ask again: the same id is replaced, and never there twice.
        """

        def work(form: Form) -> dict[str, Any]:
            into = adding()
            name = form.text("id")
            if name is None:
                raise Problem(422, "there is no id; send one in the field 'id'")
            stored = into.add(form.photo(), name, object_of(form, "metadata") or {})
            return {"id": name, "metadata": stored}

        return written(await desk.answer_form(request, wanted, work), HTTPStatus.CREATED)

    @router.delete("/{id:item}", status_code=HTTPStatus.NO_CONTENT, responses=problems(404, 408, 413, 422))
    async def remove(request: Request, id: str) -> Response:  # noqa: A002  # the word for it in every catalogue
        """Take an item out of the catalogue; write its id percent-encoded. It is durable when this is answered."""

        def work() -> None:
            retriever = offers.retriever
            with as_asked():
                checked_ids([id])
            if not retriever.remove(id):
                raise Problem(404, f"there is no item {id!r:.200}")

        await desk.answer(request, work)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router

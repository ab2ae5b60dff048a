"""`POST /search`: what in the catalogue looks like it."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from numpy.typing import NDArray

from fashionkit.catalogue.entries import unit_vectors
from fashionkit.catalogue.search import Search
from fashionkit.service.answers import HitsAnswer
from fashionkit.service.arriving import FILE
from fashionkit.service.desk import Desk
from fashionkit.service.fields import MOST_K, count_of, found, object_of, share_of, vector_of
from fashionkit.service.offers import Offers
from fashionkit.service.openapi import ID, PHOTO, form, problems
from fashionkit.service.problems import Problem, as_asked
from fashionkit.service.routes.written import written
from fashionkit.service.upload import Form, Wanted

HITS = 10
BY = (FILE, "id", "vector")
_FORM = form(
    {
        FILE: PHOTO,
        "id": {**ID, "description": "More like this: an item of the catalogue, which is left out itself."},
        "vector": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "A JSON list of numbers, as POST /analyze?embedding=true gives it.",
        },
        "k": {"type": "integer", "minimum": 1, "maximum": MOST_K, "default": HITS},
        "where": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "What must hold of the metadata, as a JSON object.",
            "example": '{"kind": ["tops", "dresses"], "price": {"<": 50}}',
        },
        "group_by": {
            "type": "string",
            "description": "A metadata key; of all items with the same value there, only the best is found.",
        },
        "diversity": {
            "type": "number",
            "minimum": 0,
            "exclusiveMaximum": 1,
            "default": 0,
            "description": "Above 0: less like each other.",
        },
    }
)


def search_routes(offers: Offers, desk: Desk) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["catalogue"])
    wanted = Wanted(files=1, texts=frozenset({"id", "vector", "k", "where", "group_by", "diversity"}))

    @router.post(
        "/search", openapi_extra=_FORM, responses={200: {"model": HitsAnswer}, **problems(404, reads_form=True)}
    )
    async def search(request: Request) -> Response:
        """Find the items most like a photo, an item or a vector: send exactly one of the three."""

        def work(form: Form) -> dict[str, Any]:
            return _hits(offers, form)

        return written(await desk.answer_form(request, wanted, work))

    return router


def _hits(offers: Offers, form: Form) -> dict[str, Any]:
    catalogue = offers.retriever.catalogue
    k = count_of(form, "k", HITS)
    where, group_by, diversity = object_of(form, "where"), form.text("group_by"), share_of(form, "diversity")
    with as_asked():
        Search.asked(k, where, group_by, diversity, ())
    query, name = _query(offers, form)
    without = [] if name is None else [name]
    hits = catalogue.search(query, k, where, group_by=group_by, diversity=diversity, without=without)[0]
    return {"hits": [hit.to_dict() for hit in hits]}


def _query(offers: Offers, form: Form) -> tuple[NDArray[np.floating[Any]], str | None]:
    """The vector to search by, 1×dimension, and the id that it is of."""
    name, vector = form.text("id"), vector_of(form, "vector")
    given = [by for by, value in zip(BY, (form.files or None, name, vector), strict=True) if value is not None]
    if len(given) != 1:
        raise Problem(422, f"search by one of {', '.join(BY)}; given: {', '.join(given) or 'none'}")
    if name is not None:
        return found(offers, [name]), name
    if vector is not None:
        with as_asked():
            return unit_vectors(vector[None], offers.retriever.dimension), None
    return offers.retriever.embed(form.photo())[:1], None

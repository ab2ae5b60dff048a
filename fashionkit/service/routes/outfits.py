"""`POST /outfits/score` and `/outfits/complete`: what goes together."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from fashionkit.heads.outfit.spec import MAX_ITEMS
from fashionkit.service.answers import OutfitAnswer, SuggestionsAnswer
from fashionkit.service.arriving import FILE, Upload
from fashionkit.service.desk import Desk
from fashionkit.service.fields import MOST_K, count_of, found
from fashionkit.service.offers import Offers
from fashionkit.service.openapi import ID, PHOTOS, form, problems
from fashionkit.service.problems import Problem
from fashionkit.service.routes.written import written
from fashionkit.service.upload import Form, Wanted
from fashionkit.tasks import Retriever

SUGGESTIONS = 5
_ITEMS = {FILE: PHOTOS, "id": {"type": "array", "items": ID, "maxItems": MAX_ITEMS}}
_PROBLEMS = problems(404, reads_form=True)


def outfit_routes(offers: Offers, desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/outfits", tags=["outfits"])
    to_score = Wanted(files=MAX_ITEMS, several=frozenset({"id"}))
    to_complete = Wanted(files=MAX_ITEMS, several=frozenset({"id"}), texts=frozenset({"k", "kind"}))

    @router.post("/score", openapi_extra=form(_ITEMS), responses={200: {"model": OutfitAnswer}, **_PROBLEMS})
    async def score(request: Request) -> Response:
        """Score how well 2 to 16 garments go together: photos, or ids of the catalogue."""

        def work(form: Form) -> dict[str, Any]:
            items, catalogue = _items(offers, form)
            return offers.outfits.score(items, catalogue=catalogue).to_dict()

        return written(await desk.answer_form(request, to_score, work))

    extra = form(
        {
            **_ITEMS,
            "k": {"type": "integer", "minimum": 1, "maximum": MOST_K, "default": SUGGESTIONS},
            "kind": {"type": "string", "description": "Only items that are stored with this kind, such as shoes."},
        }
    )

    @router.post("/complete", openapi_extra=extra, responses={200: {"model": SuggestionsAnswer}, **_PROBLEMS})
    async def complete(request: Request) -> Response:
        """Find items of the catalogue with which an outfit of 1 to 15 garments holds together best."""

        def work(form: Form) -> dict[str, Any]:
            k = count_of(form, "k", SUGGESTIONS)
            candidates = offers.retriever
            items, catalogue = _items(offers, form)
            suggestions = offers.outfits.complete(items, candidates, k, catalogue=catalogue, kind=form.text("kind"))
            return {"suggestions": [each.to_dict() for each in suggestions]}

        return written(await desk.answer_form(request, to_complete, work))

    return router


def _items(offers: Offers, form: Form) -> tuple[list[Upload] | list[str], Retriever | None]:
    """What an outfit is given as, and the catalogue that its ids are of."""
    ids = form.texts.get("id", [])
    if ids and form.files:
        raise Problem(422, "there are photos and ids; send the one or the other")
    if not ids:
        return form.files, None
    if len(ids) > MAX_ITEMS:
        raise Problem(422, f"an outfit has at most {MAX_ITEMS} items, got {len(ids)}")
    found(offers, ids)
    return ids, offers.retriever

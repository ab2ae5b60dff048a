"""`POST /classify`, `/attributes` and `/analyze`: what is asked of one photo."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from fashionkit.service.answers import AttributesAnswer, CategoryAnswer
from fashionkit.service.desk import Desk
from fashionkit.service.offers import Offers
from fashionkit.service.openapi import FILE_FORM, problems
from fashionkit.service.routes.written import written
from fashionkit.service.upload import Form, Wanted

ONE_PHOTO = Wanted(files=1)
_PROBLEMS = problems(reads_form=True)
# A model without the head that is asked.
_PROBLEMS_OF_HEADS = problems(404, reads_form=True)


def photo_routes(offers: Offers, desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["photos"])
    model = offers.model
    vectors = {name for name, spec in model.specs.items() if spec.kind == "embedding"}

    @router.post("/classify", openapi_extra=FILE_FORM, responses={200: {"model": CategoryAnswer}, **_PROBLEMS_OF_HEADS})
    async def classify(request: Request) -> Response:
        """Say what a garment is."""

        def work(form: Form) -> dict[str, Any]:
            return offers.classifier.predict(form.photo()).to_dict()

        return written(await desk.answer_form(request, ONE_PHOTO, work))

    @router.post(
        "/attributes", openapi_extra=FILE_FORM, responses={200: {"model": AttributesAnswer}, **_PROBLEMS_OF_HEADS}
    )
    async def attributes(request: Request) -> Response:
        """Say what a garment is like."""

        def work(form: Form) -> dict[str, Any]:
            return offers.attributes.predict(form.photo()).to_dict()

        return written(await desk.answer_form(request, ONE_PHOTO, work))

    @router.post("/analyze", openapi_extra=FILE_FORM, responses={200: {"model": dict[str, Any]}, **_PROBLEMS})
    async def analyze(
        request: Request,
        embedding: Annotated[bool, Query(description="Also answer with the vector of the photo.")] = False,
    ) -> Response:
        """Ask all heads of the model in one pass; the answer has a member for each."""

        def work(form: Form) -> dict[str, Any]:
            analysis = offers.analyzer.analyze(form.photo())
            return {name: analysis[name].to_dict() for name in analysis if embedding or name not in vectors}

        return written(await desk.answer_form(request, ONE_PHOTO, work))

    return router

"""`GET /health`, `/ready` and `/metrics`: how the service stands."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Response

from fashionkit.errors import CatalogueError
from fashionkit.service.answers import HealthAnswer, ReadyAnswer
from fashionkit.service.metrics import MEDIA_TYPE, Metrics
from fashionkit.service.offers import Offers
from fashionkit.service.openapi import problems
from fashionkit.service.problems import Problem
from fashionkit.service.routes.written import written
from fashionkit.version import __version__


def standing_routes(offers: Offers) -> APIRouter:
    """What everybody may ask."""
    router = APIRouter(tags=["standing"])

    @router.get("/health", responses={200: {"model": HealthAnswer}})
    async def health() -> Response:
        """Say that the process runs; asks nothing of model and catalogue."""
        return written({"status": "ok", "version": __version__})

    @router.get("/ready", responses={200: {"model": ReadyAnswer}, **problems()})
    async def ready() -> Response:
        """Say that requests are answered: the model is loaded, and the catalogue can be read."""
        catalogue = offers.catalogue
        try:
            items = None if catalogue is None else await asyncio.to_thread(len, catalogue)
        except CatalogueError:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the catalogue cannot be read; the log says why") from None
        model = offers.model
        return written({"status": "ready", "engine": model.engine.name, "heads": list(model.specs), "items": items})

    return router


def metric_routes(metrics: Metrics) -> APIRouter:
    """What the operator asks."""
    router = APIRouter(tags=["standing"])

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def read_metrics() -> Response:
        """Counts and times for Prometheus."""
        return Response(metrics.text(), media_type=MEDIA_TYPE)

    return router

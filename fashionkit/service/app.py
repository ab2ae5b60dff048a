"""The app: everything wired."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from fashionkit.service.desk import Desk
from fashionkit.service.fetch import Fetcher
from fashionkit.service.keys import Keys
from fashionkit.service.metrics import Counted, Metrics
from fashionkit.service.offers import Offers
from fashionkit.service.openapi import describe, problems
from fashionkit.service.problems import Problem, tell_problems
from fashionkit.service.routes.items import item_routes
from fashionkit.service.routes.outfits import outfit_routes
from fashionkit.service.routes.photos import photo_routes
from fashionkit.service.routes.search import search_routes
from fashionkit.service.routes.standing import metric_routes, standing_routes
from fashionkit.service.settings import Settings
from fashionkit.service.unread import ClosedWhereUnread
from fashionkit.version import __version__

DESCRIPTION = "What a garment is, what it is like, what goes with it and what looks like it."
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False)
_BEARER = HTTPBearer(auto_error=False)


def create_app(settings: Settings) -> FastAPI:
    """Loads the model, opens the catalogue, and gives the app that answers with them.

    The app holds them until its lifespan ends; further routes and apps may be mounted on it.

    Args:
        settings: What is served, and how much of it.

    Raises:
        ModelError, ConfigError, EngineError: The model cannot be loaded or run.
        CatalogueError: The catalogue cannot be opened, or is of another model.
    """
    metrics = Metrics()
    offers = Offers.open(settings, metrics)
    fetcher = Fetcher(settings.hosts, settings.limits) if settings.hosts else None
    desk = Desk(settings, metrics, offers.hidden, fetcher)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        # What was taken in ends first: a thread may still be adding to the catalogue.
        desk.close()
        offers.close()
        if fetcher is not None:
            fetcher.close()

    app = FastAPI(
        title="fashionkit",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        # FastAPI's pages load their scripts from another server.
        docs_url=None,
        redoc_url=None,
    )
    app.state.offers = offers
    app.state.desk = desk
    guarded = _guarded(settings.keys)
    app.include_router(standing_routes(offers))
    for router in (
        photo_routes(offers, desk),
        outfit_routes(offers, desk),
        item_routes(offers, desk),
        search_routes(offers, desk),
        metric_routes(metrics),
    ):
        app.include_router(router, **guarded)
    tell_problems(app)
    describe(app, with_urls=bool(settings.hosts))
    app.add_middleware(Counted, metrics=metrics)
    app.add_middleware(ClosedWhereUnread)
    return app


def _guarded(keys: Keys) -> dict[str, Any]:
    """What makes routes ask for a key, where there are any."""
    if not keys:
        return {}

    async def shown(
        key: Annotated[str | None, Security(_HEADER)],
        token: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> None:
        given = [key, token.credentials if token is not None else None]
        if not any(keys.fits(each) for each in given if each is not None):
            detail = "there is no key that fits; send one in the header X-API-Key, or as Authorization: Bearer"
            raise Problem(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})

    return {"dependencies": [Depends(shown)], "responses": problems(HTTPStatus.UNAUTHORIZED)}

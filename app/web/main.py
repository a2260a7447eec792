"""The web app: `create_app(house)` hangs every room's routes on one FastAPI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from app.practice.house import House, close_house
from app.practice.renewing import renew_in_peace
from app.web import (
    account,
    api,
    assignments,
    classes,
    codebook,
    coding,
    dashboard,
    errors,
    informed,
    my_account,
    mydata,
    people_admin,
    personas,
    playback,
    portraits,
    progress,
    report,
    reset,
    review,
    room,
    sso,
    trainee,
    tries,
)
from app.web.language import Language
from app.web.pages import STATIC_DIR
from app.web.security import RequestGuard, SecurityHeaders, Throttle


def create_app(house: House) -> FastAPI:
    """The application over an open house; its shutdown closes the house."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = Event()
        renewing = asyncio.create_task(asyncio.to_thread(renew_in_peace, house.database, stop))
        yield
        stop.set()
        await renewing
        await close_house(house)

    app = FastAPI(
        title="Rollwith",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        middleware=[Middleware(SecurityHeaders), Middleware(RequestGuard), Middleware(Language)],
    )
    app.state.house = house
    app.state.founded = False
    app.state.sign_in_throttle = Throttle(limit=8, window=300)
    app.state.join_throttle = Throttle(limit=20, window=300)
    app.state.reset_throttle = Throttle(limit=3, window=3600)
    app.state.reset_source_throttle = Throttle(limit=20, window=3600)
    sso.install(app, house.settings)
    errors.install(app)
    for part in (
        account,
        my_account,
        people_admin,
        reset,
        sso,
        trainee,
        tries,
        room,
        api,
        codebook,
        assignments,
        classes,
        coding,
        dashboard,
        informed,
        portraits,
        report,
        review,
        personas,
        progress,
        playback,
        mydata,
    ):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")
    return app


__all__ = ["create_app"]

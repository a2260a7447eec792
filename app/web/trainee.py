"""The trainee's pages around the room: home, choosing a client, one's sessions, the report."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.practice import report as reports
from app.practice import sessions, suggest
from app.web.charts import timeline_chart
from app.web.pages import capitalize_first, render
from app.web.people import HouseDep, ReaderDep

router = APIRouter()


@router.get("/")
def home(request: Request, _: ReaderDep) -> Response:
    return RedirectResponse("/dashboard" if request.state.instructs else "/clients", 303)


@router.get("/clients")
def choose(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    rows = sessions.sessions_of(house, user)
    running = [row for row in rows if row.ended_at is None]
    cards = sessions.persona_cards(house)
    return render(request, "clients.html", cards=cards, running=running, practised=bool(rows))


@router.get("/sessions")
def my_sessions(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    return render(request, "sessions.html", rows=sessions.sessions_of(house, user))


@router.get("/sessions/{session_id}/report")
async def report(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    await suggest.suggest(house, user, session_id)
    found = await run_in_threadpool(reports.report, house, user, session_id)
    called = capitalize_first(found.called)
    return render(request, "report.html", report=found, chart=timeline_chart(found.timeline, called))


__all__ = ["router"]

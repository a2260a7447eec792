"""Progress, one's own and that of a trainee whom one instructs: figures, milestones, calendar, resistance."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from babel.dates import format_date, get_day_names
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import language
from app.practice import milestones
from app.practice.accounts import User
from app.practice.errors import Invalid
from app.practice.followed import amount, followed, step_words, trend_words
from app.practice.house import House
from app.practice.modes import modes
from app.practice.practice_calendar import quarter_of
from app.practice.progress import PERIODS, Wanted, progress, resistance_words
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep, ReaderDep
from app.web.progress_charts import kinds_chart, parts_chart, series_chart

router = APIRouter()

Field = Annotated[str, Form()]
OF_A_TRAINEE = "/dashboard/trainees/{trainee_id}/progress"


def _page(request: Request, house: House, reader: User, trainee_id: uuid.UUID | None, **context: object) -> Response:
    asked = dict(request.query_params)
    wanted = Wanted(*(asked.get(name, default) for name, default in _ASKED.items()))
    found = progress(house, reader, wanted, trainee_id)
    series = found.series[found.wanted.measure]
    form: dict[str, str] = {}
    known: dict[str, object] = {"status": 200, "error": None, "field": None, "form": form}
    base = "/progress" if found.own else f"/dashboard/trainees/{found.trainee.id}/progress"
    return render(
        request,
        "progress.html",
        **(known | context),  # type: ignore[arg-type]
        found=found,
        series=series,
        chart=series_chart(series),
        kinds=kinds_chart(found.kinds),
        thirds=parts_chart(found.parts),
        quarter=quarter_of(found.done, asked.get("quarter", ""), datetime.now(UTC).date()),
        base=base,
        address=lambda **more: f"{base}?{urlencode(_kept(found.wanted) | more)}",
        session_address=lambda done: f"/sessions/{done.id}/report" if found.own else f"/review/{done.id}",
        followed=followed(),
        modes=modes(),
        periods=list(PERIODS),
        resistance=resistance_words(),
        amount=amount,
        trend_words=trend_words,
        step_words=step_words,
        day=_day,
        month=_month,
        weekdays=_weekdays(),
    )


@router.get("/progress")
def own_progress(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    return _page(request, house, user, None)


@router.get(OF_A_TRAINEE)
def trainees_progress(request: Request, house: HouseDep, user: InstructorDep, trainee_id: uuid.UUID) -> Response:
    return _page(request, house, user, trainee_id)


@router.post("/progress/milestones")
def set_own(
    request: Request, house: HouseDep, user: ReaderDep, measure: Field = "", target: Field = "", due: Field = "",
    note: Field = "",
) -> Response:  # fmt: skip
    return _set(request, house, user, user.id, {"measure": measure, "target": target, "due": due, "note": note})


@router.post(f"{OF_A_TRAINEE}/milestones")
def set_for_a_trainee(
    request: Request, house: HouseDep, user: InstructorDep, trainee_id: uuid.UUID, measure: Field = "",
    target: Field = "", due: Field = "", note: Field = "",
) -> Response:  # fmt: skip
    return _set(request, house, user, trainee_id, {"measure": measure, "target": target, "due": due, "note": note})


@router.post("/progress/milestones/{milestone_id}/remove")
def remove_own(house: HouseDep, user: ReaderDep, milestone_id: int) -> Response:
    milestones.remove_milestone(house, user, milestone_id)
    return RedirectResponse("/progress#milestones", 303)


@router.post(f"{OF_A_TRAINEE}/milestones/{{milestone_id}}/remove")
def remove_a_trainees(house: HouseDep, user: InstructorDep, trainee_id: uuid.UUID, milestone_id: int) -> Response:
    milestones.remove_milestone(house, user, milestone_id)
    return RedirectResponse(f"/dashboard/trainees/{trainee_id}/progress#milestones", 303)


def _set(request: Request, house: House, user: User, trainee_id: uuid.UUID, form: dict[str, str]) -> Response:
    try:
        milestones.set_milestone(house, user, trainee_id, **form)
    except Invalid as error:
        return _page(request, house, user, trainee_id, status=422, error=error.message, field=error.field, form=form)
    base = "/progress" if trainee_id == user.id else f"/dashboard/trainees/{trainee_id}/progress"
    return RedirectResponse(f"{base}#milestones", 303)


_ASKED = {"client": "", "mode": "", "period": "all", "measure": ""}


def _kept(wanted: Wanted) -> dict[str, str]:
    """What of the filter stands in the page's address."""
    return {name: value for name in _ASKED if (value := getattr(wanted, name)) not in ("", "all")}


def _locale() -> str:
    return language().replace("-", "_")


def _day(moment: object) -> str:
    return format_date(moment, "d MMM yyyy", locale=_locale())  # type: ignore[arg-type]


def _month(moment: object) -> str:
    return format_date(moment, "LLLL yyyy", locale=_locale())  # type: ignore[arg-type]


def _weekdays() -> list[tuple[str, str]]:
    """The days from Monday on: short, and in full."""
    short, full = (get_day_names(width, "stand-alone", _locale()) for width in ("short", "wide"))
    return [(short[number], full[number]) for number in range(7)]


__all__ = ["router"]

"""The instructor's dashboard, down to the turn, and what a class takes away from it: CSV, JSONL and a PDF."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from app.i18n import gettext as _
from app.practice import class_export, drill_down
from app.practice.accounts import User
from app.practice.class_figures import PERIODS, Scope, read_scope
from app.practice.dashboard import SPOILS, Dashboard, dashboard
from app.practice.errors import Invalid
from app.practice.followed import HEADLINE, amount, followed, trend_words
from app.practice.house import House
from app.practice.modes import modes
from app.practice.sessions import client_names
from app.web.dashboard_charts import bin_label, bins_chart, weeks_chart
from app.web.downloads import attached, sheet
from app.web.over_time import short_day
from app.web.pages import render
from app.web.pdf import file_name, pdf
from app.web.people import HouseDep, InstructorDep

router = APIRouter()

Text = Annotated[str, Query(max_length=60)]
EMPTY = {"classroom": "", "period": "10", "since": "", "until": "", "measure": HEADLINE}


def _wanted(request: Request) -> dict[str, str]:
    asked = {name: request.query_params.get(name, default)[:60] for name, default in EMPTY.items()}
    return asked | {"period": asked["period"] if asked["period"] in PERIODS else "10"}


def _scope(wanted: dict[str, str]) -> Scope:
    try:
        classroom = uuid.UUID(wanted["classroom"]) if wanted["classroom"] else None
    except ValueError:
        classroom = uuid.UUID(int=0)  # no class has it, so it is not found
    return read_scope(classroom, wanted["period"], wanted["since"], wanted["until"])


def _found(house: House, user: User, wanted: dict[str, str]) -> Dashboard:
    return dashboard(house, user, _scope(wanted), wanted["measure"])


def _address(base: str, wanted: dict[str, str], **more: str) -> str:
    kept = {name: value for name, value in (wanted | more).items() if value != EMPTY.get(name)}
    return f"{base}?{urlencode(kept)}" if kept else base


@router.get("/dashboard")
def overview(request: Request, house: HouseDep, user: InstructorDep) -> Response:
    wanted, error = _wanted(request), None
    try:
        found = _found(house, user, wanted)
    except Invalid as problem:
        error = problem
        wanted |= {"since": "", "until": ""}
        found = _found(house, user, wanted)
    return render(
        request,
        "dashboard.html",
        status=422 if error else 200,
        found=found,
        wanted=wanted,
        error=error,
        periods=list(PERIODS),
        weeks=weeks_chart(found.measure, found.weeks),
        spread=bins_chart(found.measure, found.bins),
        clients=client_names(house),
        address=lambda base="/dashboard", **more: _address(base, wanted, **more),
        followed={name: one for name, one in followed().items() if one.group == "measure"},
        **_words(),
    )


@router.get("/dashboard/trainees/{trainee_id}")
def trainee(request: Request, house: HouseDep, user: InstructorDep, trainee_id: uuid.UUID) -> Response:
    view = drill_down.trainee_view(house, user, trainee_id)
    return render(request, "dashboard_trainee.html", view=view, modes=modes(), **_words())  # type: ignore[arg-type]


@router.get("/dashboard/techniques/{technique}")
def technique(
    request: Request, house: HouseDep, user: InstructorDep, technique: str,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:  # fmt: skip
    wanted = _wanted(request)
    view = drill_down.technique_view(house, user, technique, _scope(wanted), page)
    base = f"/dashboard/techniques/{technique}"
    return render(
        request,
        "dashboard_technique.html",
        view=view,
        label=_technique_words()[technique],
        spoils=technique in SPOILS,
        clients=client_names(house),
        page_address=lambda number: _address(base, wanted, page=str(number)),
        back=_address("/dashboard", wanted),
        **_words(),  # type: ignore[arg-type]
    )


@router.get("/dashboard/sessions.csv")
def sessions_csv(request: Request, house: HouseDep, user: InstructorDep) -> Response:
    head, rows = class_export.sessions_table(house, user, _scope(_wanted(request)))
    return sheet("sessions.csv", head, rows)


@router.get("/dashboard/turns.jsonl")
def turns_jsonl(request: Request, house: HouseDep, user: InstructorDep) -> Response:
    rows = class_export.turns_of_class(house, user, _scope(_wanted(request)))
    lines: Iterator[str] = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=attached("turns.jsonl"))


@router.get("/dashboard/report.pdf")
def report_pdf(request: Request, house: HouseDep, user: InstructorDep, names: Text = "yes") -> Response:
    found = _found(house, user, wanted := _wanted(request))
    made = pdf("class_report", _document(found, wanted, client_names(house), hidden=names == "no"))
    name = file_name("class", found.classroom.name if found.classroom else "all", f"{datetime.now(UTC):%Y-%m-%d}")
    return Response(made, media_type="application/pdf", headers=attached(name))


def _document(found: Dashboard, wanted: dict[str, str], clients: dict[str, str], *, hidden: bool) -> dict[str, object]:
    """The class report's data, in words."""
    what = found.measure
    return {
        "title": found.classroom.name if found.classroom else _("All classes"),
        "header": _("Class report"),
        "footer": _("Scores by a model, with corrections by people; a training tool, not therapy."),
        "lead": _("%(sessions)s sessions of %(trainees)s trainees, %(period)s.")
        % {"sessions": len(found.held), "trainees": len(found.trainees), "period": _period(wanted)},
        "measure": {"label": what.label, "heading": _("Over time")},
        "weeks": {
            "head": [_("Week of"), _("Sessions"), _("Median"), _("Middle half")],
            "rows": [
                [
                    short_day(week.week),
                    str(week.n),
                    amount(what.unit, week.median),
                    f"{amount(what.unit, week.low)} – {amount(what.unit, week.high)}"
                    if week.low is not None and week.high is not None
                    else "–",
                ]
                for week in found.weeks
            ],
        },
        "spread": {
            "heading": _("How sessions are spread"),
            "head": [what.label, _("Sessions")],
            "rows": [[bin_label(what, one), str(one.n)] for one in found.bins],
        },
        "techniques": {
            "heading": _("Techniques, and what spoils them"),
            "head": [_("Technique"), _("Sessions with it"), _("Share, and its 95 % range"), _("In 10 turns"), ""],
            "rows": [
                [
                    row.label,
                    f"{row.sessions} / {row.of}",
                    f"{row.share:.0%} ({row.interval[0]:.0%} – {row.interval[1]:.0%})",
                    f"{row.rate:.1f}",
                    (_("too often") if row.spoils else _("lags")) if row.lags else "",
                ]
                for row in found.techniques
            ],
        },
        "tasks": {
            "heading": _("Assignments"),
            "head": [_("Client"), _("Due"), _("Done")],
            "rows": [
                [
                    clients.get(row.assignment.client_id, row.assignment.client_id),
                    short_day(row.assignment.due_at) if row.assignment.due_at else "–",
                    f"{row.done} / {row.of}",
                ]
                for row in found.tasks
            ],
        },
        "trainees": {
            "heading": _("Trainees"),
            "head": [_("Trainee"), _("Sessions"), _("Last"), _("Answers to resistance"), _("Trend"), _("To look at")],
            "rows": [
                [
                    _("Trainee %(number)s") % {"number": number} if hidden else row.name,
                    str(row.sessions),
                    short_day(row.last) if row.last else "–",
                    amount("percent", row.headline) if row.headline is not None else "–",
                    trend_words(followed()[HEADLINE], row.trend),
                    row.stalled,
                ]
                for number, row in enumerate(found.trainees, 1)
            ],
        },
    }


def _period(wanted: dict[str, str]) -> str:
    if wanted["since"] or wanted["until"]:
        return _("from %(since)s to %(until)s") % {"since": wanted["since"] or "…", "until": wanted["until"] or "…"}
    weeks = PERIODS[wanted["period"]]
    return _("the last %(weeks)s weeks") % {"weeks": weeks} if weeks else _("all time")


def _technique_words() -> dict[str, str]:
    return {name.removeprefix("use_"): one.label for name, one in followed().items() if one.group != "measure"}


def _words() -> dict[str, object]:
    return {
        "amount": amount,
        "trend_words": trend_words,
        "headline": followed()[HEADLINE],
        "day": short_day,
        "bin_label": bin_label,
    }


__all__ = ["router"]

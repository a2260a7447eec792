"""Personas for instructors: the list, writing one with its text checked as one writes, its revisions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.i18n import gettext as _
from app.practice import persona_edits as edits
from app.practice import persona_list, persona_trial
from app.practice.accounts import User
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.faces import face_of
from app.practice.house import House
from app.practice.looks import choices, portraits_of
from app.practice.persona_check import Checked, check, is_group
from app.practice.persona_list import PersonaRow
from app.web.drawing import draw
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep, get_instructor

router = APIRouter(prefix="/personas", dependencies=[Depends(get_instructor)])

Field = Annotated[str, Form()]
Number = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("")
def personas(request: Request, house: HouseDep) -> Response:
    return _list(request, house)


def _list(request: Request, house: House, status: int = 200, **more: Any) -> Response:
    empty = {"error": "", "wanted_id": "", "like": ""}
    return render(request, "personas.html", status, rows=persona_list.persona_rows(house), **empty | more)


@router.post("")
def new(request: Request, house: HouseDep, user: InstructorDep, persona_id: Field = "", like: Field = "") -> Response:
    try:
        edits.create(house, user, persona_id, like)
    except Invalid as error:
        return _list(request, house, 422, error=error.message, wanted_id=persona_id, like=like)
    return RedirectResponse(f"/personas/{persona_id.strip().lower()}/edit", 303)


@router.get("/{persona_id}")
def persona(request: Request, house: HouseDep, persona_id: str) -> Response:
    row = _known(house, persona_id)
    return render(
        request,
        "persona.html",
        row=row,
        revisions=edits.revisions(house, persona_id),
        used=persona_list.versions_used(house, persona_id),
        has_file=edits.has_file(house, persona_id),
    )


def _known(house: House, persona_id: str) -> PersonaRow:
    row = persona_list.persona_row(house, persona_id)
    if row is None:
        raise NotFound(_("There is no persona of that name."))
    return row


@router.get("/{persona_id}/edit")
def edit(
    request: Request, house: HouseDep, persona_id: str, revision: Number | None = None, saved: str = ""
) -> Response:
    text = edits.text_of(house, persona_id, revision)
    return _editor(request, house, persona_id, text.source, text.note if text.draft else "", text.revision, saved=saved)


def _editor(
    request: Request,
    house: House,
    persona_id: str,
    source: str,
    note: str,
    revision: int | None,
    checked: Checked | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    known = {"runs": None, "trial": None, "saved": "", "error": ""}
    return render(
        request,
        "persona_edit.html",
        status,
        row=_known(house, persona_id),
        source=source,
        note=note,
        revision=revision,
        checked=checked or check(house, persona_id, source),
        looks=choices(),
        group=is_group(house, persona_id, source),
        **known | more,
    )


@router.post("/{persona_id}/check")
def check_text(house: HouseDep, persona_id: str, source: Field = "") -> Response:
    """For the script, while somebody writes."""
    checked = check(house, persona_id, source.replace("\r\n", "\n"))
    counts = checked.counts
    return JSONResponse(
        {
            "slips": [{"line": slip.line, "field": slip.field, "says": slip.says} for slip in checked.slips],
            "hints": list(checked.hints),
            "lines": counts.lines if counts else None,
            "replies": counts.replies if counts else None,
            "portrait": draw(portraits_of(checked.client)).svg if checked.client else None,
        }
    )


@router.post("/{persona_id}/edit")
def keep(
    request: Request,
    house: HouseDep,
    user: InstructorDep,
    persona_id: str,
    source: Field = "",
    note: Field = "",
    action: Field = "save",
) -> Response:
    source = source.replace("\r\n", "\n")
    if action == "check":
        return _editor(request, house, persona_id, source, note, None)
    if action == "publish":
        try:
            checked = edits.publish(house, user, persona_id, source, note)
        except Invalid as error:
            return _editor(request, house, persona_id, source, note, None, status=422, error=error.message)
        if checked.client is None:
            words = _("It is kept as a draft, but cannot be published yet.")
            return _refused(request, house, persona_id, checked, words)
        return RedirectResponse(f"/personas/{persona_id}#revisions", 303)
    edits.save(house, user, persona_id, source, note)
    return RedirectResponse(f"/personas/{persona_id}/edit?saved=yes", 303)


@router.post("/{persona_id}/revisions/{number}/publish")
def go_back(house: HouseDep, user: InstructorDep, persona_id: str, number: int) -> Response:
    edits.go_back(house, user, persona_id, number)
    return RedirectResponse(f"/personas/{persona_id}#revisions", 303)


@router.post("/{persona_id}/withdraw")
def withdraw(house: HouseDep, user: InstructorDep, persona_id: str) -> Response:
    edits.withdraw(house, user, persona_id)
    return RedirectResponse(f"/personas/{persona_id}#revisions", 303)


@router.post("/{persona_id}/discard")
def discard(house: HouseDep, user: InstructorDep, persona_id: str) -> Response:
    edits.discard(house, user, persona_id)
    here = persona_list.persona_row(house, persona_id)
    return RedirectResponse(f"/personas/{persona_id}#revisions" if here else "/personas", 303)


@router.get("/{persona_id}/changes")
def changes(request: Request, house: HouseDep, persona_id: str, old: Number = 0, new: Number = 1) -> Response:
    row = _known(house, persona_id)
    lines = edits.changes(house, persona_id, old, new)
    revisions = edits.revisions(house, persona_id)
    has_file = edits.has_file(house, persona_id)
    return render(
        request, "persona_changes.html", row=row, lines=lines, old=old, new=new, revisions=revisions, has_file=has_file
    )


@router.post("/{persona_id}/try")
def begin_trial(
    request: Request, house: HouseDep, user: InstructorDep, persona_id: str, source: Field = "", note: Field = ""
) -> Response:
    """Keep the text and talk with it."""
    checked = _kept(house, user, persona_id, source, note)
    if checked.client is None:
        words = _("It is kept as a draft, but cannot be tried out before this is mended.")
        return _refused(request, house, persona_id, checked, words)
    trial_id = persona_trial.begin(house, user, checked.client)
    return RedirectResponse(f"/personas/{persona_id}/trials/{trial_id}", 303)


@router.post("/{persona_id}/run")
async def run(
    request: Request, house: HouseDep, user: InstructorDep, persona_id: str, source: Field = "", note: Field = ""
) -> Response:
    """Keep the text and let two counsellors made of rules talk with it."""
    checked = await run_in_threadpool(_kept, house, user, persona_id, source, note)
    if checked.client is None:
        words = _("It is kept as a draft, but cannot be tried out before this is mended.")
        return _refused(request, house, persona_id, checked, words)
    runs = await persona_trial.run(house, user, checked.client)
    return render(
        request, "persona_run.html", row=_known(house, persona_id), name=face_of(checked.client).name, runs=runs
    )


def _kept(house: House, user: User, persona_id: str, source: str, note: str) -> Checked:
    source = source.replace("\r\n", "\n")
    edits.save(house, user, persona_id, source, note)
    return check(house, persona_id, source)


def _refused(request: Request, house: House, persona_id: str, checked: Checked, words: str) -> Response:
    """The editor with a draft that was kept, and why no more was done with it."""
    kept = edits.text_of(house, persona_id)
    return _editor(request, house, persona_id, kept.source, kept.note, kept.revision, checked, 422, error=words)


@router.get("/{persona_id}/trials/{trial_id}")
def trial(request: Request, house: HouseDep, user: InstructorDep, persona_id: str, trial_id: str) -> Response:
    return _trial(request, house, user, persona_id, trial_id)


def _trial(
    request: Request, house: House, user: User, persona_id: str, trial_id: str, status: int = 200, **more: str
) -> Response:
    found = persona_trial.trial(house, user, trial_id)
    empty = {"error": "", "text": ""}
    return render(request, "persona_trial.html", status, row=_known(house, persona_id), trial=found, **empty | more)


@router.post("/{persona_id}/trials/{trial_id}")
async def say(
    request: Request, house: HouseDep, user: InstructorDep, persona_id: str, trial_id: str, text: Field = ""
) -> Response:
    try:
        await persona_trial.say(house, user, trial_id, text)
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else 409
        return _trial(request, house, user, persona_id, trial_id, status, error=error.message, text=text)
    return RedirectResponse(f"/personas/{persona_id}/trials/{trial_id}#last", 303)


__all__ = ["router"]

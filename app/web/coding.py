"""Blind double coding: asking for it, the coder's page, agreement."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext as _
from app.practice import coding, double_coded
from app.practice.accounts import User
from app.practice.agreement import Agreed
from app.practice.errors import Conflict, Invalid
from app.practice.house import House
from app.web import keys
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep

router = APIRouter()

Field = Annotated[str, Form()]
#: Below so many utterances a page says that the figure may be far off.
FEW = 30
#: Where these pages stand in the navigation.
PLACE = "/review"


@router.get("/coding")
def codings(request: Request, house: HouseDep, user: InstructorDep) -> Response:
    return render(
        request,
        "codings.html",
        waiting=coding.waiting(house, user),
        classes=double_coded.classes(house, user),
        path=PLACE,
    )


@router.get("/review/{session_id}/coding")
def session_codings(request: Request, house: HouseDep, user: InstructorDep, session_id: uuid.UUID) -> Response:
    return _session_page(request, house, user, session_id)


def _session_page(
    request: Request, house: House, user: User, session_id: uuid.UUID, status: int = 200, error: str = ""
) -> Response:
    found = coding.codings_of(house, user, session_id)
    return render(request, "codings_session.html", status, found=found, error=error)


@router.post("/review/{session_id}/coding")
def ask(
    request: Request,
    house: HouseDep,
    user: InstructorDep,
    session_id: uuid.UUID,
    coder: Annotated[list[uuid.UUID] | None, Form()] = None,
) -> Response:
    try:
        coding.ask(house, user, session_id, coder or ())
    except Invalid as error:
        return _session_page(request, house, user, session_id, 422, error.message)
    return RedirectResponse(f"/review/{session_id}/coding", 303)


@router.post("/coding/{coding_id}/withdraw")
def withdraw(house: HouseDep, user: InstructorDep, coding_id: uuid.UUID) -> Response:
    return RedirectResponse(f"/review/{coding.withdraw(house, user, coding_id)}/coding", 303)


@router.get("/coding/{coding_id}")
def coder_page(request: Request, house: HouseDep, user: InstructorDep, coding_id: uuid.UUID) -> Response:
    return _coder_page(request, house, user, coding_id)


def _coder_page(
    request: Request, house: House, user: User, coding_id: uuid.UUID, status: int = 200, error: str = ""
) -> Response:
    return render(
        request,
        "coding.html",
        status,
        path=PLACE,
        view=coding.view(house, user, coding_id),
        error=error,
        rubric=keys.rubric(),
        code_keys=keys.CODE_KEYS,
        command_keys=keys.coding_keys(),
    )


@router.post("/coding/{coding_id}/utterances/{utterance_id}")
def give(house: HouseDep, user: InstructorDep, coding_id: uuid.UUID, utterance_id: int, code: Field = "") -> Response:
    coding.give(house, user, coding_id, utterance_id, code)
    return RedirectResponse(f"/coding/{coding_id}#u{utterance_id}", 303)


@router.post("/coding/{coding_id}/finish")
def finish(request: Request, house: HouseDep, user: InstructorDep, coding_id: uuid.UUID) -> Response:
    try:
        session_id = coding.finish(house, user, coding_id)
    except Conflict as error:
        return _coder_page(request, house, user, coding_id, 409, error.message)
    return RedirectResponse(f"/review/{session_id}/agreement", 303)


@router.get("/review/{session_id}/agreement")
def session_agreement(request: Request, house: HouseDep, user: InstructorDep, session_id: uuid.UUID) -> Response:
    view = double_coded.of_session(house, user, session_id)
    return _agreement(request, view, back=f"/review/{session_id}/coding")


@router.get("/coding/classes/{class_id}/agreement")
def class_agreement(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID) -> Response:
    return _agreement(request, double_coded.of_class(house, user, class_id), back="/coding")


def _agreement(request: Request, view: double_coded.AgreementView, back: str) -> Response:
    return render(
        request,
        "agreement.html",
        view=view,
        back=back,
        model=double_coded.MODEL,
        words=in_words,
        alpha_words=alpha_in_words,
        few=FEW,
        path=PLACE,
    )


def alpha_in_words(figure: Agreed) -> str:
    """What an alpha allows, by Krippendorff's own bounds."""
    if figure.value is None:
        return _nothing(figure)
    bands = (
        (0.0, _("No better than chance.")),
        (0.4, _("Far too low to conclude anything from these codes.")),
        (0.667, _("Too low to conclude anything from these codes: talk the differences over.")),
        (0.8, _("Enough for tentative conclusions.")),
    )
    return next((words for below, words in bands if figure.value < below), _("Dependable."))


def _nothing(figure: Agreed) -> str:
    return {
        "nothing in common": _("No utterance has been coded by two people yet."),
        "one code only": _("Only one code was given, so that nothing can be told from chance."),
    }.get(figure.why, "")


def in_words(figure: Agreed) -> str:
    """What a kappa means, in plain words; the bands are a convention (Landis & Koch 1977), not a law."""
    if figure.value is None:
        return _nothing(figure)
    bands = (
        (0.0, _("No better than chance.")),
        (0.2, _("Hardly better than chance.")),
        (0.4, _("Weak: more disagreement than one can build on.")),
        (0.6, _("Moderate: common for single codes, too little to rest a grade on.")),
        (0.8, _("Good: what trained coders reach.")),
    )
    return next((words for below, words in bands if figure.value < below), _("Very good."))


__all__ = ["router"]

"""Classes: opening them, their codes, their people, invitations, assistants, joining one more."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request, UploadFile
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext as _
from app.practice import assignments, classes, invitations
from app.practice.accounts import User
from app.practice.errors import Invalid, NotAllowed
from app.practice.house import House
from app.practice.invitations import InvitationView
from app.practice.mail import is_set_up
from app.practice.sessions import client_names
from app.web.downloads import sheet
from app.web.entry import Field, public_address
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep, ReaderDep

router = APIRouter()

MAX_LIST = 200_000


@router.get("/classes")
def class_list(request: Request, house: HouseDep, user: InstructorDep) -> Response:
    return _list_page(request, house, user)


def _list_page(request: Request, house: House, user: User, **context: object) -> Response:
    known: dict[str, object] = {"status": 200, "error": None, "field": None, "typed": ""}
    rows = classes.list_classes(house.database, user)
    return render(request, "classes.html", rows=rows, **(known | context))  # type: ignore[arg-type]


@router.post("/classes")
def create_class(request: Request, house: HouseDep, user: InstructorDep, name: Field = "") -> Response:
    try:
        created = classes.create_class(house.database, user, name)
    except Invalid as error:
        return _list_page(request, house, user, status=422, error=error.message, field="name", typed=name)
    return RedirectResponse(f"/classes/{created.id}", 303)


@router.post("/classes/join")
def join_one_more(request: Request, house: HouseDep, user: ReaderDep, code: Field = "") -> Response:
    """Somebody who is signed in joins a class by its code: a trainee's, or an assistants'."""
    try:
        name = classes.join_class(house.database, user, code)
    except (Invalid, NotAllowed) as error:
        if request.state.instructs:
            return _list_page(request, house, user, status=422, error=error.message, field="code", typed=code)
        return render(request, "join_more.html", status=422, error=error.message, code=code, joined=None)
    if request.state.instructs:
        return RedirectResponse("/classes", 303)
    return render(request, "join_more.html", error=None, code="", joined=name)


@router.get("/classes/join")
def join_more_page(request: Request, _: ReaderDep, code: str = "") -> Response:
    return render(request, "join_more.html", error=None, code=code[:20], joined=None)


@router.get("/classes/{class_id}")
def one_class(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID) -> Response:
    return _class_page(request, house, user, class_id)


def _class_page(request: Request, house: House, user: User, class_id: uuid.UUID, **context: object) -> Response:
    known: dict[str, object] = {"status": 200, "error": None, "field": None, "typed": ""}
    view = classes.class_view(house.database, user, class_id)
    invited = invitations.invitations_of(house, user, class_id) if view.runs else []
    return render(
        request,
        "class.html",
        view=view,
        invited=invited,
        grid=assignments.grid(house, user, class_id),
        given=assignments.of_class(house, user, class_id),
        clients=client_names(house),
        site=public_address(request, house),
        mailed=is_set_up(house.settings),
        **(known | context),  # type: ignore[arg-type]
    )


def _back(class_id: uuid.UUID, part: str = "") -> Response:
    return RedirectResponse(f"/classes/{class_id}{part}", 303)


@router.post("/classes/{class_id}/name")
def rename(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID, name: Field = "") -> Response:
    try:
        classes.rename_class(house.database, user, class_id, name)
    except Invalid as error:
        return _class_page(
            request, house, user, class_id, status=422, error=error.message, field="name", typed=name
        )  # fmt: skip
    return _back(class_id)


@router.post("/classes/{class_id}/archive")
def archive(house: HouseDep, user: InstructorDep, class_id: uuid.UUID, archived: Field = "") -> Response:
    classes.archive_class(house.database, user, class_id, archived == "yes")
    return _back(class_id)


@router.post("/classes/{class_id}/code")
def new_code(house: HouseDep, user: InstructorDep, class_id: uuid.UUID) -> Response:
    classes.renew_code(house.database, user, class_id)
    return _back(class_id, "#invite")


@router.post("/classes/{class_id}/assistant-code")
def assistant_code(house: HouseDep, user: InstructorDep, class_id: uuid.UUID, wanted: Field = "") -> Response:
    classes.set_assistant_code(house.database, user, class_id, wanted == "yes")
    return _back(class_id, "#assistants")


@router.post("/classes/{class_id}/assistants/{assistant_id}/remove")
def remove_assistant(house: HouseDep, user: InstructorDep, class_id: uuid.UUID, assistant_id: uuid.UUID) -> Response:
    classes.remove_assistant(house.database, user, class_id, assistant_id)
    return _back(class_id, "#assistants")


@router.post("/classes/{class_id}/trainees/{trainee_id}/remove")
def remove_trainee(house: HouseDep, user: InstructorDep, class_id: uuid.UUID, trainee_id: uuid.UUID) -> Response:
    classes.remove_trainee(house.database, user, class_id, trainee_id)
    return _back(class_id, "#trainees")


@router.post("/classes/{class_id}/hand-over")
def hand_over(
    request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID, username: Field = ""
) -> Response:
    try:
        classes.hand_over(house.database, user, class_id, username)
    except Invalid as error:
        return _class_page(
            request, house, user, class_id, status=422, error=error.message, field="username", typed=username
        )  # fmt: skip
    return _back(class_id)


@router.post("/classes/{class_id}/invitations/preview")
def preview(
    request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID, people: Field = "",
    file: UploadFile | None = None,
) -> Response:  # fmt: skip
    """What a list would do, before anything is sent."""
    text = people
    if file is not None and file.filename:
        raw = file.file.read(MAX_LIST + 1)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return _preview(request, house, user, class_id, people, _("The file is not UTF-8. Save it as CSV UTF-8."))
    if len(text) > MAX_LIST:
        return _preview(request, house, user, class_id, people[:MAX_LIST], _("This list is too long. Split it."))
    return _preview(request, house, user, class_id, text, None)


def _preview(request: Request, house: House, user: User, class_id: uuid.UUID, text: str, error: str | None) -> Response:
    reading = invitations.read_for(house, user, class_id, text)
    view = classes.class_view(house.database, user, class_id)
    if error is None and not (reading.entries or reading.problems or reading.members or reading.invited):
        error = _("There is nobody in this list yet. Write one person a line: name, comma, e-mail address.")
    wrong = error is not None or bool(reading.problems)
    return render(
        request,
        "invite.html",
        status=422 if wrong else 200,
        view=view,
        reading=reading,
        people=text,
        error=error,
        mailed=is_set_up(house.settings),
    )


@router.post("/classes/{class_id}/invitations")
def invite(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID, people: Field = "") -> Response:
    try:
        made = invitations.invite(house, user, class_id, people)
    except Invalid as error:
        return _preview(request, house, user, class_id, people, error.message)
    view = classes.class_view(house.database, user, class_id)
    return RedirectResponse(f"/classes/{class_id}#invited", 303, background=_mails(house, made, view.name, user.name))


def _mails(house: House, made: list[InvitationView], classroom: str, sender: str) -> BackgroundTask:
    return BackgroundTask(invitations.send, house.settings, made, classroom, sender)


@router.post("/classes/{class_id}/invitations/{invitation_id}/renew")
def renew(house: HouseDep, user: InstructorDep, class_id: uuid.UUID, invitation_id: int) -> Response:
    made = invitations.renew(house, user, class_id, invitation_id)
    view = classes.class_view(house.database, user, class_id)
    return RedirectResponse(f"/classes/{class_id}#invited", 303, background=_mails(house, [made], view.name, user.name))


@router.post("/classes/{class_id}/invitations/{invitation_id}/revoke")
def revoke(house: HouseDep, user: InstructorDep, class_id: uuid.UUID, invitation_id: int) -> Response:
    invitations.revoke(house, user, class_id, invitation_id)
    return _back(class_id, "#invited")


@router.get("/classes/{class_id}/invitations.csv")
def invitations_csv(request: Request, house: HouseDep, user: InstructorDep, class_id: uuid.UUID) -> Response:
    rows = invitations.invitations_of(house, user, class_id)
    site = public_address(request, house)
    return sheet(
        "invitations.csv",
        ["name", "email", "link", "good_until", "state"],
        [[one.name, one.email, site + one.path, f"{one.expires_at:%Y-%m-%d}", one.state] for one in rows],
    )


__all__ = ["router"]

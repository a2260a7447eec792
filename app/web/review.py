"""The instructor's desk: the queue of sessions and the review page."""

from __future__ import annotations

import json
import uuid
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from app.i18n import gettext as _
from app.practice import coding, filters, modes, review, sessions, snippets
from app.practice.corrections import visible_corrections
from app.practice.review import Wanted
from app.web import keys
from app.web.pages import render
from app.web.people import HouseDep, InstructorDep

router = APIRouter()

Field = Annotated[str, Form()]
#: What the address of a queue holds beside the page, in its order.
FIELDS = ("trainee", "persona", "classroom", "assignment", "mode", "status", "sort")


def statuses() -> dict[str, str]:
    """The states in words."""
    return {
        "all": _("All"),
        "to review": _("To review"),
        "reviewed": _("Reviewed"),
        "running": _("Running"),
    }


def sorts() -> dict[str, str]:
    """The orders in words."""
    return {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "unsure": _("Most uncertain codes first"),
        "trainee": _("Trainee"),
        "headline": _("Answers to resistance"),
    }


def wanted_queue(
    trainee: str = "",
    persona: str = "",
    classroom: str = "",
    assignment: str = "",
    mode: str = "",
    status: str = "all",
    sort: str = "newest",
) -> Wanted:
    """The queue that an address asks for; what makes no sense in it is passed over."""
    return Wanted(
        trainee.strip()[:120],
        persona,
        status if status in review.STATUSES else "all",
        sort if sort in review.SORTS else "newest",
        classroom,
        assignment,
        mode,
    )


WantedDep = Annotated[Wanted, Depends(wanted_queue)]


def _query(wanted: Wanted, **more: str) -> str:
    """The queue as the end of an address, with what differs from the plain one."""
    plain = Wanted()
    fields = {name: getattr(wanted, name) for name in FIELDS if getattr(wanted, name) != getattr(plain, name)}
    return "?" + urlencode(fields | more) if fields | more else ""


@router.get("/review")
def queue(
    request: Request,
    house: HouseDep,
    user: InstructorDep,
    wanted: WantedDep,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    deleted: str = "",
) -> Response:
    return render(
        request,
        "queue.html",
        found=review.queue(house, user, wanted, page=page),
        wanted=wanted,
        choices=filters.choices(house, user),
        query=_query(wanted),
        address=lambda number: "/review" + _query(wanted, page=str(number)),
        cards={card.id: card for card in sessions.persona_cards(house)},
        modes=modes.modes(),
        statuses=statuses(),
        sorts=sorts(),
        codings=coding.waiting(house, user),
        deleted=bool(deleted),
    )


@router.get("/review/corrections.jsonl")
def corrections(house: HouseDep, user: InstructorDep) -> Response:
    """What people coded in the sessions one may see, in the form that training reads."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in visible_corrections(house, user))
    headers = {"Content-Disposition": 'attachment; filename="rollwith-corrections.jsonl"'}
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


@router.get("/review/{session_id}")
def review_page(
    request: Request, house: HouseDep, user: InstructorDep, session_id: uuid.UUID, wanted: WantedDep, done: str = ""
) -> Response:
    if (blind := coding.open_coding(house, user, session_id)) is not None:
        return RedirectResponse(f"/coding/{blind}", 303)
    following = review.next_to_review(house, user, session_id, wanted)
    return render(
        request,
        "review.html",
        view=review.review(house, user, session_id),
        following=following,
        query=_query(wanted),
        done=_session_id(done),
        snippets=snippets.snippets_of(house, user),
        mode=modes.modes(),
        rubric=keys.rubric(),
        code_keys=keys.CODE_KEYS,
        command_keys={**keys.review_keys(), **keys.writing_keys()},
    )


def _session_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _back(session_id: uuid.UUID, wanted: Wanted, anchor: str) -> Response:
    return RedirectResponse(f"/review/{session_id}{_query(wanted)}#{anchor}", 303)


@router.post("/review/{session_id}/utterances/{utterance_id}")
def correct(
    house: HouseDep,
    user: InstructorDep,
    session_id: uuid.UUID,
    utterance_id: int,
    wanted: WantedDep,
    code: Field = "",
) -> Response:
    review.correct(house, user, utterance_id, code)
    return _back(session_id, wanted, f"u{utterance_id}")


@router.post("/review/{session_id}/turns/{turn_id}/comments")
def comment(
    house: HouseDep, user: InstructorDep, session_id: uuid.UUID, turn_id: int, wanted: WantedDep, text: Field = ""
) -> Response:
    review.comment(house, user, turn_id, text)
    return _back(session_id, wanted, f"t{turn_id}")


@router.post("/review/{session_id}/turns/{turn_id}/comments/{comment_id}/delete")
def delete_comment(
    house: HouseDep, user: InstructorDep, session_id: uuid.UUID, turn_id: int, comment_id: int, wanted: WantedDep
) -> Response:
    review.delete_comment(house, user, comment_id)
    return _back(session_id, wanted, f"t{turn_id}")


@router.post("/review/{session_id}/summary")
def write_summary(
    house: HouseDep,
    user: InstructorDep,
    session_id: uuid.UUID,
    wanted: WantedDep,
    text: Field = "",
    insert: Field = "",
) -> Response:
    """The word as it is in the field; `insert` (a sentence whose button was pressed) is added at its end."""
    if insert:
        review.append_to_summary(house, user, session_id, text, insert)
    else:
        review.write_summary(house, user, session_id, text)
    return _back(session_id, wanted, "word")


@router.post("/review/{session_id}/globals")
def rate_globals(
    house: HouseDep,
    user: InstructorDep,
    session_id: uuid.UUID,
    wanted: WantedDep,
    partnership: Field = "",
    empathy: Field = "",
    cultivating: Field = "",
    softening: Field = "",
) -> Response:
    given = {"partnership": partnership, "empathy": empathy, "cultivating": cultivating, "softening": softening}
    review.rate_globals(house, user, session_id, given)
    return _back(session_id, wanted, "globals")


@router.post("/review/{session_id}/reviewed")
def mark_reviewed(
    house: HouseDep,
    user: InstructorDep,
    session_id: uuid.UUID,
    wanted: WantedDep,
    reviewed: Field = "",
    text: Annotated[str | None, Form()] = None,
) -> Response:
    """Marked as reviewed, the next in the queue opens. `text`: the summary in the field, kept on the way."""
    if text is not None:
        review.write_summary(house, user, session_id, text)
    review.mark_reviewed(house, user, session_id, reviewed == "yes")
    following = review.next_to_review(house, user, session_id, wanted) if reviewed == "yes" else None
    if following is None:
        return _back(session_id, wanted, "word")
    return RedirectResponse(f"/review/{following}{_query(wanted, done=str(session_id))}", 303)


@router.post("/review/{session_id}/snippets")
def add_snippet(
    house: HouseDep, user: InstructorDep, session_id: uuid.UUID, wanted: WantedDep, text: Field = ""
) -> Response:
    snippets.add_snippet(house, user, text)
    return _back(session_id, wanted, "snippets")


@router.post("/review/{session_id}/snippets/{snippet_id}/delete")
def delete_snippet(
    house: HouseDep, user: InstructorDep, session_id: uuid.UUID, snippet_id: int, wanted: WantedDep
) -> Response:
    snippets.delete_snippet(house, user, snippet_id)
    return _back(session_id, wanted, "snippets")


__all__ = ["router"]

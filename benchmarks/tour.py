"""Every page of the room with something on it: where to look in the demo, as whom. For timings, pictures and axe."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from sqlmodel import Session, col, select

from app.store.database import Database
from app.store.tables import (
    Assignment,
    Classroom,
    Coding,
    Invitation,
    PracticeSession,
    Review,
    User,
)

#: Routes that show no page: programs' addresses, detours, downloads, and links that somebody has to be handed first.
NO_PAGES = frozenset(
    {
        "/", "/healthz", "/api/sessions/{session_id}/turns/{turn_id}/reply", "/sso/start", "/sso/callback",
        "/sso/link", "/sso/join", "/welcome", "/reset/{token}", "/account/deleted",
        "/personas/{persona_id}/trials/{trial_id}", "/portraits/{name}.svg",
    }
)  # fmt: skip
#: What is handed over as a file; some of it holds every turn there is, so it is not timed with the pages.
DOWNLOADS = frozenset(
    {
        "/account/data.json", "/account/data.zip", "/classes/{class_id}/assignments.csv",
        "/classes/{class_id}/invitations.csv", "/dashboard/report.pdf", "/dashboard/sessions.csv",
        "/dashboard/turns.jsonl", "/review/corrections.jsonl", "/sessions/{session_id}/report.pdf",
    }
)  # fmt: skip
NOBODY, TRAINEE, INSTRUCTOR = "", "amira", "dana"
_PERSONA = "ray-drink-driving"


@dataclass(frozen=True)
class Stop:
    """One page: its route, an address with something on it, and who looks (a user name, or NOBODY)."""

    route: str
    path: str
    who: str

    @property
    def name(self) -> str:
        """A name for files."""
        words = self.route.strip("/").replace("{", "").replace("}", "").replace("/", "-") or "home"
        return f"{words}-{self.who}" if self.route in _SHARED else words


#: Routes that look another way to instructors.
_SHARED = frozenset({"/clients", "/sessions/{session_id}/report"})


def page_routes(app: FastAPI) -> set[str]:
    """The routes that show a page."""
    return set(_paths(app.routes)) - NO_PAGES - DOWNLOADS


def _paths(routes: Any) -> Iterator[str]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _paths(inner.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


def tour(database: Database) -> list[Stop]:
    """The stops of a database that `rollwith demo` made."""
    with database.read() as session:
        places = _places(session)
    told = {name: str(value) for name, value in places.items()}
    return [Stop(route, path.format(**told), who) for route, path, who in _STOPS]


def _places(session: Session) -> dict[str, uuid.UUID | str]:
    amira = session.exec(select(User).where(User.username == TRAINEE)).one()
    held = (
        select(PracticeSession)
        .where(PracticeSession.user_id == amira.id, col(PracticeSession.parent_id).is_(None))
        .order_by(col(PracticeSession.started_at).desc())
    )
    ended = col(PracticeSession.ended_at).is_not(None), col(PracticeSession.headline).is_not(None)
    reviewed = select(Review.session_id).where(col(Review.reviewed_at).is_not(None))
    dana = session.exec(select(User).where(User.username == INSTRUCTOR)).one()
    coding = session.exec(select(Coding).where(Coding.coder_id == dana.id).order_by(col(Coding.created_at))).first()
    assert coding is not None
    return {
        "open": session.exec(held.where(col(PracticeSession.ended_at).is_(None))).first().id,  # type: ignore[union-attr]
        "ended": session.exec(held.where(*ended)).first().id,  # type: ignore[union-attr]
        "reviewed": session.exec(held.where(*ended, col(PracticeSession.id).in_(reviewed))).first().id,  # type: ignore[union-attr]
        "amira": amira.id,
        "classroom": session.exec(select(Classroom).where(col(Classroom.archived_at).is_(None))).first().id,  # type: ignore[union-attr]
        "assignment": session.exec(select(Assignment)).first().id,  # type: ignore[union-attr]
        "coding": coding.id,
        "coded": coding.session_id,
        "token": session.exec(select(Invitation)).first().token,  # type: ignore[union-attr]
    }


#: Route, address, who. A test sees that no page is left out.
_STOPS = (
    ("/sign-in", "/sign-in", NOBODY),
    ("/join", "/join?invite={token}", NOBODY),
    ("/forgot", "/forgot", NOBODY),
    ("/codes", "/codes", NOBODY),
    ("/before-you-start", "/before-you-start", TRAINEE),
    ("/clients", "/clients", TRAINEE),
    ("/clients/{persona_id}", f"/clients/{_PERSONA}", TRAINEE),
    ("/sessions", "/sessions", TRAINEE),
    ("/sessions/{session_id}", "/sessions/{open}", TRAINEE),
    ("/sessions/{session_id}/end", "/sessions/{open}/end", TRAINEE),
    ("/sessions/{session_id}/reflect", "/sessions/{ended}/reflect", TRAINEE),
    ("/sessions/{session_id}/report", "/sessions/{reviewed}/report", TRAINEE),
    ("/sessions/{session_id}/tries", "/sessions/{reviewed}/tries", TRAINEE),
    ("/progress", "/progress", TRAINEE),
    ("/account", "/account", TRAINEE),
    ("/account/data", "/account/data", TRAINEE),
    ("/account/data/sessions/{session_id}/delete", "/account/data/sessions/{ended}/delete", TRAINEE),
    ("/account/delete", "/account/delete", TRAINEE),
    ("/classes/join", "/classes/join", TRAINEE),
    ("/dashboard", "/dashboard", INSTRUCTOR),
    ("/dashboard/trainees/{trainee_id}", "/dashboard/trainees/{amira}", INSTRUCTOR),
    ("/dashboard/trainees/{trainee_id}/progress", "/dashboard/trainees/{amira}/progress", INSTRUCTOR),
    ("/dashboard/techniques/{technique}", "/dashboard/techniques/reflection", INSTRUCTOR),
    ("/review", "/review", INSTRUCTOR),
    ("/review/{session_id}", "/review/{ended}", INSTRUCTOR),
    ("/review/{session_id}/coding", "/review/{ended}/coding", INSTRUCTOR),
    ("/review/{session_id}/agreement", "/review/{coded}/agreement", INSTRUCTOR),
    ("/review/{session_id}/delete", "/review/{ended}/delete", INSTRUCTOR),
    ("/coding", "/coding", INSTRUCTOR),
    ("/coding/{coding_id}", "/coding/{coding}", INSTRUCTOR),
    ("/coding/classes/{class_id}/agreement", "/coding/classes/{classroom}/agreement", INSTRUCTOR),
    ("/playback/{session_id}", "/playback/{ended}", INSTRUCTOR),
    ("/classes", "/classes", INSTRUCTOR),
    ("/classes/{class_id}", "/classes/{classroom}", INSTRUCTOR),
    ("/classes/{class_id}/assignments/new", "/classes/{classroom}/assignments/new", INSTRUCTOR),
    ("/assignments/{assignment_id}", "/assignments/{assignment}", INSTRUCTOR),
    ("/personas", "/personas", INSTRUCTOR),
    ("/personas/{persona_id}", f"/personas/{_PERSONA}", INSTRUCTOR),
    ("/personas/{persona_id}/edit", f"/personas/{_PERSONA}/edit", INSTRUCTOR),
    ("/personas/{persona_id}/changes", f"/personas/{_PERSONA}/changes", INSTRUCTOR),
    ("/clients", "/clients", INSTRUCTOR),
    ("/people", "/people", INSTRUCTOR),
    ("/people/invite", "/people/invite", INSTRUCTOR),
    ("/people/{user_id}", "/people/{amira}", INSTRUCTOR),
)

__all__ = ["DOWNLOADS", "INSTRUCTOR", "NOBODY", "NO_PAGES", "TRAINEE", "Stop", "page_routes", "tour"]

"""All that is stored about a person, to take along: one JSON document, or a zip of CSV files, sheet by sheet.

The sheets hold what the person may read on the pages. What belongs to a made-up client (its sheet, plans, inner state,
the replies it did not give) is left out, as are the codes of sessions that still run without showing them.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.practice.export import inert
from app.practice.house import House
from app.store.tables import (
    Aside,
    Assignment,
    Assistant,
    Classroom,
    CodedByHand,
    Coding,
    Comment,
    Correction,
    Identity,
    Invitation,
    Membership,
    Milestone,
    Mode,
    PersonaEdit,
    PersonaVersion,
    PracticeSession,
    Review,
    SignIn,
    Snippet,
    Turn,
    User,
    Utterance,
    now,
)

Columns = list[Any]


@dataclass(frozen=True)
class Sheet:
    """One table of the export: its name, and its rows by column."""

    name: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]


def as_json(house: House, user: User) -> str:
    """Everything as one JSON document: sheet → rows."""
    told = {sheet.name: sheet.rows for sheet in sheets(house, user)}
    return json.dumps({"exported_at": now(), **told}, ensure_ascii=False, indent=1, default=_plain)


def as_zip(house: House, user: User) -> bytes:
    """Everything as a zip of CSV files, one a sheet, in UTF-8 with a mark that spreadsheets know it by."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets(house, user):
            archive.writestr(f"{sheet.name}.csv", "\ufeff" + _csv(sheet))
    return packed.getvalue()


def sheets(house: House, user: User) -> Iterator[Sheet]:
    """All sheets, those without rows included, so that one sees that there is nothing."""
    with house.database.read() as session:
        for name, query in (_about(user) | _practice(user) | _said_of(user) | _written_by(user)).items():
            yield _sheet(session, name, query)


def _sheet(session: Session, name: str, query: Select[Any]) -> Sheet:
    found = session.execute(query)
    columns = tuple(found.keys())
    return Sheet(name, columns, [dict(zip(columns, row, strict=True)) for row in found])


def _about(user: User) -> dict[str, Select[Any]]:
    """The account and its places."""
    runs = aliased(User)
    return {
        "account": select(*_of(User, "username", "name", "email", "role", "active", "informed_at", "created_at")).where(
            col(User.id) == user.id
        ),
        "identities": select(*_of(Identity, "issuer", "subject", "created_at")).where(col(Identity.user_id) == user.id),
        "sign_ins": select(*_of(SignIn, "agent", "created_at", "seen_at", "expires_at")).where(
            col(SignIn.user_id) == user.id
        ),
        "classes": select(col(Classroom.name).label("class"), col(runs.name).label("instructor"))
        .join(Membership, col(Membership.classroom_id) == col(Classroom.id))
        .join(runs, col(runs.id) == col(Classroom.instructor_id))
        .where(col(Membership.user_id) == user.id),
        "invitations": select(*_of(Invitation, "name", "email", "created_at", "accepted_at")).where(
            col(Invitation.user_id) == user.id
        ),
        "milestones": select(
            *_of(Milestone, "measure", "target", "note", "due_at", "created_at", "reached_at"), _by(User)
        )
        .join(User, col(User.id) == col(Milestone.author_id))
        .where(col(Milestone.user_id) == user.id),
    }


def _practice(user: User) -> dict[str, Select[Any]]:
    """The sessions with all that was said."""
    own, held = col(PracticeSession.user_id) == user.id, PracticeSession
    shown = or_(col(held.ended_at).is_not(None), col(held.mode) == Mode.COACHED.value)
    ended = col(held.ended_at).is_not(None)
    fields = (
        "mode", "goal", "mood", "hints", "started_at", "ended_at", "end_reason", "arrival", "homework", "headline",
        "unsure", "figures", "parent_id", "branched_at", "assignment_id",
    )  # fmt: skip
    in_order = (col(held.started_at), col(held.id))
    return {
        "sessions": select(col(held.id).label("session"), col(PersonaVersion.name).label("client"), *_of(held, *fields))
        .join(PersonaVersion, col(PersonaVersion.id) == col(held.version_id))
        .where(own)
        .order_by(*in_order),
        "reflections": select(
            col(held.id).label("session"), col(held.reflected_at).label("written_at"), col(held.reflection)
        )
        .where(own, col(held.reflection) != "")
        .order_by(*in_order),
        "turns": select(
            *_of(Turn, "session_id", "position", "speaker", "text", "created_at"),
            case((ended, col(Turn.act))).label("act"),
        )
        .join(held, col(held.id) == col(Turn.session_id))
        .where(own)
        .order_by(*in_order, col(Turn.position)),
        "utterances": select(
            col(Utterance.id).label("utterance"), *_of(Turn, "session_id", "position"),
            *_of(Utterance, "start", "end", "code", "probability"),
        )
        .join(Turn, col(Turn.id) == col(Utterance.turn_id))
        .join(held, col(held.id) == col(Turn.session_id))
        .where(own, shown)
        .order_by(*in_order, col(Turn.position), col(Utterance.ordinal)),
        "pauses_and_hints": select(*_of(Aside, "session_id", "position", "kind", "asked", "said", "created_at"))
        .join(held, col(held.id) == col(Aside.session_id))
        .where(own)
        .order_by(col(Aside.id)),
    }  # fmt: skip


def _said_of(user: User) -> dict[str, Select[Any]]:
    """What instructors wrote about this person's sessions, with their names."""
    own, held = col(PracticeSession.user_id) == user.id, PracticeSession
    return {
        "corrections": select(
            *_of(Turn, "session_id", "position"), *_of(Correction, "utterance_id", "code", "created_at"), _by(User)
        )
        .join(Utterance, col(Utterance.id) == col(Correction.utterance_id))
        .join(Turn, col(Turn.id) == col(Utterance.turn_id))
        .join(held, col(held.id) == col(Turn.session_id))
        .join(User, col(User.id) == col(Correction.reviewer_id))
        .where(own)
        .order_by(col(Correction.id)),
        "comments": select(*_of(Turn, "session_id", "position"), *_of(Comment, "text", "created_at"), _by(User))
        .join(Turn, col(Turn.id) == col(Comment.turn_id))
        .join(held, col(held.id) == col(Turn.session_id))
        .join(User, col(User.id) == col(Comment.author_id))
        .where(own)
        .order_by(col(Comment.id)),
        "reviews": select(
            *_of(Review, "session_id", "summary", "globals_given", "reviewed_at", "updated_at"), _by(User)
        )
        .join(held, col(held.id) == col(Review.session_id))
        .join(User, col(User.id) == col(Review.reviewer_id))
        .where(own)
        .order_by(col(Review.updated_at)),
        "blind_codings": select(
            *_of(Coding, "session_id", "finished_at"), *_of(CodedByHand, "utterance_id", "code"), _by(User)
        )
        .join(CodedByHand, col(CodedByHand.coding_id) == col(Coding.id))
        .join(held, col(held.id) == col(Coding.session_id))
        .join(User, col(User.id) == col(Coding.coder_id))
        .where(own, col(Coding.finished_at).is_not(None))
        .order_by(col(Coding.id), col(CodedByHand.utterance_id)),
    }


def _written_by(user: User) -> dict[str, Select[Any]]:
    """What this person wrote as an instructor, without the names of those it is about."""
    me = user.id
    return {
        "written_classes": select(*_of(Classroom, "name", "code", "created_at", "archived_at")).where(
            col(Classroom.instructor_id) == me
        ),
        "written_assistances": select(col(Classroom.name).label("class"))
        .join(Assistant, col(Assistant.classroom_id) == col(Classroom.id))
        .where(col(Assistant.user_id) == me),
        "written_assignments": select(
            *_of(Assignment, "client_id", "mode", "goal", "note", "min_turns", "attempts", "due_at", "created_at")
        ).where(col(Assignment.author_id) == me),
        "written_milestones": select(*_of(Milestone, "measure", "target", "note", "due_at", "created_at")).where(
            col(Milestone.author_id) == me, col(Milestone.user_id) != me
        ),
        "written_corrections": select(*_of(Correction, "utterance_id", "code", "created_at")).where(
            col(Correction.reviewer_id) == me
        ),
        "written_comments": select(*_of(Comment, "text", "created_at")).where(col(Comment.author_id) == me),
        "written_reviews": select(*_of(Review, "session_id", "summary", "globals_given", "reviewed_at")).where(
            col(Review.reviewer_id) == me
        ),
        "written_codings": select(*_of(Coding, "session_id", "finished_at"), *_of(CodedByHand, "utterance_id", "code"))
        .join(CodedByHand, col(CodedByHand.coding_id) == col(Coding.id))
        .where(col(Coding.coder_id) == me),
        "snippets": select(*_of(Snippet, "text", "created_at")).where(col(Snippet.owner_id) == me),
        "persona_edits": select(
            *_of(PersonaEdit, "persona_id", "revision", "note", "source", "created_at", "published_at")
        ).where(col(PersonaEdit.author_id) == me),
    }


def _of(table: Any, *names: str) -> Columns:
    return [col(getattr(table, name)).label(name) for name in names]


def _by(who: Any) -> Any:
    return col(who.name).label("by")


def _csv(sheet: Sheet) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, sheet.columns)
    writer.writeheader()
    writer.writerows({name: inert(_cell(value)) for name, value in row.items()} for row in sheet.rows)
    return written.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


__all__ = ["Sheet", "as_json", "as_zip", "sheets"]

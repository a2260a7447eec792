"""Everything that was said and how it was coded, row by row, for research: one session in memory at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from app.practice.errors import NotFound
from app.practice.views import codes_in_force
from app.store.database import Database
from app.store.queries import Transcript, transcript_of
from app.store.tables import PracticeSession, Review, Speaker, Turn, User

#: Columns of the flat form; the first four are those that `rollwith score` reads.
COLUMNS = (
    "conversation", "turn", "speaker", "text", "created_at", "persona", "trainee", "started_at", "ended_at",
    "end_reason", "primary", "behaviour", "model_codes", "codes", "act", "fact", "source", "talk", "resistance",
    "trust", "importance", "confidence", "arrival", "homework", "meeting",
)  # fmt: skip
NAME_COLUMNS = ("trainee_username", "trainee_name")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_rows(db: Database, *, session_id: uuid.UUID | None = None, names: bool = False) -> Iterator[dict[str, Any]]:
    """Every turn of every session in order of their starts, or of one session, as plain JSON values.

    Tries at moments of a session are left out, unless one is asked for by its id: they repeat what the session holds.

    Trainee turns have `utterances` (the model's code of each and the instructor's, if there is one) and `codes` (those
    in force); client turns have act, fact, source and talk. With a group, trainee turns have `to` as well, whom they
    were spoken to, and client turns `parts`. `trainee` is a number that says nothing; `names` adds the user name and
    the name. Raises NotFound for an unknown session.
    """
    with db.read() as session:
        ids = select(PracticeSession.id).order_by(col(PracticeSession.started_at), col(PracticeSession.id))
        if session_id is not None:
            ids = ids.where(PracticeSession.id == session_id)
        else:
            ids = ids.where(col(PracticeSession.parent_id).is_(None))
        found = session.exec(ids).all()
        if session_id is not None and not found:
            raise NotFound(f"There is no session {session_id}.")
        for practice_id in found:
            yield from _session_rows(session, practice_id, names)
            session.expunge_all()


def _session_rows(session: Session, practice_id: uuid.UUID, names: bool) -> Iterator[dict[str, Any]]:
    practice = session.get_one(PracticeSession, practice_id)
    transcript = transcript_of(session, practice)
    word = session.get(Review, practice.id)
    about = _about(practice) | {"globals_given": word.globals_given if word else None}
    about |= _who(session.get_one(User, practice.user_id)) if names else {}
    for turn in transcript.turns:
        said = {"conversation": str(practice.id), "turn": turn.position, "speaker": turn.speaker, "text": turn.text}
        coded = _counsellor(turn, transcript) if turn.speaker == Speaker.COUNSELLOR else _client(turn)
        yield said | {"created_at": turn.created_at.isoformat()} | about | coded | {"state": turn.state}


def _about(practice: PracticeSession) -> dict[str, Any]:
    return {
        "persona": practice.persona_id,
        "trainee": str(practice.user_id),
        "started_at": practice.started_at.isoformat(),
        "ended_at": practice.ended_at.isoformat() if practice.ended_at else None,
        "end_reason": practice.end_reason,
        "engine": practice.engine,
        "coder": practice.coder,
        "persona_version": practice.version_id,
        "arrival": practice.arrival,
        "homework": practice.homework,
        "meeting": (practice.memory["sessions"] if practice.memory else 0) + 1,
        "memory": practice.memory,
    }


def _who(user: User) -> dict[str, Any]:
    return {"trainee_username": user.username, "trainee_name": user.name}


def _counsellor(turn: Turn, transcript: Transcript) -> dict[str, Any]:
    utterances = transcript.utterances.get(turn.id or 0, [])
    corrections = transcript.corrections
    to = (turn.plan or {}).get("to")
    return ({"to": to} if to is not None else {}) | {
        "primary": turn.primary,
        "behaviour": turn.behaviour,
        "utterances": [
            {
                "start": utterance.start,
                "end": utterance.end,
                "code": utterance.code,
                "probability": round(utterance.probability, 4),
                "corrected": corrections[utterance.id or 0].code if (utterance.id or 0) in corrections else None,
            }
            for utterance in utterances
        ],
        "codes": [
            {
                "code": view.code,
                "probability": round(view.probability, 4),
                "start": view.start,
                "end": view.end,
                "corrected": view.corrected,
            }
            for view in codes_in_force(turn, utterances, corrections)
        ],
    }


def _client(turn: Turn) -> dict[str, Any]:
    said = {"act": turn.act, "fact": turn.fact, "source": turn.source, "talk": turn.talk}
    return said if turn.parts is None else said | {"parts": turn.parts}


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a table: one value a column, codes separated by spaces.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    state, talk = row["state"], row.get("talk") or {}
    cells = {name: row.get(name) for name in (*COLUMNS, *(name for name in NAME_COLUMNS if name in row))}
    model = dict.fromkeys(utterance["code"] for utterance in row.get("utterances", ()))
    cells |= {
        "model_codes": " ".join(model),
        "codes": " ".join(code["code"] for code in row.get("codes", ())),
        "talk": talk.get("type"),
    }
    cells |= {name: state[name] for name in ("resistance", "trust", "importance", "confidence")}
    return {name: inert(value) for name, value in cells.items()}


def inert(value: Any) -> Any:
    """The cell with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


__all__ = ["COLUMNS", "NAME_COLUMNS", "export_rows", "flat", "inert"]

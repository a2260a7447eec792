"""Codes from people as training data: one line an utterance, in the form that `training/corrections.py` reads.

Every turn with a code from a person is there whole, so that it can be read as it was said; utterances on which nobody
spoke have no codes. What a person merely left standing is not taken for a judgement.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from app.practice.accounts import require_instructor
from app.practice.blind import coded_blind_by
from app.practice.house import House
from app.practice.listing import visible
from app.practice.views import waits
from app.scoring.codes import CODES
from app.store.database import Database
from app.store.queries import Transcript, transcript_of
from app.store.tables import CodedByHand, Coding, Correction, PracticeSession, Speaker, Turn, User, Utterance

#: Stands on every line, so that a reader knows what it has before it.
FORMAT = "rollwith-corrections-1"


def correction_rows(db: Database) -> Iterator[dict[str, Any]]:
    """All there is, one session in memory at a time, in order of their starts."""
    with db.read() as session:
        yield from _rows(session, list(session.scalars(_sessions())))


def visible_corrections(house: House, reviewer: User) -> Iterator[dict[str, Any]]:
    """What comes from the sessions that this reviewer may see. Raises NotAllowed."""
    require_instructor(reviewer)
    with house.database.read() as session:
        shut = set(session.exec(coded_blind_by(reviewer)))
        ids = [one for one in session.scalars(visible(_sessions(), reviewer)) if one not in shut]
    return _visible(house, ids)


def _visible(house: House, ids: list[uuid.UUID]) -> Iterator[dict[str, Any]]:
    with house.database.read() as session:
        yield from _rows(session, ids)


def _sessions() -> Any:
    """The ids of sessions on which people have spoken: by a correction, or by a finished coding."""
    corrected = (
        select(Turn.session_id)
        .join(Utterance, col(Utterance.turn_id) == col(Turn.id))
        .join(Correction, col(Correction.utterance_id) == col(Utterance.id))
    )
    coded = select(Coding.session_id).where(col(Coding.finished_at).is_not(None))
    return (
        select(PracticeSession.id)
        .where(col(PracticeSession.id).in_(corrected.union(coded)))
        .order_by(col(PracticeSession.started_at), col(PracticeSession.id))
    )


def _rows(session: Session, ids: list[uuid.UUID]) -> Iterator[dict[str, Any]]:
    for session_id in ids:
        practice = session.get(PracticeSession, session_id)
        if practice is not None:
            yield from _session_rows(session, transcript_of(session, practice))
        session.expunge_all()


def _session_rows(session: Session, transcript: Transcript) -> Iterator[dict[str, Any]]:
    said = _by_people(session, transcript)
    previous: str | None = None
    for turn in transcript.turns:
        if turn.speaker == Speaker.CLIENT:
            previous = turn.text
            continue
        utterances = [] if waits(turn) else transcript.utterances.get(turn.id or 0, [])
        if any(one.id in said for one in utterances):
            for one in utterances:
                yield _line(transcript.session, turn, one, previous, said.get(one.id or 0, []))


def _by_people(session: Session, transcript: Transcript) -> dict[int, list[dict[str, Any]]]:
    """What people gave each utterance, corrections first: the code, how it was given, and by whom."""
    said: dict[int, list[dict[str, Any]]] = {}
    for utterance_id, correction in transcript.corrections.items():
        said[utterance_id] = [{"code": correction.code, "how": "correction", "by": pseudonym(correction.reviewer_id)}]
    query = (
        select(CodedByHand.utterance_id, CodedByHand.code, Coding.coder_id)
        .join(Coding, col(Coding.id) == col(CodedByHand.coding_id))
        .where(Coding.session_id == transcript.session.id, col(Coding.finished_at).is_not(None))
        .order_by(col(CodedByHand.utterance_id), col(Coding.created_at), col(Coding.coder_id))
    )
    for utterance_id, code, coder_id in session.exec(query):
        given = {"code": code, "how": "blind", "by": pseudonym(coder_id)}
        said.setdefault(utterance_id, []).append(given)
    return said


def _line(
    practice: PracticeSession, turn: Turn, one: Utterance, previous: str | None, said: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "conversation": str(practice.id),
        "trainee": pseudonym(practice.user_id, "trainee"),
        "turn": turn.position,
        "utterance": one.ordinal,
        "start": one.start,
        "end": one.end,
        "text": turn.text[one.start : one.end],
        "previous": previous,
        "model": {
            "name": practice.coder,
            "code": one.code,
            "probability": round(one.probability, 4),
            "probabilities": {code: round(share, 4) for code, share in one.probabilities.items()},
        },
        "codes": in_force(said),
        "people": said,
    }


def in_force(said: list[dict[str, Any]]) -> list[str]:
    """The code that counts: a correction, else what most blind coders gave; several where they are even."""
    if corrected := [one["code"] for one in said if one["how"] == "correction"]:
        return corrected[-1:]
    votes = Counter(one["code"] for one in said)
    most = max(votes.values(), default=0)
    return [code for code in CODES if most and votes[code] == most]


def pseudonym(user_id: uuid.UUID, kind: str = "reviewer") -> str:
    """A name that stays the same from export to export and says nothing."""
    return f"{kind}-{hashlib.sha256(user_id.bytes).hexdigest()[:8]}"


__all__ = ["FORMAT", "correction_rows", "in_force", "pseudonym", "visible_corrections"]

"""Coming back: what a client remembers of the last session with this trainee, and how a client came, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.client.acts import ACTS
from app.client.closed import LEVELS
from app.client.heard import Said
from app.client.memory import WALKED_OUT, Memory, memory_after, memory_of_missing
from app.client.state import State
from app.practice.versions import persona_of
from app.store.queries import last_ended, turns_of
from app.store.tables import EndReason, PracticeSession, Turn

#: How a client came, after the first name; on time needs no word.
_SAYS = {
    "late": "came late",
    "after_missing": "came after missing the last appointment",
    "after_walking_out": "came back after walking out last time",
    "does_not_come": "did not come",
    "has_ended": "came to say that this is over",
}


@dataclass(frozen=True)
class ArrivalView:
    """How the client came to a session. `says` and `homework` are sentences, empty where there is nothing to say.

    `meeting` counts the sessions of the two from 1 on. `why`: what may have led to a client's not coming, or ending it.
    """

    kind: str
    meeting: int
    says: str
    homework: str
    why: str


@dataclass(frozen=True)
class Acquaintance:
    """What a trainee and a client have had together. `ended`: why the last session ended; `over`: ended for good."""

    sessions: int
    last: datetime
    ended: str

    @property
    def over(self) -> bool:
        """Whether the client will not come again."""
        return self.ended == EndReason.ENDED_BY_CLIENT


def said(turns: Sequence[Turn]) -> list[Said]:
    """Stored turns as the client remembers them."""
    return [Said(turn.speaker, turn.text, turn.act, str(ACTS[turn.act].stance) if turn.act else None) for turn in turns]


def remembered(session: Session, user_id: UUID, persona_id: str) -> Memory | None:
    """What the client brings along from the last ended session of these two; None where there was none."""
    last = last_ended(session, user_id, persona_id)
    if last is None:
        return None
    earlier = Memory.from_dict(last.memory) if last.memory else None
    if last.end_reason == EndReason.MISSED:
        return memory_of_missing(earlier) if earlier else None
    if last.end_reason == EndReason.ENDED_BY_CLIENT:
        return earlier
    turns = turns_of(session, last.id)
    state = State.from_dict(turns[-1].state)
    return memory_after(persona_of(session, last), state, last.end_reason or "", said(turns), earlier)


def acquaintance_of(session: Session, user_id: UUID, persona_id: str) -> Acquaintance | None:
    """What these two have had together; None where no session of theirs has ended."""
    last = last_ended(session, user_id, persona_id)
    if last is None or last.ended_at is None:
        return None
    before = Memory.from_dict(last.memory).sessions if last.memory else 0
    took_place = last.end_reason not in (EndReason.MISSED, EndReason.ENDED_BY_CLIENT)
    return Acquaintance(before + took_place, last.ended_at, last.end_reason or "")


def arrival_view(practice: PracticeSession, name: str) -> ArrivalView:
    """How the client of this name came to the session, in words."""
    memory = Memory.from_dict(practice.memory) if practice.memory else None
    kind = practice.arrival or "on_time"
    done = {None: "", True: f"{name} has done what was promised.", False: f"{name} has not done what was promised."}
    return ArrivalView(
        kind,
        (memory.sessions if memory else 0) + 1,
        f"{name} {_SAYS[kind]}." if kind in _SAYS else "",
        done[practice.homework],
        _why(kind, memory, name) if memory else "",
    )


def _why(kind: str, memory: Memory, name: str) -> str:
    """What may have led there, in a sentence or two."""
    if kind == "has_ended":
        return f"{memory.hot} sessions running ended with {name} as much against it as people are when they walk out."
    if kind != "does_not_come":
        return ""
    if memory.stays_away:
        return f"Last time {name} was pressed on something that is kept shut, and only sat the session out."
    if memory.ended == WALKED_OUT:
        return f"Last time {name} walked out. Many who were pushed that far stay away once."
    if any(count >= len(LEVELS) for _, count in memory.state.pressed):
        return f"Last time {name} was pressed again and again on something that is kept shut."
    return f"{name} had little reason to trust this at the end of the last session."


__all__ = ["Acquaintance", "ArrivalView", "acquaintance_of", "arrival_view", "remembered", "said"]

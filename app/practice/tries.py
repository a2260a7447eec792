"""Other tries at a moment of a session: going back, keeping what was there, taking a try up again.

Each try is a session complete in itself, with copies of the turns before the moment; so whatever reads a session reads
a try too. Going back in a *running* coached session moves what was said from there on into a try, and the session
waits for new words; so its address stays. From the report of an *ended* session a moment begins a try that runs by
itself, and the session stays as it was handed in.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.errors import Conflict, NotFound
from app.practice.house import House
from app.practice.modes import modes
from app.practice.sessions import own_session
from app.practice.storing import storing
from app.store.queries import asides_of, turns_of, utterances_of
from app.store.tables import (
    Aside,
    EndReason,
    Mode,
    PracticeSession,
    Review,
    Speaker,
    Turn,
    User,
    Utterance,
    now,
)

#: Lifts a position out of the way while two sessions change their turns.
_ASIDE = 1_000_000
#: What a try shares with the session that it is a try at: it must hear and answer as that one would.
_SHARED = ("user_id", "persona_id", "version_id", "seed", "engine", "coder", "started_at", "memory", "arrival",
           "homework", "goal", "mood")  # fmt: skip


def go_back(house: House, user: User, session_id: uuid.UUID, turn_id: int) -> None:
    """Take a running coached session back to before this trainee turn; what was said since is kept as a try.

    One that the client walked out of may be taken back too, and runs again. The same request again changes nothing.
    Raises NotFound, and Conflict where the mode has no retries, a reply is due, or the session is over.
    """
    with storing(house.database) as session:
        practice = own_session(session, user, session_id, lock=True)
        turns = turns_of(session, practice.id)
        at = next((turn for turn in turns if turn.id == turn_id and turn.speaker == Speaker.COUNSELLOR), None)
        if at is None:
            if _gone_before(session, practice, turn_id):
                return
            raise NotFound(_("There is no such turn in this session."))
        _check_may_go_back(session, practice, turns)
        left = _branch(session, practice, turns[: at.position], at.position)
        left.ended_at, left.end_reason, left.mode = now(), EndReason.TRIED_AGAIN.value, practice.mode
        _move(session, practice.id, left.id, at.position)
        _reopen(session, practice)


def try_again(house: House, user: User, session_id: uuid.UUID, position: int) -> tuple[uuid.UUID, int]:
    """A new coached session from before the trainee turn at `position` of an ended one; that one stays as it is.

    Its id, and that of the turn. Where such a try has begun and nothing was said in it, it is that one. Raises
    NotFound, and Conflict while the session runs.
    """
    with storing(house.database) as session:
        practice = own_session(session, user, session_id, lock=True)
        if practice.ended_at is None:
            raise Conflict(_("A moment is tried again from the report, when the session has ended."))
        turns = turns_of(session, practice.id)
        at = next((turn for turn in turns if turn.position == position and turn.speaker == Speaker.COUNSELLOR), None)
        if at is None:
            raise NotFound(_("There is no such turn in this session."))
        for waiting in _tries_of(session, practice.id, position):
            if waiting.ended_at is None and len(turns_of(session, waiting.id)) == position:
                return waiting.id, at.id or 0
        child = _branch(session, practice, [turn for turn in turns if turn.position < position], position)
        child.mode = Mode.COACHED.value
        return child.id, at.id or 0


def keep(house: House, user: User, session_id: uuid.UUID, try_id: uuid.UUID) -> None:
    """Let a running session go on from a try at it; what was in force becomes the try. Raises NotFound, Conflict."""
    try:
        with storing(house.database) as session:
            practice = own_session(session, user, session_id, lock=True)
            other = own_session(session, user, try_id, lock=True)
            if other.parent_id != practice.id or other.branched_at is None:
                raise NotFound(_("There is no such try at this session."))
            if other.end_reason != EndReason.TRIED_AGAIN or left_by_client(turns_of(session, other.id)):
                raise Conflict(_("This try cannot be taken up again."))
            turns, others = turns_of(session, practice.id), turns_of(session, other.id)
            _check_may_go_back(session, practice, turns)
            other.branched_at = _parting(turns, others)
            _swap(session, practice.id, other.id)
            # tries at that try are tries at this session now
            children = update(PracticeSession).where(col(PracticeSession.parent_id) == other.id)
            session.execute(children.values(parent_id=practice.id))
            if other.branched_at >= len(turns):
                session.delete(other)  # the session only waited at a moment of the try: there is nothing to keep
            _reopen(session, practice)
    except IntegrityError as error:
        raise Conflict(_("This session has moved on in another tab. Reload the page to see it.")) from error


def draft(house: House, user: User, session_id: uuid.UUID, turn_id: int) -> str:
    """The words of a turn that is being said anew here, or nothing.

    Only words of one's own and of this session's family are given, and only until something was said in their place.
    """
    with house.database.read() as session:
        practice = own_session(session, user, session_id)
        turn = session.get(Turn, turn_id)
        other = session.get(PracticeSession, turn.session_id) if turn else None
        if turn is None or other is None or turn.speaker != Speaker.COUNSELLOR:
            return ""
        family = other.parent_id == practice.id or other.id == practice.parent_id
        return turn.text if family and len(turns_of(session, practice.id)) == turn.position else ""


def left_by_client(turns: Sequence[Turn]) -> bool:
    """Whether the client walked out at the end of these."""
    return bool(turns) and turns[-1].act == "walk_out"


def _parting(turns: Sequence[Turn], others: Sequence[Turn]) -> int:
    """The position of the first trainee turn from which the two talks differ, or that of the shorter one's end."""
    same = 0
    for turn, other in zip(turns, others, strict=False):
        if turn.text != other.text:
            return turn.position if turn.speaker == Speaker.COUNSELLOR else turn.position - 1
        same += 1
    return same


def _check_may_go_back(session: Session, practice: PracticeSession, turns: Sequence[Turn]) -> None:
    if not modes()[practice.mode].retries:
        raise Conflict(_("In this mode a turn is said once. When the session is over, its report lets you try again."))
    walked_out = practice.end_reason == EndReason.WALKED_OUT
    if practice.ended_at is not None and not walked_out:
        raise Conflict(_("This session has ended. Its report lets you try a moment again."))
    if practice.ended_at is None and turns and turns[-1].speaker == Speaker.COUNSELLOR:
        raise Conflict(_("Wait for the answer to your last turn, then go back."))
    if walked_out and (session.get(Review, practice.id) is not None or _met_since(session, practice)):
        raise Conflict(_("Things have moved on since. The report of this session lets you try a moment again."))


def _met_since(session: Session, practice: PracticeSession) -> bool:
    """Whether these two began another session after this one, which rests on how this one ended."""
    query = select(PracticeSession.id).where(
        PracticeSession.user_id == practice.user_id,
        PracticeSession.persona_id == practice.persona_id,
        PracticeSession.started_at > practice.started_at,
        col(PracticeSession.parent_id).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None


def _gone_before(session: Session, practice: PracticeSession, turn_id: int) -> bool:
    """Whether the turn was moved out of this session into a try already."""
    turn = session.get(Turn, turn_id)
    other = session.get(PracticeSession, turn.session_id) if turn else None
    return other is not None and other.parent_id == practice.id and other.user_id == practice.user_id


def _tries_of(session: Session, session_id: uuid.UUID, position: int) -> list[PracticeSession]:
    query = select(PracticeSession).where(
        PracticeSession.parent_id == session_id, PracticeSession.branched_at == position
    )
    return list(session.exec(query))


def _branch(session: Session, parent: PracticeSession, turns: Sequence[Turn], at: int) -> PracticeSession:
    """A session from these turns of its parent's, copied with all that hangs on them but people's words."""
    shared: dict[str, Any] = {name: getattr(parent, name) for name in _SHARED}
    child = PracticeSession(**shared, browser_id=uuid.uuid4().hex, parent_id=parent.id, branched_at=at)
    session.add(child)
    session.flush()
    copies: dict[int, Turn] = {}
    for turn in turns:
        # no browser id: a copy was not sent, and must not answer for the turn that was
        values = turn.model_dump(exclude={"id", "session_id", "browser_id", "answers_id"})
        answered = copies.get(turn.answers_id or 0)
        copy = Turn(**values, session_id=child.id, answers_id=answered.id if answered else None)
        session.add(copy)
        session.flush()
        copies[turn.id or 0] = copy
    for turn_id, utterances in utterances_of(session, list(copies)).items():
        for utterance in utterances:
            session.add(Utterance(**utterance.model_dump(exclude={"id", "turn_id"}), turn_id=copies[turn_id].id or 0))
    for aside in asides_of(session, parent.id):
        if aside.position < at:
            values = aside.model_dump(exclude={"id", "session_id", "browser_id", "resumed_at"})
            session.add(Aside(**values, session_id=child.id, resumed_at=aside.resumed_at or now()))
    session.flush()
    return child


def _move(session: Session, source: uuid.UUID, target: uuid.UUID, position: int) -> None:
    """Turns and asides from this position on become the other session's; what hangs on them goes along."""
    for table in (Turn, Aside):
        moved = update(table).where(col(table.session_id) == source, col(table.position) >= position)
        session.execute(moved.values(session_id=target))
    session.execute(update(Aside).where(col(Aside.session_id) == target).values(resumed_at=now()).where(
        col(Aside.resumed_at).is_(None)
    ))  # fmt: skip
    session.expire_all()


def _swap(session: Session, one: uuid.UUID, other: uuid.UUID) -> None:
    """The two sessions change their turns and asides."""
    for table in (Turn, Aside):
        here, at = col(table.session_id), col(table.position)
        session.execute(update(table).where(here == one).values(session_id=other, position=at + _ASIDE))
        session.execute(update(table).where(here == other, at < _ASIDE).values(session_id=one))
        session.execute(update(table).where(here == other).values(position=at - _ASIDE))
    session.expire_all()


def _reopen(session: Session, practice: PracticeSession) -> None:
    """The session runs, without what its end had brought."""
    practice.ended_at = practice.end_reason = practice.headline = practice.figures = None
    practice.unsure = 0
    session.add(practice)


__all__ = ["draft", "go_back", "keep", "left_by_client", "try_again"]

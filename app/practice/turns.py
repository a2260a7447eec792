"""One trainee turn, from arrival to stored reply.

Two steps, so that nothing is lost and nothing doubled. `take_turn` codes the turn, advances the client's state, plans
the answer and commits all of it at once; `reply` makes the client's words from what was committed, so that a reply cut
off by a crash or a closed page is simply made again. The same turn has the same seed, so it is the same reply.
"""

from __future__ import annotations

import asyncio
import logging
import re
import unicodedata
import uuid
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.i18n import gettext as _
from app.llm.engine import EngineBusy
from app.practice.errors import Conflict, Invalid, NotFound, StorageFull
from app.practice.faces import Client, face_of, names_of
from app.practice.headline import refresh_headline
from app.practice.house import House
from app.practice.modes import modes
from app.practice.parties import Answer, client_turn, party_of
from app.practice.rooms import room_turn
from app.practice.sessions import check_browser_id, own_session
from app.practice.shifts import codes_heard
from app.practice.state_view import StateView, state_after
from app.practice.storing import storing
from app.practice.versions import client_of
from app.practice.views import CodeView, RoomTurn, coded_views, codes_in_force, is_silence, spoken_to
from app.scoring.types import CodedTurn
from app.store.queries import Transcript, asides_of, said_before, turns_of, utterances_of
from app.store.tables import EndReason, PracticeSession, Speaker, Turn, User, Utterance, now

logger = logging.getLogger(__name__)

MAX_TURN = 4000
#: What a trainee's turn of silence holds.
SILENCE = "…"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\uffff]")


@dataclass(frozen=True)
class TakenTurn:
    """A stored trainee turn. `repeated`: it had been stored before, under the same browser id.

    `waits`: the trainee said nothing and waited; there are no codes to show. `to`: the names of those of a group to
    whom it was spoken, none where it was to all. Only a mode that shows them while one talks has `codes` and `state`.
    """

    turn_id: int
    text: str
    codes: list[CodeView]
    repeated: bool
    waits: bool = False
    to: tuple[str, ...] = ()
    state: StateView | None = None


@dataclass(frozen=True)
class Working:
    """The client is thinking."""


@dataclass(frozen=True)
class Delta:
    """A piece of a single client's reply; a group's comes whole, in parts."""

    text: str


@dataclass(frozen=True)
class Done:
    """The reply, whole and stored."""

    turn: RoomTurn
    ended: bool
    end_reason: str | None


@dataclass(frozen=True)
class Failed:
    """No reply now; the turn itself is safe. `retry_after` in seconds where the model is busy."""

    message: str
    retry_after: float | None = None


ReplyEvent = Working | Delta | Done | Failed


@dataclass(frozen=True)
class _Due:
    """What a reply is made from."""

    practice: PracticeSession
    client: Client
    turns: list[Turn]
    turn: Turn
    codes: list[str]
    answer: Turn | None
    said_before: frozenset[str]


def clean(text: str) -> str:
    """A trainee's text as it is stored: one form of Unicode, no control characters, no white space around it.

    Raises Invalid when nothing is left or it is longer than MAX_TURN characters.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise Invalid("text", _("Write something first. To stay silent and wait, send “…”."))
    if len(text) > MAX_TURN:
        raise Invalid(
            "text", f"This is {len(text):,} characters long; a turn may have {MAX_TURN:,}. Please shorten it."
        )
    return text


def take_turn(house: House, user: User, session_id: uuid.UUID, text: str, browser_id: str, to: str = "") -> TakenTurn:
    """Store and code one trainee turn; committed when this returns. The same `browser_id` again changes nothing.

    `to`: the member of a group to whom it is spoken, by id or name; else the words themselves tell. Raises Invalid,
    NotFound, Conflict (after the end; while a reply is due; when another tab was faster), StorageFull.
    """
    check_browser_id(browser_id)
    with house.database.read() as session:
        practice = own_session(session, user, session_id)
        if (known := _taken(session, practice, browser_id)) is not None:
            return known
        turns = turns_of(session, practice.id)
        text = clean(text)
        _check_open(session, practice, turns)
        party_of(client_of(session, practice)).spoken_to(to, turns)
    coded = house.coder.code(text, turns[-1].text)
    try:
        with storing(house.database) as session:
            practice = own_session(session, user, session_id, lock=True)
            return _store(session, practice, text, browser_id, coded, to, after=turns[-1].id)
    except IntegrityError as error:
        # the same turn arrived twice at once, and the other one was stored
        with house.database.read() as session:
            if (known := _taken(session, practice, browser_id)) is not None:
                return known
        raise Conflict(_("This session has moved on in another tab. Reload the page to see it.")) from error


async def reply(house: House, user: User, session_id: uuid.UUID, turn_id: int) -> AsyncGenerator[ReplyEvent, None]:
    """The client's reply to a stored trainee turn; a reply that is stored already comes at once.

    Closing the generator cancels the generation. Raises NotFound before the first event.
    """
    due = await asyncio.to_thread(_load, house, user, session_id, turn_id)
    if due.answer is None and due.practice.ended_at is None:
        yield Working()
    async with house.reply_lock(turn_id):
        async for event in _reply(house, user, due):
            yield event


async def _reply(house: House, user: User, due: _Due) -> AsyncGenerator[ReplyEvent, None]:
    turn_id = due.turn.id or 0
    due = await asyncio.to_thread(_load, house, user, due.practice.id, turn_id)
    if due.answer is None and due.practice.ended_at is not None:
        yield Failed(_("The session has ended."))
        return
    if due.answer is None:
        try:
            answer = await _speak(house, due)
            await asyncio.to_thread(_save, house, due, answer)
        except EngineBusy as error:
            yield Failed(_("Many are practising just now. Your words are safe."), error.retry_after)
            return
        except StorageFull as error:
            yield Failed(error.message)
            return
        except Exception:
            # told once, or the browser would ask again for ever
            logger.exception("the reply to turn %s failed", turn_id)
            yield Failed(_("Something went wrong with the reply. Your words are safe; try again in a moment."))
            return
        due = await asyncio.to_thread(_load, house, user, due.practice.id, turn_id)
    if due.answer is None:
        yield Failed(_("The session has ended."))
        return
    for piece in re.findall(r"\S+\s*", due.answer.text) if due.answer.parts is None else ():
        yield Delta(piece)
    yield Done(
        room_turn(due.answer, Transcript(due.practice, due.turns), names_of(due.client)),
        due.practice.ended_at is not None,
        due.practice.end_reason,
    )


def turn_seed(seed: int, position: int) -> int:
    """The seed of one turn of a session."""
    return (seed * 1_000_003 + position) % 2**31


async def _speak(house: House, due: _Due) -> Answer:
    actor = await asyncio.to_thread(lambda: house.actor)  # the first time, its models are loaded
    before = due.turns[: due.turn.position]
    return await party_of(due.client).answer(actor, before, due.turn, due.codes, due.said_before)


def _load(house: House, user: User, session_id: uuid.UUID, turn_id: int) -> _Due:
    with house.database.read() as session:
        practice = own_session(session, user, session_id)
        turns = turns_of(session, practice.id)
        turn = next((turn for turn in turns if turn.id == turn_id and turn.speaker == Speaker.COUNSELLOR), None)
        if turn is None:
            raise NotFound(_("There is no such turn in this session."))
        codes = codes_heard(utterances_of(session, [turn_id]).get(turn_id, []))
        client = client_of(session, practice)
        answer = next((other for other in turns if other.answers_id == turn_id), None)
        before = said_before(session, practice) if answer is None else frozenset()
    return _Due(practice, client, turns, turn, codes, answer, before)


def _save(house: House, due: _Due, answer: Answer) -> None:
    """Store the reply, once: where another worker was faster, or the session ended meanwhile, theirs stands."""
    row = client_turn(due.practice, due.turn.position + 1, answer, house.coder, due.turn.id, due.turn.text)
    try:
        with storing(house.database) as session:
            query = select(PracticeSession).where(PracticeSession.id == due.practice.id).with_for_update()
            practice = session.exec(query).first()
            if practice is None or practice.ended_at is not None:
                return
            session.add(row)
            if answer.leaves:
                practice.ended_at, practice.end_reason = now(), EndReason.WALKED_OUT.value
                session.flush()
                refresh_headline(session, practice)
    except IntegrityError:
        return


def _taken(session: Session, practice: PracticeSession, browser_id: str) -> TakenTurn | None:
    turn = session.exec(select(Turn).where(Turn.session_id == practice.id, Turn.browser_id == browser_id)).first()
    if turn is None or turn.id is None:
        return None
    utterances = utterances_of(session, [turn.id]).get(turn.id, [])
    before = session.exec(
        select(Turn).where(Turn.session_id == practice.id, Turn.position == turn.position - 1)
    ).first()
    return _shown(session, practice, turn, before, codes_in_force(turn, utterances), codes_heard(utterances), True)


def _shown(
    session: Session,
    practice: PracticeSession,
    turn: Turn,
    before: Turn | None,
    views: list[CodeView],
    heard: Sequence[str],
    repeated: bool,
) -> TakenTurn:
    """A stored turn with what its mode lets the trainee see of it now."""
    client, silent, live = client_of(session, practice), is_silence(turn.text), modes()[practice.mode].live
    state = state_after(before.state, turn.state, heard, face_of(client).called) if live and before else None
    codes = views if live and not silent else []
    to = spoken_to(turn, names_of(client))
    return TakenTurn(turn.id or 0, turn.text, codes, repeated, silent, to, state)


def _check_open(session: Session, practice: PracticeSession, turns: Sequence[Turn]) -> None:
    if practice.ended_at is not None:
        raise Conflict(_("This session has ended, so nothing can be added to it. The report is ready."))
    if turns[-1].speaker == Speaker.COUNSELLOR:
        name = face_of(client_of(session, practice)).name
        raise Conflict(
            _("%(name)s has not answered your last turn yet. Reload the page if no answer comes.") % {"name": name}
        )
    if any(aside.resumed_at is None for aside in asides_of(session, practice.id)):
        raise Conflict(_("The session is paused. Press “Go on” to take it up again."))


def _store(
    session: Session,
    practice: PracticeSession,
    text: str,
    browser_id: str,
    coded: CodedTurn,
    to: str,
    after: int | None,
) -> TakenTurn:
    if (known := _taken(session, practice, browser_id)) is not None:
        return known
    turns = turns_of(session, practice.id)
    _check_open(session, practice, turns)
    if turns[-1].id != after:
        # it was coded as an answer to other words: the trainee went back meanwhile, or said something else
        raise Conflict(_("This session has moved on in another tab. Reload the page to see it."))
    client = client_of(session, practice)
    party, codes, seed = party_of(client), codes_heard(coded.utterances), turn_seed(practice.seed, len(turns))
    state, plan = party.take(turns, text, codes, party.spoken_to(to, turns), seed)
    turn = Turn(
        session_id=practice.id,
        position=turns[-1].position + 1,
        speaker=Speaker.COUNSELLOR.value,
        text=text,
        browser_id=browser_id,
        state=state,
        plan=plan,
        primary=coded.primary,
        behaviour=coded.behaviour,
    )
    session.add(turn)
    session.flush()
    assert turn.id is not None
    session.add_all(_rows(turn.id, coded))
    return _shown(session, practice, turn, turns[-1], coded_views(text, coded), codes, False)


def _rows(turn_id: int, coded: CodedTurn) -> list[Utterance]:
    return [
        Utterance(
            turn_id=turn_id,
            ordinal=ordinal,
            start=utterance.start,
            end=utterance.end,
            code=utterance.code,
            probability=utterance.probability,
            probabilities=utterance.probabilities,
        )
        for ordinal, utterance in enumerate(coded.utterances)
    ]


__all__ = [
    "MAX_TURN",
    "SILENCE",
    "Delta",
    "Done",
    "Failed",
    "ReplyEvent",
    "TakenTurn",
    "Working",
    "clean",
    "codes_heard",
    "reply",
    "take_turn",
    "turn_seed",
]

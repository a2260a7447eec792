"""The life of a session: choosing a persona, starting, the trainee's page, ending, the trainee's list."""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Select, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.client.acts import ACTS, Stance
from app.client.memory import Arrival, begin
from app.client.persona import Persona
from app.client.state import State, after_reply
from app.practice.arrivals import Acquaintance, acquaintance_of, arrival_view, remembered
from app.practice.errors import Invalid, NotFound
from app.practice.headline import refresh_headline
from app.practice.house import House
from app.practice.storing import storing
from app.practice.versions import keep_version, persona_of
from app.practice.views import (
    PersonaCard,
    RoomTurn,
    RoomView,
    SessionRow,
    aside_view,
    codes_in_force,
    persona_card_of,
    waits,
)
from app.store.queries import Transcript, transcript_of, turns_of
from app.store.tables import EndReason, PersonaVersion, PracticeSession, Review, Source, Speaker, Turn, User, now


def persona_cards(house: House) -> list[PersonaCard]:
    """All personas, gentle ones first."""
    order = ("gentle", "moderate", "hard")
    return sorted(
        map(persona_card_of, house.personas.values()), key=lambda card: (order.index(card.difficulty), card.name)
    )


def persona_card(house: House, persona_id: str) -> PersonaCard:
    """One persona's card. Raises NotFound."""
    return persona_card_of(_persona(house, persona_id))


def acquaintance(house: House, user: User, persona_id: str) -> Acquaintance | None:
    """What the trainee and the client have had together, None before the end of their first session."""
    with house.database.read() as session:
        return acquaintance_of(session, user.id, persona_id)


def start(house: House, user: User, persona_id: str, browser_id: str, *, anew: bool = False) -> uuid.UUID:
    """A new session, opened by the client's first words; the same `browser_id` again gives the same session.

    It goes on from the last one with this client unless it is to start `anew`. Where a client does not come, or comes
    to say that it is over, it ends at once. Raises NotFound for an unknown persona, Invalid for a malformed id.
    """
    check_browser_id(browser_id)
    if (known := _started(house, user, browser_id)) is not None:
        return known
    persona = _persona(house, persona_id)
    practice = PracticeSession(
        user_id=user.id,
        browser_id=browser_id,
        persona_id=persona.id,
        version_id=keep_version(house.database, persona),
        seed=secrets.randbelow(2**31),
        engine=house.engine.name,
        coder=house.coder.name,
    )
    try:
        with storing(house.database) as session:
            memory = None if anew else remembered(session, user.id, persona.id)
            practice.memory = memory.as_dict() if memory else None
            _arrive(house, session, practice, begin(persona, memory, practice.seed))
    except IntegrityError:
        # the same form came twice at the same moment: the first one counts
        known = _started(house, user, browser_id)
        if known is None:
            raise
        return known
    return practice.id


def end(house: House, user: User, session_id: uuid.UUID) -> None:
    """The trainee ends the session and the client says goodbye; ended already, nothing changes. Raises NotFound."""
    with storing(house.database) as session:
        practice = own_session(session, user, session_id, lock=True)
        if practice.ended_at is not None:
            return
        turns = turns_of(session, practice.id)
        session.add(_farewell(house, practice, persona_of(session, practice), turns))
        practice.ended_at, practice.end_reason = now(), EndReason.TRAINEE.value
        session.flush()
        refresh_headline(session, practice)


def room(house: House, user: User, session_id: uuid.UUID) -> RoomView:
    """The trainee's own page of a session. Raises NotFound, for somebody else's too."""
    with house.database.read() as session:
        practice = own_session(session, user, session_id)
        transcript, persona = transcript_of(session, practice), persona_of(session, practice)
    ended = practice.ended_at is not None
    waiting = None if ended else transcript.unanswered
    asides = [aside_view(aside) for aside in transcript.asides]
    return RoomView(
        practice.id,
        persona_card_of(persona),
        [room_turn(turn, transcript) for turn in transcript.turns],
        ended,
        practice.end_reason,
        waiting.id if waiting else None,
        arrival_view(practice, persona.name.split()[0]),
        asides,
        any(aside.open for aside in asides) and not ended,
    )


def room_turn(turn: Turn, transcript: Transcript) -> RoomTurn:
    """One turn with what the trainee may see of it."""
    assert turn.id is not None
    utterances = transcript.utterances.get(turn.id, [])
    shown = turn.speaker == Speaker.COUNSELLOR and not waits(turn)
    codes = codes_in_force(turn, utterances, transcript.corrections) if shown else []
    answered = turn.speaker == Speaker.CLIENT or turn is not transcript.turns[-1]
    return RoomTurn(turn.id, turn.position, turn.speaker, turn.text, codes, answered, waits(turn))


def sessions_of(house: House, user: User) -> list[SessionRow]:
    """One's own sessions, newest first."""
    with house.database.read() as session:
        query = session_query().where(col(PracticeSession.user_id) == user.id)
        return session_rows(session.execute(query.order_by(col(PracticeSession.started_at).desc())).all())


Found = tuple[PracticeSession, str, int, Review | None, str, str]


def session_query() -> Select[Found]:
    """Sessions with the trainee's name, the number of trainee turns, the review, the client's name and field."""
    version = PersonaVersion
    counts = (
        select(Turn.session_id, func.count().label("count"))
        .where(Turn.speaker == Speaker.COUNSELLOR.value)
        .group_by(col(Turn.session_id))
        .subquery()
    )
    return (  # type: ignore[no-any-return]
        select(  # type: ignore[call-overload]
            PracticeSession, User.name, func.coalesce(counts.c.count, 0), Review, version.name, version.field
        )
        .join(User, col(User.id) == col(PracticeSession.user_id))
        .join(version, col(version.id) == col(PracticeSession.version_id))
        .outerjoin(counts, counts.c.session_id == col(PracticeSession.id))
        .outerjoin(Review, col(Review.session_id) == col(PracticeSession.id))
    )


def session_rows(found: Iterable[Found]) -> list[SessionRow]:
    """What `session_query` finds, as rows for a page."""
    return [
        SessionRow(
            practice.id,
            practice.user_id,
            name,
            practice.persona_id,
            persona_name,
            field,
            practice.started_at,
            practice.ended_at,
            practice.end_reason,
            turns,
            review.reviewed_at if review else None,
            bool(review and review.summary),
            practice.headline,
        )
        for practice, name, turns, review, persona_name, field in found
    ]


def own_session(session: Session, user: User, session_id: uuid.UUID, *, lock: bool = False) -> PracticeSession:
    """The user's session; `lock` holds the row until the end of the transaction. Raises NotFound."""
    query = select(PracticeSession).where(PracticeSession.id == session_id, PracticeSession.user_id == user.id)
    practice = session.exec(query.with_for_update() if lock else query).first()
    if practice is None:
        raise NotFound("There is no such session.")
    return practice


def check_browser_id(browser_id: str) -> None:
    """Raises Invalid for an id that no page of ours makes."""
    if not 8 <= len(browser_id) <= 64 or not browser_id.isascii() or not browser_id.isprintable():
        raise Invalid("browser_id", "browser_id must be 8 to 64 printable ASCII characters, such as a UUID.")


def _started(house: House, user: User, browser_id: str) -> uuid.UUID | None:
    with house.database.read() as session:
        query = select(PracticeSession.id).where(
            PracticeSession.user_id == user.id, PracticeSession.browser_id == browser_id
        )
        return session.exec(query).first()


def _persona(house: House, persona_id: str) -> Persona:
    persona = house.personas.get(persona_id)
    if persona is None:
        raise NotFound(f"There is no persona called {persona_id!r}. There are {', '.join(house.personas)}.")
    return persona


def _arrive(house: House, session: Session, practice: PracticeSession, arrival: Arrival) -> None:
    """Store the session with how the client comes to it."""
    practice.arrival, practice.homework = arrival.kind, arrival.homework
    if not arrival.comes:
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.MISSED.value
    if arrival.ends:
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.ENDED_BY_CLIENT.value
    session.add(practice)
    session.flush()
    if arrival.comes:
        act = "farewell" if arrival.ends else "small_talk"
        session.add(_authored(house, practice, 0, arrival.opening, act, arrival.state, None))


def _farewell(house: House, practice: PracticeSession, persona: Persona, turns: list[Turn]) -> Turn:
    """The client's last words, which also answer a trainee turn that still waits."""
    last = turns[-1]
    state = State.from_dict(last.state)
    lines = [line.text for line in persona.lines["farewell"] if line.fact is None]
    text = random.Random(practice.seed + last.position).choice(lines or ["Bye, then."])
    answers = last.id if last.speaker == Speaker.COUNSELLOR else None
    return _authored(house, practice, last.position + 1, text, "farewell", state, answers)


def _authored(
    house: House, practice: PracticeSession, position: int, text: str, act: str, state: State, answers: int | None
) -> Turn:
    talk = house.coder.talk(text)
    stance = Stance(state.stance) if position == 0 else ACTS[act].stance
    return Turn(
        session_id=practice.id,
        position=position,
        speaker=Speaker.CLIENT.value,
        text=text,
        state=after_reply(state, stance, None).as_dict(),
        answers_id=answers,
        act=act,
        source=Source.AUTHORED.value,
        talk=asdict(talk),
    )


__all__ = [
    "acquaintance",
    "check_browser_id",
    "end",
    "own_session",
    "persona_card",
    "persona_cards",
    "room",
    "room_turn",
    "session_query",
    "session_rows",
    "sessions_of",
    "start",
]

"""The life of a session: choosing a persona, starting, the trainee's page, ending, the trainee's list."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable

from sqlalchemy import Select, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.client.group import Cast
from app.client.memory import begin
from app.client.persona import Persona
from app.i18n import gettext as _
from app.practice.arrivals import Acquaintance, acquaintance_of, remembered
from app.practice.assignments import check_open
from app.practice.errors import Invalid, NotFound
from app.practice.faces import Client, face_of
from app.practice.headline import refresh_headline
from app.practice.house import House
from app.practice.modes import DEFAULT_MODE, goals, modes
from app.practice.parties import Alone, Together, client_turn, party_of
from app.practice.storing import storing
from app.practice.versions import client_of, keep_version
from app.practice.views import (
    PersonaCard,
    SessionRow,
    persona_card_of,
)
from app.store.queries import turns_of
from app.store.tables import (
    EndReason,
    PersonaVersion,
    PracticeSession,
    Review,
    Speaker,
    Turn,
    User,
    now,
)

#: The scale of how one feels before a session: 1 is calm, this a racing heart.
CALM_TO_RACING = 5


def persona_cards(house: House) -> list[PersonaCard]:
    """All people, then all groups, gentle ones first."""
    order = ("gentle", "moderate", "hard")
    return sorted(
        map(persona_card_of, house.clients.values()),
        key=lambda card: (bool(card.members), order.index(card.difficulty), card.name),
    )


def client_names(house: House) -> dict[str, str]:
    """The names of all people and groups by id."""
    return {name: face_of(client).name for name, client in house.clients.items()}


def persona_card(house: House, persona_id: str) -> PersonaCard:
    """One persona's or group's card. Raises NotFound."""
    return persona_card_of(_client(house, persona_id))


def acquaintance(house: House, user: User, persona_id: str) -> Acquaintance | None:
    """What the trainee and the client have had together, None before the end of their first session.

    Groups carry nothing from session to session, so None for them.
    """
    if persona_id in house.groups:
        return None
    with house.database.read() as session:
        return acquaintance_of(session, user.id, persona_id)


def start(
    house: House,
    user: User,
    persona_id: str,
    browser_id: str,
    *,
    anew: bool = False,
    mode: str = DEFAULT_MODE,
    goal: str = "",
    mood: int | None = None,
    assignment_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """A new session, opened by the client's first words; the same `browser_id` again gives the same session.

    It goes on from the last one with this client unless it is to start `anew`. Where a client does not come, or comes
    to say that it is over, it ends at once. A group always starts anew. `goal` is an id of `goals()`, or empty; `mood`
    goes from 1, calm, to 5. An assignment says mode and goal itself. Raises NotFound for an unknown persona, group or
    assignment, Invalid for a malformed id or an unknown mode, goal or mood, and what the assignment raises when it is
    over.
    """
    check_browser_id(browser_id)
    _check_setting(mode, goal, mood)
    if (known := _started(house, user, browser_id)) is not None:
        return known
    client = _client(house, persona_id)
    practice = PracticeSession(
        user_id=user.id,
        browser_id=browser_id,
        persona_id=face_of(client).id,
        version_id=keep_version(house.database, client),
        seed=secrets.randbelow(2**31),
        engine=house.engine.name,
        coder=house.coder.name,
        mode=mode,
        goal=goal,
        mood=mood,
    )
    try:
        with storing(house.database) as session:
            if assignment_id is not None:
                _assign(session, practice, assignment_id)
            if isinstance(client, Cast):
                _gather(house, session, practice, client)
            else:
                _arrive(house, session, practice, client, anew)
    except IntegrityError:
        # the same form came twice at the same moment: the first one counts
        known = _started(house, user, browser_id)
        if known is None:
            raise
        return known
    return practice.id


def _check_setting(mode: str, goal: str, mood: int | None) -> None:
    if mode not in modes():
        raise Invalid("mode", _("There is no such mode. Choose one of these."))
    if goal and goal not in goals():
        raise Invalid("goal", _("There is no such goal. Choose one of these, or none."))
    if mood is not None and not 1 <= mood <= CALM_TO_RACING:
        raise Invalid("mood", _("Choose a number from 1 to 5, or none."))


def end(house: House, user: User, session_id: uuid.UUID) -> None:
    """The trainee ends the session and the client says goodbye; ended already, nothing changes. Raises NotFound."""
    with storing(house.database) as session:
        practice = own_session(session, user, session_id, lock=True)
        if practice.ended_at is not None:
            return
        last = turns_of(session, practice.id)[-1]
        answer = party_of(client_of(session, practice)).farewell(last, practice.seed + last.position)
        # the last words also answer a trainee turn that still waits
        answers = last.id if last.speaker == Speaker.COUNSELLOR else None
        previous = last.text if answers else None
        session.add(client_turn(practice, last.position + 1, answer, house.coder, answers, previous))
        practice.ended_at, practice.end_reason = now(), EndReason.TRAINEE.value
        session.flush()
        refresh_headline(session, practice)


def sessions_of(house: House, user: User) -> list[SessionRow]:
    """One's own sessions, newest first, without tries at moments of them."""
    with house.database.read() as session:
        query = session_query().where(col(PracticeSession.user_id) == user.id, col(PracticeSession.parent_id).is_(None))
        return session_rows(session.execute(query.order_by(col(PracticeSession.started_at).desc())).all())


Found = tuple[PracticeSession, str, int, Review | None, str, str, int]


def session_query() -> Select[Found]:
    """Sessions with trainee, the number of trainee turns, review, the client’s name and field, the number of tries."""
    version, tried = PersonaVersion, aliased(PracticeSession)
    tries = select(func.count()).where(col(tried.parent_id) == col(PracticeSession.id)).scalar_subquery()
    # asked for each row that is shown: grouping all turns there are takes longer the more there are
    turns = (
        select(func.count())
        .where(col(Turn.session_id) == col(PracticeSession.id), Turn.speaker == Speaker.COUNSELLOR.value)
        .scalar_subquery()
    )
    return (  # type: ignore[no-any-return]
        select(  # type: ignore[call-overload]
            PracticeSession, User.name, turns, Review, version.name, version.field, tries
        )
        .join(User, col(User.id) == col(PracticeSession.user_id))
        .join(version, col(version.id) == col(PracticeSession.version_id))
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
            practice.mode,
            practice.goal,
            practice.hints,
            tries,
            practice.assignment_id,
            practice.parent_id,
            practice.branched_at,
            bool(practice.reflection),
        )
        for practice, name, turns, review, persona_name, field, tries in found
    ]


def own_session(session: Session, user: User, session_id: uuid.UUID, *, lock: bool = False) -> PracticeSession:
    """The user's session; `lock` holds the row until the end of the transaction. Raises NotFound."""
    query = select(PracticeSession).where(PracticeSession.id == session_id, PracticeSession.user_id == user.id)
    practice = session.exec(query.with_for_update() if lock else query).first()
    if practice is None:
        raise NotFound(_("There is no such session."))
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


def _assign(session: Session, practice: PracticeSession, assignment_id: uuid.UUID) -> None:
    """The session counts for an assignment, which says how it is practised. Raises NotFound, Conflict."""
    assignment = check_open(session, practice.user_id, assignment_id, practice.persona_id)
    practice.assignment_id, practice.mode, practice.goal = assignment.id, assignment.mode, assignment.goal


def _client(house: House, client_id: str) -> Client:
    clients = house.clients
    if client_id not in clients:
        raise NotFound(_("There is no client at this address, or not any more. Choose somebody else."))
    return clients[client_id]


def _arrive(house: House, session: Session, practice: PracticeSession, persona: Persona, anew: bool) -> None:
    """Store the session with how the client comes to it."""
    memory = None if anew else remembered(session, practice.user_id, persona.id)
    arrival = begin(persona, memory, practice.seed)
    practice.memory = memory.as_dict() if memory else None
    practice.arrival, practice.homework = arrival.kind, arrival.homework
    if not arrival.comes:
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.MISSED.value
    if arrival.ends:
        practice.ended_at, practice.end_reason = practice.started_at, EndReason.ENDED_BY_CLIENT.value
    session.add(practice)
    session.flush()
    if arrival.comes:
        session.add(client_turn(practice, 0, Alone(persona).arrives(arrival), house.coder))


def _gather(house: House, session: Session, practice: PracticeSession, cast: Cast) -> None:
    """Store the session with a group, which always comes."""
    practice.arrival = "on_time"
    session.add(practice)
    session.flush()
    session.add(client_turn(practice, 0, Together(cast).opens(practice.seed), house.coder))


__all__ = [
    "acquaintance",
    "check_browser_id",
    "client_names",
    "end",
    "own_session",
    "persona_card",
    "persona_cards",
    "session_query",
    "session_rows",
    "sessions_of",
    "start",
]

"""The demo: a class with all its sessions, assignments and reviews, so that every page is full before anybody comes.

The sessions are really held: the clients speak their written lines, the coder that ships scores every turn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.llm.mute import Mute
from app.practice import accounts
from app.practice.demo.cast import Appointment, Student, students
from app.practice.demo.desk import Desk, review_all
from app.practice.demo.playing import begin, hold
from app.practice.demo.words import Words, read_words
from app.practice.house import House
from app.practice.modes import goals
from app.resources import PERSONAS_DIR
from app.store.tables import (
    Assignment,
    Assistant,
    Classroom,
    EndReason,
    Invitation,
    Membership,
    Milestone,
    Mode,
    PersonaEdit,
    PracticeSession,
    Role,
    Snippet,
    User,
    now,
)

TRAINEES, SESSIONS = 24, 200
#: Sessions that are still open, and the share of sessions held with a group and that belong to an assignment.
OPEN, IN_GROUP, ASSIGNED = 3, 0.08, 0.45
INSTRUCTOR, ASSISTANT = "dana", "samuel"
EDITED = "ray-drink-driving"
CODE, ARCHIVED_CODE, ASSISTANT_CODE = "DEM2-RX4D", "DEM2-SPR7", "DEM2-HELP"

#: Told after each session: how many are held, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Size:
    """How much there is to be."""

    trainees: int = TRAINEES
    sessions: int = SESSIONS


async def make_demo(
    house: House, password: str, progress: Progress, size: Size | None = None, *, seed: int = 1
) -> None:
    """Fill an empty, migrated database. `house`: its engine is not asked, the clients speak from written lines."""
    house = replace(house, engine=Mute())
    size, words, rng = size or Size(), read_words(), random.Random(f"demo {seed}")
    people = students(words, size.trainees, size.sessions, now() - timedelta(hours=3), seed)
    desk = _staff(house, words, password)
    classroom, users = _class(house, desk, people, words, password)
    tasks = _around(house, desk, classroom, users, rng)
    clients, groups = list(house.personas), list(house.groups)
    done = 0
    for student, user in zip(people, users, strict=True):
        favourites = rng.sample(clients, min(4, len(clients)))
        for number, appointment in enumerate(student.appointments, 1):
            task = rng.choice(tasks) if rng.random() < ASSIGNED else None
            in_group = bool(groups) and rng.random() < IN_GROUP
            client = task.client_id if task else rng.choice(groups if in_group else favourites)
            session_id = await hold(house, user, client, appointment, number)
            done += 1
            progress(done, size.sessions)
            if session_id is not None:
                with house.database.write() as session:
                    _told(session, session.get_one(PracticeSession, session_id), task, words, rng)
    for user in users[:OPEN]:
        await begin(house, user, rng.choice(clients), Appointment(now() - timedelta(hours=2), 0.4, 3), 900)
    with house.database.write() as session:
        review_all(session, desk, _ended(session), rng)


def set_passwords(house: House, password: str) -> None:
    """Give everybody in the demo this password."""
    for user in accounts.list_users(house.database):
        accounts.set_password(house.database, user.username, password)


def _staff(house: House, words: Words, password: str) -> Desk:
    database = house.database
    dana = accounts.found(database, username=INSTRUCTOR, name=words.instructor, password=password)
    samuel = accounts.add_user(
        database, username=ASSISTANT, name=words.assistant, password=password, role=Role.INSTRUCTOR
    )
    return Desk(dana, samuel, words)


def _class(
    house: House, desk: Desk, people: Sequence[Student], words: Words, password: str
) -> tuple[Classroom, list[User]]:
    users = [
        accounts.add_user(house.database, username=one.username, name=one.name, password=password, role=Role.TRAINEE)
        for one in people
    ]
    dana = desk.instructor.id
    classroom = Classroom(name=words.classroom, code=CODE, assistant_code=ASSISTANT_CODE, instructor_id=dana)
    past = Classroom(name=words.archived, code=ARCHIVED_CODE, instructor_id=dana)
    past.archived_at = now() - timedelta(days=80)
    with house.database.write() as session:
        session.add_all([classroom, past])
        session.flush()
        session.add(Assistant(classroom_id=classroom.id, user_id=desk.assistant.id))
        session.add_all([Membership(classroom_id=classroom.id, user_id=user.id) for user in users])
        for user in (*users, desk.instructor, desk.assistant):
            kept = session.get_one(User, user.id)
            kept.email, kept.informed_at = f"{user.username}@example.org", now() - timedelta(days=70)
            session.add(kept)
    return classroom, users


def _around(
    house: House, desk: Desk, classroom: Classroom, users: Sequence[User], rng: random.Random
) -> list[Assignment]:
    """Assignments, invitations, milestones and snippets."""
    words, known = desk.words, list(house.personas)
    tasks = [
        Assignment(
            classroom_id=classroom.id,
            author_id=desk.instructor.id,
            client_id=known[place % len(known)],
            mode=mode.value,
            goal=goal,
            note=words.assignment_notes[place],
            min_turns=6,
            attempts=attempts,
            due_at=now() + timedelta(days=days),
            created_at=now() - timedelta(days=60 - 12 * place),
        )
        for place, (mode, goal, attempts, days) in enumerate(
            (
                (Mode.COACHED, "reflection", None, -30),
                (Mode.COACHED, "choices", 3, -9),
                (Mode.PLAIN, "paradoxical", 3, 5),
                (Mode.EXAM, "", 1, 12),
            )
        )
    ]
    with house.database.write() as session:
        session.add_all(tasks)
        session.add_all(_milestones(desk, users, rng))
        session.add_all([Snippet(owner_id=desk.instructor.id, text=text) for text in words.snippets])
        session.add_all(_invitations(classroom, words))
        session.add_all(_edits(desk))
    return tasks


def _milestones(desk: Desk, users: Sequence[User], rng: random.Random) -> list[Milestone]:
    aims = (("answers_to_resistance", 60.0), ("reflections_to_questions", 1.0), ("reflection_share", 40.0))
    return [
        Milestone(
            user_id=user.id,
            author_id=desk.instructor.id if place % 2 else user.id,
            measure=(aim := aims[place % len(aims)])[0],
            target=aim[1],
            note=rng.choice(desk.words.milestone_notes),
            due_at=now() + timedelta(days=rng.randint(3, 30)),
            created_at=now() - timedelta(days=45),
        )
        for place, user in enumerate(users)
    ]


def _edits(desk: Desk) -> list[PersonaEdit]:
    """Two drafts of a persona that ships: nothing is published, so the client stays as it is."""
    source = (PERSONAS_DIR / f"{EDITED}.yaml").read_text(encoding="utf-8")
    gentler = source.replace("difficulty: hard", "difficulty: moderate")
    return [
        PersonaEdit(
            persona_id=EDITED,
            revision=number,
            author_id=desk.instructor.id,
            source=text,
            note=note,
            created_at=now() - timedelta(days=20 - number),
        )
        for number, (text, note) in enumerate(
            ((source, desk.words.edit_notes[0]), (gentler, desk.words.edit_notes[1])), 1
        )
    ]


def _invitations(classroom: Classroom, words: Words) -> list[Invitation]:
    people = [line.split(", ") for line in words.invited]
    until: datetime = now() + timedelta(days=20)
    return [
        Invitation(classroom_id=classroom.id, name=name, email=mail, token=f"demo-{mail}", expires_at=until)
        for name, mail in people
    ]


def _told(
    session: Session, practice: PracticeSession, task: Assignment | None, words: Words, rng: random.Random
) -> None:
    """What the trainee came with and wrote afterwards."""
    practice.assignment_id = task.id if task else None
    practice.mode = task.mode if task else rng.choice((Mode.COACHED, Mode.COACHED, Mode.PLAIN)).value
    practice.goal = task.goal if task else rng.choice(("", *goals()))
    practice.mood = rng.choice((1, 2, 2, 3, 3, 4, 5))
    if rng.random() < 0.7:
        practice.reflection = "\n\n".join(rng.choice(part) for part in words.reflections)
        practice.reflected_at = practice.ended_at
    session.add(practice)


def _ended(session: Session) -> list[PracticeSession]:
    query = select(PracticeSession).where(
        col(PracticeSession.ended_at).is_not(None), col(PracticeSession.end_reason) != EndReason.MISSED.value
    )
    return list(session.exec(query.order_by(col(PracticeSession.started_at))))


__all__ = ["ASSISTANT", "CODE", "INSTRUCTOR", "SESSIONS", "TRAINEES", "Size", "make_demo", "set_passwords"]

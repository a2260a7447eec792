"""The smallest valid rows, for tests that are about something else."""

from __future__ import annotations

import uuid
from typing import Any

from sqlmodel import Session

from app.store.database import Database
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
    Role,
    SignIn,
    Snippet,
    Speaker,
    Turn,
    User,
    Utterance,
    now,
)

STATE = {"resistance": 0.7, "trust": 0.2}


def user(username: str = "ann", role: Role = Role.TRAINEE) -> User:
    return User(username=username, name=username.title(), role=role.value, password_hash="x")


def version(version_id: str = "v" * 64) -> PersonaVersion:
    return PersonaVersion(id=version_id, persona_id="ray", name="Ray", field="court", persona={"name": "Ray"})


def practice(owner: User, browser_id: str = "browser-1", **more: Any) -> PracticeSession:
    """A session of the version that `version` makes, which has to be stored before it."""
    return PracticeSession(
        user_id=owner.id,
        browser_id=browser_id,
        persona_id="ray",
        version_id="v" * 64,
        seed=1,
        engine="scripted",
        coder="coder-1",
        **more,
    )


def turn(session: PracticeSession, position: int, text: str = "Hello.", **more: Any) -> Turn:
    fields = {"speaker": Speaker.COUNSELLOR.value, "state": STATE, **more}
    return Turn(session_id=session.id, position=position, text=text, **fields)


def utterance(owner: Turn, ordinal: int = 0) -> Utterance:
    assert owner.id is not None
    return Utterance(
        turn_id=owner.id, ordinal=ordinal, start=0, end=6, code="other", probability=0.9, probabilities={"other": 0.9}
    )


def whole_story(database: Database) -> tuple[User, PracticeSession]:
    """A trainee in a class with one answered, corrected, commented and reviewed session: a row in every table."""
    trainee, teacher = user("ann"), user("tess", Role.INSTRUCTOR)
    with database.write() as session:
        session.add_all([trainee, teacher, version()])
        session.flush()
        classroom = Classroom(name="Monday", code="K7QM-2RXD", instructor_id=teacher.id)
        session.add(classroom)
        session.flush()
        session.add(Membership(classroom_id=classroom.id, user_id=trainee.id))
        session.add(SignIn(token_hash=uuid.uuid4().hex, user_id=trainee.id, expires_at=now()))
        task = _around(session, classroom, trainee, teacher)
        held = practice(trainee, assignment_id=task.id)
        session.add(held)
        session.flush()
        said = turn(held, 0, browser_id="turn-0001")
        session.add(said)
        session.flush()
        answered = turn(held, 1, "No.", speaker=Speaker.CLIENT.value, answers_id=said.id)
        coded = utterance(said)
        session.add_all([answered, coded])
        session.flush()
        assert coded.id is not None
        assert said.id is not None
        session.add(Correction(utterance_id=coded.id, reviewer_id=teacher.id, code="open_question"))
        session.add(Comment(turn_id=said.id, author_id=teacher.id, text="Good."))
        session.add(Aside(session_id=held.id, position=1, said="We rest."))
        session.add(Review(session_id=held.id, reviewer_id=teacher.id, summary="Well done.", reviewed_at=now()))
        coding = Coding(session_id=held.id, coder_id=teacher.id, assigned_by=teacher.id)
        session.add_all([coding, practice(trainee, "browser-2", parent_id=held.id, branched_at=1)])
        session.flush()
        session.add(CodedByHand(coding_id=coding.id, utterance_id=coded.id, code="open_question"))
    return trainee, held


def _around(session: Session, classroom: Classroom, trainee: User, teacher: User) -> Assignment:
    """What stands around a session: an assignment, an assistant, an invitation and the like."""
    task = Assignment(
        classroom_id=classroom.id, author_id=teacher.id, client_id="ray", mode=Mode.PLAIN.value, goal="reflection"
    )
    session.add_all(
        [
            task,
            Assistant(classroom_id=classroom.id, user_id=teacher.id),
            Identity(issuer="https://id.example.org", subject="ann", user_id=trainee.id),
            Invitation(
                classroom_id=classroom.id, name="Bo", email="bo@example.org", token=uuid.uuid4().hex, expires_at=now()
            ),
            Milestone(user_id=trainee.id, author_id=teacher.id, measure="reflections_to_questions", target=1.0),
            PersonaEdit(persona_id="ray", revision=1, author_id=teacher.id, source="name: Ray"),
            Snippet(owner_id=teacher.id, text="Good."),
        ]
    )
    session.flush()
    return task


__all__ = ["practice", "turn", "user", "utterance", "version", "whole_story"]

"""The tables. Ids of what a browser names are random UUIDs; rows inside a session are numbered."""

from __future__ import annotations

from app.store.tables.kinds import AsideKind, EndReason, Mode, Role, Source, Speaker, UtcDateTime, now
from app.store.tables.people import (
    Assignment,
    Assistant,
    Classroom,
    Identity,
    Invitation,
    Membership,
    Milestone,
    SignIn,
    User,
)
from app.store.tables.practice import Aside, PersonaEdit, PersonaVersion, PracticeSession, Turn, Utterance
from app.store.tables.review import CodedByHand, Coding, Comment, Correction, Review, Snippet

__all__ = [
    "Aside",
    "AsideKind",
    "Assignment",
    "Assistant",
    "Classroom",
    "CodedByHand",
    "Coding",
    "Comment",
    "Correction",
    "EndReason",
    "Identity",
    "Invitation",
    "Membership",
    "Milestone",
    "Mode",
    "PersonaEdit",
    "PersonaVersion",
    "PracticeSession",
    "Review",
    "Role",
    "SignIn",
    "Snippet",
    "Source",
    "Speaker",
    "Turn",
    "User",
    "UtcDateTime",
    "Utterance",
    "now",
]

"""A session read whole: its rows, its line in a list, the instructor's word and everybody's names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from app.practice.arrivals import ArrivalView, arrival_view
from app.practice.faces import Client, face_of, names_of
from app.practice.miti import given_ratings
from app.practice.sessions import session_query, session_rows
from app.practice.versions import client_of
from app.practice.views import AsideView, CommentView, SessionRow, aside_view, spoken_to
from app.scoring.ratings import GlobalId
from app.store.queries import Transcript, names_in, transcript_of
from app.store.tables import PracticeSession, Review, Turn


@dataclass(frozen=True)
class Reading:
    """What the report and the instructor's desk are both made from."""

    transcript: Transcript
    client: Client
    row: SessionRow
    word: Review | None
    names: dict[uuid.UUID, str]

    @property
    def summary(self) -> str:
        """The instructor's summary, or nothing."""
        return self.word.summary if self.word else ""

    @property
    def reviewed_at(self) -> datetime | None:
        """When the session was marked as reviewed."""
        return self.word.reviewed_at if self.word else None

    @property
    def reviewer_name(self) -> str | None:
        """Who wrote the word on the session."""
        return self.names.get(self.word.reviewer_id) if self.word else None

    @property
    def given(self) -> dict[GlobalId, float]:
        """The globals that a reviewer gave."""
        return given_ratings(self.word.globals_given if self.word else None)

    @property
    def called(self) -> str:
        """What the client, or the group, is called in the middle of a sentence."""
        return face_of(self.client).called

    @property
    def arrival(self) -> ArrivalView:
        """How the client came to the session."""
        return arrival_view(self.transcript.session, self.called)

    def asides(self, position: int) -> list[AsideView]:
        """The pauses behind the turn at this position."""
        return [aside_view(aside) for aside in self.transcript.asides if aside.position == position]

    def to(self, turn: Turn) -> tuple[str, ...]:
        """The names of those of a group to whom a trainee turn was spoken, none where it was to all."""
        return spoken_to(turn, names_of(self.client))

    def comments(self, turn_id: int) -> list[CommentView]:
        """The comments on a turn, oldest first."""
        return [
            CommentView(entry.id or 0, self.names.get(entry.author_id, "?"), entry.text, entry.created_at)
            for entry in self.transcript.comments.get(turn_id, [])
        ]


def read(session: Session, practice: PracticeSession) -> Reading:
    """Read a session that its reader may see."""
    transcript = transcript_of(session, practice)
    found = session.execute(session_query().where(col(PracticeSession.id) == practice.id)).all()
    word = session.get(Review, practice.id)
    names = names_in(session, transcript, word)
    return Reading(transcript, client_of(session, practice), session_rows(found)[0], word, names)


__all__ = ["Reading", "read"]

"""A session read whole: its rows, its line in a list, the instructor's word and everybody's names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from app.practice.sessions import session_query, session_rows
from app.practice.views import CommentView, SessionRow
from app.store.queries import Transcript, names_in, transcript_of
from app.store.tables import PracticeSession, Review


@dataclass(frozen=True)
class Reading:
    """What the report and the instructor's desk are both made from."""

    transcript: Transcript
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
    return Reading(transcript, session_rows(found)[0], word, names_in(session, transcript, word))


__all__ = ["Reading", "read"]

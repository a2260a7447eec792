"""Figures of earlier versions are made anew behind the pages, so that an update leaves nobody without progress."""

from __future__ import annotations

import logging
from threading import Event

from sqlalchemy import func
from sqlmodel import col, select

from app.practice.headline import refresh_headline
from app.practice.summary import VERSION
from app.store.database import Database
from app.store.tables import EndReason, PracticeSession

log = logging.getLogger(__name__)


def renew_figures(database: Database, stop: Event) -> int:
    """Work out the figures of every ended session that has none of this version, one after the other; how many.

    Each is a transaction of its own, so that nobody waits for more than one; `stop` ends it after the one at hand.
    """
    renewed, after = 0, None
    while not stop.is_set():
        query = select(PracticeSession).where(
            col(PracticeSession.ended_at).is_not(None),
            col(PracticeSession.end_reason) != EndReason.MISSED.value,
            func.coalesce(PracticeSession.figures["version"].as_integer(), 0) != VERSION,  # type: ignore[index]
        )
        # by id, so that a session whose figures cannot be made is passed over
        query = query.where(col(PracticeSession.id) > after) if after is not None else query
        with database.write() as session:
            practice = session.exec(query.order_by(col(PracticeSession.id)).limit(1)).first()
            if practice is None:
                break
            after = practice.id
            refresh_headline(session, practice)
        renewed += 1
    return renewed


def renew_in_peace(database: Database, stop: Event) -> None:
    """The same, with trouble told in the log: nobody waits for it, and the next start tries again."""
    try:
        if renewed := renew_figures(database, stop):
            log.info("figures of %s earlier sessions were made anew", renewed)
    except Exception:  # whatever it is, the pages work without
        log.exception("figures of earlier sessions could not be made anew")


__all__ = ["renew_figures", "renew_in_peace"]

"""Ended sessions with given figures, without anybody talking."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.practice.house import House
from app.practice.summary import SUSTAIN, Figure, Met, Summary
from app.practice.versions import keep_version
from app.scoring.measures import measure
from app.store.tables import EndReason, PracticeSession, User, now

PERSONA = "ray-drink-driving"


def summary(turns: int = 10, resistance: Mapping[str, tuple[int, int, int]] | None = None, **more: Any) -> Summary:
    """A session's figures: 6 of 10 turns reflect, and what else is told; `codes` replaces those."""
    met = {kind: Met(*counts) for kind, counts in (resistance or {"arguing": (3, 2, 1), SUSTAIN: (2, 2, 2)}).items()}
    graded, good = sum(one.graded for one in met.values()), sum(one.met for one in met.values())
    figures = {name: Figure(None, 0, 0) for name in measure(()).measures}
    figures["answers_to_resistance"] = Figure(100 * good / graded if graded else None, good, graded)
    figures["reflection_share"] = Figure(60.0, 6, 10)
    figures["reflections_to_questions"] = Figure(1.5, 6, 4)
    codes = more.pop("codes", {"simple_reflection": 6, "open_question": 4, "persuade": 1})
    figures.update(more.pop("measures", {}))
    return Summary(turns, figures, codes, {"change": 1}, met, {}, None, 0, **more)


def ended(
    house: House, user: User, *, days_ago: float = 0, figures: Summary | None = None, **more: Any
) -> PracticeSession:
    """An ended session with Ray, `days_ago`; without `figures` it ended before there were any."""
    persona = more.pop("persona_id", PERSONA)
    started = more.pop("started_at", now() - timedelta(days=days_ago, hours=1))
    fields: dict[str, Any] = {"end_reason": EndReason.TRAINEE.value, "ended_at": later(started)} | more
    practice = PracticeSession(
        user_id=user.id,
        browser_id=uuid.uuid4().hex,
        persona_id=persona,
        version_id=keep_version(house.database, house.clients[persona]),
        seed=1,
        engine="scripted",
        coder="keywords",
        started_at=started,
        figures=figures.as_dict() if figures else None,
        **fields,
    )
    with house.database.write() as session:
        session.add(practice)
    return practice


def later(moment: datetime) -> datetime:
    """The end of a session that began then."""
    return moment + timedelta(minutes=30)


__all__ = ["PERSONA", "ended", "summary"]

"""Sessions without figures, or with those of an earlier version, get them anew; the others are left alone."""

from __future__ import annotations

from threading import Event

import pytest
from sqlmodel import Session

from app.practice import renewing, sessions
from app.practice.house import House
from app.practice.renewing import renew_figures
from app.practice.summary import VERSION, summary_of
from app.store.tables import EndReason, PracticeSession, User
from tests.practice.doings import ended
from tests.practice.rooms import held, meet, talk


def test_earlier_figures_are_made_anew_once(quick: House, tom: User) -> None:
    kept, without, old = (meet(quick, tom, anew=True) for _ in range(3))
    running = meet(quick, tom, anew=True)
    for practice in (kept, without, old):
        talk(quick, tom, practice.id, "It sounds like you are tired of being told.")
        sessions.end(quick, tom, practice.id)
    missed = ended(quick, tom, end_reason=EndReason.MISSED.value)

    def row(session: Session, practice: PracticeSession) -> PracticeSession:
        return session.get_one(PracticeSession, practice.id)

    with quick.database.write() as session:
        row(session, kept).figures = {**(row(session, kept).figures or {}), "mark": True}
        row(session, without).figures = None
        row(session, old).figures = {"version": VERSION - 1}
    assert renew_figures(quick.database, Event()) == 2
    for practice in (without, old):
        found = summary_of(held(quick, practice.id).figures)
        assert found is not None
        assert found.turns == 1
    assert (held(quick, kept.id).figures or {}).get("mark"), "what is of this version is left alone"
    assert held(quick, running.id).figures is None
    assert held(quick, missed.id).figures is None
    assert renew_figures(quick.database, Event()) == 0


def test_trouble_is_told_in_the_log_alone(
    quick: House, tom: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended(quick, tom)

    def fails(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(renewing, "refresh_headline", fails)
    renewing.renew_in_peace(quick.database, Event())
    assert "could not be made anew" in caplog.text


def test_it_stops_when_the_house_closes(quick: House, tom: User) -> None:
    ended(quick, tom)
    stop = Event()
    stop.set()
    assert renew_figures(quick.database, stop) == 0

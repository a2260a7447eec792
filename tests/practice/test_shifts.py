"""What each trainee turn met and did, out of stored states."""

from __future__ import annotations

from app.client.persona import Persona
from app.client.state import State
from app.practice.shifts import shifts_of
from app.store.queries import Transcript
from app.store.tables import PracticeSession, Speaker, Turn
from tests.store import rows


def turn(practice: PracticeSession, speaker: Speaker, position: int, resistance: float, act: str | None = None) -> Turn:
    state = State(resistance, 0.3, 4, 5).as_dict()
    return rows.turn(practice, position, speaker=speaker.value, state=state, act=act)


def test_each_trainee_turn_has_what_came_before_and_after(personas: dict[str, Persona]) -> None:
    ray = personas["ray-drink-driving"]
    practice = rows.practice(rows.user())
    turns = [
        turn(practice, Speaker.CLIENT, 0, 0.7, "deny"),
        turn(practice, Speaker.COUNSELLOR, 1, 0.6),
        turn(practice, Speaker.CLIENT, 2, 0.62, "joke"),
        turn(practice, Speaker.COUNSELLOR, 3, 0.8),
    ]
    found = shifts_of(Transcript(practice, turns), ray)
    assert {index: shift.act for index, shift in found.items()} == {1: "deny", 3: "joke"}
    assert [(shift.before.resistance, shift.after.resistance) for shift in found.values()] == [(0.7, 0.6), (0.62, 0.8)]
    assert {shift.reactance for shift in found.values()} == {ray.style.reactance}
    assert shifts_of(Transcript(practice, []), ray) == {}

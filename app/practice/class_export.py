"""A class's sessions for a spreadsheet, a row each, and its turns for research."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.practice.blind import coded_blind_by
from app.practice.class_figures import Held, Scope, held_by, members
from app.practice.dashboard import SPOILS, TECHNIQUES, pick_classes
from app.practice.export import export_rows
from app.practice.followed import followed
from app.practice.house import House
from app.store.tables import User

_ABOUT = ("session", "trainee", "client", "mode", "started_at", "assignment", "turns")


def sessions_table(house: House, reader: User, scope: Scope) -> tuple[list[str], list[list[str]]]:
    """A head, and a row a session: who, with whom, measures, uses of techniques in ten turns. Raises NotFound."""
    measures = [name for name, one in followed().items() if one.group == "measure"]
    head = [*_ABOUT, *measures, *(f"{name}_in_10_turns" for name in TECHNIQUES | SPOILS)]
    people, held = _held(house, reader, scope)
    return head, [_row(row, people[row.trainee_id], measures) for row in held]


def _row(row: Held, trainee: str, measures: list[str]) -> list[str]:
    about = (row.id, trainee, row.client_id, row.mode, row.started_at.isoformat(), row.assignment_id, row.turns)
    values = [row.measure(name) for name in measures]
    rates = [10 * row.uses(codes) / row.turns if row.turns else None for codes in (TECHNIQUES | SPOILS).values()]
    return [_cell(value) for value in (*about, *values, *rates)]


def turns_of_class(house: House, reader: User, scope: Scope) -> Iterator[dict[str, Any]]:
    """Every turn of the class's sessions, as `rollwith export` writes them. Raises NotFound at once."""
    _people, held = _held(house, reader, scope)
    return _turns(house, held)


def _turns(house: House, held: list[Held]) -> Iterator[dict[str, Any]]:
    for row in held:
        yield from export_rows(house.database, session_id=row.id)


def _held(house: House, reader: User, scope: Scope) -> tuple[dict[Any, str], list[Held]]:
    with house.database.read() as session:
        _classes, chosen = pick_classes(session, reader, scope.classroom)
        people = members(session, [room.id for room in chosen])
        # whoever codes a session blind does not read its codes out of a file either
        shut = set(session.exec(coded_blind_by(reader)))
        return people, [row for row in held_by(session, list(people), scope) if row.id not in shut]


def _cell(value: Any) -> str:
    """A value as a cell; nothing stays empty."""
    if isinstance(value, float):
        return str(round(value, 2))
    return "" if value is None else str(value)


__all__ = ["sessions_table", "turns_of_class"]

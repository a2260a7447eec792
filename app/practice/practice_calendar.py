"""The practice calendar: a quarter's days with the sessions of each. It counts weeks practised, and no streaks."""

from __future__ import annotations

import re
from calendar import Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.practice.progress import Done

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


@dataclass(frozen=True)
class Day:
    """A day of the month with its sessions."""

    date: date
    done: tuple[Done, ...]


@dataclass(frozen=True)
class Month:
    """A month in weeks of seven days from Monday on; None where the day is another month's."""

    first: date
    weeks: list[list[Day | None]]


@dataclass(frozen=True)
class Quarter:
    """Three months. `earlier` and `later` name the quarters beside it, empty where nothing was practised there yet.

    `weeks`: in how many of the quarter's weeks there was a session; `sessions`: those of the quarter, newest first.
    """

    name: str
    months: list[Month]
    weeks: int
    sessions: list[Done]
    earlier: str
    later: str


def quarter_of(done: Sequence[Done], wanted: str, today: date) -> Quarter:
    """The quarter named like 2026-Q3, with these sessions in it; today's where the name says nothing. Days in UTC."""
    year, number = _named(wanted, today)
    months = [date(year, 3 * number - 2 + more, 1) for more in range(3)]
    days: dict[date, list[Done]] = defaultdict(list)
    for one in done:
        days[one.started_at.date()].append(one)
    inside = [one for one in done if (one.started_at.year, _quarter(one.started_at)) == (year, number)]
    first = min((one.started_at.date() for one in done), default=today)
    before, after = _beside(year, number, -1), _beside(year, number, 1)
    return Quarter(
        name=f"{year}-Q{number}",
        months=[Month(first_day, _weeks(first_day, days)) for first_day in months],
        weeks=len({one.started_at.isocalendar()[:2] for one in inside}),
        sessions=inside[::-1],
        earlier=before if months[0] > first else "",
        later=after if (year, number) < (today.year, _quarter(today)) else "",
    )


def _named(wanted: str, today: date) -> tuple[int, int]:
    match = _QUARTER.fullmatch(wanted)
    asked = (int(match[1]), int(match[2])) if match else (today.year, _quarter(today))
    # nothing is practised in the future, and the calendar does not go back to before there were computers
    return asked if (1970, 1) <= asked <= (today.year, _quarter(today)) else (today.year, _quarter(today))


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _beside(year: int, number: int, step: int) -> str:
    place = 4 * year + number - 1 + step
    return f"{place // 4}-Q{place % 4 + 1}"


def _weeks(first: date, days: dict[date, list[Done]]) -> list[list[Day | None]]:
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return [
        [Day(day, tuple(days.get(day, ()))) if day.month == first.month else None for day in week] for week in weeks
    ]


__all__ = ["Day", "Month", "Quarter", "quarter_of"]

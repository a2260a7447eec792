"""Who is in the demo: an instructor, an assistant and trainees of different skill, and when each of them practises."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.practice.demo.words import Words

WEEKS = 10
#: How trainees fare, in turn: most get better, some stay where they are, a few stop coming.
COURSES = ("better",) * 5 + ("steady", "better", "stopped")
#: Skill gained from the first session to the last by one who gets better.
GAIN = 0.65


@dataclass(frozen=True)
class Appointment:
    """One session to be held: when, how skilled the trainee is by then (0–1), and how many turns it has at most."""

    at: datetime
    skill: float
    turns: int


@dataclass(frozen=True)
class Student:
    """A trainee of the demo with all their appointments, oldest first."""

    username: str
    name: str
    course: str
    appointments: tuple[Appointment, ...]


def students(words: Words, trainees: int, sessions: int, today: datetime, seed: int) -> list[Student]:
    """So many trainees with so many sessions among them, in the ten weeks before `today`."""
    rng = random.Random(f"cast {seed}")
    shares = [_share(COURSES[number % len(COURSES)], rng) for number in range(trainees)]
    counts = _apportioned(shares, sessions)
    return [
        _student(words.trainees[number % len(words.trainees)], number, counts[number], today, rng)
        for number in range(trainees)
    ]


def _share(course: str, rng: random.Random) -> float:
    return rng.uniform(0.3, 0.6) if course == "stopped" else rng.uniform(0.8, 1.4)


def _apportioned(shares: list[float], whole: int) -> list[int]:
    """Whole numbers that stand to each other as the shares do and sum up to `whole` (largest remainders)."""
    exact = [share * whole / sum(shares) for share in shares]
    counts = [int(one) for one in exact]
    rest = sorted(range(len(shares)), key=lambda number: counts[number] - exact[number])
    for number in rest[: whole - sum(counts)]:
        counts[number] += 1
    return counts


def _student(name: str, number: int, count: int, today: datetime, rng: random.Random) -> Student:
    course = COURSES[number % len(COURSES)]
    username = f"{name.split()[0].lower()}{number // 24 or ''}"
    weeks = 4.0 if course == "stopped" else WEEKS - 0.2
    days = sorted(rng.uniform(0, weeks * 7) for _ in range(count))
    first = rng.uniform(0.05, 0.3)
    appointments = []
    for place, day in enumerate(days):
        along = place / max(1, count - 1)
        skill = first + (GAIN * along if course == "better" else 0.0) + rng.gauss(0, 0.05)
        at = (today - timedelta(days=WEEKS * 7 - day)).replace(hour=rng.randint(8, 20), minute=rng.randint(0, 59))
        appointments.append(Appointment(min(at, today), min(0.95, max(0.0, skill)), rng.randint(10, 19)))
    return Student(username, name, course, tuple(appointments))


__all__ = ["WEEKS", "Appointment", "Student", "students"]

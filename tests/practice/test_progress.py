"""Progress from stored figures: what counts, what is filtered, trends, techniques, resistance by kind and over time."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest

from app.practice import accounts
from app.practice.classes import create_class
from app.practice.errors import NotFound
from app.practice.followed import amount, followed, step_words, trend_words, value_of
from app.practice.house import House
from app.practice.practice_calendar import quarter_of
from app.practice.progress import Progress, Wanted, progress
from app.practice.summary import SUSTAIN, Figure
from app.practice.trend import Trend
from app.scoring.measures import measure
from app.store.tables import EndReason, Mode, Role, User
from tests.practice.doings import ended, summary
from tests.practice.rooms import PASSWORD
from tests.support.queries import counted

OTHER = "maureen-smoking"


def share(percent: int) -> dict[str, Figure]:
    return {"answers_to_resistance": Figure(float(percent), percent, 100)}


def test_everything_that_can_be_followed_has_words_and_a_value() -> None:
    assert set(measure(()).measures) < set(followed())
    assert all(one.label for one in followed().values())
    found = value_of(summary(), "reflection_share")
    assert found is not None
    assert (found.value, found.part, found.whole) == (60.0, 6, 10)
    assert found.interval is not None
    assert found.interval[0] < 60 < (found.interval[1] or 0)
    assert value_of(summary(), "complex_share") is None
    uses = value_of(summary(turns=20), "use_persuade")
    assert uses is not None
    assert (uses.value, uses.interval) == (0.5, None)
    assert value_of(summary(turns=0), "use_persuade") is None


def test_amounts_and_trends_in_words() -> None:
    known = followed()
    assert [amount("percent", 59.6), amount("ratio", 1.25), amount("rate", 0.5), amount("count", 3.0)] == [
        "60 %",
        "1.2 : 1",
        "0.5 in 10 turns",
        "3",
    ]
    headline, advice, talk = (known[name] for name in ("answers_to_resistance", "advice_share", "talk_time"))
    assert trend_words(headline, Trend("rising", 9, 0.01, 4.2)) == "Rising, for the better"
    assert trend_words(advice, Trend("rising", 9, 0.01, 4.2)) == "Rising, for the worse"
    assert trend_words(advice, Trend("falling", 9, 0.01, -4.2)) == "Falling, for the better"
    assert trend_words(talk, Trend("falling", 9, 0.01, -4.2)) == "Falling"
    assert trend_words(headline, Trend("too few", 3)) == "Too few sessions to say: 3 of 5"
    assert trend_words(headline, Trend("unclear", 9, 0.3, 9.0)) == "No clear change yet"
    assert step_words(headline, Trend("rising", 9, 0.01, 4.2)) == "about 4 points a session"
    assert step_words(known["use_confront"], Trend("falling", 9, 0.01, -0.25)) == "about 0.2 a session"
    assert step_words(headline, Trend("unclear", 9, 0.3, 9.0)) == ""
    assert step_words(headline, Trend("rising", 9, 0.01, 0.2)) == ""


def test_nothing_yet(quick: House, tom: User) -> None:
    found = progress(quick, tom, Wanted())
    assert (found.done, found.everything, found.kinds, found.parts, found.milestones) == ([], [], [], [], [])
    assert found.series["answers_to_resistance"].latest is None


def test_what_does_not_count(quick: House, tom: User) -> None:
    whole = ended(quick, tom, days_ago=2, figures=summary())
    ended(quick, tom, days_ago=1, figures=summary(), parent_id=whole.id, branched_at=1)
    ended(quick, tom, figures=summary(), end_reason=EndReason.MISSED.value)
    ended(quick, tom, figures=summary(turns=0))
    ended(quick, tom, figures=None, ended_at=None, end_reason=None)
    ended(quick, accounts.add_user(quick.database, username="una", name="U", password=PASSWORD, role=Role.TRAINEE))
    before = ended(quick, tom, days_ago=3, figures=None)
    found = progress(quick, tom, Wanted())
    assert [one.id for one in found.done] == [before.id, whole.id]
    assert found.unread == 1
    assert [point.done.id for point in found.series["reflection_share"].points] == [whole.id]


def test_a_trend_over_sessions_in_their_order(quick: House, tom: User) -> None:
    for day, percent in ((1, 90), (5, 10), (4, 30), (3, 50), (2, 70)):
        ended(quick, tom, days_ago=day, figures=summary(measures=share(percent)))
    series = progress(quick, tom, Wanted()).series["answers_to_resistance"]
    assert [point.value.value for point in series.points] == [10, 30, 50, 70, 90]
    assert series.trend.direction == "rising"
    assert progress(quick, tom, Wanted()).series["reflection_share"].trend.direction == "unclear"


def test_filters(quick: House, tom: User) -> None:
    ray = ended(quick, tom, days_ago=40, figures=summary(), mode=Mode.EXAM.value)
    maureen = ended(quick, tom, days_ago=3, figures=summary(), persona_id=OTHER)

    def ids(**wanted: str) -> list[uuid.UUID]:
        return [one.id for one in progress(quick, tom, Wanted(**wanted)).done]

    assert ids() == [ray.id, maureen.id]
    assert ids(client=OTHER) == [maureen.id]
    assert ids(mode="exam") == [ray.id]
    assert ids(period="30") == [maureen.id]
    assert ids(period="90", mode="coached") == [maureen.id]
    assert ids(client=OTHER, mode="exam") == []
    assert ids(client="nobody", period="12", measure="nothing") == [ray.id, maureen.id]
    found = progress(quick, tom, Wanted(client=OTHER, measure="talk_time"))
    assert set(found.clients) == {"ray-drink-driving", OTHER}
    assert found.wanted.measure == "talk_time"
    assert len(found.everything) == 2


def test_resistance_by_kind_and_in_thirds(quick: House, tom: User) -> None:
    for day in range(7):
        ended(quick, tom, days_ago=10 - day, figures=summary(resistance={"arguing": (2, 2, min(day, 2))}))
    ended(quick, tom, figures=summary(resistance={SUSTAIN: (1, 0, 0), "ignoring": (20, 4, 1)}))
    found = progress(quick, tom, Wanted())
    told = [(kind.id, kind.met.times, kind.met.graded, kind.met.met) for kind in found.kinds]
    assert told == [("ignoring", 20, 4, 1), ("arguing", 14, 14, 11), (SUSTAIN, 1, 0, 0)]
    assert found.kinds[1].share == pytest.approx(11 / 14)
    low, high = found.kinds[1].interval or (0.0, 0.0)
    assert low < 11 / 14 < high
    assert (found.kinds[2].share, found.kinds[2].interval) == (None, None)
    assert [part.sessions for part in found.parts] == [3, 2, 3]
    assert [part.kinds["arguing"].met for part in found.parts] == [3, 4, 4]
    assert progress(quick, tom, Wanted(period="30", client=OTHER)).wanted.client == ""


def test_an_instructor_sees_their_trainees_alone(quick: House, tom: User) -> None:
    add = accounts.add_user
    dana = add(quick.database, username="dana", name="D", password=PASSWORD, role=Role.INSTRUCTOR)
    code = create_class(quick.database, dana, "Tuesday").code
    una = accounts.join(quick.database, class_code=code, username="una", name="Una", password=PASSWORD)
    ended(quick, una, figures=summary())
    found = progress(quick, dana, Wanted(), una.id)
    assert (found.own, found.trainee.name, len(found.done)) == (False, "Una", 1)
    for reader, whom in ((dana, tom.id), (tom, una.id), (dana, uuid.uuid4())):
        with pytest.raises(NotFound):
            progress(quick, reader, Wanted(), whom)


def test_the_number_of_queries_does_not_grow(quick: House, tom: User) -> None:
    def queries() -> int:
        with counted(quick.database) as asked:
            progress(quick, tom, Wanted())
        return len([one for one in asked if one.startswith("SELECT")])

    ended(quick, tom, figures=summary())
    first = queries()
    for _ in range(5):
        ended(quick, tom, figures=summary())
    assert queries() == first <= 4


def test_the_calendar_of_a_quarter(quick: House, tom: User) -> None:
    for day in (datetime(2026, 2, 2, 12, tzinfo=UTC), datetime(2026, 2, 2, 18, tzinfo=UTC)):
        ended(quick, tom, figures=summary(), started_at=day)
    ended(quick, tom, figures=summary(), started_at=datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    ended(quick, tom, figures=summary(), started_at=datetime(2025, 11, 1, tzinfo=UTC))
    found: Progress = progress(quick, tom, Wanted())
    quarter = quarter_of(found.done, "2026-Q1", date(2026, 5, 1))
    assert (quarter.name, quarter.weeks, quarter.earlier, quarter.later) == ("2026-Q1", 2, "2025-Q4", "2026-Q2")
    assert [month.first.month for month in quarter.months] == [1, 2, 3]
    days = {day.date: len(day.done) for month in quarter.months for week in month.weeks for day in week if day}
    assert len(days) == 90
    assert {day: count for day, count in days.items() if count} == {date(2026, 2, 2): 2, date(2026, 3, 31): 1}
    assert all(len(week) == 7 for month in quarter.months for week in month.weeks)
    assert [one.started_at.month for one in quarter.sessions] == [3, 2, 2]
    earliest = quarter_of(found.done, "2025-Q4", date(2026, 5, 1))
    assert (earliest.earlier, earliest.later) == ("", "2026-Q1")
    assert quarter_of(found.done, "2026-Q2", date(2026, 5, 1)).later == ""


@pytest.mark.parametrize("name", ["", "2026-Q5", "2031-Q1", "0000-Q1", "nonsense", "2026-Q4"])
def test_a_quarter_that_is_none_is_todays(name: str) -> None:
    assert quarter_of([], name, date(2026, 5, 1)).name == "2026-Q2"

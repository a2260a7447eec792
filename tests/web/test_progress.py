"""The progress page: empty and full, filters, pictures with their tables, milestones, the instructor's view of it."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from app.practice import accounts
from app.practice.house import House
from app.practice.progress import Wanted, progress
from app.practice.summary import Figure
from app.store.tables import EndReason, User
from app.web.progress_charts import kinds_chart, parts_chart, series_chart
from tests.practice.doings import ended, summary
from tests.web.conftest import exchange

MILESTONE = {
    "measure": "answers_to_resistance",
    "target": "60",
    "due": "2099-05-31".replace("2099", str(datetime.now(UTC).year + 1)),
    "note": "Stay <b> with it.",
}


@pytest.fixture
def user(house: House) -> User:
    return accounts.find_user(house.database, "tom")


def several(house: House, user: User, count: int = 7) -> None:
    for n in range(count):
        figure = {"reflection_share": Figure(10.0 * n, n, 10)}
        ended(house, user, days_ago=count - n, figures=summary(measures=figure))


def test_before_the_first_session_the_page_says_what_will_stand_here(tom: TestClient) -> None:
    page = tom.get("/progress")
    assert page.status_code == 200
    assert "This page fills as sessions end" in page.text
    assert "Set a milestone" in page.text
    assert "<svg" not in page.text


def test_figures_trends_resistance_and_calendar(tom: TestClient, house: House, user: User) -> None:
    several(house, user)
    last = ended(house, user, figures=summary())
    page = tom.get("/progress?measure=reflection_share").text
    for words in (
        "Rising, for the better",
        "No clear change yet",
        "Mann–Kendall",
        "Advice without permission",
        "How resistance was met",
        "Talking against change",
        "First third",
        "Practice calendar",
        "Practised in",
    ):
        assert words in page, words
    assert page.count("<svg") == 3
    assert " style=" not in page
    assert f'href="/sessions/{last.id}/report"' in page
    assert "left out" not in page


def test_sessions_without_figures_are_told_of(tom: TestClient, house: House, user: User) -> None:
    ended(house, user, figures=None)
    page = tom.get("/progress").text
    assert "1 session ended before figures were kept and is left out." in page
    assert "No session here has this figure yet." in page


def test_a_filter_that_nothing_fits(tom: TestClient, house: House, user: User) -> None:
    several(house, user, 2)
    page = tom.get("/progress?mode=exam&period=30&client=ray-drink-driving&measure=talk_time").text
    assert "No session fits this choice." in page
    assert '<option value="exam" selected>' in page
    assert '<option value="talk_time" selected>' in page


@pytest.mark.parametrize(
    "query", ["mode=%00", "client=x'&period=-1", "measure=nothing", "quarter=2026-Q9", "quarter=0001-Q1"]
)
def test_an_address_that_makes_no_sense_shows_what_there_is(
    tom: TestClient, house: House, user: User, query: str
) -> None:
    several(house, user, 1)
    assert tom.get(f"/progress?{query}").status_code == 200


def test_a_day_with_two_sessions_leads_to_both(tom: TestClient, house: House, user: User) -> None:
    noon = datetime.now(UTC).replace(hour=12, minute=0) - timedelta(days=1)
    first = ended(house, user, started_at=noon, figures=summary())
    ended(house, user, started_at=noon + timedelta(hours=1), figures=summary())
    quarter = f"{noon.year}-Q{(noon.month + 2) // 3}"
    page = tom.get(f"/progress?quarter={quarter}").text
    assert ": 2 sessions</span>" in page
    targets = re.findall(r'class="practised"><a href="#(s-[^"]+)"', page)
    assert len(targets) == 1
    assert f'id="{targets[0]}"' in page
    assert f'href="/sessions/{first.id}/report"' in page


def test_a_session_of_ones_own_shows_up(tom: TestClient, room: str) -> None:
    exchange(tom, room, "It sounds like you are tired of being told.")
    tom.post(f"/sessions/{room}/end")
    page = tom.get("/progress").text
    assert f'href="/sessions/{room}/report"' in page
    assert "100 %" in page


def test_setting_reaching_and_removing_a_milestone(tom: TestClient, house: House, user: User) -> None:
    several(house, user, 1)
    answer = tom.post("/progress/milestones", data=MILESTONE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/progress#milestones")
    page = tom.get("/progress").text
    assert "60 % or more" in page
    assert "Now 75 %" in page
    assert "which is there already; the next session that reaches it counts" in page
    assert "set by you" in page
    assert "Stay &lt;b&gt; with it." in page
    action = re.findall(r'action="(/progress/milestones/\d+/remove)"', page)[0]
    assert tom.post(action).status_code == 303
    assert "None yet." in tom.get("/progress").text
    assert tom.post(action).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"measure": "nothing"}, "Choose what is to be reached."),
        ({"target": "a lot"}, "Write a number"),
        ({"target": "101"}, "from 0 to 100"),
        ({"target": "nan"}, "from 0 to 100"),
        ({"target": "-1"}, "from 0 to 100"),
        ({"due": "31.5.2030"}, "Write the day as"),
        ({"due": "2001-01-01"}, "still to come"),
        ({"note": "x" * 501}, "500 characters"),
    ],
)
def test_a_wrong_milestone_comes_back_with_the_reason(tom: TestClient, wrong: dict[str, str], says: str) -> None:
    answer = tom.post("/progress/milestones", data=MILESTONE | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert '<details class="plain no-print" open>' in answer.text
    assert "None yet." in tom.get("/progress").text


def test_an_instructor_sees_the_progress_of_their_trainees_and_sets_milestones(
    tom: TestClient, dana: TestClient, una: TestClient, iris: TestClient, house: House, user: User
) -> None:
    several(house, user, 2)
    address = f"/dashboard/trainees/{user.id}/progress"
    page = dana.get(address).text
    assert 'The progress of <span dir="auto">Tom Trainee</span>' in page
    assert "/review/" in page
    assert '/report"' not in page
    assert dana.post(f"{address}/milestones", data=MILESTONE).headers["location"] == f"{address}#milestones"
    own = tom.get("/progress").text
    assert 'set by <span dir="auto">Dana Instructor</span>' in own
    assert '/remove"' not in own, "it is the instructor's to take away"
    action = re.findall(r'action="([^"]+/remove)"', dana.get(address).text)[0]
    number = action.split("/")[-2]
    assert tom.post(f"/progress/milestones/{number}/remove").status_code == 404
    assert dana.post(f"{address}/milestones", data=MILESTONE | {"target": "x"}).status_code == 422
    assert dana.post(action).headers["location"] == f"{address}#milestones"
    for stranger, status in ((iris, 404), (una, 403)):
        assert stranger.get(address).status_code == status
        assert stranger.post(f"{address}/milestones", data=MILESTONE).status_code == status
    assert dana.get(f"/dashboard/trainees/{uuid.uuid4()}/progress").status_code == 404
    assert "None yet." in tom.get("/progress").text


def test_nobody_sees_progress_without_signing_in(visit: object) -> None:
    assert visit("nobody").get("/progress").headers["location"] == "/sign-in?next=/progress"  # type: ignore[operator]


def test_pictures_have_words_and_no_style_of_their_own(house: House, user: User) -> None:
    for n in range(80):
        figure = {"reflections_to_questions": Figure(n / 10, n, 10)}
        ended(house, user, days_ago=80 - n, figures=summary(measures=figure), end_reason=EndReason.WALKED_OUT.value)
    found = progress(house, user, Wanted())
    pictures = [series_chart(found.series[name]) for name in ("reflections_to_questions", "answers_to_resistance")]
    for picture in (*pictures, kinds_chart(found.kinds), parts_chart(found.parts)):
        root = ElementTree.fromstring(picture)
        parts = {element.get("id"): element.text for element in root if element.get("id")}
        assert root.get("role") == "img"
        assert parts[root.get("aria-labelledby")]
        assert parts[root.get("aria-describedby")]
        assert not [element for element in root.iter() if element.tag.endswith(("style", "script"))]
        assert " style=" not in picture
    assert pictures[0].count("<circle") == 60, "the last sixty alone are drawn"
    assert "nan" not in pictures[0]


def test_without_figures_no_picture(house: House, user: User) -> None:
    found = progress(house, user, Wanted())
    assert series_chart(found.series["talk_time"]) == kinds_chart(found.kinds) == parts_chart(found.parts) == ""

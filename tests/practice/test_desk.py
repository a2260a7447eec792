"""Accounts, classes, the report and the instructor's desk."""

from __future__ import annotations

import uuid

import pytest

from app.practice import accounts, browsers, resets, review, sessions
from app.practice import report as reports
from app.practice.classes import create_class, list_classes
from app.practice.errors import Conflict, Invalid, NotAllowed, NotFound
from app.practice.house import House
from app.store.database import Database
from app.store.tables import Role, User
from tests.practice.conftest import PASSWORD, PERSONA
from tests.practice.test_turns import exchange

pytestmark = pytest.mark.model

TALK = (
    "Hi Ray, I'm Dana. What brings you in?",
    "You got a raw deal from that deputy, the way you see it.",
    "You should just quit drinking, it's that simple.",
    "We could talk about the license, or about Connie, or leave it there for today. Which would you like?",
    "It's up to you what happens with the beer. Nobody can decide that for you.",
)


@pytest.fixture
def ended(house: House, trainee: User, session_id: uuid.UUID) -> uuid.UUID:
    for text in TALK:
        exchange(house, trainee, session_id, text)
    sessions.end(house, trainee, session_id)
    return session_id


def test_the_first_account_is_made_once_and_without_default_password(house: House) -> None:
    db = house.database
    assert accounts.is_new(db)
    with pytest.raises(Invalid, match="8 to 200"):
        accounts.found(db, username="irma", name="Irma", password="")
    accounts.found(db, username="Irma", name="Irma", password=PASSWORD)
    assert not accounts.is_new(db)
    with pytest.raises(Conflict):
        accounts.found(db, username="eve", name="Eve", password=PASSWORD)


def test_nul_which_postgresql_refuses_is_left_out(database: Database) -> None:
    irma = accounts.found(database, username="irma", name="Ir\x00ma", password=PASSWORD)
    assert irma.name == "Irma"
    assert create_class(database, irma, "M\x00I").name == "MI"
    assert browsers.user_of(database, accounts.sign_in(database, "irma\x00", PASSWORD, 14)) is not None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"class_code": "NOPE-0000"}, "class_code"),
        ({"username": "a b"}, "username"),
        ({"username": "<b>"}, "username"),
        ({"username": "irma"}, "username"),
        ({"name": "  "}, "name"),
        ({"password": "short"}, "password"),
    ],
)
def test_joining_names_the_field_that_is_wrong(
    house: House, instructor: User, fields: dict[str, str], field: str
) -> None:
    good = {
        "class_code": create_class(house.database, instructor, "MI").code,
        "username": "ann",
        "name": "Ann",
        "password": PASSWORD,
    }
    with pytest.raises(Invalid) as caught:
        accounts.join(house.database, **(good | fields))
    assert caught.value.field == field
    accounts.join(house.database, **(good | {"class_code": good["class_code"].lower().replace("-", " ")}))


def test_signing_in_and_out_and_changing_the_password(house: House, trainee: User) -> None:
    db = house.database
    token = accounts.sign_in(db, " TOM ", PASSWORD, 14)
    assert (user := browsers.user_of(db, token)) is not None
    assert user.id == trainee.id
    for name, password in (("tom", "wrong password"), ("nobody", PASSWORD)):
        with pytest.raises(Invalid, match="do not match"):
            accounts.sign_in(db, name, password, 14)
    assert browsers.user_of(db, None) is None
    assert browsers.user_of(db, token + "x") is None
    with pytest.raises(Invalid, match="not your present password"):
        accounts.confirm(trainee, "another password")
    accounts.confirm(trainee, PASSWORD)
    accounts.replace_password(db, trainee, "another password")
    assert browsers.user_of(db, token) is None, "every browser is signed out"
    again = accounts.sign_in(db, "tom", "another password", 14)
    browsers.sign_out(db, again)
    assert browsers.user_of(db, again) is None
    expired = accounts.sign_in(db, "tom", "another password", -1)
    assert browsers.user_of(db, expired) is None
    accounts.deactivate(db, "tom")
    with pytest.raises(Invalid):
        accounts.sign_in(db, "tom", "another password", 14)


def test_an_instructor_sees_and_resets_only_their_own_trainees(
    house: House, instructor: User, stranger: User, trainee: User
) -> None:
    db = house.database
    assert [view.trainees for view in list_classes(db, instructor)] == [1]
    assert list_classes(db, stranger) == []
    with pytest.raises(NotFound):
        resets.hand_over(db, house.settings, stranger, trainee.id)
    token = resets.hand_over(db, house.settings, instructor, trainee.id).path.removeprefix("/reset/")
    resets.use(db, house.settings, token, "another password")
    accounts.sign_in(db, "tom", "another password", 1)
    with pytest.raises(NotAllowed):
        list_classes(db, trainee)
    with pytest.raises(NotAllowed):
        create_class(db, trainee, "Mine")


def test_starting_twice_with_one_browser_id_is_one_session_and_unknown_personas_are_named(
    house: House, trainee: User
) -> None:
    first = sessions.start(house, trainee, PERSONA, "start-same")
    assert sessions.start(house, trainee, PERSONA, "start-same") == first
    assert len(sessions.sessions_of(house, trainee)) == 1
    with pytest.raises(NotFound, match="no client at this address"):
        sessions.start(house, trainee, "nobody-here", "start-other")


def test_the_report_shows_measures_techniques_and_the_trainees_own_words(
    house: House, trainee: User, ended: uuid.UUID
) -> None:
    report = reports.report(house, trainee, ended)
    assert report.row.turns == len(TALK)
    assert len(report.timeline) == len(TALK)
    assert all(0 <= point.resistance <= 1 for point in report.timeline)
    by_id = {view.id: view for view in report.measures}
    assert by_id["reflections_to_questions"].fair == "1.0 : 1"
    coverage = {view.family: view for view in report.coverage}
    assert coverage["choices"].count >= 1
    assert all(quote.text in TALK[(quote.turn_position - 1) // 2] for view in report.coverage for quote in view.quotes)
    assert 1 <= len(report.try_next) <= 3
    assert any("quit drinking" in view.quote for view in report.try_next)
    assert all(view.rewrite for view in report.try_next)
    assert 1 <= len(report.well) <= 3
    assert [turn.position for turn in report.transcript] == list(range(2 * len(TALK) + 2))


def test_no_report_while_the_session_runs_and_none_for_others(
    house: House, trainee: User, stranger: User, session_id: uuid.UUID
) -> None:
    with pytest.raises(Conflict):
        reports.report(house, trainee, session_id)
    sessions.end(house, trainee, session_id)
    with pytest.raises(NotFound):
        reports.report(house, stranger, session_id)
    empty = reports.report(house, trainee, session_id)
    assert empty.headline.number is None
    assert empty.try_next == []


def test_a_correction_stands_beside_the_models_code_and_counts(
    house: House, instructor: User, trainee: User, ended: uuid.UUID
) -> None:
    before = review.review(house, instructor, ended)
    utterance = before.turns[5].utterances[0]
    code = "affirmation" if utterance.code != "affirmation" else "reframe"
    review.correct(house, instructor, utterance.id, code)
    after = review.review(house, instructor, ended).turns[5].utterances[0]
    assert (after.code, after.correction, after.corrected_by) == (utterance.code, code, "Irma")
    seen = reports.report(house, trainee, ended).transcript[5].codes
    assert [view.corrected for view in seen if view.code == code] == [True]
    review.correct(house, instructor, utterance.id, "")
    assert review.review(house, instructor, ended).turns[5].utterances[0].correction is None
    with pytest.raises(Invalid, match="is not a code"):
        review.correct(house, instructor, utterance.id, "nonsense")


def test_correcting_an_answer_to_resistance_moves_the_headline(
    house: House, instructor: User, ended: uuid.UUID
) -> None:
    view = review.review(house, instructor, ended)
    for turn in view.turns:
        for utterance in turn.utterances:
            review.correct(house, instructor, utterance.id, "confront")
    assert review.review(house, instructor, ended).row.headline in (None, 0.0)


def test_comment_summary_and_mark_reach_the_trainee(
    house: House, instructor: User, trainee: User, ended: uuid.UUID
) -> None:
    turn = review.review(house, instructor, ended).turns[1]
    review.comment(house, instructor, turn.id, "Nice <b>opening</b>.")
    review.write_summary(house, instructor, ended, "Good listening.\r\nMore of it.")
    review.mark_reviewed(house, instructor, ended, True)
    report = reports.report(house, trainee, ended)
    assert report.transcript[1].comments[0].text == "Nice <b>opening</b>."
    assert report.transcript[1].comments[0].author == "Irma"
    assert report.summary == "Good listening.\nMore of it."
    assert report.reviewed_at is not None
    assert sessions.sessions_of(house, trainee)[0].has_summary
    review.delete_comment(house, instructor, report.transcript[1].comments[0].id)
    assert reports.report(house, trainee, ended).transcript[1].comments == []
    with pytest.raises(Invalid):
        review.comment(house, instructor, turn.id, "  ")


def test_the_desk_is_closed_to_trainees_and_to_other_classes(
    house: House, stranger: User, trainee: User, ended: uuid.UUID
) -> None:
    with pytest.raises(NotAllowed):
        review.queue(house, trainee)
    with pytest.raises(NotAllowed):
        review.review(house, trainee, ended)
    assert review.queue(house, stranger).total == 0
    with pytest.raises(NotFound):
        review.review(house, stranger, ended)
    with pytest.raises(NotFound):
        review.mark_reviewed(house, stranger, ended, True)


def _queue(house: House, reviewer: User, **wanted: str) -> review.Page[review.QueueRow]:
    return review.queue(house, reviewer, review.Wanted(**wanted))


def test_the_queue_filters_sorts_and_pages(house: House, instructor: User, ended: uuid.UUID) -> None:
    other = accounts.add_user(house.database, username="zoe", name="Zoë 100%", password=PASSWORD, role=Role.TRAINEE)
    running = [sessions.start(house, other, "maureen-smoking", f"start-{n:04}") for n in range(3)]
    everything = review.queue(house, instructor, per_page=2)
    assert (everything.total, everything.pages, len(everything.rows)) == (4, 2, 2)
    assert everything.rows[0].session.id == running[-1]
    assert _queue(house, instructor, sort="oldest").rows[0].session.id == ended
    assert _queue(house, instructor, trainee="100%").total == 3
    assert _queue(house, instructor, trainee="%").total == 3
    assert _queue(house, instructor, persona=PERSONA).total == 1
    assert _queue(house, instructor, status="running").total == 3
    assert [row.session.id for row in _queue(house, instructor, status="to review").rows] == [ended]
    review.mark_reviewed(house, instructor, ended, True)
    assert [row.session.id for row in _queue(house, instructor, status="reviewed").rows] == [ended]
    assert review.queue(house, instructor, page=99).page == 1
    assert _queue(house, instructor, sort="headline").rows[0].session.id == ended
    for wrong in ({"status": "x"}, {"sort": "x"}):
        with pytest.raises(Invalid):
            _queue(house, instructor, **wrong)

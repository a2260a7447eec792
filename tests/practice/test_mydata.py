"""What is stored about a person is told, exported and deleted without a trace, on either database."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from app.practice import accounts
from app.practice.deleting import (
    delete_account,
    delete_own_session,
    delete_session_of_trainee,
    doomed_of_trainee,
    leaving,
    own_doomed,
)
from app.practice.errors import Conflict, Invalid, NotAllowed, NotFound
from app.practice.house import House
from app.practice.my_export import as_json, as_zip, sheets
from app.practice.mydata import overview
from app.practice.passwords import NO_PASSWORD
from app.store.database import Database
from app.store.tables import (
    Assistant,
    Classroom,
    Comment,
    EndReason,
    Invitation,
    Membership,
    Milestone,
    Mode,
    PracticeSession,
    Review,
    Role,
    Turn,
    User,
    now,
)
from tests.practice.rooms import PASSWORD, somebody, talk
from tests.practice.rooms import meet as meet_ray
from tests.store import rows

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def story(quick: House) -> tuple[User, PracticeSession]:
    """Ann, with a row in every table, and her session; Tess taught her. Neither has a password."""
    ann, held = rows.whole_story(quick.database)
    with quick.database.write() as session:
        for user in session.execute(select(User)).scalars():
            user.password_hash = NO_PASSWORD
        stored = session.get_one(User, ann.id)
        stored.email = "ann@example.org"
        practice = session.get_one(PracticeSession, held.id)
        practice.reflection, practice.reflected_at = "=I pushed too much.", now()
        practice.ended_at, practice.end_reason = now(), EndReason.TRAINEE.value
        room = session.execute(select(Classroom)).scalar_one()
        for name, taken in (("taken", ann.id), ("sent", None)):
            session.add(
                Invitation(
                    classroom_id=room.id, name="Ann", email=f"{'ann' if taken is None else name}@example.org",
                    token=uuid.uuid4().hex, expires_at=now(), user_id=taken,
                )
            )  # fmt: skip
    return accounts.find_user(quick.database, "ann"), held


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


def traces(database: Database, *marks: str) -> list[tuple[str, str]]:
    """Where any of these words still stands, in any column of any row of any table."""
    found = []
    with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select(table)):
                written = " ".join(
                    value.hex + str(value) if isinstance(value, uuid.UUID) else str(value) for value in row
                )
                found += [(table.name, mark) for mark in marks if mark in written]
    return found


def tess(house: House) -> User:
    return accounts.find_user(house.database, "tess")


def other(house: House, name: str = "noa", role: Role = Role.INSTRUCTOR) -> User:
    return accounts.add_user(house.database, username=name, name=name.title(), password=PASSWORD, role=role)


def test_the_overview_counts_every_kind(quick: House, story: tuple[User, PracticeSession]) -> None:
    ann, held = story
    found = overview(quick, ann)
    told = {kind.id: (kind.count, kind.characters) for kind in found.kinds}
    assert told == {
        "sessions": (1, 0),
        "tries": (1, 0),
        "turns": (2, len("Hello.") + len("No.")),
        "codes": (1, 0),
        "asides": (1, len("We rest.")),
        "reflections": (1, len("=I pushed too much.")),
        "milestones": (1, 0),
        "corrections": (1, 0),
        "comments": (1, len("Good.")),
        "reviews": (1, len("Well done.")),
        "classes": (1, 0),
        "sign_ins": (1, 0),
    }
    turns = next(kind for kind in found.kinds if kind.id == "turns")
    assert turns.first is not None
    assert turns.last is not None
    assert now() - timedelta(minutes=5) < turns.first <= turns.last <= now()
    assert [(one.id, one.ended, one.turns, one.tries) for one in found.sessions] == [(held.id, True, 2, 1)]


def test_nothing_is_stored_about_somebody_new(quick: House, tom: User) -> None:
    found = overview(quick, tom)
    assert (found.kinds, found.sessions) == ([], [])


def test_the_export_holds_what_is_theirs_and_what_was_said_of_it(
    quick: House, story: tuple[User, PracticeSession]
) -> None:
    ann, held = story
    told = json.loads(as_json(quick, ann))
    assert told["account"][0]["username"] == "ann"
    assert "password_hash" not in told["account"][0]
    assert {row["session"] for row in told["sessions"]} >= {str(held.id)}
    assert [row["text"] for row in told["turns"]] == ["Hello.", "No."]
    assert told["utterances"][0]["code"] == "other"
    assert (told["corrections"][0]["code"], told["corrections"][0]["by"]) == ("open_question", "Tess")
    assert (told["comments"][0]["text"], told["reviews"][0]["summary"]) == ("Good.", "Well done.")
    assert told["reflections"][0]["reflection"] == "=I pushed too much."
    assert told["milestones"][0]["target"] == 1.0
    assert told["pauses_and_hints"][0]["said"] == "We rest."
    assert told["classes"] == [{"class": "Monday", "instructor": "Tess"}]
    assert told["blind_codings"] == [], "it is not finished"
    assert told["written_comments"] == []


def test_what_an_instructor_wrote_is_in_their_export_without_the_trainees(
    quick: House, story: tuple[User, PracticeSession]
) -> None:
    told = as_json(quick, tess(quick))
    found = json.loads(told)
    assert found["written_comments"][0]["text"] == "Good."
    assert found["written_reviews"][0]["summary"] == "Well done."
    assert found["snippets"][0]["text"] == "Good."
    assert found["persona_edits"][0]["source"] == "name: Ray"
    assert "Ann" not in told
    assert "Hello." not in told
    del story


def test_the_zip_has_a_table_for_every_sheet(quick: House, story: tuple[User, PracticeSession]) -> None:
    ann, _ = story
    with zipfile.ZipFile(io.BytesIO(as_zip(quick, ann))) as archive:
        found = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(found) == {f"{sheet.name}.csv" for sheet in sheets(quick, ann)}
    read = {name: list(csv.DictReader(io.StringIO(text))) for name, text in found.items()}
    assert [row["text"] for row in read["turns.csv"]] == ["Hello.", "No."]
    assert read["reflections.csv"][0]["reflection"] == "'=I pushed too much.", "no spreadsheet runs it"
    assert found["written_comments.csv"].strip() == "text,created_at", "an empty sheet has its columns"


def test_a_clients_secrets_and_hidden_codes_are_not_exported(quick: House, tom: User) -> None:
    practice = meet_ray(quick, tom)
    talk(quick, tom, practice.id, "It sounds like you are tired of being told.")

    def export() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(as_json(quick, tom))
        return found

    assert export()["utterances"], "a coached session shows its codes at once"
    assert {row["act"] for row in export()["turns"]} == {None}
    with quick.database.write() as session:
        session.get_one(PracticeSession, practice.id).mode = Mode.EXAM.value
    assert export()["utterances"] == [], "an exam that still runs does not"
    with quick.database.write() as session:
        session.get_one(PracticeSession, practice.id).ended_at = now()
    assert export()["utterances"]
    for hidden in ("importance", "candidates", "plan", "secret", "memory"):
        assert f'"{hidden}"' not in as_json(quick, tom)


def test_a_session_goes_with_all_that_hangs_on_it(quick: House, story: tuple[User, PracticeSession]) -> None:
    ann, held = story
    doomed = own_doomed(quick, ann, held.id)
    assert (doomed.comments, doomed.corrections, doomed.reviewed, doomed.reflected) == (1, 1, True, True)
    assert (doomed.session.turns, doomed.session.tries) == (2, 1)
    delete_own_session(quick, ann, held.id)
    left = counts(quick.database)
    gone = ("practice_sessions", "turns", "utterances", "corrections", "comments", "reviews", "asides", "codings")
    assert {name: left[name] for name in gone} == dict.fromkeys(gone, 0)
    assert (left["users"], left["milestones"], left["persona_versions"]) == (2, 1, 1)
    with pytest.raises(NotFound):
        delete_own_session(quick, ann, held.id)


def test_nobody_deletes_a_strangers_session(quick: House, story: tuple[User, PracticeSession]) -> None:
    _, held = story
    noa = other(quick)
    ben = somebody(quick.database, "ben")
    for call, user in (
        (own_doomed, ben), (delete_own_session, ben), (delete_own_session, tess(quick)),
        (doomed_of_trainee, noa), (delete_session_of_trainee, noa), (delete_session_of_trainee, ben),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            call(quick, user, held.id)
    assert counts(quick.database)["practice_sessions"] == 2


def test_who_runs_the_class_deletes_its_sessions_and_an_assistant_does_not(
    quick: House, story: tuple[User, PracticeSession]
) -> None:
    ann, held = story
    noa = other(quick)
    with quick.database.write() as session:
        room = Classroom(name="Noa's", code="AAAA-AAAA", instructor_id=tess(quick).id)
        session.add(room)
        session.flush()
        session.add(Membership(classroom_id=room.id, user_id=ann.id))
        session.add(Assistant(classroom_id=room.id, user_id=noa.id))
    with pytest.raises((NotAllowed, NotFound)):
        delete_session_of_trainee(quick, noa, held.id)
    assert doomed_of_trainee(quick, tess(quick), held.id).trainee == "Ann"
    delete_session_of_trainee(quick, tess(quick), held.id)
    assert counts(quick.database)["practice_sessions"] == 0


def test_an_admin_deletes_any_session(quick: House, story: tuple[User, PracticeSession]) -> None:
    _, held = story
    delete_session_of_trainee(quick, other(quick, "root", Role.ADMIN), held.id)
    assert counts(quick.database)["practice_sessions"] == 0


def test_an_account_goes_without_a_trace(quick: House, story: tuple[User, PracticeSession]) -> None:
    ann, held = story
    ben = somebody(quick.database, "ben")
    theirs = meet_ray(quick, ben)
    before = counts(quick.database)
    assert leaving(quick, ann).left == {}
    delete_account(quick, ann, proof=" ANN ")
    marks = (
        str(ann.id),
        ann.id.hex,
        str(held.id),
        held.id.hex,
        "Ann",
        "ann@",
        "'ann'",
        "I pushed too much",
        "Well done.",
    )
    assert traces(quick.database, *marks) == []
    after = counts(quick.database)
    assert after["users"] == before["users"] - 1
    assert after["practice_sessions"] == 1
    for table in ("utterances", "corrections", "comments", "reviews", "codings", "coded_by_hand", "milestones",
                  "memberships", "identities", "asides"):  # fmt: skip
        assert after[table] == 0, table
    assert after["sign_ins"] == 0
    assert after["invitations"] == before["invitations"] - 2, "hers alone"
    with quick.database.read() as session:
        assert session.get(PracticeSession, theirs.id) is not None
    assert accounts.find_user(quick.database, "tess")


def test_the_wrong_proof_deletes_nothing(quick: House, story: tuple[User, PracticeSession], tom: User) -> None:
    ann, _ = story
    before = counts(quick.database)
    for user, proof in ((ann, ""), (ann, "tess"), (tom, "tom"), (tom, "wrong"), (tom, "")):
        with pytest.raises(Invalid) as caught:
            delete_account(quick, user, proof=proof)
        assert caught.value.field == "proof"
    assert counts(quick.database) == before
    delete_account(quick, tom, proof=PASSWORD)
    assert counts(quick.database)["users"] == before["users"] - 1


def test_an_instructor_hands_over_what_others_need(quick: House, story: tuple[User, PracticeSession]) -> None:
    ann, held = story
    gone = tess(quick)
    asked = leaving(quick, gone)
    assert asked.left == {
        "classes": 1, "assignments": 1, "corrections": 1, "comments": 1, "reviews": 1, "codings": 1, "milestones": 1,
        "personas": 1,
    }  # fmt: skip
    assert (asked.heirs, asked.stuck, asked.password) == ([], True, False)
    noa = other(quick)
    assert leaving(quick, gone).heirs == [(noa.id, "Noa")]
    assert not leaving(quick, gone).stuck
    before = counts(quick.database)
    for heir in ("", "nobody", str(ann.id), str(gone.id), str(uuid.uuid4())):
        with pytest.raises(Invalid) as caught:
            delete_account(quick, gone, proof="tess", heir=heir)
        assert caught.value.field == "heir"
    assert counts(quick.database) == before
    with quick.database.write() as session:
        room = session.execute(select(Classroom)).scalar_one()
        session.add(Assistant(classroom_id=room.id, user_id=noa.id))
    delete_account(quick, gone, proof="tess", heir=str(noa.id))
    assert traces(quick.database, str(gone.id), gone.id.hex, "Tess", "tess") == []
    with quick.database.read() as session:
        assert session.get_one(Review, held.id).reviewer_id == noa.id
        assert session.execute(select(Comment)).scalar_one().author_id == noa.id
        assert session.execute(select(Milestone)).scalar_one().author_id == noa.id
        assert session.execute(select(Classroom)).scalar_one().instructor_id == noa.id
    after = counts(quick.database)
    assert after["assistants"] == 0, "who runs a class does not assist in it"
    assert (after["turns"], after["snippets"], after["codings"]) == (before["turns"], 0, 0)


def test_what_one_wrote_about_ones_own_sessions_needs_no_heir(quick: House) -> None:
    noa = other(quick)
    other(quick, "zoe")
    practice = meet_ray(quick, noa)
    with quick.database.write() as session:
        turn = session.execute(select(Turn).where(col(Turn.session_id) == practice.id)).scalar()
        assert turn is not None
        assert turn.id is not None
        session.add(Comment(turn_id=turn.id, author_id=noa.id, text="Note to self."))
        session.add(Review(session_id=practice.id, reviewer_id=noa.id, summary="Fine."))
        session.add(Milestone(user_id=noa.id, author_id=noa.id, measure="talk_time", target=50))
    assert leaving(quick, noa).left == {}
    delete_account(quick, noa, proof=PASSWORD)
    assert counts(quick.database)["practice_sessions"] == 0


def test_the_last_admin_stays(quick: House) -> None:
    root = other(quick, "root", Role.ADMIN)
    other(quick, "noa")
    assert leaving(quick, root).last_admin
    assert leaving(quick, root).stuck
    with pytest.raises(Conflict, match="only admin"):
        delete_account(quick, root, proof=PASSWORD)
    other(quick, "second", Role.ADMIN)
    delete_account(quick, root, proof=PASSWORD)
    assert counts(quick.database)["users"] == 2


def test_the_documentation_names_every_sheet(quick: House, tom: User) -> None:
    text = (ROOT / "docs" / "my-data.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_]+)`", text))
    assert {sheet.name for sheet in sheets(quick, tom)} <= told

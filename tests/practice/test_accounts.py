"""Accounts on either database: searching, the last admin, browsers, links and identities used twice at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.practice import accounts, browsers, identities, people, resets
from app.practice.errors import PracticeError
from app.practice.identities import Vouched
from app.practice.resets import Kind, Stale
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Role, User

PASSWORD = "correct horse"
ISSUER = "https://login.example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None, data_dir=tmp_path, oidc_issuer=ISSUER, oidc_client_id="rollwith", oidc_sign_up="yes"
    )


@pytest.fixture
def admin(database: Database) -> User:
    return accounts.found(database, username="dana", name="Dana Ördög", password=PASSWORD)


def _all_at_once(*steps: Callable[[], object]) -> list[object]:
    """What each gave, or the kind of error."""

    def outcome(step: Callable[[], object]) -> object:
        try:
            return step()
        except (PracticeError, Stale) as error:
            return type(error)

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(outcome, steps))


def test_two_admins_who_demote_each_other_leave_one(database: Database, admin: User) -> None:
    other = people.invite(database, admin, name="Iris", username="iris", email="", role="admin")
    _all_at_once(
        lambda: people.change_role(database, admin, other.id, "trainee"),
        lambda: people.change_role(database, other, admin.id, "trainee"),
    )
    roles = [user.role for user in accounts.list_users(database)]
    assert sorted(roles) == [Role.ADMIN, Role.TRAINEE]


def test_a_link_used_twice_at_once_sets_one_password(database: Database, admin: User, settings: Settings) -> None:
    token = resets.link_for(settings, admin, Kind.MAILED).path.removeprefix("/reset/")
    words = ("three quiet herons", "four loud geese")
    outcomes = _all_at_once(*(lambda word=word: resets.use(database, settings, token, word) for word in words))
    assert outcomes.count(Stale) == 1
    winner = words[outcomes.index(Stale) - 1]
    assert accounts.sign_in(database, "dana", winner, 1)


def test_a_person_who_comes_twice_at_once_has_one_account(database: Database, settings: Settings) -> None:
    person = Vouched(ISSUER, "vera", username="vera", email="vera@example.org")
    made = _all_at_once(*[lambda: identities.sign_up(database, settings, person, name="Vera", class_code="").id] * 2)
    assert made[0] == made[1]
    assert [user.email for user in accounts.list_users(database)] == ["vera@example.org"]


def test_searching_and_counting_browsers(database: Database, admin: User) -> None:
    token = browsers.enter(database, admin.id, 1, "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Firefox/127.0\x00")
    browsers.enter(database, admin.id, 1)
    (view,) = people.search(database, admin, words="dana ö", role="admin").people
    assert (view.browsers, view.sessions, view.active) == (2, 0, True)
    assert people.search(database, admin, words="100%\x00").total == 0
    browsers.sign_out_others(database, admin, token)
    assert people.person(database, admin, admin.id).browsers == 1
    assert [one.this for one in browsers.list_browsers(database, admin, token)] == [True]

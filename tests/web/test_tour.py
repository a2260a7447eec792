"""Every page is in the tour, opens, and asks no more queries than is right."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from fastapi.testclient import TestClient

from app.client.group import Cast
from app.client.persona import Persona
from app.llm.mute import Mute
from app.practice import accounts
from app.practice.demo.make import Size, make_demo
from app.practice.house import House
from app.settings import Settings
from app.store.database import Database
from app.web.main import create_app
from benchmarks.many import copied
from benchmarks.pages import MOST_QUERIES
from benchmarks.tour import DOWNLOADS, NO_PAGES, NOBODY, page_routes, tour
from tests.support.databases import Server
from tests.support.engines import ScriptedEngine
from tests.support.queries import counted, queries
from tests.web.stand_ins import KeywordCoder

PASSWORD = "practice room"


@pytest.fixture
def house(
    sqlite_database: Database, settings: Settings, personas: dict[str, Persona], groups: dict[str, Cast]
) -> House:
    """A small demo."""
    house = House(settings, sqlite_database, ScriptedEngine(), KeywordCoder(), personas, groups)
    asyncio.run(make_demo(house, PASSWORD, lambda _done, _all: None, Size(trainees=3, sessions=12)))
    return dataclasses.replace(house, engine=Mute())


def test_every_page_is_in_the_tour_opens_and_asks_little(house: House) -> None:
    app = create_app(house)
    stops = tour(house.database)
    assert page_routes(app) == {stop.route for stop in stops}
    assert len({stop.name for stop in stops}) == len(stops)
    told = {who: accounts.sign_in(house.database, who, PASSWORD, 1) for who in {one.who for one in stops} - {NOBODY}}
    wrong = []
    for stop in stops:
        client = TestClient(app, follow_redirects=False)
        if stop.who != NOBODY:
            client.cookies.set("rollwith", told[stop.who])
        with counted(house.database) as statements:
            answer = client.get(stop.path)
        asked = queries(statements)
        if answer.status_code != 200 or len(asked) > MOST_QUERIES:
            wrong.append(f"{stop.path} as {stop.who}: status {answer.status_code}, {len(asked)} queries")
    assert not wrong


def test_what_is_no_page_is_no_page_of_the_tour() -> None:
    assert not NO_PAGES & DOWNLOADS


def test_a_database_several_times_over(house: House, database_server: Server) -> None:
    target = Database(database_server.migrated())
    counts = copied(house.database, target, 3)
    assert counts["practice_sessions"] % 3 == 0
    with target.engine.connect() as connection:
        for table, count in counts.items():
            found = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            assert found == count, table
    if target.engine.dialect.name == "sqlite":
        with target.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
    accounts.sign_in(target, "1amira", PASSWORD, 1)
    target.close()

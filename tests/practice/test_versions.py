"""Persona versions: stored once, parsed once, and a session keeps the one it began with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from app.client.persona import Persona
from app.practice import rooms, versions
from app.practice.house import House
from app.practice.versions import Parsed, digest, keep_version, persona_of
from app.store.database import Database
from app.store.tables import PersonaVersion, User
from tests.practice.rooms import PERSONA, held, meet, talk


@pytest.fixture(autouse=True)
def nothing_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins as a process does."""
    monkeypatch.setattr(versions, "_parsed", Parsed())


def stored(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(PersonaVersion.id)))


def changed(persona: Persona) -> Persona:
    return Persona.model_validate(persona.model_dump(mode="json") | {"briefing": "Another briefing. " * 5})


def test_the_order_of_keys_makes_no_other_version() -> None:
    assert digest({"a": 1, "b": [1.5, "ü"]}) == digest({"b": [1.5, "ü"], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_many_sessions_share_one_version(quick: House, tom: User) -> None:
    assert len({meet(quick, tom).version_id for _ in range(3)}) == 1
    assert len(stored(quick.database)) == 1


def test_sessions_that_start_at_once_store_one_version(quick: House) -> None:
    ray = quick.personas[PERSONA]
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: keep_version(quick.database, ray), range(8)))
    assert stored(quick.database) == list(ids)


def test_a_session_keeps_the_version_it_began_with(quick: House, tom: User) -> None:
    first = meet(quick, tom)
    quick.personas[PERSONA], before = changed(quick.personas[PERSONA]), quick.personas[PERSONA]
    try:
        second = meet(quick, tom)
        assert first.version_id != second.version_id
        with quick.database.read() as session:
            assert persona_of(session, held(quick, first.id)) == before
            assert persona_of(session, second).briefing.startswith("Another briefing.")
        talk(quick, tom, first.id, "What happened?")
        assert rooms.room(quick, tom, first.id).card.briefing == before.briefing
    finally:
        quick.personas[PERSONA] = before


def test_a_version_is_parsed_once(quick: House, tom: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first = meet(quick, tom)
    monkeypatch.setattr(versions, "_parsed", Parsed())
    parse, asked = Persona.model_validate, list[object]()

    def counting(values: object) -> Persona:
        asked.append(values)
        return parse(values)

    monkeypatch.setattr(Persona, "model_validate", counting)
    talk(quick, tom, first.id, "What happened?", "You feel picked on.")
    rooms.room(quick, tom, first.id)
    assert len(asked) == 1


def test_the_version_used_longest_ago_is_forgotten(personas: dict[str, Persona]) -> None:
    ray, kept = personas[PERSONA], Parsed(2)
    for name in ("a", "b"):
        kept.put(name, ray)
    assert kept.get("a") is ray
    kept.put("c", ray)
    assert [kept.get(name) is None for name in ("a", "b", "c")] == [False, True, False]

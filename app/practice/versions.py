"""Personas and groups as sessions ran with them: a version is stored once, under its JSON's hash, and parsed once."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from threading import Lock
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.client.group import Cast
from app.client.persona import Persona
from app.practice.faces import Client, face_of
from app.practice.storing import storing
from app.store.database import Database
from app.store.tables import PersonaVersion, PracticeSession

#: Versions kept parsed. Reading and validating one takes some 4 ms, many times what the rest of a turn's reading does.
KEPT = 64


class Parsed:
    """The clients used last, by version. Ids are hashes of what they hold, so nothing here is ever out of date."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._most, self._lock = OrderedDict[str, Client](), kept, Lock()

    def get(self, version_id: str) -> Client | None:
        """The client, if it is kept."""
        with self._lock:
            if (client := self._kept.get(version_id)) is not None:
                self._kept.move_to_end(version_id)
            return client

    def put(self, version_id: str, client: Client) -> None:
        """Keep the client; the one used longest ago goes for it."""
        with self._lock:
            self._kept[version_id] = client
            self._kept.move_to_end(version_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_parsed = Parsed()


def digest(values: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no blanks."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def keep_version(database: Database, client: Client) -> str:
    """The id of this version of the persona or group, stored where it is new. Raises StorageFull."""
    values, face = client.model_dump(mode="json"), face_of(client)
    version_id = digest(values)
    with database.read() as session:
        known = session.exec(select(PersonaVersion.id).where(PersonaVersion.id == version_id)).first()
    if known is None:
        row = PersonaVersion(id=version_id, persona_id=face.id, name=face.name, field=face.field, persona=values)
        try:
            with storing(database) as session:
                session.add(row)
        except IntegrityError:
            pass  # another session began with it at the same moment, and the same is stored
    _parsed.put(version_id, client)
    return version_id


def client_of(session: Session, practice: PracticeSession) -> Client:
    """The persona, or the group, as it was when the session began."""
    if (client := _parsed.get(practice.version_id)) is None:
        client = _read(session.get_one(PersonaVersion, practice.version_id).persona)
        _parsed.put(practice.version_id, client)
    return client


def persona_of(session: Session, practice: PracticeSession) -> Persona:
    """The one person of a session that is no group's."""
    client = client_of(session, practice)
    assert isinstance(client, Persona), "this session is with a group"
    return client


def _read(values: dict[str, Any]) -> Client:
    """A stored version: only a group has `people`."""
    return Cast.model_validate(values) if "people" in values else Persona.model_validate(values)


__all__ = ["KEPT", "Parsed", "client_of", "digest", "keep_version", "persona_of"]

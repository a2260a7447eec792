"""Personas as sessions ran with them: each version is stored once, under the hash of its JSON, and parsed once."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from threading import Lock
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.client.persona import Persona
from app.practice.storing import storing
from app.store.database import Database
from app.store.tables import PersonaVersion, PracticeSession

#: Versions kept parsed. Reading and validating one takes some 4 ms, many times what the rest of a turn's reading does.
KEPT = 64


class Parsed:
    """The personas used last, by version. Ids are hashes of what they hold, so nothing here is ever out of date."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._most, self._lock = OrderedDict[str, Persona](), kept, Lock()

    def get(self, version_id: str) -> Persona | None:
        """The persona, if it is kept."""
        with self._lock:
            if (persona := self._kept.get(version_id)) is not None:
                self._kept.move_to_end(version_id)
            return persona

    def put(self, version_id: str, persona: Persona) -> None:
        """Keep the persona; the one used longest ago goes for it."""
        with self._lock:
            self._kept[version_id] = persona
            self._kept.move_to_end(version_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_parsed = Parsed()


def digest(values: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no blanks."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def keep_version(database: Database, persona: Persona) -> str:
    """The id of this version of the persona, stored where it is new. Raises StorageFull."""
    values = persona.model_dump(mode="json")
    version_id = digest(values)
    with database.read() as session:
        known = session.exec(select(PersonaVersion.id).where(PersonaVersion.id == version_id)).first()
    if known is None:
        row = PersonaVersion(
            id=version_id, persona_id=persona.id, name=persona.name, field=persona.field, persona=values
        )
        try:
            with storing(database) as session:
                session.add(row)
        except IntegrityError:
            pass  # another session began with it at the same moment, and the same is stored
    _parsed.put(version_id, persona)
    return version_id


def persona_of(session: Session, practice: PracticeSession) -> Persona:
    """The persona as it was when the session began."""
    if (persona := _parsed.get(practice.version_id)) is None:
        persona = Persona.model_validate(session.get_one(PersonaVersion, practice.version_id).persona)
        _parsed.put(practice.version_id, persona)
    return persona


__all__ = ["KEPT", "Parsed", "digest", "keep_version", "persona_of"]

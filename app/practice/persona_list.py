"""The instructor's list of personas and groups: where each comes from, what is drafted, how often each was met."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.practice.faces import Client, face_of, names_of
from app.practice.house import House
from app.resources import PERSONAS_DIR
from app.store.tables import PersonaEdit, PersonaVersion, PracticeSession


@dataclass(frozen=True)
class PersonaRow:
    """One persona, or group, on the list. `members` are a group's.

    `origin`: `ships`, `folder` (of ROLLWITH_PERSONAS_DIR), `edited` (published over a file), `own` (only ever written
    here), `draft` (not published yet). `draft`: there is something newer than what is in use; `trouble`: why what is
    published is not in use.
    """

    id: str
    name: str
    field: str
    difficulty: str
    members: tuple[str, ...]
    origin: str
    draft: bool
    trouble: str
    versions: int
    sessions: int


@dataclass(frozen=True)
class UsedVersion:
    """A version of a persona that sessions ran with: since when, and how many."""

    id: str
    since: datetime
    sessions: int


def persona_rows(house: House) -> list[PersonaRow]:
    """Everybody, by name, groups last."""
    with house.database.read() as session:
        met = (
            select(PracticeSession.persona_id, func.count())
            .where(col(PracticeSession.parent_id).is_(None))
            .group_by(col(PracticeSession.persona_id))
        )
        sessions = {str(name): int(count) for name, count in session.execute(met)}
        kept = select(PersonaVersion.persona_id, func.count()).group_by(col(PersonaVersion.persona_id))
        versions = {str(name): int(count) for name, count in session.execute(kept)}
        drafted = _drafted(session)
        texts = _texts(session, [name for name in drafted if name not in house.clients])
    ids = dict.fromkeys([*house.clients, *drafted])
    rows = [
        _row(house, name, texts.get(name, ""), drafted.get(name, False), versions.get(name, 0), sessions.get(name, 0))
        for name in ids
    ]
    return sorted(rows, key=lambda row: (bool(row.members), row.name.lower()))


def persona_row(house: House, persona_id: str) -> PersonaRow | None:
    """One of them."""
    return next((row for row in persona_rows(house) if row.id == persona_id), None)


def versions_used(house: House, persona_id: str) -> list[UsedVersion]:
    """The versions that sessions ran with, the newest first."""
    with house.database.read() as session:
        query = (
            select(PersonaVersion.id, PersonaVersion.created_at, func.count(col(PracticeSession.id)))
            .join(PracticeSession, col(PracticeSession.version_id) == PersonaVersion.id)
            .where(PersonaVersion.persona_id == persona_id)
            .group_by(col(PersonaVersion.id), col(PersonaVersion.created_at))
            .order_by(col(PersonaVersion.created_at).desc())
        )
        return [UsedVersion(str(name)[:8], since, int(count)) for name, since, count in session.execute(query)]


def _drafted(session: Session) -> dict[str, bool]:
    """Everybody written here, and whether their newest revision is a draft; without the texts, which are long."""
    query = select(PersonaEdit.persona_id, PersonaEdit.published_at).order_by(col(PersonaEdit.revision))
    return {persona_id: published is None for persona_id, published in session.exec(query)}


def _texts(session: Session, names: list[str]) -> dict[str, str]:
    """The newest texts of those who are nowhere but in drafts."""
    query = select(PersonaEdit.persona_id, PersonaEdit.source).where(col(PersonaEdit.persona_id).in_(names))
    return dict(session.exec(query.order_by(col(PersonaEdit.revision))).all()) if names else {}


def _row(house: House, name: str, source: str, draft: bool, versions: int, sessions: int) -> PersonaRow:
    client = house.clients.get(name)
    face = face_of(client) if client else None
    return PersonaRow(
        name,
        face.name if face else _said(source, "name") or name,
        face.field if face else _said(source, "field"),
        _difficulty(client) if client else _said(source, "difficulty"),
        tuple(names_of(client).values()) if client else (),
        _origin(house, name, client),
        draft,
        house.troubles.get(name, ""),
        versions,
        sessions,
    )


def _origin(house: House, name: str, client: Client | None) -> str:
    if client is None:
        return "draft"
    known = house.files.personas.get(name) or house.files.groups.get(name)
    if known is None:
        return "own"
    if known is not client and name in house.edited:
        return "edited"
    folder = house.settings.personas_dir
    places = (f"{name}.yaml", f"groups/{name}.yaml")
    here = folder is not None and any((folder / place).is_file() for place in places)
    return "folder" if here or not any((PERSONAS_DIR / place).is_file() for place in places) else "ships"


def _difficulty(client: Client) -> str:
    return client.difficulty if hasattr(client, "difficulty") else client.group.difficulty


def _said(source: str, field: str) -> str:
    """A field of a text that may not be sound."""
    found = re.search(rf"^{field}:[ \t]*(.+)$", source, flags=re.MULTILINE)
    return found.group(1).strip(" \"'")[:80] if found else ""


__all__ = ["PersonaRow", "UsedVersion", "persona_row", "persona_rows", "versions_used"]

"""Personas written in the browser: revisions, drafts, publishing, withdrawing, going back to what was.

The newest revision that is published stands before the file of the same id. A session keeps the version that it began
with (`versions.py`), whatever is published or withdrawn while it lasts and after.
"""

from __future__ import annotations

import difflib
import logging
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.client.group import Cast
from app.client.group_loading import GROUPS
from app.client.loading import PersonaError
from app.client.persona import Persona
from app.i18n import gettext as _
from app.practice.accounts import User, require_instructor
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.house import House, persona_folders
from app.practice.persona_check import ID, Checked, cast_in, check, is_group, persona_in
from app.practice.storing import storable, storing
from app.store.tables import PersonaEdit, now
from app.store.tables import User as UserRow

logger = logging.getLogger(__name__)

MAX_NOTE = 300
#: What is published and withdrawn is read and put in force by one at a time.
_publishing = Lock()


@dataclass(frozen=True)
class Revision:
    """One revision of a persona. `state`: `draft`, `in use`, `published` (a later one is in use) or `withdrawn`."""

    number: int
    author: str
    author_id: uuid.UUID
    note: str
    created_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None
    state: str


@dataclass(frozen=True)
class Text:
    """A persona's text to go on from. `revision` 0: the file's."""

    source: str
    revision: int
    note: str = ""
    draft: bool = False


def revisions(house: House, persona_id: str) -> list[Revision]:
    """All revisions, the newest first."""
    with house.database.read() as session:
        query = (
            select(PersonaEdit, UserRow.name)
            .join(UserRow, col(UserRow.id) == PersonaEdit.author_id)
            .where(PersonaEdit.persona_id == persona_id)
            .order_by(col(PersonaEdit.revision).desc())
        )
        rows = list(session.exec(query))
    used = next((row.revision for row, _name in rows if _in_force(row)), 0)
    return [_revision(row, name, used) for row, name in rows]


def _in_force(row: PersonaEdit) -> bool:
    return row.published_at is not None and row.withdrawn_at is None


def _revision(row: PersonaEdit, name: str, used: int) -> Revision:
    state = "draft"
    if row.revision == used:
        state = "in use"
    elif row.published_at is not None:
        state = "withdrawn" if row.withdrawn_at else "published"
    return Revision(
        row.revision, name, row.author_id, row.note, row.created_at, row.published_at, row.withdrawn_at, state
    )


def text_of(house: House, persona_id: str, number: int | None = None) -> Text:
    """The newest text of a persona, or that of a revision; 0 is the file's. Raises NotFound."""
    with house.database.read() as session:
        row = None if number == 0 else _row(session, persona_id, number)
    if row is not None:
        return Text(row.source, row.revision, row.note, row.published_at is None)
    if number:
        raise NotFound(_("There is no such revision."))
    return Text(file_text(house, persona_id), 0)


def file_text(house: House, persona_id: str) -> str:
    """The text of the file that the house has read for this id. Raises NotFound."""
    if has_file(house, persona_id):
        within = GROUPS if persona_id in house.files.groups else ""
        for folder in reversed(persona_folders(house.settings)):
            if (path := folder / within / f"{persona_id}.yaml").is_file():
                return path.read_text(encoding="utf-8")
    raise NotFound(_("There is no persona of that name."))


def has_file(house: House, persona_id: str) -> bool:
    """Whether this persona, or group, comes from a file."""
    return persona_id in house.files.personas or persona_id in house.files.groups


def create(house: House, author: User, persona_id: str, like: str) -> int:
    """A new persona: a draft that is a copy of another under its own id. Raises Invalid, NotFound, Conflict."""
    require_instructor(author)
    persona_id = persona_id.strip().lower()
    if not ID.fullmatch(persona_id) or len(persona_id) > 60:
        raise Invalid("id", _("An id is made of small letters, digits and single dashes: maria-smoking."))
    with house.database.read() as session:
        taken = has_file(house, persona_id) or _row(session, persona_id, None)
    if taken:
        raise Invalid("id", _("That id is taken; choose another."))
    text = re.sub(r"^id:.*$", f"id: {persona_id}", text_of(house, like).source, count=1, flags=re.MULTILINE)
    return _add(house, author, persona_id, text, "")


def save(house: House, author: User, persona_id: str, source: str, note: str) -> int:
    """Keep a text as a draft, sound or not; the revision. One's own newest draft is written over.

    Raises NotFound, Invalid, Conflict.
    """
    require_instructor(author)
    source, note = _clean(source), storable(note).strip()[:MAX_NOTE]
    before = text_of(house, persona_id)
    if before.source == source and (not note or note == before.note):
        return before.revision
    with storing(house.database) as session:
        row = _row(session, persona_id, None)
        if row is not None and row.published_at is None and row.author_id == author.id:
            row.source, row.note, row.created_at = source, note or row.note, now()
            session.add(row)
            return row.revision
    return _add(house, author, persona_id, source, note)


def publish(house: House, author: User, persona_id: str, source: str, note: str) -> Checked:
    """Keep a text, and where it is sound let everybody meet it from now on. Raises as `save` does."""
    checked = check(house, persona_id, _clean(source))
    number = save(house, author, persona_id, source, note)
    if checked.client is not None:
        if number == 0:
            raise Invalid("source", _("This is the text of the file, which is in use already."))
        _put_in_force(house, persona_id, number)
    return checked


def go_back(house: House, author: User, persona_id: str, number: int) -> int:
    """Publish an earlier revision again, as a new one, so that the history tells what was in use when.

    Raises NotFound, and Invalid where that text cannot be used any more.
    """
    require_instructor(author)
    text = text_of(house, persona_id, number)
    if check(house, persona_id, text.source).client is None:
        raise Invalid("source", _("That revision cannot be used any more. Open its text to see what is wrong."))
    new = _add(house, author, persona_id, text.source, _("Back to revision %(number)d") % {"number": number})
    _put_in_force(house, persona_id, new)
    return new


def withdraw(house: House, author: User, persona_id: str) -> None:
    """Take back all that was published; the file's text is in use again, or nobody. Raises NotFound."""
    require_instructor(author)
    with _publishing:
        with storing(house.database) as session:
            rows = [row for row in _rows(session, persona_id) if _in_force(row)]
            if not rows:
                raise NotFound(_("Nothing of this persona is published."))
            for row in rows:
                row.withdrawn_at = now()
                session.add(row)
        use_published(house)


def discard(house: House, author: User, persona_id: str) -> None:
    """Throw away the newest draft. Raises NotFound where there is none of the author's."""
    require_instructor(author)
    with storing(house.database) as session:
        row = _row(session, persona_id, None)
        if row is None or row.published_at is not None or row.author_id != author.id:
            raise NotFound(_("There is no draft of yours."))
        session.delete(row)


def use_published(house: House) -> dict[str, str]:
    """Put in force all that is published; by id, what is wrong with those that cannot be used any more.

    Where one cannot, the file's text is used, or nobody: a stored text never keeps the house from opening.
    """
    newest = _newest_published(house)
    groups = {name for name, row in newest.items() if is_group(house, name, row.source)}
    people, casts, troubles = dict[str, Persona](), dict[str, Cast](), dict[str, str]()
    for name, row in sorted(newest.items(), key=lambda item: item[0] in groups):  # groups need their people
        try:
            if name in groups:
                casts[name] = cast_in(house, name, row.source, {**house.files.personas, **people})
            else:
                people[name] = persona_in(house, name, row.source)[0]
        except PersonaError as error:
            first = str(error).splitlines()[0]
            troubles[name] = _("revision %(number)d of %(error)s") % {"number": row.revision, "error": first}
            logger.warning("a published persona is left out: %s", troubles[name])
    house.use(people, casts)
    house.troubles.clear()
    house.troubles.update(troubles)
    return troubles


def _newest_published(house: House) -> dict[str, PersonaEdit]:
    """What is in force, by persona; texts are long, so those of earlier revisions stay where they are."""
    numbers = (
        select(PersonaEdit.persona_id, func.max(PersonaEdit.revision).label("revision"))
        .where(col(PersonaEdit.published_at).is_not(None), col(PersonaEdit.withdrawn_at).is_(None))
        .group_by(col(PersonaEdit.persona_id))
        .subquery()
    )
    query = select(PersonaEdit).join(
        numbers,
        (col(PersonaEdit.persona_id) == numbers.c.persona_id) & (col(PersonaEdit.revision) == numbers.c.revision),
    )
    with house.database.read() as session:
        return {row.persona_id: row for row in session.exec(query)}


def changes(house: House, persona_id: str, old: int, new: int) -> list[tuple[str, str]]:
    """How one revision became another: lines with `same`, `gone`, `new` or `hunk` before them. Raises NotFound."""
    before, after = (text_of(house, persona_id, number).source.splitlines() for number in (old, new))
    kinds = {" ": "same", "-": "gone", "+": "new", "@": "hunk"}
    lines = list(difflib.unified_diff(before, after, n=2, lineterm=""))[2:]
    return [(kinds[line[0]], line[1:] if line[0] != "@" else line) for line in lines]


def _put_in_force(house: House, persona_id: str, number: int) -> None:
    with _publishing:
        with storing(house.database) as session:
            row = _row(session, persona_id, number)
            assert row is not None
            if not _in_force(row):
                row.published_at, row.withdrawn_at = now(), None
                session.add(row)
        use_published(house)


def _add(house: House, author: User, persona_id: str, source: str, note: str) -> int:
    try:
        with storing(house.database) as session:
            newest = _row(session, persona_id, None)
            number = newest.revision + 1 if newest else 1
            edit = PersonaEdit(persona_id=persona_id, revision=number, author_id=author.id, source=source, note=note)
            session.add(edit)
    except IntegrityError as error:
        raise Conflict(_("Somebody else saved this persona at the same moment. Save again.")) from error
    return number


def _row(session: Session, persona_id: str, number: int | None) -> PersonaEdit | None:
    """A revision, or the newest."""
    query = select(PersonaEdit).where(PersonaEdit.persona_id == persona_id)
    if number is not None:
        query = query.where(PersonaEdit.revision == number)
    return session.exec(query.order_by(col(PersonaEdit.revision).desc()).limit(1)).first()


def _rows(session: Session, persona_id: str) -> list[PersonaEdit]:
    return list(session.exec(select(PersonaEdit).where(PersonaEdit.persona_id == persona_id)))


def _clean(source: str) -> str:
    """A text as files have it: forms send other line ends."""
    return storable(source).replace("\r\n", "\n").replace("\r", "\n")


__all__ = [
    "MAX_NOTE",
    "Revision",
    "Text",
    "changes",
    "create",
    "discard",
    "file_text",
    "go_back",
    "has_file",
    "publish",
    "revisions",
    "save",
    "text_of",
    "use_published",
    "withdraw",
]

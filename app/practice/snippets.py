"""Words that a reviewer uses again and again, and sentences that a session's own figures suggest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import select

from app.i18n import gettext as _
from app.i18n import ngettext
from app.practice.accounts import require_instructor
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.house import House
from app.practice.storing import storable, storing
from app.scoring.measures import SessionMeasures, measure
from app.scoring.rows import Row
from app.store.tables import Snippet, User

MAX_SNIPPET = 600
#: So many are a list that one can still look through.
MAX_SNIPPETS = 50


@dataclass(frozen=True)
class SnippetView:
    """One of one's own snippets."""

    id: int
    text: str


def snippets_of(house: House, owner: User) -> list[SnippetView]:
    """One's own snippets, oldest first. Raises NotAllowed."""
    require_instructor(owner)
    with house.database.read() as session:
        found = session.exec(select(Snippet).where(Snippet.owner_id == owner.id).order_by(Snippet.id))  # type: ignore[arg-type]
        return [SnippetView(snippet.id or 0, snippet.text) for snippet in found]


def add_snippet(house: House, owner: User, text: str) -> None:
    """Keep these words. Raises Invalid, Conflict where there are too many, NotAllowed."""
    require_instructor(owner)
    text = storable(text.replace("\r\n", "\n")).strip()
    if not text:
        raise Invalid("text", _("Write something first."))
    if len(text) > MAX_SNIPPET:
        told = {"length": len(text), "most": MAX_SNIPPET}
        raise Invalid("text", _("This is %(length)d characters long; %(most)d are possible.") % told)
    with storing(house.database) as session:
        count = session.exec(select(func.count()).where(Snippet.owner_id == owner.id)).one()
        if count >= MAX_SNIPPETS:
            raise Conflict(_("You have %(count)d snippets. Delete one first.") % {"count": count})
        session.add(Snippet(owner_id=owner.id, text=text))


def delete_snippet(house: House, owner: User, snippet_id: int) -> None:
    """Delete one of one's own. Raises NotFound, for somebody else's too."""
    with storing(house.database) as session:
        snippet = session.get(Snippet, snippet_id)
        if snippet is None or snippet.owner_id != owner.id:
            raise NotFound(_("There is no such snippet of yours."))
        session.delete(snippet)


def suggestions(rows: Sequence[Row], called: str) -> list[str]:
    """Sentences to the trainee that the session's figures bear out, for the reviewer to take or leave."""
    measured = measure(rows)
    return [*_on_resistance(measured, called), *_on_listening(measured), *_on_techniques(measured)]


def _on_resistance(measured: SessionMeasures, called: str) -> Iterator[str]:
    answers = measured.measures["answers_to_resistance"]
    if answers.value is None:
        return
    told = {"met": answers.part, "whole": answers.whole, "client": called}
    if answers.part * 2 >= answers.whole:
        yield _("When %(client)s pushed back, you went along instead of against it %(met)d of %(whole)d times.") % told
    else:
        told["missed"] = answers.whole - answers.part
        yield (
            _("Look again at the %(missed)d of %(whole)d moments in which %(client)s pushed back and was not met.")
            % told
        )


def _on_listening(measured: SessionMeasures) -> Iterator[str]:
    ratio, open_share = measured.measures["reflections_to_questions"], measured.measures["open_share"]
    if ratio.value is not None and ratio.whole:
        told = {"reflections": ratio.part, "questions": ratio.whole}
        if ratio.value >= 1:
            yield _("You listened more than you asked: %(reflections)d reflections to %(questions)d questions.") % told
        else:
            yield (
                _("%(questions)d questions and %(reflections)d reflections: try two reflections for each question.")
                % told
            )
    if open_share.value is not None and open_share.value >= 70:
        yield _("Most of your questions were open (%(open)d of %(whole)d).") % {
            "open": open_share.part,
            "whole": open_share.whole,
        }


def _on_techniques(measured: SessionMeasures) -> Iterator[str]:
    counts = measured.counts
    pushed = counts["persuade"] + counts["confront"]
    if pushed:
        yield ngettext(
            "There was %(count)d moment of advice or argument that nobody had asked for.",
            "There were %(count)d moments of advice or argument that nobody had asked for.",
            pushed,
        ) % {"count": pushed}
    else:
        yield _("You gave no advice that nobody had asked for, and did not argue.")
    if counts["emphasize_autonomy"] + counts["offer_choices"]:
        yield _("You left the choice where it belongs, and said so.")
    else:
        yield _("Next time, say once that the choice is the client’s.")


__all__ = [
    "MAX_SNIPPET",
    "MAX_SNIPPETS",
    "SnippetView",
    "add_snippet",
    "delete_snippet",
    "snippets_of",
    "suggestions",
]

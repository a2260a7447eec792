"""What in a session is worth a word: turns done well and turns to try again, ranked. Pure, on coded rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.scoring.codes import FAMILIES
from app.scoring.gaming import habits, worn_rows
from app.scoring.measures import ANSWERING, NON_ADHERENT
from app.scoring.rows import Row
from app.scoring.types import CodeSpan

_GOOD: dict[str, tuple[int, str]] = {
    "double_sided_reflection": (9, "You held both sides of it at once, joined by “and”. Nobody has to win that one."),
    "paradoxical": (
        8,
        "You stood beside the resistance instead of across from it, so there was nothing to push back at.",
    ),
    "amplified_reflection": (
        8,
        "You took the resistant side one step further, in earnest. That leaves room to climb down.",
    ),
    "offer_choices": (8, "You put real options on the table and left the pick to the client."),
    "complex_reflection": (7, "You said what lay behind the words, so the client heard that you were listening."),
    "emphasize_autonomy": (7, "You said out loud who decides. People fight less for a freedom that nobody is taking."),
    "reframe": (6, "You gave the same facts another meaning, without telling the client to be wrong."),
    "affirmation": (6, "You named something the client has or did, not something you wanted to see."),
    "summary": (6, "You gathered several things the client had said, and so showed that you had kept them."),
    "persuade_with_permission": (5, "You asked first, and left the client free to leave your advice where it was."),
    "seek_collaboration": (5, "You asked instead of assuming, and so made it the client's session too."),
    "simple_reflection": (4, "You said it back plainly. It costs nothing, and the client knows that it arrived."),
    "open_question": (4, "You asked a question that takes more than a yes or a no."),
    "give_information": (2, "You gave a fact and left it at that."),
    "support": (2, "You showed that you were on the client's side."),
    "closed_question": (1, "It is short and plain, and a client can answer it."),
    "other": (1, "You kept the conversation going."),
}
_TRY: dict[str, tuple[int, str]] = {
    "confront": (
        10,
        "This argues or judges. Argued with, people defend what they do, and believe it more for hearing it.",
    ),
    "persuade": (9, "This is advice that was not asked for. It invites a “yes, but …”."),
    "unmet": (7, "The client pushed back here, and the push went by. Say it back before you go on."),
    "interview": (5, "One question after another puts the client in the witness box. Reflect an answer in between."),
    "closed_question": (4, "A yes or a no answers this. Opened up, the same question tells you more."),
    "give_information": (3, "Facts land better after permission: ask what the client wants to hear, and whether."),
    "lean": (2, "There was room here for something else as well."),
    "answered": (0, "A good answer as it is. These ways were open here too."),
}
#: Troubles that a technique of their own mends.
MENDS = {"closed_question": "open_question", "give_information": "seek_collaboration"}


@dataclass(frozen=True)
class Moment:
    """A counsellor row that says something, with what the client said before and after it."""

    index: int
    row: Row
    before: Row | None
    after: Row | None

    @property
    def resisted(self) -> bool:
        return self.before is not None and self.before.resisting

    def quote(self, span: CodeSpan) -> str:
        """The trainee's own words that carry the code, else the whole turn."""
        return self.row.text[span.start : span.end].strip() or self.row.text.strip()


@dataclass(frozen=True)
class Found:
    """One thing worth a word: where, which code carries it, why, and how much it is worth."""

    moment: Moment
    span: CodeSpan
    kind: str
    why: str
    worth: float


def moments_of(rows: Sequence[Row]) -> list[Moment]:
    """The counsellor's turns, in order."""
    return [_moment(rows, at) for at, row in enumerate(rows) if row.speaker == "counsellor" and row.text.strip()]


def _moment(rows: Sequence[Row], index: int) -> Moment:
    before = next((row for row in reversed(rows[:index]) if row.speaker == "client" and row.text.strip()), None)
    after = rows[index + 1] if index + 1 < len(rows) and rows[index + 1].speaker == "client" else None
    return Moment(index, rows[index], before, after)


def done_well(rows: Sequence[Row]) -> list[Found]:
    """What is to be praised, the best first. Nothing that the coder was unsure of, nor a form that wore out."""
    worn = worn_rows(habits(rows))
    found = [
        _praise(moment, span, spoilt=not NON_ADHERENT.isdisjoint(s.code for s in moment.row.sure))
        for moment in moments_of(rows)
        if moment.index not in worn
        for span in moment.row.sure
        if span.code in _GOOD
    ]
    kept = [point for point in found if point.worth > 0]
    return sorted(kept, key=lambda point: (-point.worth, point.moment.index))


def to_mend(rows: Sequence[Row]) -> list[Found]:
    """What is to be tried another way, the most pressing first."""
    moments = moments_of(rows)
    found = [
        trouble
        for moment, before in zip(moments, [None, *moments], strict=False)
        for trouble in _troubles(moment, before)
    ]
    return sorted(found, key=lambda point: (-point.worth, point.moment.index))


def _praise(moment: Moment, span: CodeSpan, *, spoilt: bool) -> Found:
    worth, why = _GOOD[span.code]
    answers = moment.resisted and span.code in ANSWERING
    gain = 2.0 * answers
    if answers:
        why += " And you did it right after the client had pushed back, which is when it counts."
    if moment.after and moment.after.sure_talk == "change":
        gain += 2.0
        why += " The client's next words leaned towards change."
    elif moment.after and moment.after.resisting:
        gain -= 1.0
    if spoilt:  # a good move beside a bad one: only where the good one is a technique
        gain -= 3.0 if span.code in ANSWERING else 100.0
    return Found(moment, span, span.code, why, worth * span.probability + gain)


def _troubles(moment: Moment, before: Moment | None) -> Iterable[Found]:
    spans, codes = moment.row.sure, {span.code for span in moment.row.sure}
    asked_before = before is not None and "seek_collaboration" in {span.code for span in before.row.sure}
    for span in spans:
        if span.code in NON_ADHERENT:
            yield _trouble(moment, span, span.code, _TRY[span.code][0] * span.probability + moment.resisted)
        elif span.code == "give_information" and asked_before:
            continue  # it was asked for
        elif moment.before and span.code in MENDS and codes.isdisjoint(ANSWERING):
            yield _trouble(moment, span, span.code, _TRY[span.code][0] * span.probability)
    if not spans:
        return
    whole = max(spans, key=lambda span: span.probability)
    if moment.resisted and codes.isdisjoint(ANSWERING | NON_ADHERENT):
        yield _trouble(moment, whole, "unmet", float(_TRY["unmet"][0]))
    questions = set(FAMILIES["questions"])
    if before and codes <= questions and before.row.sure and {span.code for span in before.row.sure} <= questions:
        yield _trouble(moment, whole, "interview", float(_TRY["interview"][0]))
    if moment.before is not None and codes.isdisjoint(NON_ADHERENT):
        answered = bool(codes & ANSWERING)
        yield _trouble(moment, whole, "answered" if answered else "lean", _TRY["lean"][0] * (0.2 if answered else 1.0))


def _trouble(moment: Moment, span: CodeSpan, kind: str, worth: float) -> Found:
    return Found(moment, span, kind, _TRY[kind][1], worth)


__all__ = ["MENDS", "Found", "Moment", "done_well", "moments_of", "to_mend"]

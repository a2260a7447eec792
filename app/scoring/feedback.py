"""Feedback on a session: three things done well and three to try, each with the trainee's own words and a rewrite.

Pure, with the coder passed in. A rewrite is built from the client's last words and shown only if the coder, asked what
it is, names the technique it claims to be; else the next form is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.scoring import rewrite as forms
from app.scoring.codes import FAMILIES
from app.scoring.measures import ANSWERING, NON_ADHERENT, Row
from app.scoring.mirror import Heard, mirror
from app.scoring.types import Coder, CodeSpan, TalkType

HOW_MANY = 3
#: Suggested again and again: in each place they are made of other words.
_REPEATABLE = ("complex_reflection", "simple_reflection", "persuade_with_permission", "open_question")
#: Praise needs a coder that is at least this sure.
SURE = 0.45

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
}


@dataclass(frozen=True)
class Feedback:
    """One point: the row it is about, the code and the trainee's own words, and why it is worth a word.

    `rewrite` is what could have been said instead, in this place, and `rewrite_code` the code that it is; both are None
    for what was done well.
    """

    row: int
    code: str
    quote: str
    why: str
    rewrite: str | None = None
    rewrite_code: str | None = None


@dataclass(frozen=True)
class SessionFeedback:
    """Up to three points each; fewer where the session is too short to say as much honestly."""

    well: tuple[Feedback, ...]
    try_next: tuple[Feedback, ...]


@dataclass(frozen=True)
class _Moment:
    """A counsellor row with what the client said before and after it."""

    index: int
    row: Row
    before: Row | None
    after: Row | None

    @property
    def resisted(self) -> bool:
        return self.before is not None and (self.before.resists or self.before.talk == "sustain")

    @property
    def said(self) -> str | None:
        return self.before.text if self.before else None

    @property
    def talk(self) -> TalkType:
        return "neutral" if self.before is None or self.before.talk is None else self.before.talk


def give_feedback(rows: Sequence[Row], coder: Coder) -> SessionFeedback:
    """Feedback on the rows of a session, coded by the model or corrected by an instructor."""
    moments = [
        _moment(rows, index) for index, row in enumerate(rows) if row.speaker == "counsellor" and row.text.strip()
    ]
    return SessionFeedback(_well(moments), _to_try(rows, moments, coder))


def _moment(rows: Sequence[Row], index: int) -> _Moment:
    before = next((row for row in reversed(rows[:index]) if row.speaker == "client" and row.text.strip()), None)
    after = rows[index + 1] if index + 1 < len(rows) and rows[index + 1].speaker == "client" else None
    return _Moment(index, rows[index], before, after)


def _well(moments: Sequence[_Moment]) -> tuple[Feedback, ...]:
    found: list[tuple[float, Feedback]] = []
    for moment in moments:
        spoilt = any(span.code in NON_ADHERENT for span in moment.row.codes)
        for span in moment.row.codes:
            if span.code in _GOOD and span.probability >= SURE and not (spoilt and span.code not in ANSWERING):
                worth = _GOOD[span.code][0] * span.probability + _bonus(moment, span.code) - 3 * spoilt
                found.append(
                    (worth, Feedback(moment.index, span.code, _quote(moment, span), _praise(moment, span.code)))
                )
    return _best(found)


def _bonus(moment: _Moment, code: str) -> float:
    answered = 2.0 if moment.resisted and code in ANSWERING else 0.0
    moved = 2.0 if moment.after and moment.after.talk == "change" else 0.0
    worse = 1.0 if moment.after and (moment.after.talk == "sustain" or moment.after.resists) else 0.0
    return answered + moved - worse


def _praise(moment: _Moment, code: str) -> str:
    why = _GOOD[code][1]
    if moment.resisted and code in ANSWERING:
        why += " And you did it right after the client had pushed back, which is when it counts."
    if moment.after and moment.after.talk == "change":
        why += " The client's next words leaned towards change."
    return why


def _to_try(rows: Sequence[Row], moments: Sequence[_Moment], coder: Coder) -> tuple[Feedback, ...]:
    found = [
        (worth, moment, span, reason)
        for moment, before in zip(moments, [None, *moments], strict=False)
        for worth, span, reason in _troubles(moment, before)
    ]
    found.sort(key=lambda item: (-item[0], item[1].index))
    points: list[Feedback] = []
    given: list[tuple[str, str]] = []
    for repeat in (False, True):  # a second point of one kind only where there are too few kinds
        for _, moment, span, reason in found:
            if len(points) == HOW_MANY:
                return _in_order(points)
            if moment.index in {point.row for point in points} or (reason in {p.why for p in points}) != repeat:
                continue
            change = _rewrite(rows, moment, span, reason, given, coder)
            if change:
                given.append(change)
                points.append(Feedback(moment.index, span.code, _quote(moment, span), reason, *change))
    return _in_order(points)


def _troubles(moment: _Moment, before: _Moment | None) -> Iterable[tuple[float, CodeSpan, str]]:
    codes = {span.code for span in moment.row.codes}
    for span in moment.row.codes:
        if span.code in NON_ADHERENT:
            yield _TRY[span.code][0] * span.probability + moment.resisted, span, _TRY[span.code][1]
        elif span.code == "give_information" and before and "seek_collaboration" in {s.code for s in before.row.codes}:
            continue  # it was asked for
        elif moment.before and span.code in ("closed_question", "give_information") and codes.isdisjoint(ANSWERING):
            yield _TRY[span.code][0] * span.probability, span, _TRY[span.code][1]
    if not moment.row.codes:
        return
    whole = max(moment.row.codes, key=lambda span: span.probability)
    if moment.resisted and codes.isdisjoint(ANSWERING | NON_ADHERENT):
        yield float(_TRY["unmet"][0]), whole, _TRY["unmet"][1]
    if (
        before
        and codes <= set(FAMILIES["questions"])
        and {s.code for s in before.row.codes} <= set(FAMILIES["questions"])
    ):
        yield float(_TRY["interview"][0]), whole, _TRY["interview"][1]
    if moment.before is not None and codes.isdisjoint(NON_ADHERENT):
        yield _TRY["lean"][0] * (0.2 if codes & ANSWERING else 1.0), whole, _TRY["lean"][1]


def _rewrite(
    rows: Sequence[Row], moment: _Moment, span: CodeSpan, reason: str, given: Sequence[tuple[str, str]], coder: Coder
) -> tuple[str, str] | None:
    """The first form, of the kinds that fit this trouble, that the coder takes for what it claims to be."""
    heard = mirror(moment.said) if moment.said else None
    quote = _quote(moment, span)
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "persuade_with_permission": lambda: forms.advice_as_offer(quote),
        "seek_collaboration": lambda: forms.PERMISSION if moment.before else forms.OPENING,
        "open_question": lambda: forms.opened(quote),
        "simple_reflection": lambda: forms.simple_reflections(heard) if heard else (),
        "complex_reflection": lambda: (
            *(forms.complex_reflections(heard, moment.talk) if heard else ()),
            *(forms.REFLECTIONS_ANYWAY if moment.resisted else ()),
        ),
        "double_sided_reflection": lambda: _both_sides(rows, moment.index),
        "amplified_reflection": lambda: forms.amplified(heard if heard and heard.negated else None),
        "paradoxical": lambda: forms.alongside(heard if heard and heard.own and heard.negated else None),
        "offer_choices": lambda: forms.CHOICES,
        "emphasize_autonomy": lambda: forms.AUTONOMY,
    }
    for code in _fitting(moment, span.code, reason, {known for _, known in given}):
        for text in makers[code]():
            if _ending(text) not in {_ending(known) for known, _ in given} and _is(coder, text, code, moment.said):
                return text, code
    return None


def _fitting(moment: _Moment, code: str, reason: str, used: set[str]) -> list[str]:
    """The techniques to suggest, best first; one that this feedback has suggested already comes after the others."""
    if reason == _TRY["closed_question"][1]:
        return ["open_question"]
    if reason == _TRY["give_information"][1]:
        return ["seek_collaboration"]
    if moment.before is None:
        return ["seek_collaboration"]
    if moment.resisted:
        wanted = ["double_sided_reflection", "complex_reflection", "emphasize_autonomy", "paradoxical", "offer_choices"]
        if moment.talk == "sustain":
            wanted.append("amplified_reflection")
    elif moment.talk == "change":
        wanted = ["complex_reflection", "simple_reflection", "offer_choices", "emphasize_autonomy"]
    else:
        wanted = ["simple_reflection", "complex_reflection", "offer_choices", "emphasize_autonomy"]
    if code == "persuade":
        wanted[:0] = ["persuade_with_permission", *([] if moment.resisted else ["seek_collaboration"])]
    return [*sorted(wanted, key=lambda name: name in used and name not in _REPEATABLE), "simple_reflection"]


def _both_sides(rows: Sequence[Row], index: int) -> tuple[str, ...]:
    """Double-sided forms of the last clause against change and the last one for it, where the client has said both."""
    sides: dict[str, Heard] = {}
    for row in reversed(rows[:index]):
        if row.speaker == "client" and row.talk in ("sustain", "change") and row.talk not in sides:
            heard = mirror(row.text)
            if heard and heard.own:
                sides[row.talk] = heard
    return forms.double_sided(sides["sustain"], sides["change"]) if len(sides) == 2 else ()


def _ending(text: str) -> str:
    """The last sentence: two suggestions that end alike read as one."""
    return text.rstrip(".?").rpartition(". ")[2]


def _is(coder: Coder, text: str, code: str, previous: str | None) -> bool:
    """Whether the coder finds `code` in the text and nothing that goes against MI."""
    found = {span.code for span in coder.code(text, previous).codes}
    return code in found and found.isdisjoint(NON_ADHERENT)


def _quote(moment: _Moment, span: CodeSpan) -> str:
    return moment.row.text[span.start : span.end].strip() or moment.row.text.strip()


def _best(found: list[tuple[float, Feedback]]) -> tuple[Feedback, ...]:
    """The best three, each of another code and row where there are enough."""
    ranked = [point for _, point in sorted(found, key=lambda item: (-item[0], item[1].row))]
    chosen: list[Feedback] = []
    for codes_differ, rows_differ in ((True, True), (False, True), (True, False)):
        for point in ranked:
            same_code = point.code in {other.code for other in chosen}
            same_row = point.row in {other.row for other in chosen}
            if len(chosen) < HOW_MANY and not (codes_differ and same_code) and not (rows_differ and same_row):
                chosen.append(point)
    return _in_order(chosen)


def _in_order(points: Iterable[Feedback]) -> tuple[Feedback, ...]:
    return tuple(sorted(points, key=lambda point: point.row))


__all__ = ["HOW_MANY", "Feedback", "SessionFeedback", "give_feedback"]

"""Feedback on a session: three things done well and three to try, each with the trainee's own words.

Pure, with the coder passed in. Each point says what it was, what it did to the client (where states are known), and
what to try instead: up to three rewrites of different techniques, each with the reason why it fits there. A rewrite is
built from the client's words, or was written by a model (`written`); either way it is shown only if the coder, asked
what it is, names the technique it claims to be and nothing that goes against MI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.scoring import mended
from app.scoring import rewrite as forms
from app.scoring.advice import Fit, caution, fitting
from app.scoring.meanings import MEANINGS
from app.scoring.measures import NON_ADHERENT
from app.scoring.mirror import Heard, best_first, clauses
from app.scoring.rows import Row
from app.scoring.situation import Situation, situation
from app.scoring.standing import Shift, told
from app.scoring.topic import as_step, step_in, thing_in
from app.scoring.troubles import MENDS, Found, done_well, to_mend
from app.scoring.types import Coder, TalkType

HOW_MANY = 3
#: Rewrites shown for one point, each of another technique.
ALTERNATIVES = 3
#: Client turns back in which a topic is looked for.
EARLIER = 4
#: Texts written elsewhere, for a row and a technique.
Written = Mapping[tuple[int, str], Sequence[str]]


@dataclass(frozen=True)
class Rewrite:
    """What could have been said instead: the technique it is, the words, why it fits there, and who wrote it."""

    code: str
    text: str
    why: str
    by: Literal["phrases", "model"] = "phrases"


@dataclass(frozen=True)
class Feedback:
    """One point: the row it is about, the code and the trainee's own words, and why it is worth a word.

    `effect` says what it did to the simulated client, empty where that is not known. `rewrites` are what could have
    been said instead in this place, none for what was done well; `fits` are all techniques that fit there, best first;
    `caution` says which would do harm.
    """

    row: int
    code: str
    quote: str
    why: str
    effect: str = ""
    rewrites: tuple[Rewrite, ...] = ()
    caution: str | None = None
    fits: tuple[Fit, ...] = ()

    @property
    def rewrite(self) -> str | None:
        """The first rewrite's words."""
        return self.rewrites[0].text if self.rewrites else None

    @property
    def rewrite_code(self) -> str | None:
        """The first rewrite's technique."""
        return self.rewrites[0].code if self.rewrites else None


@dataclass(frozen=True)
class SessionFeedback:
    """Up to three points each; fewer where the session is too short to say as much honestly."""

    well: tuple[Feedback, ...]
    try_next: tuple[Feedback, ...]


def give_feedback(
    rows: Sequence[Row],
    coder: Coder,
    *,
    states: Mapping[int, Shift] | None = None,
    name: str = "the client",
    aim: str = "",
    written: Written | None = None,
) -> SessionFeedback:
    """Feedback on the rows of a session, coded by the model or corrected by an instructor.

    `states` holds what a counsellor's row met and did, by its index; `name` is the client's; `aim` says what the
    sessions are about ("stop smoking"); `written` holds rewrites by a model, tried before the phrases.
    """
    desk = _Desk(rows, coder, states or {}, name, as_step(aim), written or {})
    return SessionFeedback(_well(desk), _to_try(desk))


def _well(desk: _Desk) -> tuple[Feedback, ...]:
    """The best three, each of another code and row where there are enough."""
    ranked = done_well(desk.rows)
    chosen: list[Found] = []
    for codes_differ, rows_differ in ((True, True), (False, True), (True, False)):
        for point in ranked:
            same_code = point.kind in {other.kind for other in chosen}
            same_row = point.moment.index in {other.moment.index for other in chosen}
            if len(chosen) < HOW_MANY and not (codes_differ and same_code) and not (rows_differ and same_row):
                chosen.append(point)
    return _in_order(desk.point(point) for point in chosen)


def _to_try(desk: _Desk) -> tuple[Feedback, ...]:
    points: list[Feedback] = []
    ranked = to_mend(desk.rows)
    for repeat in (False, True):  # a second point of one kind only where there are too few kinds
        for found in ranked:
            if len(points) == HOW_MANY:
                break
            seen = found.moment.index in {point.row for point in points}
            if seen or (found.why in {point.why for point in points}) != repeat:
                continue
            point = desk.with_rewrites(found, points)
            if point.rewrites or found.kind in NON_ADHERENT:
                points.append(point)
    return _in_order(points)


@dataclass(frozen=True)
class _Desk:
    """What feedback is made from."""

    rows: Sequence[Row]
    coder: Coder
    states: Mapping[int, Shift]
    name: str
    aim: str | None
    written: Written

    def point(self, found: Found) -> Feedback:
        index = found.moment.index
        shift = self.states.get(index)
        effect = told(shift, self.name) if shift else ""
        return Feedback(index, found.span.code, found.moment.quote(found.span), found.why, effect)

    def with_rewrites(self, found: Found, points: Sequence[Feedback]) -> Feedback:
        """The point with rewrites that differ from those of the other points."""
        point, index = self.point(found), found.moment.index
        sides = both_sides(self.rows, index)
        at = situation(self.rows, index, name=self.name, shift=self.states.get(index), both_sides=sides is not None)
        used = {point.rewrite_code for point in points if point.rewrite_code}
        fits = fitting(at, found.span.code, MENDS.get(found.kind), used)
        endings = {_ending(rewrite.text) for point in points for rewrite in point.rewrites}
        rewrites = self._rewrites(at, point, fits, sides, endings)
        return Feedback(
            index, point.code, point.quote, point.why, point.effect, tuple(rewrites), caution(at), tuple(fits)
        )

    def _rewrites(
        self, at: Situation, point: Feedback, fits: Sequence[Fit], sides: tuple[Heard, Heard] | None, endings: set[str]
    ) -> list[Rewrite]:
        makers = _makers(self._words(at, point), at, point.quote, sides)
        found: list[Rewrite] = []
        for fit in _varied(fits):
            if len(found) == ALTERNATIVES:
                break
            if {fit.code, *(rewrite.code for rewrite in found)} >= _SAME_WORDS and len(fits) > ALTERNATIVES:
                continue  # the same clause twice
            texts = [(text, "model") for text in self.written.get((point.row, fit.code), ())]
            texts += [(text, "phrases") for text in makers[fit.code]()]
            for text, by in texts:
                if _ending(text) not in endings and is_what_it_claims(self.coder, text, fit.code, at.said):
                    found.append(Rewrite(fit.code, text, fit.why, "model" if by == "model" else "phrases"))
                    endings.add(_ending(text))
                    break
        return found

    def _words(self, at: Situation, point: Feedback) -> forms.Words:
        heard = best_first(clauses(at.said)) if at.said else []
        before = [row.text for row in self.rows[: point.row] if row.speaker == "client"][-EARLIER:-1]
        earlier = [clause for text in before for clause in clauses(text)]
        trainee = self.rows[point.row].text
        return forms.Words(
            heard=next(iter(heard), None),
            stance=next((clause for clause in heard if clause.stance and clause.brief), None),
            staying=next((clause for clause in heard if clause.brief and forms.stays(clause)), None),
            step=step_in(heard),
            thing=thing_in(heard, " ".join((*before, trainee))) or thing_in(earlier, trainee, strict=True),
            advised=mended.advised(point.quote) if point.code in NON_ADHERENT else None,
            aim=self.aim,
        )


_SAME_WORDS = frozenset(("simple_reflection", "complex_reflection"))


def _makers(
    words: forms.Words, at: Situation, quote: str, sides: tuple[Heard, Heard] | None
) -> dict[str, Callable[[], Iterable[str]]]:
    """For each technique its forms in this place, the client's own words first, words that always fit last."""
    heard = words.heard
    talked = at.said is not None
    # "what you just said" needs something said
    anyway = (forms.CHOICES if len((at.said or "").split()) > 3 else forms.CHOICES[1:]) if talked else ()
    return {
        "persuade_with_permission": lambda: mended.advice_as_offer(quote),
        "seek_collaboration": lambda: (
            forms.SAFETY if at.at_risk else forms.permission(words) if talked else forms.OPENING
        ),
        "open_question": lambda: mended.opened(quote),
        "simple_reflection": lambda: forms.simple_reflections(heard) if heard else (),
        "complex_reflection": lambda: (
            *(forms.meant(heard, at.sense) if heard else MEANINGS[at.sense]),
            *(forms.complex_reflections(heard, at.talk) if heard and at.sense == "reasons" else ()),
            *(forms.REFLECTIONS_ANYWAY if at.resists and at.sense in ("reasons", "control") else ()),
        ),
        "double_sided_reflection": lambda: forms.double_sided(*sides) if sides else (),
        "amplified_reflection": lambda: forms.amplified(words, denies=at.denies),
        "affirmation": lambda: forms.affirmations(at.effort) if at.effort else (),
        "paradoxical": lambda: (*forms.alongside(words), *forms.ALONGSIDE),
        "offer_choices": lambda: (
            *forms.choices(words, at.talk),
            *anyway,
        ),
        "emphasize_autonomy": lambda: (*forms.autonomy(words), *(forms.AUTONOMY if talked else ())),
    }


def both_sides(rows: Sequence[Row], index: int) -> tuple[Heard, Heard] | None:
    """The client's last clauses against change and for it before row `index`; None unless both were said."""
    sides: dict[TalkType, Heard] = {}
    for row in reversed(rows[:index]):
        talk = row.sure_talk
        if row.speaker == "client" and talk in ("sustain", "change") and talk not in sides:
            halves = [heard for heard in clauses(row.text) if heard.own and heard.short and not heard.harsh]
            halves = [heard for heard in halves if heard.stance or talk == "change"]
            if halves:
                sides[talk] = best_first(halves)[0]
    return (sides["sustain"], sides["change"]) if len(sides) == 2 else None


def is_what_it_claims(coder: Coder, text: str, code: str, previous: str | None) -> bool:
    """Whether the coder finds `code` in the text for sure, and nothing that goes against MI."""
    spans = coder.code(text, previous).codes
    sure = {span.code for span in spans if span.sure}
    return code in sure and NON_ADHERENT.isdisjoint(span.code for span in spans)


def _varied(fits: Sequence[Fit]) -> Iterable[Fit]:
    """Best first, with the reflection that would say the same clause again at the end."""
    reflections = [fit for fit in fits if fit.code in _SAME_WORDS]
    return [fit for fit in fits if fit not in reflections[1:]] + reflections[1:]


def _ending(text: str) -> str:
    """The last sentence: two suggestions that end alike read as one."""
    return text.rstrip(".?").rpartition(". ")[2]


def _in_order(points: Iterable[Feedback]) -> tuple[Feedback, ...]:
    return tuple(sorted(points, key=lambda point: point.row))


__all__ = [
    "ALTERNATIVES",
    "HOW_MANY",
    "Feedback",
    "Rewrite",
    "SessionFeedback",
    "Written",
    "both_sides",
    "give_feedback",
    "is_what_it_claims",
]

"""Session measures out of coded rows: counts, shares with their uncertainty, answers to resistance, techniques shown.

Pure: rows in, plain values out, whoever coded them (the model, or an instructor who corrected it). Counts follow MITI
4.2.1: a code counts once a turn. Only codes that the coder was sure of are counted, and turns that a guard found worn
(`gaming`) count for no technique. Thresholds are expert opinion, as the manual itself says, and are shown as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.scoring.codes import CODES, COMPLEX_REFLECTIONS, FAMILIES
from app.scoring.gaming import Habit, habits, worn_rows
from app.scoring.intervals import Interval, odds_interval, share_interval
from app.scoring.rows import Row, Speaker, volleys

Level = Literal["good", "fair", "below"]
Unit = Literal["ratio", "percent", "count"]

#: Codes that answer resistance: a reflection, a choice, autonomy, coming alongside.
ANSWERING = frozenset((*FAMILIES["reflection"], *FAMILIES["choices"], *FAMILIES["paradoxical"]))
NON_ADHERENT = frozenset(FAMILIES["non_adherent"])
ADVICE = frozenset({"give_information", "persuade", "persuade_with_permission"})
#: What still counts in a worn turn: nothing that would speak for the trainee.
AGAINST = NON_ADHERENT | ADVICE | {"other"}

#: The techniques whose use a report shows with quotes: name → codes.
TECHNIQUES: dict[str, tuple[str, ...]] = {
    "reflection": FAMILIES["reflection"],
    "choices": FAMILIES["choices"],
    "paradoxical": FAMILIES["paradoxical"],
}


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is None where there is nothing to divide by; percentages run from 0 to 100.

    `part` and `whole` are the counts behind it, `interval` its 95 % interval in the same unit. `fair` and `good` are
    thresholds or None; `level` says where the value stands against them. There is no level for a `hint`, whose codes
    experts themselves do not agree on, nor a good one for a figure that worn turns were left out of (`held`).
    """

    id: str
    label: str
    unit: Unit
    value: float | None
    part: int
    whole: int
    fair: float | None = None
    good: float | None = None
    note: str = ""
    interval: Interval | None = None
    hint: bool = False
    held: bool = False

    @property
    def level(self) -> Level | None:
        if self.hint or self.value is None or self.fair is None or self.good is None:
            return None
        if self.value < self.fair:
            return "below"
        if self.held:
            return None
        return "good" if self.value >= self.good else "fair"


@dataclass(frozen=True)
class Answer:
    """What a resistant client turn was met with. Indices count rows, `codes` are those the coder was sure of.

    `met` is True for an answer that rolls with it, None where the coder was not sure and it is not graded. A `worn`
    answer is of a form that was used too often to count.
    """

    client: int
    counsellor: int
    codes: tuple[str, ...]
    met: bool | None
    worn: bool = False


@dataclass(frozen=True)
class Quote:
    """Words of the trainee that carry a code: the row's index, the code and the words."""

    row: int
    code: str
    text: str


@dataclass(frozen=True)
class SessionMeasures:
    """All measures of a session. `counts` holds every code of the codebook, `measures` the figures in reading order.

    `counts` and `talk` hold what the coder was sure of. `ungraded` counts the counsellor turns it was not sure of at
    all, `partly` those it was sure of in part, `untyped` the client turns whose talk type it was not sure of.
    """

    counsellor_turns: int
    client_turns: int
    counts: dict[str, int]
    talk: dict[str, int]
    measures: dict[str, Measure]
    answers: tuple[Answer, ...]
    techniques: dict[str, tuple[Quote, ...]]
    ungraded: int
    partly: int
    untyped: int
    habits: tuple[Habit, ...]


@dataclass(frozen=True)
class _Tally:
    """What counts: each graded counsellor turn's codes, how often each code came, and the codes left out as worn."""

    turns: tuple[frozenset[str], ...]
    found: Counter[str]
    left_out: frozenset[str]

    def count(self, codes: Sequence[str]) -> int:
        return sum(self.found[code] for code in codes)


def measure(rows: Sequence[Row]) -> SessionMeasures:
    """Measure a session; an empty one, or one with a single side, gives figures of None and counts of 0."""
    counsellor = [row for row in rows if row.speaker == "counsellor"]
    client = [row for row in rows if row.speaker == "client"]
    shown = habits(rows)
    worn = worn_rows(shown)
    tally, answers = _tally(rows, worn), answers_to_resistance(rows, worn)
    every = Counter(code for row in counsellor for code in {span.code for span in row.sure})
    figures = _figures(tally, answers, counsellor, client)
    return SessionMeasures(
        counsellor_turns=len(counsellor),
        client_turns=len(client),
        counts={code: every.get(code, 0) for code in CODES},
        talk={kind: sum(row.sure_talk == kind for row in client) for kind in ("change", "neutral", "sustain")},
        measures={figure.id: figure for figure in figures},
        answers=answers,
        techniques={name: _quotes(rows, codes) for name, codes in TECHNIQUES.items()},
        ungraded=sum(row.ungraded for row in counsellor),
        partly=sum(0 < len(row.sure) < len(row.codes) for row in counsellor),
        untyped=sum(row.talk is not None and not row.talk_sure for row in client),
        habits=shown,
    )


def answers_to_resistance(rows: Sequence[Row], worn: frozenset[int] | None = None) -> tuple[Answer, ...]:
    """Every volley of client turns with resistance in it that was answered, with what answered it.

    Turns of one speaker in a row count as one. Resistance that nobody answered (the last word) is not counted. `worn`
    are the rows that no longer count, found by the guards if not given.
    """
    worn = worn_rows(habits(rows)) if worn is None else worn
    answers: list[Answer] = []
    resistant: int | None = None
    for volley in volleys(rows):
        if volley.speaker == "client":
            resisting = [place for place, row in enumerate(volley.rows) if row.resisting]
            resistant = volley.index + resisting[-1] if resisting else None
        elif resistant is not None:
            answers.append(_answer(resistant, volley.index, volley.rows, worn))
    return tuple(answers)


def _answer(client: int, index: int, rows: Sequence[Row], worn: frozenset[int]) -> Answer:
    fresh = {span.code for place, row in enumerate(rows) if index + place not in worn for span in row.sure}
    codes = tuple(dict.fromkeys(span.code for row in rows for span in row.sure))
    unsure = {span.code for row in rows for span in row.codes if not span.sure}
    rolls, stale = not ANSWERING.isdisjoint(fresh), not ANSWERING.isdisjoint(codes)
    met: bool | None = rolls
    if not NON_ADHERENT.isdisjoint(codes):
        met = False
    elif (rolls and not NON_ADHERENT.isdisjoint(unsure)) or (not stale and unsure):
        met = None  # what the coder is not sure of would decide it
    return Answer(client, index, codes, met, stale and not rolls)


def _tally(rows: Sequence[Row], worn: frozenset[int]) -> _Tally:
    turns: list[frozenset[str]] = []
    left_out: set[str] = set()
    for index, row in enumerate(rows):
        if row.speaker != "counsellor" or row.ungraded:
            continue
        codes = frozenset(span.code for span in row.sure)
        counted = codes & AGAINST if index in worn else codes
        left_out |= codes - counted
        turns.append(counted)
    return _Tally(tuple(turns), Counter(code for codes in turns for code in codes), frozenset(left_out))


def _figures(
    tally: _Tally, answers: Sequence[Answer], counsellor: Sequence[Row], client: Sequence[Row]
) -> tuple[Measure, ...]:
    return (
        _answered(answers),
        _per_turn(tally, "reflection_share", "Turns with a reflection", frozenset(FAMILIES["reflection"])),
        _per_turn(tally, "advice_share", "Turns with advice or information", ADVICE),
        _reflections_to_questions(tally),
        _share_of(
            tally, "complex_share", "Complex reflections, of all reflections", COMPLEX_REFLECTIONS,
            FAMILIES["reflection"], 40, 50,
            "a hint, not a grade: even experts seldom agree which reflections are complex; MITI 4.2.1, expert opinion",
            hint=True,
        ),
        _share_of(
            tally, "open_share", "Open questions, of all questions", ("open_question",), FAMILIES["questions"],
            50, 70, "MITI 3, expert opinion; does not tell good sessions from poor ones",
        ),
        _count(tally, "adherent", "MI-adherent", FAMILIES["adherent"]),
        _count(tally, "non_adherent", "MI-non-adherent", FAMILIES["non_adherent"]),
        _talk_time(counsellor, client),
    )  # fmt: skip


def _answered(answers: Sequence[Answer]) -> Measure:
    graded = [answer for answer in answers if answer.met is not None]
    note = "of the client's resistant turns, those met by a reflection, a choice, autonomy or coming alongside"
    if open_ := len(answers) - len(graded):
        note += f"; {open_} not graded, since the coder was not sure"
    held = any(answer.worn for answer in answers)
    met = sum(answer.met is True for answer in graded)
    return _percent("answers_to_resistance", "Answers to resistance", met, len(graded), note=note, held=held)


def _per_turn(tally: _Tally, name: str, label: str, codes: frozenset[str]) -> Measure:
    part = sum(not codes.isdisjoint(turn) for turn in tally.turns)
    note = "one of the two figures that tell sessions apart best"
    return _percent(name, label, part, len(tally.turns), note=note, held=not codes.isdisjoint(tally.left_out))


def _reflections_to_questions(tally: _Tally) -> Measure:
    part, whole = tally.count(FAMILIES["reflection"]), tally.count(FAMILIES["questions"])
    # with no question at all, each reflection stands against one
    value = part / whole if whole else (float(part) if part else None)
    return Measure(
        "reflections_to_questions", "Reflections : questions", "ratio", value, part, whole, 1, 2,
        "MITI 4.2.1 p. 33, expert opinion", odds_interval(part, whole),
        held=_touched(tally, (*FAMILIES["reflection"], *FAMILIES["questions"])),
    )  # fmt: skip


def _share_of(
    tally: _Tally, name: str, label: str, of: Sequence[str], whole: Sequence[str], fair: float, good: float, note: str,
    *, hint: bool = False,
) -> Measure:  # fmt: skip
    held = _touched(tally, whole)
    return _percent(name, label, tally.count(of), tally.count(whole), fair, good, note, hint=hint, held=held)


def _touched(tally: _Tally, codes: Sequence[str]) -> bool:
    """Whether worn turns would have counted here."""
    return not tally.left_out.isdisjoint(codes)


def _count(tally: _Tally, name: str, label: str, codes: Sequence[str]) -> Measure:
    total = tally.count(codes)
    held = _touched(tally, codes)
    return Measure(name, label, "count", float(total), total, total, note="MITI 4.2.1 sets no threshold", held=held)


def _talk_time(counsellor: Sequence[Row], client: Sequence[Row]) -> Measure:
    own, other = (sum(len(row.text.split()) for row in side) for side in (counsellor, client))
    value = 100 * own / (own + other) if own + other else None
    note = "no threshold; above half is a lot"
    return Measure("talk_time", "Your share of the words", "percent", value, own, own + other, note=note)


def _percent(
    name: str, label: str, part: int, whole: int, fair: float | None = None, good: float | None = None, note: str = "",
    *, hint: bool = False, held: bool = False,
) -> Measure:  # fmt: skip
    value = 100 * part / whole if whole else None
    interval = share_interval(part, whole)
    return Measure(name, label, "percent", value, part, whole, fair, good, note, interval, hint, held)


def _quotes(rows: Sequence[Row], codes: Sequence[str]) -> tuple[Quote, ...]:
    return tuple(
        Quote(index, span.code, row.text[span.start : span.end])
        for index, row in enumerate(rows)
        if row.speaker == "counsellor"
        for span in row.sure
        if span.code in codes
    )


__all__ = [
    "ADVICE",
    "ANSWERING",
    "NON_ADHERENT",
    "TECHNIQUES",
    "Answer",
    "Level",
    "Measure",
    "Quote",
    "Row",
    "SessionMeasures",
    "Speaker",
    "answers_to_resistance",
    "measure",
]

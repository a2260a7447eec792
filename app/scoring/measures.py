"""Session measures out of coded rows: counts, ratios with their thresholds, answers to resistance, techniques shown.

Pure: rows in, plain values out, whoever coded them (the model, or an instructor who corrected it). Counts follow MITI
4.2.1: a code counts once a turn. Thresholds are expert opinion, as the manual itself says, and are shown as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.scoring.codes import CODES, COMPLEX_REFLECTIONS, FAMILIES
from app.scoring.types import CodeSpan, TalkType

Speaker = Literal["counsellor", "client"]
Level = Literal["good", "fair", "below"]
Unit = Literal["ratio", "percent", "count"]

#: Codes that answer resistance: a reflection, a choice, autonomy, coming alongside.
ANSWERING = frozenset((*FAMILIES["reflection"], *FAMILIES["choices"], *FAMILIES["paradoxical"]))
NON_ADHERENT = frozenset(FAMILIES["non_adherent"])
ADVICE = frozenset({"give_information", "persuade", "persuade_with_permission"})

#: The techniques whose use a report shows with quotes: name → codes.
TECHNIQUES: dict[str, tuple[str, ...]] = {
    "reflection": FAMILIES["reflection"],
    "choices": FAMILIES["choices"],
    "paradoxical": FAMILIES["paradoxical"],
}


@dataclass(frozen=True)
class Row:
    """One turn as the measures see it.

    `codes` are a counsellor turn's codes with the words that carry them; `talk` is a client turn's talk type.
    `resists` tells that a client turn is an act of resistance, where acts are known (a joke that dodges the question
    is neutral talk and resistance all the same).
    """

    speaker: Speaker
    text: str
    codes: tuple[CodeSpan, ...] = ()
    talk: TalkType | None = None
    resists: bool = False


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is None where there is nothing to divide by; percentages run from 0 to 100.

    `part` and `whole` are the counts behind it. `fair` and `good` are thresholds or None; `level` says where the value
    stands against them.
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

    @property
    def level(self) -> Level | None:
        if self.value is None or self.fair is None or self.good is None:
            return None
        return "good" if self.value >= self.good else "fair" if self.value >= self.fair else "below"


@dataclass(frozen=True)
class Answer:
    """What a resistant client turn was met with. Indices count rows; `met` is True for an answer that rolls with it."""

    client: int
    counsellor: int
    codes: tuple[str, ...]
    met: bool


@dataclass(frozen=True)
class Quote:
    """Words of the trainee that carry a code: the row's index, the code and the words."""

    row: int
    code: str
    text: str


@dataclass(frozen=True)
class SessionMeasures:
    """All measures of a session. `counts` holds every code of the codebook, `measures` the figures in reading order."""

    counsellor_turns: int
    client_turns: int
    counts: dict[str, int]
    talk: dict[str, int]
    measures: dict[str, Measure]
    answers: tuple[Answer, ...]
    techniques: dict[str, tuple[Quote, ...]]


def measure(rows: Sequence[Row]) -> SessionMeasures:
    """Measure a session; an empty one, or one with a single side, gives figures of None and counts of 0."""
    counsellor = [row for row in rows if row.speaker == "counsellor"]
    client = [row for row in rows if row.speaker == "client"]
    carried = [frozenset(span.code for span in row.codes) for row in counsellor]
    found = Counter(code for codes in carried for code in codes)
    answers = answers_to_resistance(rows)
    figures = (
        _answered(answers),
        _per_turn("reflection_share", "Turns with a reflection", carried, frozenset(FAMILIES["reflection"])),
        _per_turn("advice_share", "Turns with advice or information", carried, ADVICE),
        _reflections_to_questions(found),
        _share_of(
            found, "complex_share", "Complex reflections, of all reflections", COMPLEX_REFLECTIONS,
            FAMILIES["reflection"], 40, 50, "MITI 4.2.1, expert opinion; even experts agree weakly here: a hint",
        ),
        _share_of(
            found, "open_share", "Open questions, of all questions", ("open_question",), FAMILIES["questions"],
            50, 70, "MITI 3, expert opinion; does not tell good sessions from poor ones",
        ),
        _count(found, "adherent", "MI-adherent", FAMILIES["adherent"]),
        _count(found, "non_adherent", "MI-non-adherent", FAMILIES["non_adherent"]),
        _talk_time(counsellor, client),
    )  # fmt: skip
    return SessionMeasures(
        counsellor_turns=len(counsellor),
        client_turns=len(client),
        counts={code: found.get(code, 0) for code in CODES},
        talk={kind: sum(row.talk == kind for row in client) for kind in ("change", "neutral", "sustain")},
        measures={figure.id: figure for figure in figures},
        answers=answers,
        techniques={name: _quotes(rows, codes) for name, codes in TECHNIQUES.items()},
    )


def answers_to_resistance(rows: Sequence[Row]) -> tuple[Answer, ...]:
    """Every run of client turns with resistance in it that was answered, with what answered it.

    Turns of one speaker in a row count as one. Resistance that nobody answered (the last word) is not counted.
    """
    answers: list[Answer] = []
    resistant: int | None = None
    for index, row in enumerate(rows):
        if row.speaker == "client":
            if row.talk == "sustain" or row.resists:
                resistant = index
        elif resistant is not None:
            codes: list[str] = []
            for reply in rows[index:]:
                if reply.speaker == "client":
                    break
                codes += [span.code for span in reply.codes]
            met = not ANSWERING.isdisjoint(codes) and NON_ADHERENT.isdisjoint(codes)
            answers.append(Answer(resistant, index, tuple(dict.fromkeys(codes)), met))
            resistant = None
    return tuple(answers)


def _answered(answers: Sequence[Answer]) -> Measure:
    met = sum(answer.met for answer in answers)
    note = "of the client's resistant turns, those met by a reflection, a choice, autonomy or coming alongside"
    return _percent("answers_to_resistance", "Answers to resistance", met, len(answers), note=note)


def _per_turn(name: str, label: str, carried: Sequence[frozenset[str]], codes: frozenset[str]) -> Measure:
    part = sum(not codes.isdisjoint(turn) for turn in carried)
    return _percent(name, label, part, len(carried), note="one of the two figures that tell sessions apart best")


def _reflections_to_questions(found: Counter[str]) -> Measure:
    part, whole = (sum(found[code] for code in FAMILIES[family]) for family in ("reflection", "questions"))
    # with no question at all, each reflection stands against one
    value = part / whole if whole else (float(part) if part else None)
    note = "MITI 4.2.1 p. 33, expert opinion"
    return Measure("reflections_to_questions", "Reflections : questions", "ratio", value, part, whole, 1, 2, note)


def _share_of(
    found: Counter[str], name: str, label: str, of: Sequence[str], whole: Sequence[str], fair: float, good: float,
    note: str,
) -> Measure:  # fmt: skip
    return _percent(name, label, sum(found[c] for c in of), sum(found[c] for c in whole), fair, good, note)


def _count(found: Counter[str], name: str, label: str, codes: Sequence[str]) -> Measure:
    total = sum(found[code] for code in codes)
    return Measure(name, label, "count", float(total), total, total, note="MITI 4.2.1 sets no threshold")


def _talk_time(counsellor: Sequence[Row], client: Sequence[Row]) -> Measure:
    own, other = (sum(len(row.text.split()) for row in side) for side in (counsellor, client))
    return _percent("talk_time", "Your share of the words", own, own + other, note="no threshold; above half is a lot")


def _percent(
    name: str, label: str, part: int, whole: int, fair: float | None = None, good: float | None = None, note: str = ""
) -> Measure:
    return Measure(name, label, "percent", 100 * part / whole if whole else None, part, whole, fair, good, note)


def _quotes(rows: Sequence[Row], codes: Sequence[str]) -> tuple[Quote, ...]:
    return tuple(
        Quote(index, span.code, row.text[span.start : span.end])
        for index, row in enumerate(rows)
        if row.speaker == "counsellor"
        for span in row.codes
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

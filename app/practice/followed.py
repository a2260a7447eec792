"""What can be followed over sessions: the measures of the report, and the techniques with what spoils them.

Each has its words, which way is better, and how it is read out of a session's stored figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.i18n import gettext as _
from app.practice.summary import Summary
from app.practice.trend import FEWEST, Trend
from app.scoring.codes import FAMILIES
from app.scoring.intervals import Interval, odds_interval, share_interval
from app.scoring.measures import Measure, measure

Unit = Literal["percent", "ratio", "count", "rate"]
Group = Literal["measure", "technique", "spoils"]

HEADLINE = "answers_to_resistance"
#: Measures of which less is better.
_LESS = frozenset({"advice_share", "non_adherent", "talk_time"})
#: Measures that do not tell good sessions from poor ones: which way they go is told, but not praised or blamed.
_UNJUDGED = frozenset({"complex_share", "open_share", "talk_time"})
#: Counted words depend on each other, so no interval fits them.
_NO_INTERVAL = frozenset({"talk_time"})

#: Techniques, then what spoils them: id → codes. Their figure is how often they come in ten of the trainee's turns.
_TECHNIQUES: dict[str, tuple[str, ...]] = {
    "use_reflection": FAMILIES["reflection"],
    "use_choices": FAMILIES["choices"],
    "use_paradoxical": FAMILIES["paradoxical"],
    "use_adherent": FAMILIES["adherent"],
}
_SPOILS: dict[str, tuple[str, ...]] = {"use_persuade": ("persuade",), "use_confront": ("confront",)}


@dataclass(frozen=True)
class Followed:
    """Something to follow. `fair` and `good` are the report's thresholds; `less`: one wants less of it.

    `judged`: which way it goes tells better from worse.
    """

    id: str
    label: str
    unit: Unit
    group: Group
    less: bool
    judged: bool = True
    fair: float | None = None
    good: float | None = None


@dataclass(frozen=True)
class Value:
    """One session's figure: in its unit, with its 95 % interval where one is known, and the counts behind it."""

    value: float
    interval: Interval | None
    part: int
    whole: int


def followed() -> dict[str, Followed]:
    """All that can be followed, by id, in reading order."""
    words = _words()
    measures = [
        Followed(
            name, words[name], figure.unit, "measure", name in _LESS, name not in _UNJUDGED, figure.fair, figure.good
        )
        for name, figure in _measures().items()
    ]
    techniques = [Followed(name, words[name], "rate", "technique", False) for name in _TECHNIQUES]
    spoils = [Followed(name, words[name], "rate", "spoils", True) for name in _SPOILS]
    return {one.id: one for one in (*measures, *techniques, *spoils)}


def value_of(summary: Summary, name: str) -> Value | None:
    """The session's figure of this name; None where there is nothing to divide by."""
    codes = _TECHNIQUES.get(name) or _SPOILS.get(name)
    if codes is not None:
        uses = sum(summary.codes.get(code, 0) for code in codes)
        return Value(10 * uses / summary.turns, None, uses, summary.turns) if summary.turns else None
    figure = summary.measures.get(name)
    if figure is None or figure.value is None:
        return None
    return Value(figure.value, _interval(name, figure.part, figure.whole), figure.part, figure.whole)


def amount(unit: Unit, value: float) -> str:
    """A figure in words for pages."""
    if unit == "percent":
        return _("%(value)s %%") % {"value": f"{value:.0f}"}
    if unit == "ratio":
        return _("%(value)s : 1") % {"value": f"{value:.1f}"}
    if unit == "rate":
        return _("%(value)s in 10 turns") % {"value": f"{value:.1f}"}
    return f"{value:.0f}"


def trend_words(what: Followed, trend: Trend) -> str:
    """Where a figure goes, in plain words that claim no more than the test does."""
    if trend.direction == "too few":
        return _("Too few sessions to say: %(n)s of %(fewest)s") % {"n": trend.n, "fewest": FEWEST}
    if trend.direction == "unclear":
        return _("No clear change yet")
    rising = trend.direction == "rising"
    if not what.judged:
        return _("Rising") if rising else _("Falling")
    if rising != what.less:
        return _("Rising, for the better") if rising else _("Falling, for the better")
    return _("Rising, for the worse") if rising else _("Falling, for the worse")


def step_words(what: Followed, trend: Trend) -> str:
    """How much a clear trend makes from one session to the next; empty where that is next to nothing."""
    if trend.direction not in ("rising", "falling") or trend.slope is None:
        return ""
    size = f"{abs(trend.slope):.0f}" if what.unit == "percent" else f"{abs(trend.slope):.1f}"
    if float(size) == 0:
        return ""
    words = _("about %(size)s points a session") if what.unit == "percent" else _("about %(size)s a session")
    return words % {"size": size}


def _interval(name: str, part: int, whole: int) -> Interval | None:
    unit = _measures()[name].unit
    if name in _NO_INTERVAL or unit == "count":
        return None
    return share_interval(part, whole) if unit == "percent" else odds_interval(part, whole)


@cache
def _measures() -> dict[str, Measure]:
    """The measures without a value, for their units and thresholds."""
    return measure(()).measures


def _words() -> dict[str, str]:
    return {
        HEADLINE: _("Answers to resistance"),
        "reflection_share": _("Turns with a reflection"),
        "advice_share": _("Turns with advice or information"),
        "reflections_to_questions": _("Reflections : questions"),
        "complex_share": _("Complex reflections, of all reflections"),
        "open_share": _("Open questions, of all questions"),
        "adherent": _("MI-adherent"),
        "non_adherent": _("MI-non-adherent"),
        "talk_time": _("Own share of the words"),
        "use_reflection": _("Reflections"),
        "use_choices": _("Offering choices and autonomy"),
        "use_paradoxical": _("Paradoxical approach"),
        "use_adherent": _("Affirming, autonomy, asking permission"),
        "use_persuade": _("Advice without permission"),
        "use_confront": _("Confrontation"),
    }


__all__ = [
    "HEADLINE",
    "Followed",
    "Group",
    "Unit",
    "Value",
    "amount",
    "followed",
    "step_words",
    "trend_words",
    "value_of",
]

"""Figures in words, for pages: a measure with its range and thresholds, a global rating, what was left ungraded."""

from __future__ import annotations

from dataclasses import dataclass

from app.scoring.intervals import Interval
from app.scoring.measures import Measure, SessionMeasures, Unit
from app.scoring.ratings import Rating

_UNITS: dict[Unit, tuple[str, str]] = {
    "percent": ("{:.0f}", " %"),
    "ratio": ("{:.1f}", " : 1"),
    "count": ("{:.0f}", ""),
}


@dataclass(frozen=True)
class MeasureView:
    """One figure in words. `level` is "good", "fair", "below", "hint", or "none" where there is nothing to grade.

    `interval` is the range that the figure may lie in, empty where none is known.
    """

    id: str
    label: str
    value: str
    number: float | None
    interval: str
    fair: str
    good: str
    level: str
    note: str


@dataclass(frozen=True)
class RatingView:
    """A global rating in words: the value, 1–5, its interval, and the thresholds for fair and good, if any.

    `given` tells that an instructor gave it; else it is an estimate by rule.
    """

    id: str
    label: str
    value: str
    interval: str
    moments: int
    given: bool
    fair: str
    good: str


def measure_view(figure: Measure) -> MeasureView:
    """A measure in words; a share comes with the counts behind it."""
    level = "hint" if figure.hint and figure.value is not None else figure.level or "none"
    form, unit = _UNITS[figure.unit]
    return MeasureView(
        figure.id,
        figure.label,
        _amount(figure, figure.value) + _counts(figure),
        figure.value,
        _between(figure.interval, form, unit) if figure.interval and figure.value is not None else "",
        _amount(figure, figure.fair) if figure.fair is not None else "",
        _amount(figure, figure.good) if figure.good is not None else "",
        level,
        figure.note,
    )


def rating_view(rating: Rating) -> RatingView:
    """A global rating in words; one that a person gave has no interval, one with nothing to go by no value."""
    known = rating.given or rating.n > 0
    value = f"{rating.value:.1f}" if known else "–"
    interval = _between((rating.low, rating.high), "{:.1f}", "") if known and not rating.given else ""
    fair, good = ("" if bound is None else f"{bound:g}" for bound in (rating.fair, rating.good))
    return RatingView(rating.id, rating.label, value, interval, rating.n, rating.given, fair, good)


def not_sure(measured: SessionMeasures) -> str:
    """What was not graded because the coder was not sure, in sentences; empty where nothing was."""
    told = (
        (measured.ungraded, "of your turns", "not graded because the coder was not sure."),
        (measured.partly, "of your turns", "graded in part, because the coder was not sure of the rest."),
        (measured.untyped, "of the client’s turns", "counted for neither side: the coder was not sure."),
    )
    return " ".join(f"{count} {whose} {'was' if count == 1 else 'were'} {how}" for count, whose, how in told if count)


def _amount(figure: Measure, value: float | None) -> str:
    form, unit = _UNITS[figure.unit]
    return "–" if value is None else form.format(value) + unit


def _counts(figure: Measure) -> str:
    return f" ({figure.part} of {figure.whole})" if figure.unit == "percent" and figure.value is not None else ""


def _between(interval: Interval, form: str, unit: str) -> str:
    low, high = interval
    return f"{form.format(low)}{unit} or more" if high is None else f"{form.format(low)}–{form.format(high)}{unit}"


__all__ = ["MeasureView", "RatingView", "measure_view", "not_sure", "rating_view"]

"""A figure over time: the line, its thresholds and the range of each point, for progress and for the dashboard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from babel.dates import format_date

from app.i18n import gettext as _
from app.i18n import language
from app.practice.followed import Followed
from app.web.charting import BARE


@dataclass(frozen=True)
class Dot:
    """One point: its day, its value and the range around it, where one is known (an open end: None)."""

    day: object
    value: float
    interval: tuple[float, float | None] | None


@dataclass(frozen=True)
class Look:
    """How a picture is spaced: pixels from point to point, the size of a point, and days told at most."""

    step: int
    size: int
    days: int
    classes: tuple[str, ...] = ("over-time",)


def over_time(what: Followed, dots: Sequence[Dot], top: float, look: Look) -> Any:
    """The chart, to be drawn; `top` ends the axis, and what lies above it is drawn there."""
    chart = pygal.Line(
        width=max(640, 110 + look.step * len(dots)), height=300, range=(0, top), dots_size=look.size,
        classes=look.classes, truncate_label=-1, **BARE,
    )  # fmt: skip
    every = math.ceil(len(dots) / look.days)
    chart.x_labels = [short_day(dot.day) if place % every == 0 else "" for place, dot in enumerate(dots)]
    chart.y_labels = [{"value": top * step / 4, "label": _axis(what, top * step / 4)} for step in range(5)]
    chart.add(what.label, [_drawn_at(dot, top) for dot in dots])
    for bound in (what.fair, what.good):
        chart.add("", [bound] * len(dots) if bound is not None and bound <= top else [], show_dots=False)
    return chart


def top_of(what: Followed, values: Sequence[float]) -> float:
    """The end of the axis: all of a share, else a round number above the highest value and the thresholds."""
    if what.unit == "percent":
        return 100.0
    highest = max([*values, what.good or 0])
    return next((top for top in (2.0, 4.0, 8.0, 12.0, 20.0, 40.0, 80.0) if highest <= top), highest)


def short_day(day: object) -> str:
    """A day as it stands under a picture."""
    return format_date(day, "d MMM", locale=language().replace("-", "_"))  # type: ignore[arg-type]


def _drawn_at(dot: Dot, top: float) -> dict[str, Any]:
    at: dict[str, Any] = {"value": min(dot.value, top)}
    if dot.interval is not None:
        low, high = dot.interval
        at["ci"] = {"low": min(low, top), "high": top if high is None else min(high, top)}
    return at


def _axis(what: Followed, value: float) -> str:
    return _("%(value)s %%") % {"value": f"{value:.0f}"} if what.unit == "percent" else f"{value:g}"


__all__ = ["Dot", "Look", "over_time", "short_day", "top_of"]

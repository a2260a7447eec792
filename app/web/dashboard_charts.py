"""The pictures of the dashboard: a measure of the class week by week, and how its sessions are spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pygal
from babel.dates import format_date
from markupsafe import Markup

from app.i18n import gettext as _
from app.i18n import language
from app.practice.class_figures import Spread
from app.practice.dashboard import Bin
from app.practice.followed import Followed, amount
from app.web.charting import BARE, drawn


def weeks_chart(what: Followed, weeks: Sequence[Spread]) -> Markup:
    """The median of each week with the middle half of its sessions, and the thresholds. Empty without figures."""
    if not weeks:
        return Markup("")
    top = top_of(what, [week.high or week.median for week in weeks])
    chart = pygal.Line(
        width=max(640, 110 + 44 * len(weeks)), height=300, range=(0, top), dots_size=5, classes=("over-time", "weeks"),
        truncate_label=-1, **BARE,
    )  # fmt: skip
    every = math.ceil(len(weeks) / 12)
    chart.x_labels = [short_day(week.week) if place % every == 0 else "" for place, week in enumerate(weeks)]
    chart.y_labels = [{"value": top * step / 4, "label": _axis(what, top * step / 4)} for step in range(5)]
    chart.add(what.label, [_dot(week, top) for week in weeks])
    for bound in (what.fair, what.good):
        chart.add("", [bound] * len(weeks) if bound is not None and bound <= top else [], show_dots=False)
    told = _("The median goes from %(first)s in the first week shown to %(last)s in the last. The table has all.") % {
        "first": amount(what.unit, weeks[0].median),
        "last": amount(what.unit, weeks[-1].median),
    }
    return drawn(chart, "weeks", _("%(label)s, week by week") % {"label": what.label}, told)


def bins_chart(what: Followed, bins: Sequence[Bin]) -> Markup:
    """How many sessions lie where. Empty without figures."""
    if not bins:
        return Markup("")
    chart = pygal.Bar(width=640, height=260, classes=("bars", "spread"), truncate_label=-1, **BARE)
    chart.x_labels = [bin_label(what, one) for one in bins]
    chart.add(_("Sessions"), [one.n for one in bins])
    most = max(bins, key=lambda one: one.n)
    told = _("Most sessions, %(n)s, lie at %(where)s.") % {"n": most.n, "where": bin_label(what, most)}
    return drawn(chart, "spread", _("%(label)s: how sessions are spread") % {"label": what.label}, told)


def bin_label(what: Followed, one: Bin) -> str:
    """From where to where a bar goes."""
    low, high = (f"{value:g}" for value in (one.low, one.high))
    return _("%(low)s–%(high)s %%") % {"low": low, "high": high} if what.unit == "percent" else f"{low}–{high}"


def short_day(day: object) -> str:
    """A day as it stands under a picture."""
    return format_date(day, "d MMM", locale=language().replace("-", "_"))  # type: ignore[arg-type]


def top_of(what: Followed, values: Sequence[float]) -> float:
    """The end of the axis: all of a share, else a round number above the highest value and the thresholds."""
    if what.unit == "percent":
        return 100.0
    highest = max([*values, what.good or 0])
    return next((top for top in (2.0, 4.0, 8.0, 12.0, 20.0, 40.0, 80.0) if highest <= top), highest)


def _dot(week: Spread, top: float) -> dict[str, object]:
    dot: dict[str, object] = {"value": min(week.median, top)}
    if week.low is not None and week.high is not None:
        dot["ci"] = {"low": week.low, "high": min(week.high, top)}
    return dot


def _axis(what: Followed, value: float) -> str:
    return _("%(value)s %%") % {"value": f"{value:.0f}"} if what.unit == "percent" else f"{value:g}"


__all__ = ["bin_label", "bins_chart", "short_day", "top_of", "weeks_chart"]

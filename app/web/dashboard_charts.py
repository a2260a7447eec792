"""The pictures of the dashboard: a measure of the class week by week, and how its sessions are spread."""

from __future__ import annotations

from collections.abc import Sequence

import pygal
from markupsafe import Markup

from app.i18n import gettext as _
from app.practice.class_figures import Spread
from app.practice.dashboard import Bin
from app.practice.followed import Followed, amount
from app.web.charting import BARE, drawn
from app.web.over_time import Dot, Look, over_time, top_of


def weeks_chart(what: Followed, weeks: Sequence[Spread]) -> Markup:
    """The median of each week with the middle half of its sessions, and the thresholds. Empty without figures."""
    if not weeks:
        return Markup("")
    top = top_of(what, [week.high or week.median for week in weeks])
    dots = [Dot(week.week, week.median, None if week.low is None else (week.low, week.high)) for week in weeks]
    chart = over_time(what, dots, top, Look(step=44, size=5, days=12, classes=("over-time", "weeks")))
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


__all__ = ["bin_label", "bins_chart", "weeks_chart"]

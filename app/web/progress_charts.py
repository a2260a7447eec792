"""The pictures of progress: a figure over sessions with its uncertainty, and how each kind of resistance was met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pygal
from markupsafe import Markup

from app.i18n import gettext as _
from app.practice.followed import amount, trend_words
from app.practice.progress import KindView, Part, Series, resistance_words
from app.web.charting import BARE, drawn
from app.web.over_time import Dot, Look, over_time, top_of

#: The picture shows so many sessions at most, the last ones; the table has them all.
MOST_DRAWN = 60


def series_chart(series: Series) -> Markup:
    """A figure over the sessions, with thresholds and the 95 % interval of each. Empty without figures."""
    points = series.points[-MOST_DRAWN:]
    if not points:
        return Markup("")
    what = series.what
    top = top_of(what, [point.value.value for point in series.points])
    dots = [Dot(point.done.started_at, point.value.value, point.value.interval) for point in points]
    chart = over_time(what, dots, top, Look(step=26, size=4, days=10))
    first, last = points[0].value.value, points[-1].value.value
    told = _("%(label)s: %(first)s in the first session shown, %(last)s in the last. %(trend)s. The table has all.") % {
        "label": what.label,
        "first": amount(what.unit, first),
        "last": amount(what.unit, last),
        "trend": trend_words(what, series.trend),
    }
    return drawn(chart, "over-time", _("%(label)s over your sessions") % {"label": what.label}, told)


def kinds_chart(kinds: Sequence[KindView]) -> Markup:
    """How often each kind of resistance came, by how it was met. Empty without any."""
    if not kinds:
        return Markup("")
    upward = kinds[::-1]  # bars stand from the bottom to the top
    chart = _bars([kind.label for kind in upward], "kinds")
    most = max(kind.met.times for kind in kinds)
    chart.y_labels = list(range(0, most + 1, max(1, math.ceil(most / 8))))  # times are whole
    chart.add(_("Met"), [kind.met.met for kind in upward])
    chart.add(_("Not met"), [kind.met.graded - kind.met.met for kind in upward])
    chart.add(_("Not graded"), [kind.met.times - kind.met.graded for kind in upward])
    told = " ".join(f"{kind.label}: {kind.met.times}, {kind.met.met} / {kind.met.graded}." for kind in kinds)
    return drawn(chart, "kinds", _("Resistance by kind, and how it was met"), told)


def parts_chart(parts: Sequence[Part]) -> Markup:
    """Resistance a session by kind, in thirds of the sessions. Empty where there are too few."""
    if not parts:
        return Markup("")
    chart = _bars([_("Last third"), _("Middle third"), _("First third")], "thirds")
    for kind, (label, _says) in resistance_words().items():
        chart.add(label, [part.kinds[kind].times / part.sessions if kind in part.kinds else 0 for part in parts[::-1]])
    totals = [sum(met.times for met in part.kinds.values()) / part.sessions for part in parts]
    told = _("Resistant turns a session, from the first third of the sessions to the last: %(totals)s.") % {
        "totals": ", ".join(f"{total:.1f}" for total in totals)
    }
    return drawn(chart, "thirds", _("Resistance a session, in thirds of the sessions"), told)


def _bars(labels: Sequence[str], name: str) -> Any:
    chart = pygal.HorizontalStackedBar(width=720, height=70 + 44 * len(labels), classes=("bars", name), **BARE)
    chart.x_labels = list(labels)
    return chart


__all__ = ["MOST_DRAWN", "kinds_chart", "parts_chart", "series_chart"]

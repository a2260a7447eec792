"""The picture of a session: the client's resistance and trust over the turns, the trainee's codes in a lane below.

pygal draws; its own colours and script are taken out, so that the page's stylesheet colours it in light, dark and
print, and the content policy needs no exception. For a document of its own, which has no page around it, the colours of
print come inside. Each point is a link to its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from markupsafe import Markup
from pygal.style import Style

from app.i18n import gettext as _
from app.practice.report_views import TimelinePoint
from app.web.families import FAMILY_MARKS

LANE = -0.16
"""Where the codes stand on the axis of resistance, below its zero."""

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_LINES = 2

#: What the stylesheet does on the page, for paper: the same colours as there, in the order of FAMILY_MARKS.
_ON_PAPER = """
text { font-family: Figtree; font-size: 12px; fill: #645a50 }
.background { fill: none }
.x text, .series text { text-anchor: middle }
.y text { text-anchor: end }
.axis path { stroke: #e5dccd; fill: none }
.x .guide { stroke: none }
.series .line { fill: none; stroke-width: 2.5px }
.serie-0 .line { stroke: #b85c22 } .serie-0 .dot { fill: #b85c22 }
.serie-1 .line { stroke: #215c54; stroke-dasharray: 6 4 } .serie-1 .dot { fill: #215c54 }
.series text { font-weight: 600; fill: #ffffff; dominant-baseline: central }
""" + "\n".join(
    f".serie-{number} .dot {{ fill: {colour} }}"
    for number, colour in enumerate(
        ("#1b5884", "#594393", "#87306f", "#276334", "#745000", "#962e1d", "#5a5149"), start=_LINES
    )
)


def timeline_chart(points: Sequence[TimelinePoint], client: str, *, paper: bool = False) -> Markup:
    """An SVG: resistance and trust 0–1 by exchange, one lettered marker per family below. Empty without points.

    On the page each point is a link to its turn, `#turn-N`; on `paper` there are none, and colours come with it.
    """
    if not points:
        return Markup("")
    chart = _empty_chart(len(points))
    resistance = [_linked(point, point.resistance, paper) for point in points]
    chart.add(_("{name}’s resistance").format(name=client), resistance, formatter=lambda _value: "")
    trust = [_linked(point, point.trust, paper) for point in points]
    chart.add(_("{name}’s trust").format(name=client), trust, formatter=lambda _value: "", dots_size=3)
    for key, mark in FAMILY_MARKS.items():
        lane = [_linked(point, LANE, paper) if point.marker == key else None for point in points]
        chart.add(mark.label, lane, stroke=False, dots_size=11, formatter=_always(mark.letter))
    chart.add_xml_filter(lambda root: _prepared(root, points, client, paper))
    # The text inside is pygal's own serialisation of the values above, which escapes them.
    return Markup(chart.render(is_unicode=True, disable_xml_declaration=True))


def chart_words(points: Sequence[TimelinePoint], client: str) -> str:
    """The picture in words."""
    first, last = points[0], points[-1]
    highest = max(range(len(points)), key=lambda index: points[index].resistance)
    words = _(
        "{name}’s resistance starts at {first}, is highest in exchange {number} ({highest}) and ends at {last}. "
        "Trust goes from {trust} to {trust_last}. The table below the picture has every exchange."
    )
    return words.format(
        name=client,
        first=f"{first.resistance:.0%}",
        number=highest + 1,
        highest=f"{points[highest].resistance:.0%}",
        last=f"{last.resistance:.0%}",
        trust=f"{first.trust:.0%}",
        trust_last=f"{last.trust:.0%}",
    )


def _linked(point: TimelinePoint, value: float, paper: bool) -> dict[str, Any]:
    if paper:
        return {"value": value}
    return {"value": value, "xlink": {"href": f"#turn-{point.position}", "target": "_self"}}


def _always(letter: str) -> Callable[[float], str]:
    return lambda _value: letter


def _empty_chart(count: int) -> Any:
    chart = pygal.Line(
        width=max(640, 90 + 34 * count),
        height=300,
        range=(LANE * 2, 1.0),
        show_legend=False,
        print_values=True,
        style=Style(value_font_size=0),  # pygal sets values off by their size; here they stand inside the markers
        dots_size=4,
        margin=10,
        js=(),
        css=(),
        no_prefix=True,
        classes=("timeline",),
    )
    every = max(1, count // 16)
    chart.x_labels = [str(number) if (number - 1) % every == 0 else "" for number in range(1, count + 1)]
    chart.y_labels = [{"value": value, "label": f"{value * 100:.0f} %"} for value in (0.0, 0.5, 1.0)]
    return chart


def _prepared(root: Element, points: Sequence[TimelinePoint], client: str, paper: bool) -> Element:
    """Without pygal's style, script and tooltips; with a role, a title and a description that screen readers read."""
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag if isinstance(child.tag, str) else "comment"
            if tag in {"comment", "style", "script", f"{_SVG}style", f"{_SVG}script"} or _is_furniture(child):
                parent.remove(child)
    for old in root.findall("title") + root.findall(f"{_SVG}title"):
        root.remove(old)
    title = _("{name}’s resistance and trust over the session, with your codes").format(name=client)
    for name, words in (("desc", chart_words(points, client)), ("title", title)):
        element = SubElement(root, name, {"id": f"timeline-{name}"})
        element.text = words
        root.remove(element)
        root.insert(0, element)
    if paper:
        style = SubElement(root, "style")
        style.text = _ON_PAPER
    _name_links(root, points)
    # a picture whose parts are links is no plain image
    roles = {"role": "img"} if paper else {"role": "graphics-document"}
    root.attrib.update(roles | {"aria-labelledby": "timeline-title", "aria-describedby": "timeline-desc"})
    root.attrib.pop("id", None)
    return root


def _name_links(root: Element, points: Sequence[TimelinePoint]) -> None:
    """The points on the line of resistance are reached by key, each by a name; the others are for the pointer."""
    at = {f"#turn-{point.position}": (number, point) for number, point in enumerate(points, start=1)}
    named: set[str] = set()
    for link in (element for element in root.iter() if element.tag in {"a", f"{_SVG}a"}):
        href = link.get("href") or link.get(f"{_XLINK}href") or link.get("xlink:href") or ""
        number, point = at[href]
        if href in named:
            link.attrib.update({"tabindex": "-1", "aria-hidden": "true"})
        else:
            named.add(href)
            words = _("Exchange {number}: {codes}; resistance {resistance}, trust {trust}").format(
                number=number,
                codes=", ".join(point.codes) or "–",
                resistance=f"{point.resistance:.0%}",
                trust=f"{point.trust:.0%}",
            )
            link.set("aria-label", words)
            tip = SubElement(link, "title")
            tip.text = words


def _is_furniture(element: Element) -> bool:
    """Parts that only pygal's script would use: tooltips and the hidden values behind them."""
    names = (element.get("class") or "").split()
    return "tooltip" in names or element.tag in {"desc", f"{_SVG}desc"}


__all__ = ["chart_words", "timeline_chart"]

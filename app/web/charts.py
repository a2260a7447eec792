"""The picture of a session: the client's resistance over the turns, the trainee's codes in a lane below it.

pygal draws; its own colours and script are taken out, so that the page's stylesheet colours it in light, dark and
print, and the content policy needs no exception.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from markupsafe import Markup
from pygal.style import Style

from app.practice.report import TimelinePoint
from app.web.families import FAMILY_MARKS

LANE = -0.16
"""Where the codes stand on the axis of resistance, below its zero."""

_SVG = "{http://www.w3.org/2000/svg}"


def timeline_chart(points: Sequence[TimelinePoint], client: str) -> Markup:
    """An SVG for the page: resistance 0–1 by exchange, one lettered marker per family below. Empty without points."""
    if not points:
        return Markup("")
    chart = _empty_chart(len(points))
    chart.add(f"{client}’s resistance", [point.resistance for point in points], formatter=lambda _: "")
    for key, mark in FAMILY_MARKS.items():
        lane = [LANE if point.marker == key else None for point in points]
        chart.add(mark.label, lane, stroke=False, dots_size=11, formatter=_always(mark.letter))
    chart.add_xml_filter(lambda root: _prepared(root, _title(client), _description(points, client)))
    # The text inside is pygal's own serialisation of the values above, which escapes them.
    return Markup(chart.render(is_unicode=True, disable_xml_declaration=True))


def _always(letter: str) -> Callable[[float], str]:
    return lambda _: letter


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
    chart.y_labels = [
        {"value": 0.0, "label": "open"},
        {"value": 0.5, "label": "wary"},
        {"value": 1.0, "label": "shut"},
    ]
    return chart


def _title(client: str) -> str:
    return f"{client}’s resistance over the session, with your codes"


def _description(points: Sequence[TimelinePoint], client: str) -> str:
    first, last = points[0].resistance, points[-1].resistance
    highest = max(range(len(points)), key=lambda index: points[index].resistance)
    return (
        f"{client}’s resistance starts at {first:.0%}, is highest in exchange {highest + 1} "
        f"({points[highest].resistance:.0%}) and ends at {last:.0%}. The table below the picture has every exchange."
    )


def _prepared(root: Element, title: str, description: str) -> Element:
    """Without pygal's style, script and tooltips; with a role, a title and a description that screen readers read."""
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag if isinstance(child.tag, str) else "comment"
            if tag in {"comment", "style", "script", f"{_SVG}style", f"{_SVG}script"} or _is_furniture(child):
                parent.remove(child)
    for old in root.findall("title") + root.findall(f"{_SVG}title"):
        root.remove(old)
    for name, words in (("desc", description), ("title", title)):
        element = SubElement(root, name, {"id": f"timeline-{name}"})
        element.text = words
        root.remove(element)
        root.insert(0, element)
    root.attrib.update({"role": "img", "aria-labelledby": "timeline-title", "aria-describedby": "timeline-desc"})
    root.attrib.pop("id", None)
    return root


def _is_furniture(element: Element) -> bool:
    """Parts that only pygal's script would use: tooltips and the hidden values behind them."""
    names = (element.get("class") or "").split()
    return "tooltip" in names or element.tag in {"desc", f"{_SVG}desc"}


__all__ = ["timeline_chart"]

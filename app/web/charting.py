"""What all pictures share: pygal draws them, without its own colours and scripts, and each has words beside it.

So the page's stylesheet colours them in light, dark and print, and the content policy needs no exception.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markupsafe import Markup

_SVG = "{http://www.w3.org/2000/svg}"

#: Settings of every chart.
BARE: dict[str, Any] = {"js": (), "css": (), "no_prefix": True, "show_legend": False, "margin": 10}


def drawn(chart: Any, name: str, title: str, description: str) -> Markup:
    """The chart as SVG for a page. `name` is its own on the page; title and description are for screen readers."""
    chart.add_xml_filter(lambda root: _prepared(root, name, title, description))
    # The text inside is pygal's own serialisation of the values, which escapes them.
    return Markup(chart.render(is_unicode=True, disable_xml_declaration=True))


def _prepared(root: Element, name: str, title: str, description: str) -> Element:
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag if isinstance(child.tag, str) else "comment"
            if tag.removeprefix(_SVG) in {"comment", "style", "script", "desc", "title"} or _is_tooltip(child):
                parent.remove(child)
    for index, (part, words) in enumerate((("title", title), ("desc", description))):
        element = SubElement(root, part, {"id": f"{name}-{part}"})
        element.text = words
        root.remove(element)
        root.insert(index, element)
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}-title", "aria-describedby": f"{name}-desc"})
    root.attrib.pop("id", None)
    return root


def _is_tooltip(element: Element) -> bool:
    return "tooltip" in (element.get("class") or "").split()


__all__ = ["BARE", "drawn"]

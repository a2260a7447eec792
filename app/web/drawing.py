"""Portraits drawn from a persona's looks: flat SVG on a disc of its own, the same in light and in dark.

The parts are macros in `templates/portraits/`; here stand the colours and what one part must know of another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.practice.house import House
from app.practice.looks import Portrait, portraits_of, unknown_portrait

#: How far the next of a group stands from the one before, where a disc is 160 wide.
_STEP = 108

#: base, shade, line, blush.
_SKIN = {
    "porcelain": ("#f7dfcd", "#e9c4aa", "#cf9c80", "#ec9a86"),
    "fair": ("#f2d0b4", "#deb08d", "#bf8663", "#e58e74"),
    "beige": ("#e6b991", "#cd9769", "#a97147", "#d9785a"),
    "tan": ("#cf9a6c", "#b27b4e", "#8a5934", "#bd6243"),
    "brown": ("#9f6a47", "#824f31", "#623720", "#8f4330"),
    "deep": ("#75492f", "#5a341f", "#3f2113", "#6d2f22"),
}
_MOUTH = {
    "porcelain": "#a8503f",
    "fair": "#a04a39",
    "beige": "#934131",
    "tan": "#7d3526",
    "brown": "#5f2519",
    "deep": "#3c150d",
}
#: base, shade, light.
_HAIR = {
    "black": ("#2c2725", "#1f1b19", "#5b514c"),
    "dark_brown": ("#4a3429", "#38261d", "#76584a"),
    "brown": ("#744f36", "#5c3d28", "#a17a5b"),
    "auburn": ("#8f4626", "#743719", "#bd7047"),
    "sandy": ("#a97f4f", "#8c663a", "#cda878"),
    "blond": ("#d0a860", "#b58c46", "#ecd093"),
    "grey": ("#98928a", "#7d776f", "#c5bfb6"),
    "white": ("#dcd6cc", "#c0b9ad", "#f7f3ec"),
}
_CLOTH = {
    "teal": ("#33756b", "#265b53", "#4f9387"),
    "violet": ("#6b58a3", "#534285", "#8a78be"),
    "rust": ("#b05f31", "#8e4821", "#cd8052"),
    "blue": ("#39698f", "#2a5273", "#5b89ad"),
    "plum": ("#8e4d74", "#71395b", "#ac6c92"),
    "olive": ("#77753a", "#5e5c2a", "#97955a"),
    "sand": ("#cbb68f", "#b09a71", "#e0d0b0"),
    "slate": ("#5b6670", "#465059", "#7b8791"),
    "charcoal": ("#44403d", "#312e2c", "#625d59"),
    "cream": ("#f0e7d6", "#d8ccb5", "#fbf6ec"),
}
_GROUND = {
    "teal": "#c4ddd4",
    "violet": "#d6cdeb",
    "rust": "#f2cfb4",
    "blue": "#c5dbec",
    "plum": "#eccbdd",
    "olive": "#dfdcae",
    "sand": "#ecdcbf",
}
_FEATURES, _FRAME, _EYE_WHITE = "#2e2320", "#3a3431", "#fffaf4"
#: half the shoulders' width, how much they are raised, half the neck's width.
_BUILD = {"slight": (44, 0, 11), "medium": (52, 1, 13), "broad": (59, 3, 15), "heavy": (63, 3, 16)}
_BARE_ARMS = ("t_shirt", "scrubs", "polo")


@dataclass(frozen=True)
class Drawing:
    """An SVG document; `ratio`: how wide it is for its height; `version`: what changes whenever the drawing does."""

    svg: str
    ratio: float
    version: str


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.web"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _cloth(name: str) -> SimpleNamespace:
    base, shade, light = _CLOTH[name]
    return SimpleNamespace(base=base, shade=shade, light=light)


def _sleeve(look: Portrait) -> SimpleNamespace:
    """What the arms are drawn in."""
    if look.top in _BARE_ARMS:
        base, shade, *_ = _SKIN[look.skin]
        return SimpleNamespace(base=base, shade=shade, edge=shade)
    cloth = _cloth(look.under if look.top == "work_vest" else look.colour)
    return SimpleNamespace(base=cloth.base, shade=cloth.shade, edge=cloth.shade)


def _parts(look: Portrait) -> dict[str, Any]:
    """All that the templates ask for."""
    width, slope, neck = _BUILD[look.build]
    hair = SimpleNamespace(**dict(zip(("base", "shade", "light"), _HAIR[look.hair_colour], strict=True)))
    pale = look.hair_colour in ("white", "grey", "blond")
    return {
        "ground": _GROUND[look.ground],
        "skin": SimpleNamespace(**dict(zip(("base", "shade", "line", "blush"), _SKIN[look.skin], strict=True))),
        "face": look.face,
        "lines": look.lines,
        "blush": 0.18 if look.skin in ("brown", "deep") else 0.34,
        "gear": "#8d8781" if look.hair_colour in ("black", "dark_brown") else _FRAME,
        "freckles": look.extra == "freckles",
        "gaze": look.gaze,
        "heavy_lids": look.lids == "heavy",
        "brows": look.brows,
        "brow": hair.shade if pale else _FEATURES if look.hair_colour == "black" else hair.shade,
        "brow_width": 3.4 if look.brow_weight == "full" else 2.5,
        "mouth": look.mouth,
        "mouth_colour": _MOUTH[look.skin],
        "ink": _FEATURES,
        "eye_white": _EYE_WHITE,
        "facial_hair": look.facial_hair,
        "glasses": look.glasses,
        "frame": _FRAME,
        "hair": hair,
        "style": look.hair,
        "covered": look.hat == "headscarf",
        "hat": look.hat,
        "hat_colour": _cloth(look.hat_colour),
        "top": look.top,
        "colour": _cloth(look.colour),
        "under": _cloth(look.under),
        "accent": _CLOTH[look.accent][0],
        "width": width,
        "slope": slope,
        "neck": neck,
        "arms": look.arms,
        "sleeve": _sleeve(look),
        "arm_line": _cloth(look.colour).shade,
        "extra": look.extra,
    }


@lru_cache(maxsize=512)
def draw(people: tuple[Portrait, ...]) -> Drawing:
    """The portrait of one person, or of a group's people in a row."""
    parts = [SimpleNamespace(key=number, **_parts(look)) for number, look in enumerate(people)]
    width = 160 + _STEP * (len(people) - 1)
    text = _environment().get_template("portraits/portrait.svg").render(people=parts, width=width, step=_STEP)
    svg = "\n".join(line for line in text.splitlines() if line.strip())
    return Drawing(svg, width / 160, hashlib.sha256(svg.encode()).hexdigest()[:12])


def drawing_of(house: House, client_id: str) -> Drawing:
    """The portrait of a client; of one who is no longer there, some looks by the id."""
    client = house.clients.get(client_id)
    return draw(portraits_of(client) if client else (unknown_portrait(client_id),))


def portrait_source(house: House) -> Callable[[str], tuple[str, float]]:
    """For pages: the address of a client's portrait, which changes when it does, and its width for its height."""

    def source(client_id: str) -> tuple[str, float]:
        drawing = drawing_of(house, client_id)
        return f"/portraits/{client_id}.svg?v={drawing.version}", drawing.ratio

    return source


__all__ = ["Drawing", "draw", "drawing_of", "portrait_source"]

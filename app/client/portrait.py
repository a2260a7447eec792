"""How a persona looks in a drawing: what the `portrait` section of its YAML may say. Nobody's words depend on it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Skin = Literal["porcelain", "fair", "beige", "tan", "brown", "deep"]
FaceShape = Literal["oval", "round", "long", "square"]
Build = Literal["slight", "medium", "broad", "heavy"]
Hair = Literal[
    "bald", "buzz", "receding", "short", "side_part", "swept", "curls", "fringe", "afro",
    "bob", "long", "waves", "ponytail", "bun", "cropped_curls", "pixie",
]  # fmt: skip
HairColour = Literal["black", "dark_brown", "brown", "auburn", "sandy", "blond", "grey", "white"]
Lines = Literal["none", "few", "many"]
Glasses = Literal["none", "round", "square", "half"]
FacialHair = Literal["none", "stubble", "moustache", "goatee", "short_beard", "full_beard"]
Hat = Literal["none", "flat_cap", "cap", "beanie", "headscarf", "turban"]
Top = Literal[
    "t_shirt", "shirt", "polo", "jumper", "cardigan", "hoodie", "jacket", "blazer", "scrubs", "work_vest", "fleece",
    "blouse", "plaid",
]  # fmt: skip
Colour = Literal["teal", "violet", "rust", "blue", "plum", "olive", "sand", "slate", "charcoal", "cream"]
Ground = Literal["teal", "violet", "rust", "blue", "plum", "olive", "sand"]
Brows = Literal["level", "raised", "one_raised", "knit", "worried"]
Gaze = Literal["ahead", "aside", "away", "down"]
Mouth = Literal["level", "smile", "polite", "grin", "wry", "tight", "down"]
BrowWeight = Literal["fine", "full"]
Lids = Literal["open", "heavy"]
Arms = Literal["down", "folded", "clasped"]
Extra = Literal["none", "lanyard", "tape_measure", "headset", "earrings", "scarf", "freckles"]


class Portrait(BaseModel):
    """A drawn portrait. What is left out is drawn plainly; without the whole section, it is chosen by the id."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    skin: Skin = "beige"
    face: FaceShape = "oval"
    build: Build = "medium"
    hair: Hair = "short"
    hair_colour: HairColour = "brown"
    lines: Lines = "none"
    glasses: Glasses = "none"
    facial_hair: FacialHair = "none"
    hat: Hat = "none"
    hat_colour: Colour = "slate"
    top: Top = "jumper"
    colour: Colour = "slate"
    under: Colour = "cream"
    ground: Ground = "sand"
    brows: Brows = "level"
    brow_weight: BrowWeight = "fine"
    lids: Lids = "open"
    gaze: Gaze = "ahead"
    mouth: Mouth = "level"
    arms: Arms = "down"
    extra: Extra = "none"
    accent: Colour = "rust"


__all__ = ["Portrait"]

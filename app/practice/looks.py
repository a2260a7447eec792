"""The looks of a client: those its sheet gives, else a steady choice by id within what age and pronouns suggest."""

from __future__ import annotations

import hashlib
import random

from app.client.persona import Persona
from app.client.portrait import Portrait
from app.practice.faces import Client, people_of

_GREY_FROM, _WHITE_FROM = 50, 68
_HIS = ("short", "side_part", "swept", "buzz", "cropped_curls", "receding")
_HERS = ("bob", "long", "waves", "ponytail", "bun", "pixie", "curls")
_CLOTHES = ("jumper", "cardigan", "shirt", "t_shirt", "jacket", "fleece")


def portraits_of(client: Client) -> tuple[Portrait, ...]:
    """The looks of one person, or of a group's people in order."""
    return tuple(portrait_of(person) for person in people_of(client))


def portrait_of(persona: Persona) -> Portrait:
    """The looks that the sheet gives, else some that are always the same for this id."""
    return persona.portrait or _chosen(persona.id, persona.age, persona.pronouns)


def choices() -> dict[str, tuple[str, ...]]:
    """What each field of a portrait may be, in the order in which they are drawn."""
    fields = Portrait.model_json_schema()["properties"]
    return {name: tuple(info["enum"]) for name, info in fields.items()}


def unknown_portrait(client_id: str) -> Portrait:
    """Looks for somebody of whom nothing is left but the id."""
    return _chosen(client_id, 40, "they/them")


def _chosen(persona_id: str, age: int, pronouns: str) -> Portrait:
    rng = random.Random(hashlib.sha256(persona_id.encode()).digest())
    styles = {"he/him": _HIS, "she/her": _HERS}.get(pronouns, ("bob", "short", "pixie", "cropped_curls", "swept"))
    skin = rng.choice(("porcelain", "fair", "beige", "tan", "brown", "deep"))
    top = rng.choice(("hoodie", "t_shirt", "jumper") if age < 20 else _CLOTHES)
    return Portrait(
        skin=skin,
        face=rng.choice(("oval", "round", "long", "square")),
        build=rng.choice(("slight", "medium") if age < 18 else ("slight", "medium", "broad", "heavy")),
        hair=rng.choice(styles),
        hair_colour=_hair_colour(rng, age, dark=skin in ("tan", "brown", "deep")),
        lines="none" if age < 38 else "few" if age < 55 else "many",
        glasses=rng.choice(("none", "none", "none", "round", "square")),
        facial_hair=rng.choice(("none", "none", "stubble", "short_beard"))
        if pronouns == "he/him" and age > 20
        else "none",
        top=top,
        colour=rng.choice(("teal", "violet", "rust", "blue", "plum", "olive", "slate")),
        ground=rng.choice(("teal", "violet", "rust", "blue", "plum", "olive", "sand")),
        brows=rng.choice(("level", "raised", "knit", "worried", "one_raised")),
        brow_weight="full" if pronouns == "he/him" else "fine",
        gaze=rng.choice(("ahead", "aside", "away", "down")),
        mouth=rng.choice(("level", "wry", "tight", "down", "polite")),
        arms=rng.choice(("down", "folded", "clasped")),
    )


def _hair_colour(rng: random.Random, age: int, *, dark: bool) -> str:
    if age >= _WHITE_FROM:
        return rng.choice(("white", "grey"))
    if age >= _GREY_FROM:
        return rng.choice(("grey", "grey", "black" if dark else "brown"))
    return rng.choice(("black", "dark_brown") if dark else ("dark_brown", "brown", "auburn", "sandy", "blond"))


__all__ = ["Portrait", "choices", "portrait_of", "portraits_of", "unknown_portrait"]

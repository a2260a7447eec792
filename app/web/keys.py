"""The desk's keys: one for each code and one for each thing to do, the same on every page where people code.

None is pressed with a modifier, none acts while one types, and all can be turned off (WCAG 2.1.4). Each code's letter
stands in its name, so that it can be learnt from the rubric.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import gettext as _
from app.scoring.codes import CODES
from app.web.families import FAMILY_MARKS, family_of

CODE_KEYS: dict[str, str] = {
    "open_question": "o",
    "closed_question": "q",
    "simple_reflection": "r",
    "complex_reflection": "x",
    "double_sided_reflection": "d",
    "amplified_reflection": "m",
    "affirmation": "f",
    "emphasize_autonomy": "y",
    "offer_choices": "h",
    "paradoxical": "p",
    "reframe": "e",
    "seek_collaboration": "l",
    "give_information": "i",
    "persuade_with_permission": "w",
    "persuade": "g",
    "confront": "t",
    "support": "b",
    "summary": "v",
    "other": "0",
}


@dataclass(frozen=True)
class Group:
    """Codes of one family with its mark, as the rubric lists them."""

    family: str
    letter: str
    label: str
    codes: tuple[str, ...]


def rubric() -> list[Group]:
    """All codes by family, each once."""
    return [
        Group(family, mark.letter, mark.label, tuple(code for code in CODES if family_of(code) == family))
        for family, mark in FAMILY_MARKS.items()
    ]


def moving_keys() -> dict[str, str]:
    """What the keys do on every page where people code."""
    return {
        "j": _("Next utterance (also ↓ where one has the focus)"),
        "k": _("Utterance before (also ↑ where one has the focus)"),
        "z": _("Undo the last code"),
        "?": _("Show or hide the keys"),
    }


def coding_keys() -> dict[str, str]:
    """What the keys do in blind coding."""
    return {**moving_keys(), "u": _("Next utterance without a code")}


def review_keys() -> dict[str, str]:
    """What the keys do on the review page."""
    return {
        **moving_keys(),
        "u": _("Next code that the model was not sure of"),
        "a": _("Confirm the model’s code"),
        "c": _("Comment on the turn"),
        "s": _("Write the summary"),
        "n": _("Next session in the queue"),
    }


def writing_keys() -> dict[str, str]:
    """What keys do while one writes, where letters are letters."""
    return {
        "Ctrl ↵": _("Save the comment or the summary that you are writing"),
        "Esc": _("Leave the field, back to the utterance"),
    }


__all__ = ["CODE_KEYS", "Group", "coding_keys", "review_keys", "rubric", "writing_keys"]

"""The codebook as data: the trainee codes, the families reported on, and AnnoMI's four behaviours.

Sources: MITI 4.2.1 (Moyers, Manuel & Ernst 2014) and MISC 2.5 (Houck et al. 2010); the rules for offering choices and
the paradoxical approach, which neither has, are the project's own (`docs/codebook.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Behaviour = Literal["question", "reflection", "input", "other"]


@dataclass(frozen=True)
class CodeInfo:
    """One code: its name on the page, a line that says what it is, and the AnnoMI behaviour it belongs to."""

    label: str
    meaning: str
    behaviour: Behaviour


CODES: dict[str, CodeInfo] = {
    "open_question": CodeInfo("Open question", "invites the client to say more", "question"),
    "closed_question": CodeInfo("Closed question", "a yes, a no or a fact answers it", "question"),
    "simple_reflection": CodeInfo("Simple reflection", "says back what the client said", "reflection"),
    "complex_reflection": CodeInfo("Complex reflection", "adds meaning or feeling to what was said", "reflection"),
    "double_sided_reflection": CodeInfo("Double-sided reflection", "holds both sides, joined by “and”", "reflection"),
    "amplified_reflection": CodeInfo("Amplified reflection", "overstates the resistant side, in earnest", "reflection"),
    "affirmation": CodeInfo("Affirmation", "names a strength, an effort or a value", "other"),
    "emphasize_autonomy": CodeInfo("Autonomy", "says that the choice is the client’s", "other"),
    "offer_choices": CodeInfo("Offering choices", "lays out real options and leaves the pick", "input"),
    "paradoxical": CodeInfo("Paradoxical approach", "comes alongside the resistance", "other"),
    "reframe": CodeInfo("Reframe", "shows the same facts in another light", "reflection"),
    "seek_collaboration": CodeInfo("Seeking collaboration", "asks permission or what the client thinks", "question"),
    "give_information": CodeInfo("Information", "neutral information", "input"),
    "persuade_with_permission": CodeInfo("Advice with permission", "advice that leaves the client free", "input"),
    "persuade": CodeInfo("Persuading", "advice, solutions or arguments nobody asked for", "input"),
    "confront": CodeInfo("Confronting", "argues, corrects, shames, blames or warns", "input"),
    "support": CodeInfo("Support", "sympathy or plain praise", "other"),
    "summary": CodeInfo("Summary", "links several things the client said", "reflection"),
    "other": CodeInfo("Other", "greeting, listening noises, housekeeping", "other"),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "reflection": (
        "simple_reflection",
        "complex_reflection",
        "double_sided_reflection",
        "amplified_reflection",
        "summary",
    ),
    "choices": ("offer_choices", "emphasize_autonomy"),
    "paradoxical": ("paradoxical", "amplified_reflection"),
    "questions": ("open_question", "closed_question"),
    "adherent": ("affirmation", "emphasize_autonomy", "seek_collaboration"),
    "non_adherent": ("persuade", "confront"),
}

COMPLEX_REFLECTIONS = ("complex_reflection", "double_sided_reflection", "amplified_reflection", "summary")

BEHAVIOURS: tuple[Behaviour, ...] = ("question", "reflection", "input", "other")
TALK_TYPES = ("change", "neutral", "sustain")

__all__ = ["BEHAVIOURS", "CODES", "COMPLEX_REFLECTIONS", "FAMILIES", "TALK_TYPES", "Behaviour", "CodeInfo"]

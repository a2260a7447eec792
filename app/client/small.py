"""Small acts that always fit: a shrug, a look at the clock, "What do you want me to say?"."""

from __future__ import annotations

import random
from collections.abc import Collection

from app.client.persona import Persona

#: What anybody may do in a room instead of answering.
DONE = (
    "(shrugs)",
    "(looks at the clock)",
    "(looks away)",
    "(says nothing)",
    "(breathes out)",
    "(half a shrug)",
    "(looks at the floor)",
    "(shifts in the chair)",
    "(looks out of the window)",
    "(pulls a face)",
    "(folds both arms)",
    "(tilts a hand: so-so)",
    "(nods, not much)",
    "(shakes head)",
    "(small laugh)",
    "(clears throat)",
    "(looks at you, then away)",
    "(scratches neck)",
    "(turns the cup round)",
    "(thinks about it, says nothing)",
)
#: What anybody may say, here or in a chat.
SAID = (
    "Mm.",
    "Hm.",
    "I suppose.",
    "I don't know.",
    "Dunno.",
    "Not sure.",
    "If you say so.",
    "What do you want me to say?",
    "I don't know what you want to hear.",
    "I've got nothing to say to that.",
    "I'd have to think.",
    "Never thought about it.",
    "Pass.",
    "Next question.",
    "Well.",
    "Right.",
    "Okay.",
    "Maybe.",
    "Could be.",
    "Who knows.",
    "It is what it is.",
    "Can't say.",
    "What can I say.",
    "I'd rather not.",
    "Do we have to?",
    "Not today.",
    "You tell me.",
    "Why do you ask?",
    "Say that again?",
    "How do you mean?",
    "I'm not following.",
    "…",
)
#: Only what nobody could take for an answer follows a question that wants more than yes or no.
_NO_ANSWER = frozenset(
    {"Right.", "Okay.", "Maybe.", "Could be.", "I suppose.", "(nods, not much)", "(shakes head)"}
    | {"Yes.", "Yeah.", "Yep.", "No.", "Nope.", "Sure.", "Mm-hm.", "Uh-huh."}
)


def small_acts(persona: Persona, said: Collection[str], seed: int, *, asked_for_more: bool) -> list[str]:
    """Up to six of them in random order, the person's own first; none that was said already while others are left."""
    own = [line.text for line in persona.lines.get("silent", ()) if not (line.after or line.about or line.stage)]
    common = [*SAID] if persona.voice.medium == "chat" else [*DONE, *SAID]
    if asked_for_more:
        own, common = ([text for text in texts if text not in _NO_ANSWER] for texts in (own, common))
    rng = random.Random(seed)
    rng.shuffle(own)
    rng.shuffle(common)
    every = list(dict.fromkeys((*own[:3], *common)))
    return ([text for text in every if text not in said] or every)[:6]


__all__ = ["DONE", "SAID", "small_acts"]

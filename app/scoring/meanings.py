"""What may lie behind a client's words, by the sense in which they were said: a guess for a reflection to go on with.

The senses come from the client's act, where it is known, else from signs in the words (`situation`).
"""

from __future__ import annotations

#: What may lie behind the words, by sense; each sentence can stand after any clause of the client's.
MEANINGS: dict[str, tuple[str, ...]] = {
    "reasons": (
        "You feel that nobody sees it from where you stand.",
        "You'd like to be left to do it your own way.",
    ),
    "cost": (
        "As things are, it asks more of you than it gives you.",
        "It feels like one more thing on top of everything.",
    ),
    "others": (
        "You're tired of everybody having a say in it except you.",
        "It's other people who want this for you, and nobody has asked what you want.",
    ),
    "control": (
        "You want to be the one who decides what happens in your own life.",
        "You've had your fill of being told what to do.",
    ),
    "blamed": (
        "You're tired of being the one that everybody points at.",
        "It all seems to land on you, and that doesn't feel fair.",
    ),
    "fine": (
        "It doesn't feel to you like something to worry about.",
        "You're puzzled that people make so much of it.",
    ),
    "worth": (
        "You'd miss what it does for you.",
        "There's something good in it for you, and nobody seems to ask about that.",
    ),
    "hopeless": (
        "You feel as if nothing you do would change it.",
        "You've run low on hope, and it's tiring to be asked again.",
    ),
    "afraid": (
        "There's something frightening in that for you.",
        "You're frightened of where that could lead.",
    ),
    "unheard": (
        "You're braced for one more person who talks and doesn't listen.",
        "You'd like somebody to hear your side of it before anything else.",
    ),
    "doubted": (
        "You're tired of people who have no idea what it's like for you.",
        "You feel that somebody like me couldn't know what this is like.",
    ),
    "asked": (
        "You're worn out with being asked things.",
        "You'd like to be talked with and not questioned.",
    ),
    "light": (
        "It's easier to laugh about it than to go into it.",
        "It hurts less as a joke.",
    ),
    "unsure": (
        "You're in two minds, and that's an uneasy place to be.",
        "You feel pulled about by it.",
    ),
    "polite": ("It's easier to nod than to say what you think.",),
    "elsewhere": (
        "You feel more at ease with other things than with this.",
        "You'd rather be talking about something else just now.",
    ),
    "burden": (
        "You feel alone with it.",
        "You're carrying a lot of this by yourself.",
    ),
    "curious": (
        "You want to be sure of the ground before you say more.",
        "Before anything else you want to know what you're dealing with.",
    ),
    "plain": (
        "There's more in that for you than it sounds.",
        "That's part of the picture for you.",
    ),
    "worry": (
        "It's been weighing on you.",
        "You're more worried about it than people know.",
    ),
    "resolve": (
        "It's something you want for yourself.",
        "You want this to be your own doing.",
    ),
    "able": (
        "You've more to draw on than people see.",
        "You feel that you could, if it came to it.",
    ),
    "hope": (
        "Something in you wants this to be different.",
        "You're longing for things to be different.",
    ),
}

__all__ = ["MEANINGS"]

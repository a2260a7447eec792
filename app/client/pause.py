"""Pausing: the trainee steps out of the exercise for a moment, and the room speaks instead of the client.

A pause is a whole turn that asks for one. “Let's pause on that for a second” and “would you like to stop?” are said to
the client and stay in the conversation.
"""

from __future__ import annotations

import re

from app.client.patterns import patterns

#: What the room says when a pause begins.
PAUSED = (
    "The exercise is paused. The client cannot hear you now, and nothing you write here is scored.",
    "The client is simulated: a language model gives voice to a person somebody made up. Nobody is behind it, and "
    "nobody is hurt by anything you say.",
    "Take the time you need. To go on where you stopped, press Resume or write “resume”. To end for today, press End; "
    "what you have done so far is kept.",
)
#: What the room says when something else is written in a pause.
STILL_PAUSED = "The exercise is still paused. Press Resume or write “resume” to go on; the client has not heard this."
#: What the room says when the exercise goes on.
RESUMED = "The exercise goes on. The client is waiting where you stopped, and has heard nothing of the pause."

_MARKS = re.compile(r"^[\s\W_]+|[\s\W_]+$")


def asks_to_pause(text: str) -> bool:
    """Whether the whole turn asks to pause or stop the exercise; never where the words are said to the client."""
    return _is(text, "pause")


def resumes(text: str) -> bool:
    """Whether the whole turn, written in a pause, asks to go on with the exercise."""
    return _is(text, "resume")


def _is(text: str, heading: str) -> bool:
    words = " ".join(_MARKS.sub("", text.replace("’", "'")).lower().split())
    return len(words) <= 120 and patterns("pause")[heading].fullmatch(words) is not None


__all__ = ["PAUSED", "RESUMED", "STILL_PAUSED", "asks_to_pause", "resumes"]

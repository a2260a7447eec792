"""Pausing: the trainee steps out of the exercise for a moment, and the room speaks instead of the client.

A pause is a whole turn that asks for one. “Let's pause on that for a second” and “would you like to stop?” are said to
the client and stay in the conversation.
"""

from __future__ import annotations

import re

from app.client.patterns import patterns

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


__all__ = ["asks_to_pause", "resumes"]

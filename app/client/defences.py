"""Defences: the ways a client keeps something away from himself, each with the acts in which it shows.

Names after Anna Freud (1936) and Vaillant (1992). A persona has some of them as traits; a line may carry one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DefenceInfo:
    """What a defence does, in words for prompts, and the acts that it comes out in."""

    says: str
    acts: tuple[str, ...]


DEFENCES: dict[str, DefenceInfo] = {
    "denial": DefenceInfo("does not let it be true", ("deny", "minimise")),
    "rationalising": DefenceInfo("has a good reason for everything", ("justify", "excuse")),
    "intellectualising": DefenceInfo(
        "talks in theories, studies and concepts", ("evade", "challenge", "shift_topic", "hedge")
    ),
    "displacement": DefenceInfo("takes the anger out on somebody safer", ("blame", "hostile")),
    "projection": DefenceInfo("sees in others what is his or her own", ("blame", "challenge", "ask_back")),
    "reaction_formation": DefenceInfo("shows the very opposite, too much of it", ("hollow_agreement", "deny")),
    "regression": DefenceInfo("sulks or pleads like a child", ("refuse", "silent", "complain_about_question")),
    "sublimation": DefenceInfo("works it off in something useful and talks of that", ("shift_topic", "inform")),
    "isolation": DefenceInfo("tells the facts without any feeling", ("inform", "evade")),
}

__all__ = ["DEFENCES", "DefenceInfo"]

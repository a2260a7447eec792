"""What was said before, as the chat messages that a model is given."""

from __future__ import annotations

from collections.abc import Sequence

from app.client.heard import Said
from app.llm.engine import Message

#: What stands for a counsellor who has said nothing.
NOTHING = Message("user", "…")


def dialogue(history: Sequence[Said]) -> list[Message]:
    """The turns as messages. A chat starts with the user, so silence goes before a client who speaks first."""
    said = [Message("assistant" if s.speaker == "client" else "user", s.text or NOTHING.text) for s in history]
    return [NOTHING, *said] if said and said[0].role == "assistant" else said


__all__ = ["NOTHING", "dialogue"]

"""The control line: all that matters for one client turn, right before the reply, as the tuned embedded model reads it.

A sheet that stands far above is hardly heard by a small model, a line right before the reply is (docs/log.md). The
same words are used in training (`training/client/`) and in the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.client.dialogue import NOTHING, dialogue
from app.client.heard import Said
from app.llm.engine import Message

#: Words of the sheet that the tuned model is told, and turns before the counsellor's that it is shown.
SHEET_WORDS, HISTORY = 30, 2


@dataclass(frozen=True)
class Control:
    """What the client is about to do: stance and act, where he stands (0–1), a fact to tell, a line to start from."""

    stance: str
    act: str
    resistance: float
    trust: float
    fact: str | None = None
    like: str | None = None

    def line(self) -> str:
        """The control line: `[sustain · minimise · resistance 7 · trust 3 · tells: … · like: …]`."""
        parts = [
            self.stance,
            self.act.replace("_", " "),
            f"resistance {round(self.resistance * 10)}",
            f"trust {round(self.trust * 10)}",
        ]
        if self.fact:
            parts.append(f"tells: {_plain(self.fact)}")
        if self.like:
            parts.append(f"like: {_plain(self.like)}")
        return f"[{' · '.join(parts)}]"


def who(name: str, age: int, sheet: str) -> Message:
    """Who speaks, in one short message."""
    return Message("system", f"You are {name}, {age}. {' '.join(sheet.split()[:SHEET_WORDS])}")


def conversation(
    about: Message, trainee: str, history: Sequence[Said], control: Control | None = None
) -> tuple[Message, ...]:
    """The messages that the client's reply to `trainee` follows; without `control` nothing is asked of it."""
    text = _plain(trainee)
    asked = f"{text}\n{control.line()}" if control else text
    recent = [replace(said, text=_plain(said.text)) for said in history[-HISTORY:]]
    return (about, *dialogue(recent), Message("user", asked))


def alone(about: Message) -> tuple[Message, ...]:
    """The messages before the person's words with nothing said."""
    return (about, NOTHING)


def _plain(text: str) -> str:
    """Without the marks of a control line: what somebody typed must not steer the client."""
    return " ".join(text.replace("[", "(").replace("]", ")").replace("·", ",").split())


__all__ = ["HISTORY", "SHEET_WORDS", "Control", "alone", "conversation", "who"]

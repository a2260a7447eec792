"""Fitting a prompt into a model's window: what was said longest ago goes first; sheet and direction stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.llm.engine import Message

#: Tokens that a server can be counted on to hold where nothing better is known; some cut longer prompts off unasked.
WINDOW = 4096
#: Characters of one trainee turn that a prompt holds; who pastes a book is heard in its first and last words.
MOST_HEARD = 1600
#: A token of English is some four characters; three leaves room for other tokenizers. Each message has its marks.
_CHARACTERS_A_TOKEN, _MARKS = 3, 8


def tokens_at_most(text: str) -> int:
    """How many tokens a text will hardly exceed in any of the common tokenizers."""
    return len(text) // _CHARACTERS_A_TOKEN + _MARKS


def fitted(
    messages: Sequence[Message], window: int, room: int, count: Callable[[str], int] = tokens_at_most
) -> tuple[Message, ...]:
    """The messages without the oldest turns that `window` tokens do not hold beside `room` tokens of answer.

    The system message and the last one, the direction, stay whatever they take; what is kept of the turns between still
    begins with the counsellor. `count` gives the tokens of one message's text.
    """
    kept = list(messages)
    head = 1 if kept and kept[0].role == "system" else 0
    spare = window - room - sum(count(message.text) for message in kept)
    while spare < 0 and len(kept) > head + 1:
        spare += count(kept.pop(head).text)
        while len(kept) > head + 1 and kept[head].role != "user":
            spare += count(kept.pop(head).text)
    return tuple(kept)


def clipped(text: str, most: int = MOST_HEARD) -> str:
    """A text of at most so many characters: its beginning and its end, cut at words."""
    if len(text) <= most:
        return text
    half = (most - 3) // 2
    start, end = text[:half].rsplit(None, 1)[0], text[-half:].split(None, 1)[-1]
    return f"{start} … {end}"


__all__ = ["MOST_HEARD", "WINDOW", "clipped", "fitted", "tokens_at_most"]

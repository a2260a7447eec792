"""The usual way to simulate a client, for comparison: the model plays it from a system prompt alone.

No state, no plan, no bank, no checks. The prompt says all that the sheet says, and to resist; what the model answers is
taken as it comes.
"""

from __future__ import annotations

import time
from typing import Any

from app.client.dialogue import dialogue
from app.client.heard import Said
from app.client.persona import Persona
from app.llm.engine import Engine, Message, Request, complete
from app.practice.policies import Policy
from app.practice.turns import turn_seed
from app.scoring.scored import client_columns, counsellor_columns
from app.scoring.types import Coder

#: The act by which the counsellors made of rules take a reply that has none, by its talk type.
ACT_OF = {"change": "reason", "neutral": "inform", "sustain": "deny"}
#: Tokens of a reply at most: four times the median of real ones.
TOKENS = 60
SYSTEM = """\
Play the role of {name}, {age} years old, a client in a counselling session. Stay in character all the time: you are the
client, never the counsellor. {sheet}
You were sent by {by}: {reason}. What is at stake for you: {stake}.
You are resistant to change and do not think that you have to {target}. You have reasons to go on as you are: {stay}
You also have reasons to change, which you do not say at once: {change}
You talk like this: {voice}
Answer the counsellor in one or two short spoken sentences, as {name} would."""


def system(persona: Persona) -> Message:
    """The prompt that says who is played."""
    return Message(
        "system",
        SYSTEM.format(
            name=persona.name,
            age=persona.age,
            sheet=persona.sheet,
            by=persona.referral.by,
            reason=persona.referral.reason,
            stake=persona.referral.at_stake,
            target=persona.target_behaviour,
            stay=" ".join(persona.reasons_to_stay),
            change=" ".join(persona.reasons_to_change),
            voice=persona.voice.description,
        ),
    )


async def play(
    engine: Engine, coder: Coder, persona: Persona, policy: str, turns: int, seed: int
) -> list[dict[str, Any]]:
    """A session as rows like those of `rollwith simulate`, without act and state; `seconds` is a whole turn's time."""
    counsellor, opening = Policy(policy, turns, seed), persona.openings[seed % len(persona.openings)]
    history, act, rows = [Said("client", opening)], "small_talk", list[dict[str, Any]]()
    for turn in range(1, turns + 1):
        previous = history[-1].text
        text = counsellor(previous, act, turn)
        begin = time.perf_counter()
        coded = coder.code(text, previous)
        messages = (system(persona), *dialogue(history), Message("user", text))
        said = await complete(engine, Request(messages, 1, TOKENS, seed=turn_seed(seed, turn)))
        reply = " ".join(said[0].split()) or "…"
        talk = coder.talk(reply, text)
        seconds = time.perf_counter() - begin
        act = ACT_OF[talk.type]
        history += [Said("counsellor", text), Said("client", reply)]
        rows.append(
            {
                "turn": turn,
                "previous": previous,
                "counsellor": {"text": text, **counsellor_columns(coded)},
                "client": {"act": None, "text": reply, **client_columns(talk), "source": "prompt", "fact": None},
                "state": None,
                "seconds": round(seconds, 3),
            }
        )
    return rows


__all__ = ["play", "system"]

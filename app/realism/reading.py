"""The three sheets to read blind: real or simulated (`pairs`), does it make sense (`sense`), who said it (`voices`)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from app.client.actor import Spoken
from app.client.persona import Persona
from app.realism.answering import Room
from app.realism.sessions import Moment, draw, tidied
from app.realism.sheets import Item, Sheet, context, pair

#: People on a sheet of voices.
VOICES = 4


async def pairs(room: Room, found: Sequence[Moment], items: int, seed: int) -> Sheet:
    """The real next turn of so many moments beside the simulated one, tidied alike."""
    rng, made = random.Random(seed), list[Item]()
    for number, moment in enumerate(draw(found, items, seed)):
        spoken = await room.answer(moment, seed + number)
        shown, letter = pair(moment.answer, tidied(spoken.text) or spoken.text, rng)
        hidden = {"simulated": letter, "where": moment.where} | _of(spoken)
        made.append(Item(context(moment.before, moment.counsellor), shown, hidden))
    return Sheet("pairs", tuple(made), made={"seed": seed})


async def sense(room: Room, people: Sequence[Persona], items: int, seed: int) -> Sheet:
    """Replies of the people to an average counsellor, in an order of chance."""
    replies = await room.replies(people, -(-items // len(people)), seed)
    drawn = random.Random(seed).sample(replies, min(items, len(replies)))
    names = {person.id: person for person in people}
    made = [
        Item(
            f"({names[reply.persona].briefing})\n{context(reply.before, reply.counsellor)}",
            {"reply": reply.spoken.text},
            {"where": reply.where, "person": reply.persona} | _of(reply.spoken),
        )
        for reply in drawn
    ]
    return Sheet("sense", tuple(made), made={"seed": seed})


async def voices(room: Room, people: Sequence[Persona], items: int, seed: int) -> Sheet:
    """Replies of a few people without their names, for the reader to say whose each is."""
    replies = await room.replies(people, -(-items // len(people)), seed)
    drawn = random.Random(seed).sample(replies, min(items, len(replies)))
    names = {person.id: person.name for person in people}
    made = [
        Item(
            "",
            {"reply": reply.spoken.text},
            {"person": reply.persona, "name": names[reply.persona], "where": reply.where} | _of(reply.spoken),
        )
        for reply in drawn
    ]
    about = "\n".join(f"- {person.id}: {person.briefing} Speaks: {person.voice.description}" for person in people)
    return Sheet("voices", tuple(made), about, {"seed": seed, "chance": 1 / len(people)})


def drawn_people(people: Sequence[Persona], seed: int) -> list[Persona]:
    """The people of a sheet of voices, where none were named."""
    return random.Random(seed).sample(list(people), min(VOICES, len(people)))


def _of(spoken: Spoken) -> dict[str, Any]:
    """What the key keeps of a simulated reply; the candidates let one see what else could have been said."""
    return {
        "source": spoken.source,
        "act": spoken.act,
        "candidates": [candidate.as_dict() for candidate in spoken.candidates[:5]],
    }


__all__ = ["VOICES", "drawn_people", "pairs", "sense", "voices"]

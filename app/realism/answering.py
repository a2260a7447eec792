"""Replies to be read blind: the room's client at a moment of a real session, and at moments of simulated ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from app.client.actor import Actor, Spoken
from app.client.acts import Stance
from app.client.heard import Said, hear, last_client
from app.client.persona import Persona
from app.client.plan import make_plan
from app.client.state import after_reply, next_state, start_state
from app.practice.policies import Policy
from app.practice.simulate import Conversation, Exchange, simulate
from app.practice.turns import codes_heard, turn_seed
from app.realism.sessions import Moment
from app.realism.stranger import heard_before, stranger
from app.scoring.types import Coder

#: What a real client's turn is taken for in the history, by its talk type: acts that say nothing more than that.
ACT_OF = {"change": "reason", "neutral": "inform", "sustain": "justify"}
#: Turns that a simulated session runs for, and those of them that replies are taken from.
TURNS, FIRST_READ = 14, 4
#: Words of a reply at least that tell a voice.
TELLING = 5


@dataclass(frozen=True)
class Reply:
    """A simulated client's reply with what it answers; `where` names the session and turn."""

    where: str
    persona: str
    before: tuple[Said, ...]
    counsellor: str
    spoken: Spoken


class Room:
    """What the client speaks with: coder and actor."""

    def __init__(self, coder: Coder, actor: Actor) -> None:
        self._coder, self._actor = coder, actor

    async def answer(self, moment: Moment, seed: int) -> Spoken:
        """What the client of a real session would have said next, made from what was said before alone."""
        persona = stranger(moment)
        state, history = start_state(persona), list[Said]()
        for turn, said in enumerate(moment.before):
            if said.speaker == "counsellor":
                codes = codes_heard(self._coder.code(said.text, _last(history)).utterances)
                state = next_state(state, persona, hear(said.text, codes, persona, history))
                history.append(said)
            else:
                talk = self._coder.talk(said.text, moment.before[turn - 1].text if turn else None).type
                history.append(Said("client", said.text, ACT_OF[talk], talk))
                state = after_reply(state, Stance(talk), None)
        for fact in heard_before(moment):
            state = after_reply(state, Stance(state.stance), fact)
        codes = codes_heard(self._coder.code(moment.counsellor, _last(history)).utterances)
        heard = hear(moment.counsellor, codes, persona, history)
        state = next_state(state, persona, heard)
        acts = tuple(said.act for said in history if said.act)
        plan = make_plan(state, persona, heard, acts, turn_seed(seed, len(history)))
        return await self._actor.speak(persona, plan, state, heard, history)

    async def session(self, persona: Persona, policy: str, turns: int, seed: int) -> list[Exchange]:
        """A simulated session with a counsellor made of rules."""
        conversation = Conversation(persona, self._coder, self._actor, seed)
        async with aclosing(simulate(conversation, Policy(policy, turns, seed), turns)) as exchanges:
            async for _ in exchanges:
                pass
        return list(conversation.exchanges)

    async def replies(self, people: Sequence[Persona], each: int, seed: int) -> list[Reply]:
        """So many replies of each person to an average counsellor, at turns drawn with the seed."""
        rng, found = random.Random(seed), list[Reply]()
        for person in people:
            pool: list[Reply] = []
            run = 0
            while len(pool) < each and run < each:
                pool += _replies(person, await self.session(person, "average", TURNS, seed + run), seed + run)
                run += 1
            found += rng.sample(pool, min(each, len(pool)))
        return found


def _replies(person: Persona, exchanges: Sequence[Exchange], seed: int) -> list[Reply]:
    """The replies of a session that can be read, a different text each, with what was said before them."""
    history: list[Said] = []
    found: dict[str, Reply] = {}
    for exchange in exchanges:
        history = history or [Said("client", exchange.previous)]
        if exchange.turn >= FIRST_READ and exchange.turn < TURNS and len(exchange.spoken.text.split()) >= TELLING:
            where = f"{person.id} seed {seed} turn {exchange.turn}"
            reply = Reply(where, person.id, tuple(history), exchange.text, exchange.spoken)
            found.setdefault(exchange.spoken.text, reply)
        history += [Said("counsellor", exchange.text), Said("client", exchange.spoken.text)]
    return list(found.values())


def _last(history: Sequence[Said]) -> str | None:
    return last_client(history).text or None


__all__ = ["Reply", "Room"]

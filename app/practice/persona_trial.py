"""A draft tried out: a conversation that nothing stores, and two short sessions with counsellors made of rules."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import aclosing
from dataclasses import dataclass

from app.client.acts import ACTS
from app.client.choose import Candidate
from app.client.persona import Persona
from app.client.state import State
from app.i18n import gettext as _
from app.llm.engine import EngineBusy
from app.practice.accounts import User, require_instructor
from app.practice.errors import Conflict, Invalid, NotFound
from app.practice.faces import Client
from app.practice.house import House
from app.practice.policies import Policy
from app.practice.sandboxes import Sandbox
from app.practice.simulate import Conversation, Exchange, simulate
from app.practice.views import CodeView, coded_views

#: Candidates shown beside the one that was spoken, and turns of each simulated session.
SHOWN, TURNS = 6, 5
RUNS = ("good", "poor")
MOST_TURNS = 60


@dataclass(frozen=True)
class Considered:
    """A reply that was considered. `sense`: how likely it makes sense here; `refused`: why it could not be said."""

    text: str
    act: str
    source: str
    sense: float | None
    refused: str | None
    spoken: bool


@dataclass(frozen=True)
class TriedTurn:
    """One exchange with all that led to the reply. `wanted`: what the client was about to do, in words.

    `moved`: by how much resistance and trust changed; `fact`: the text of the fact that was told.
    """

    number: int
    text: str
    codes: list[CodeView]
    wanted: str
    reply: str
    act: str
    stance: str
    source: str
    fact: str | None
    state: State
    resistance_by: float
    trust_by: float
    considered: list[Considered]


@dataclass(frozen=True)
class Trial:
    """A conversation with a draft, as the page shows it."""

    id: str
    persona_id: str
    name: str
    opening: str
    start: State
    turns: list[TriedTurn]
    ended: bool


@dataclass(frozen=True)
class Run:
    """A simulated session with a `good` or a `poor` counsellor. `repeats`: replies that came more than once."""

    policy: str
    opening: str
    turns: list[TriedTurn]
    start: State
    end: State
    repeats: int


def begin(house: House, user: User, client: Client) -> str:
    """A new conversation with the persona of a draft; its id. Raises Invalid for a group."""
    require_instructor(user)
    conversation = Conversation(_alone(client), house.coder, house.actor, secrets.randbelow(2**31))
    return house.sandboxes.open(user.id, conversation).id


def trial(house: House, user: User, trial_id: str) -> Trial:
    """The conversation so far. Raises NotFound."""
    sandbox = _sandbox(house, user, trial_id)
    talk = sandbox.conversation
    exchanges = list(talk.exchanges)
    ended = bool(exchanges and exchanges[-1].ended)
    return Trial(sandbox.id, talk.persona.id, talk.name, talk.opening, talk.start, _turns(talk, exchanges), ended)


async def say(house: House, user: User, trial_id: str, text: str) -> None:
    """One turn and its reply. Raises NotFound, Invalid, Conflict where the client is busy or has left."""
    sandbox = _sandbox(house, user, trial_id)
    talk = sandbox.conversation
    async with sandbox.turn:
        if (talk.exchanges and talk.exchanges[-1].ended) or len(talk.exchanges) >= MOST_TURNS:
            raise Conflict(_("This trial is over. Begin another one."))
        await asyncio.to_thread(talk.take, text)
        try:
            await talk.reply()
        except EngineBusy as error:
            raise Conflict(_("The client is busy with others just now. Say it again in a moment.")) from error


async def run(house: House, user: User, client: Client, seed: int = 0) -> list[Run]:
    """A few simulated turns with a good and with a poor counsellor. Raises Conflict where the client is busy."""
    require_instructor(user)
    persona = _alone(client)
    try:
        return list(await asyncio.gather(*(_run(house, persona, policy, seed) for policy in RUNS)))
    except EngineBusy as error:
        raise Conflict(_("The client is busy with others just now. Try it again in a moment.")) from error


def _alone(client: Client) -> Persona:
    if not isinstance(client, Persona):
        raise Invalid("source", _("A group is tried out in the room. Its people can be tried here one by one."))
    return client


async def _run(house: House, persona: Persona, policy: str, seed: int) -> Run:
    talk = Conversation(persona, house.coder, house.actor, seed)
    async with aclosing(simulate(talk, Policy(policy, TURNS, seed), TURNS)) as exchanges:
        async for _exchange in exchanges:
            pass
    replies = [exchange.spoken.text for exchange in talk.exchanges]
    end = talk.exchanges[-1].state if talk.exchanges else talk.start
    repeats = len(replies) - len(set(replies))
    return Run(policy, talk.opening, _turns(talk, talk.exchanges), talk.start, end, repeats)


def _sandbox(house: House, user: User, trial_id: str) -> Sandbox:
    require_instructor(user)
    found = house.sandboxes.get(user.id, trial_id)
    if found is None:
        raise NotFound(_("This trial is over. Begin another one from the persona’s text."))
    return found


def _turns(talk: Conversation, exchanges: list[Exchange]) -> list[TriedTurn]:
    before = [talk.start, *(exchange.state for exchange in exchanges)]
    return [_turn(talk.persona, exchange, state) for exchange, state in zip(exchanges, before, strict=False)]


def _turn(persona: Persona, exchange: Exchange, before: State) -> TriedTurn:
    spoken, after = exchange.spoken, exchange.state
    facts = {fact.id: fact.text for fact in persona.facts}
    return TriedTurn(
        exchange.turn,
        exchange.text,
        coded_views(exchange.text, exchange.coded),
        _wanted(persona, exchange),
        spoken.text,
        ACTS[spoken.act].says,
        str(spoken.stance),
        spoken.source,
        facts.get(spoken.fact) if spoken.fact else None,
        after,
        after.resistance - before.resistance,
        after.trust - before.trust,
        [_considered(candidate, spoken.text) for candidate in spoken.candidates[:SHOWN]],
    )


def _wanted(persona: Persona, exchange: Exchange) -> str:
    """What the client was about to do, and why its words had to be its own where they had."""
    plan = exchange.plan
    if plan is None:
        return ""
    doing = ACTS[plan.act].says
    if plan.closed:
        return _("keeps the closed topic “%(topic)s” shut") % {"topic": plan.topic or ""}
    if plan.belief:
        held = next((belief.text for belief in persona.beliefs if belief.id == plan.belief), plan.belief)
        return _("defends a belief: %(belief)s") % {"belief": held}
    if plan.moment:
        return _("answers a moment: %(moment)s") % {"moment": plan.moment}
    if plan.defence:
        return _("%(act)s, out of %(defence)s") % {"act": doing, "defence": plan.defence.replace("_", " ")}
    return doing


def _considered(candidate: Candidate, spoken: str) -> Considered:
    return Considered(
        candidate.text,
        ACTS[candidate.act].says,
        candidate.source,
        candidate.sense,
        candidate.refused,
        candidate.text == spoken and candidate.refused is None,
    )


__all__ = ["RUNS", "TURNS", "Considered", "Run", "Trial", "TriedTurn", "begin", "run", "say", "trial"]

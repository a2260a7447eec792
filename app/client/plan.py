"""The plan: one client act, with what may be told, what is kept away and how.

What is shut, a choice that is none and a belief argued with have answers of their own; else the stance is drawn first
(sustain, neutral, change), then an act of that stance (`odds.py`).
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, fields
from typing import Any

from app.client.acts import ACTS, Stance
from app.client.closed import Closed, closed_now, level
from app.client.heard import Heard
from app.client.odds import act_odds, stance_odds
from app.client.persona import Persona, Stage
from app.client.silence import OPENED, goes_on, says_nothing
from app.client.state import State
from app.client.threat import draw_defence, threatened


@dataclass(frozen=True)
class Plan:
    """What the client is about to do. `facts` are the ids that may be told: gate open and not told in this session.

    `defence`: the one that the act shows. `belief`: the id of the one defended. `closed`: what is done about the closed
    `topic` that the turn pressed. Where `moment`, `belief` or `closed` is set, the words are those of the persona.
    """

    act: str
    stance: str
    moment: str | None
    facts: tuple[str, ...]
    stage: Stage
    seed: int
    defence: str | None = None
    belief: str | None = None
    closed: Closed | None = None
    topic: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store."""
        return asdict(self) | {"facts": list(self.facts)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Plan:
        """The plan that `as_dict` wrote; what an older one lacks has its default, what is not known here is left."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(**known | {"facts": tuple(known["facts"])})


@dataclass(frozen=True)
class _Doing:
    """What is planned, before facts and defence are added."""

    act: str
    moment: str | None = None
    belief: str | None = None
    closed: Closed | None = None
    topic: str | None = None


#: Acts that a moment calls for, where the act is not drawn.
MOMENT_ACTS = {
    "greeting": "small_talk",
    "small_talk": "small_talk",
    "ask_permission": "hedge",
    "confidentiality": "hedge",
    "ruler_importance": "inform",
    "ruler_confidence": "inform",
    "apology": "hedge",
    "thanks": "hollow_agreement",
    "silence": "silent",
    "unintelligible": "ask_back",
    "asked_if_real": "challenge",
    "out_of_role": "complain_about_question",
    "abuse": "hostile",
}

#: What is done about a closed topic; a client who stays, but goes cold, says next to nothing.
CLOSED_ACTS: dict[Closed, str] = {"steer": "shift_topic", "warn": "refuse", "leave": "walk_out"}
GOES_COLD = "silent"
#: What a choice that is none is met with, and a belief that is argued with.
NO_CHOICE_ACTS = ("challenge", "complain_about_question")
BELIEF_ACT = "justify"


def make_plan(state: State, persona: Persona, heard: Heard, last_acts: tuple[str, ...], seed: int) -> Plan:
    """Plan the answer to one trainee turn. `state` is that after hearing it; `last_acts` the recent acts, newest last.

    The same arguments give the same plan.
    """
    rng = random.Random(seed)
    doing = _doing(state, persona, heard, last_acts, rng)
    shown = None if doing.moment else draw_defence(doing.act, persona, rng)
    return Plan(
        act=doing.act,
        stance=str(ACTS[doing.act].stance),
        moment=doing.moment,
        facts=open_facts(state, persona),
        stage=stage_of(state),
        seed=seed,
        defence=shown if shown and threatened(state, persona, heard) else None,
        belief=doing.belief,
        closed=doing.closed,
        topic=doing.topic,
    )


def _doing(state: State, persona: Persona, heard: Heard, last_acts: tuple[str, ...], rng: random.Random) -> _Doing:
    """What the client does, the strongest reason first."""
    if state.heat >= persona.walks_out.patience:
        return _Doing("walk_out")
    if (shut := closed_now(state.pressed, persona, heard.touches, state.trust)) is not None:
        does = level(state.pressed, shut.topic)
        stays = does == "leave" and shut.misses_next
        return _Doing(GOES_COLD if stays else CLOSED_ACTS[does], closed=does, topic=shut.topic)
    if heard.moment == "silence":
        return _in_silence(state, persona, heard, last_acts, rng)
    if heard.moment is not None:
        return _Doing(MOMENT_ACTS[heard.moment], heard.moment)
    if heard.false_choice:
        return _Doing(_draw({act: persona.style.acts.get(act, 0.3) + 0.5 for act in NO_CHOICE_ACTS}, rng))
    if heard.belief is not None:
        return _Doing(BELIEF_ACT, belief=heard.belief)
    stance = _draw(stance_odds(state, persona, heard), rng)
    return _Doing(_draw(act_odds(Stance(stance), state, persona, heard, last_acts), rng))


def _in_silence(state: State, persona: Persona, heard: Heard, last_acts: tuple[str, ...], rng: random.Random) -> _Doing:
    """With room to go on a client goes on unasked; in a stand-off one of few words keeps silent too."""
    if state.outcome == "room" and rng.random() < goes_on(heard.silences):
        odds = act_odds(Stance.CHANGE, state, persona, heard, last_acts)
        more = state.stance == Stance.CHANGE and rng.random() < 0.7
        return _Doing(_draw({act: odds[act] for act in OPENED if act in odds}, rng) if more else "open_up")
    if state.outcome == "stand_off" and rng.random() < says_nothing(persona.style.acts.get("silent", 0.0)):
        return _Doing("silent")
    return _Doing(MOMENT_ACTS["silence"], "silence")


def open_facts(state: State, persona: Persona) -> tuple[str, ...]:
    """Ids of the facts that may be told now; after the new ones, those that were told in an earlier session."""
    new = [fact.id for fact in persona.facts if fact.trust <= state.trust and fact.id not in state.told]
    return (*new, *(fact.id for fact in persona.facts if fact.id in state.earlier))


def stage_of(state: State) -> Stage:
    """Where in a session the client is; twenty turns are a usual one."""
    return "early" if state.turns <= 4 else "middle" if state.turns <= 12 else "late"


def _draw(weights: dict[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]


__all__ = ["MOMENT_ACTS", "Plan", "make_plan", "open_facts", "stage_of"]

"""The plan of a group's answer: who answers, who chimes in on whom, and how. One to three parts.

Who is called answers, though somebody may cut in before. Others agree and egg on where the room is against the
counsellor; where it works together, they back up change. Sustain and change talk are catching, each in its own room.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.client.acts import ACTS, Stance
from app.client.group import CHIMES, Cast, Kind
from app.client.group_address import Address
from app.client.group_state import GroupState
from app.client.heard import Heard
from app.client.plan import Plan, make_plan
from app.client.state import State

#: Parts of one answer at most.
MOST_PARTS = 3
#: Chances of a silent member: to answer when all are spoken to, to stir when others speak.
SILENT_ANSWERS, SILENT_STIRS = 0.02, 0.12
#: Gentle turns before a silent member may find words, the chance then, and what each further one adds.
COAXED, FINDS_WORDS, WITH_EACH = 3, 0.4, 0.15
#: Acts by which a member opens up.
OPENS = ("open_up", "concern", "desire", "need", "reason", "ability", "commitment", "taking_steps")


@dataclass(frozen=True)
class PartPlan:
    """One part of a group's answer: `kind` None is an answer to the trainee, else chiming in on `on` (a member).

    `wordless`: a silent member answers without words.
    """

    member: str
    plan: Plan
    kind: Kind | None = None
    on: str | None = None
    wordless: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store."""
        own = {"member": self.member, "kind": self.kind, "on": self.on, "wordless": self.wordless}
        return own | {"plan": self.plan.as_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> PartPlan:
        """The part that `as_dict` wrote."""
        return cls(**values | {"plan": Plan.from_dict(values["plan"])})


def plan_group(
    state: GroupState, cast: Cast, heard: Mapping[str, Heard], to: Address, last_acts: Mapping[str, Sequence[str]],
    seed: int,
) -> tuple[PartPlan, ...]:  # fmt: skip
    """Plan a group's answer to one trainee turn. `state` is that after hearing it, `last_acts` by member, newest last.

    The same arguments give the same plan. Never empty while somebody is present.
    """
    rng = random.Random(seed)
    main = _main(state, cast, to, rng)
    answer = _answer(main, state, cast, heard[main], tuple(last_acts.get(main, ())), rng, to)
    parts = [answer]
    others = [member for member in state.present if member != main]
    rng.shuffle(others)
    for member in others:
        if len(parts) < MOST_PARTS and (chime := _chime(member, answer, state, cast, heard[member], rng)) is not None:
            parts.insert(0 if chime.kind == "interrupt" else len(parts), chime)
    return tuple(parts)


def plans_as_list(parts: Sequence[PartPlan]) -> list[dict[str, Any]]:
    """The plan as plain JSON values."""
    return [part.as_dict() for part in parts]


def plans_from_list(values: Sequence[dict[str, Any]]) -> tuple[PartPlan, ...]:
    """The plan that `plans_as_list` wrote."""
    return tuple(PartPlan.from_dict(value) for value in values)


def _main(state: GroupState, cast: Cast, to: Address, rng: random.Random) -> str:
    """Who answers the trainee."""
    silent = _silent(cast)
    asked = [member for member in to.to if member in state.present] or list(state.present)
    weights = {member: _talks(member, state, cast, silent) for member in asked}
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def _talks(member: str, state: GroupState, cast: Cast, silent: Sequence[str]) -> float:
    """How likely a member is to answer what all were asked: talkers do, and who has not spoken for a while."""
    if member in silent:
        return SILENT_ANSWERS
    quiet = cast.people[member].style.acts.get("silent", 0.0)
    return (1.2 - 0.08 * quiet) * (1 + 0.35 * min(state.silent_for(member), 4)) * (0.7 if state.last == member else 1.0)


def _answer(
    member: str, state: GroupState, cast: Cast, heard: Heard, acts: tuple[str, ...], rng: random.Random, to: Address
) -> PartPlan:
    """The answer itself, by the member's own plan; a silent one's is wordless until they have been coaxed."""
    mine = _caught(member, state, cast, rng)
    plan = make_plan(mine, cast.people[member], heard, acts, rng.randrange(2**31))
    if member not in _silent(cast):
        return PartPlan(member, plan)
    count = state.coaxing(member)
    chance = FINDS_WORDS + WITH_EACH * (count - COAXED) if count >= COAXED and to.one == member else 0.0
    if rng.random() < chance and not heard.pressed:
        return PartPlan(member, plan)
    return PartPlan(member, _as_act(plan, "silent"), wordless=True)


def _caught(member: str, state: GroupState, cast: Cast, rng: random.Random) -> State:
    """The member's state, with the stance of the one who spoke last where it is catching.

    Sustain talk catches in a divided room, change talk in one that works together; bonds carry it further.
    """
    mine, last = state.states[member], state.last
    if last is None or last == member:
        return mine
    bond = cast.group.bond(member, last, "eggs_on", "stands_by") - cast.group.bond(member, last, "cannot_stand")
    open_to = {Stance.SUSTAIN: 1 - state.collaboration, Stance.CHANGE: state.collaboration}
    chance = open_to.get(Stance(state.stance), 0.0) * (0.7 + 0.3 * bond)
    return replace(mine, stance=state.stance) if rng.random() < chance else mine


def _chime(
    member: str, answer: PartPlan, state: GroupState, cast: Cast, heard: Heard, rng: random.Random
) -> PartPlan | None:
    """Whether and how a member chimes in on the answer."""
    seed = rng.randrange(2**31)
    plan = make_plan(state.states[member], cast.people[member], heard, (), seed)
    if member in _silent(cast):
        stirs = SILENT_STIRS * (2.0 if answer.plan.act in OPENS else 1.0)
        still = _as_act(plan, "silent")
        return PartPlan(member, still, on=answer.member, wordless=True) if rng.random() < stirs else None
    odds = chime_odds(member, answer, state, cast, heard)
    kind = next((kind for kind, chance in odds.items() if rng.random() < chance), None)
    return PartPlan(member, _as_act(plan, CHIMES[kind].act), kind, answer.member) if kind else None


def chime_odds(member: str, answer: PartPlan, state: GroupState, cast: Cast, heard: Heard) -> dict[Kind, float]:
    """The chance of each way to chime in on an answer, each asked in turn where the ones before it did not come up."""
    group, room = cast.group, state.collaboration
    with_them = group.bond(member, answer.member, "eggs_on", "stands_by")
    eggs, against = group.bond(member, answer.member, "eggs_on"), group.bond(member, answer.member, "cannot_stand")
    stance, opens = Stance(answer.plan.stance), answer.plan.act in OPENS
    ready = 1.15 - 0.5 * state.states[member].resistance
    odds: dict[Kind, float] = {}
    if answer.wordless:
        return {"defend_other": 0.25 * (1 - room) + 0.3 * heard.pressed, "side_remark": 0.15}
    if answer.plan.act in ("walk_out", "farewell"):
        return {"side_remark": 0.4, "defend_other": 0.5 * with_them}
    if heard.pressed:
        odds["defend_other"] = (0.15 + 0.6 * with_them - 0.2 * against) * (1.1 - room)
    if stance == Stance.CHANGE or opens:
        odds["back_up_change"] = max(0.0, room - 0.3) * ready * (1 - 0.5 * against) * (1.0 + 0.3 * with_them)
        odds["turn_on"] = max(0.0, 0.75 - room) * (0.5 + 0.7 * against - 0.3 * with_them)
    if stance == Stance.SUSTAIN:
        odds["egg_on"] = (1 - room) * (0.20 + 0.60 * eggs)
        odds["agree"] = (1.1 - room) * (0.26 + 0.35 * with_them - 0.2 * against)
    if stance != Stance.CHANGE and not heard.moment:
        odds["interrupt"] = max(0.0, 0.6 - room) * (0.20 + 0.25 * against)
    odds["side_remark"] = 0.12 + 0.08 * against + 0.12 * (1 - room)
    return {kind: min(0.85, max(0.0, chance)) for kind, chance in odds.items()}


def _as_act(plan: Plan, act: str) -> Plan:
    """The same plan with another act, and nothing that only the first one did."""
    plain = replace(plan, act=act, stance=str(ACTS[act].stance), defence=None, belief=None, closed=None, topic=None)
    return plain if act == "silent" else replace(plain, moment=None)


def _silent(cast: Cast) -> tuple[str, ...]:
    return tuple(member.id for member in cast.group.members if member.silent)


__all__ = [
    "COAXED",
    "MOST_PARTS",
    "OPENS",
    "PartPlan",
    "chime_odds",
    "plan_group",
    "plans_as_list",
    "plans_from_list",
]

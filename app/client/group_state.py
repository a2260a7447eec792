"""A group's state: the members' own, how far the room works together, and who has been heard. Pure, like a client's.

After Wagner & Ingersoll (2013): pressure on a member closes the ranks, linking opens them. The sizes are the
project's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from app.client.acts import ACTS, Stance
from app.client.group import Cast
from app.client.group_address import Address, takes_up
from app.client.heard import Heard
from app.client.state import State, after_reply, next_state, start_state
from app.scoring.codes import FAMILIES

#: How much of a turn reaches those whom it is not spoken to; more of it those who have a bond with the one it is.
OVERHEARD, OVERHEARD_BONDED = 0.35, 0.55
#: What moves collaboration: pressure, and on all at once; linking what members said; inviting the others; choices laid
#: before the group; understanding said to all; a third turn running with the same one.
PRESSED, PRESSED_ALL = -0.060, -0.080
LINKS, INVITES, CHOICES, WARMTH, ONLY_ONE = 0.055, 0.040, 0.045, 0.015, -0.012
ALONE_WITH_ONE = 3
#: What pressure on another costs one who stands by or eggs on, and what it gives one who cannot stand the other.
RALLIES, GLOATS = 0.050, -0.010
#: What sustain talk does to listeners in a room that is against the counsellor, and change talk in one that is not.
DRAWN_IN, DRAWN_ON, DRAWN_ON_RULER = 0.014, -0.014, 0.12
#: Turns that a silent member counts as spoken to gently.
GENTLE = (
    *FAMILIES["reflection"],
    *FAMILIES["adherent"],
    *FAMILIES["choices"],
    "support",
    "open_question",
    "other",
)
_SHARES = ("resistance", "trust", "fatigue", "ownership")
_RULERS = ("importance", "confidence")


class Spoke(Protocol):
    """A part of the group's answer, as far as the state is concerned."""

    @property
    def member(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def fact(self) -> str | None: ...


@dataclass(frozen=True)
class GroupState:
    """Where the group stands. `states` by member; `collaboration` 0–1: from all against one to a room that works.

    `last` spoke last and took `stance`; `focus` and `focused`: the only member spoken to, and how often running.
    `quiet`: turns since each last spoke. `coaxed`: how often a silent one has been spoken to gently. `gone`: have left.
    """

    states: Mapping[str, State]
    collaboration: float
    last: str | None = None
    stance: str = Stance.NEUTRAL
    focus: str | None = None
    focused: int = 0
    quiet: Mapping[str, int] | None = None
    coaxed: Mapping[str, int] | None = None
    gone: tuple[str, ...] = ()
    turns: int = 0

    @property
    def present(self) -> tuple[str, ...]:
        """Ids of those who have not left."""
        return tuple(member for member in self.states if member not in self.gone)

    def silent_for(self, member: str) -> int:
        """Turns since a member last spoke."""
        return (self.quiet or {}).get(member, 0)

    def coaxing(self, member: str) -> int:
        """How often a member has been spoken to gently and directly, without pressure since."""
        return (self.coaxed or {}).get(member, 0)

    @property
    def middle(self) -> State:
        """The group as one client, for what shows one: the mean of those present, or of all where nobody is."""
        states = [self.states[member] for member in self.present or self.states]
        means: dict[str, Any] = {
            name: _mean([getattr(state, name) for state in states]) for name in (*_SHARES, *_RULERS)
        }
        heat = max(state.heat for state in states)
        return State(**means, heat=heat, turns=self.turns, stance=self.stance)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store; those of `middle` beside the group's own, so that a chart reads both."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            **self.middle.as_dict(),
            **own,
            "states": {member: state.as_dict() for member, state in self.states.items()},
            "stance": str(self.stance),
            "quiet": dict(self.quiet or {}),
            "coaxed": dict(self.coaxed or {}),
            "gone": list(self.gone),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> GroupState:
        """The state that `as_dict` wrote; what is not known here is left."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        states = {member: State.from_dict(state) for member, state in known["states"].items()}
        return cls(**known | {"states": states, "gone": tuple(known.get("gone", ()))})


def start_group(cast: Cast) -> GroupState:
    """The state before the trainee's first word."""
    states = {member: start_state(cast.people[member]) for member in cast.group.ids}
    return GroupState(states, cast.group.collaboration, quiet=dict.fromkeys(states, 0), coaxed={})


def next_group_state(
    state: GroupState, cast: Cast, heard: Mapping[str, Heard], to: Address, recent: Sequence[tuple[str, str]] = ()
) -> GroupState:
    """The state after one trainee turn, as each member present has `heard` it. `recent`: (member, words) last said."""
    states = dict(state.states)
    for member in state.present:
        mine = next_state(states[member], cast.people[member], heard[member])
        part = 1.0 if member in to.to else _reaches(cast, member, to)
        states[member] = mine if part == 1.0 else _overheard(states[member], mine, part)
        states[member] = _rallies(states[member], cast, member, to, heard[member])
    any_heard = heard[state.present[0]] if state.present else None
    moved = _moved(state, any_heard, to, recent) if any_heard else 0.0
    focused = state.focused + 1 if to.one is not None and to.one == state.focus else 1
    return replace(
        state,
        states=states,
        collaboration=_clamp(state.collaboration + moved),
        focus=to.one,
        focused=focused,
        coaxed={member: _coaxed(state, member, to, heard[member]) for member in state.present},
        turns=state.turns + 1,
    )


def after_parts(state: GroupState, cast: Cast, parts: Sequence[Spoke]) -> GroupState:
    """The state once the group has answered: stances, what was told, who has left, and what it did to the listeners."""
    states, gone = dict(state.states), state.gone
    for part in parts:
        stance = ACTS[part.act].stance
        states[part.member] = after_reply(states[part.member], stance, part.fact)
        gone = (*gone, part.member) if part.act == "walk_out" and part.member not in gone else gone
        for other in state.present:
            if other != part.member:
                states[other] = _drawn(states[other], stance, state.collaboration, cast, other, part.member)
    spoke = {part.member for part in parts}
    worded = [part for part in parts if part.act != "silent"] or list(parts)
    coaxed = {member: min(count, 1) if _found_words(member, parts) else count for member, count in _counts(state)}
    return replace(
        state,
        states=states,
        gone=gone,
        last=worded[-1].member if worded else state.last,
        stance=str(ACTS[worded[-1].act].stance) if worded else state.stance,
        quiet={member: 0 if member in spoke else state.silent_for(member) + 1 for member in state.states},
        coaxed=coaxed,
    )


def over(state: GroupState, cast: Cast) -> bool:
    """Whether nobody is left who speaks."""
    return not set(state.present) & set(cast.group.speaking)


def _moved(state: GroupState, heard: Heard, to: Address, recent: Sequence[tuple[str, str]]) -> float:
    """What the turn does to collaboration; every reason for or against counts once."""
    if heard.pressed:
        return PRESSED_ALL if len(to.to) > 1 else PRESSED
    reflects = bool(set(heard.codes) & {*FAMILIES["reflection"], "reframe", "affirmation"})
    links = reflects and len({*to.named, *takes_up(heard.text, recent)}) > 1
    together = len(to.to) > 1
    choices = together and bool(set(heard.codes) & {*FAMILIES["choices"], "seek_collaboration"})
    only_one = to.one is not None and to.one == state.focus and state.focused + 1 >= ALONE_WITH_ONE
    gains = LINKS * links + INVITES * to.invites + CHOICES * choices + WARMTH * (reflects and together and not links)
    return gains * (1 - state.collaboration) * 2 + ONLY_ONE * only_one


def _reaches(cast: Cast, member: str, to: Address) -> float:
    bonded = any(cast.group.bond(member, other, "eggs_on", "stands_by") for other in to.to)
    return OVERHEARD_BONDED if bonded else OVERHEARD


def _overheard(before: State, after: State, part: float) -> State:
    """A part of what the turn would have done; nobody is pressed, or gets hotter, by what was said to another."""
    moved: dict[str, Any] = {
        name: _between(getattr(before, name), getattr(after, name), part) for name in (*_SHARES, *_RULERS)
    }
    return replace(before, **moved, turns=after.turns, heat=min(before.heat, after.heat), outcome="")


def _rallies(state: State, cast: Cast, member: str, to: Address, heard: Heard) -> State:
    """Pressure on one unites those who are with them; who cannot stand them enjoys it a little."""
    others = [other for other in to.to if other != member]
    if not heard.pressed or member in to.to or not others:
        return state
    with_them = max(cast.group.bond(member, other, "eggs_on", "stands_by") for other in others)
    against = max(cast.group.bond(member, other, "cannot_stand") for other in others)
    change = RALLIES * with_them if with_them >= against else GLOATS * against
    return replace(state, resistance=_clamp(state.resistance + change))


def _drawn(state: State, stance: Stance, collaboration: float, cast: Cast, member: str, other: str) -> State:
    """What another's words do to a listener: sustain talk draws in where all are against one, change talk elsewhere."""
    group = cast.group
    bonded = 1.0 + group.bond(member, other, "eggs_on", "stands_by") - group.bond(member, other, "cannot_stand")
    if stance == Stance.SUSTAIN:
        against = (1 - collaboration) * bonded
        return replace(state, resistance=_clamp(state.resistance + DRAWN_IN * against * (1 - state.resistance)))
    if stance == Stance.CHANGE:
        towards = collaboration * bonded
        return replace(
            state,
            resistance=_clamp(state.resistance + DRAWN_ON * towards * state.resistance),
            importance=_clamp(state.importance + DRAWN_ON_RULER * towards, 10),
        )
    return state


def _coaxed(state: GroupState, member: str, to: Address, heard: Heard) -> int:
    """Gentle turns to a member alone; pressure on them undoes all, pressure on another half."""
    count = state.coaxing(member)
    if heard.pressed:
        return 0 if member in to.to else count // 2
    gentle = heard.moment == "silence" or set(heard.codes) <= set(GENTLE)
    return count + 1 if to.one == member and gentle else count


def _found_words(member: str, parts: Sequence[Spoke]) -> bool:
    return any(part.member == member and part.act != "silent" for part in parts)


def _counts(state: GroupState) -> list[tuple[str, int]]:
    return list((state.coaxed or {}).items())


def _between(before: float, after: float, part: float) -> float:
    return round(before + (after - before) * part, 4)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


def _clamp(value: float, top: float = 1.0) -> float:
    return round(max(0.0, min(top, value)), 4)


__all__ = ["GroupState", "after_parts", "next_group_state", "over", "start_group"]

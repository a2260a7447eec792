"""What a client brings to the next session: where they stand, what they remember, whether they come at all.

For the caller: when a session ends, keep `memory_after(...)` (as JSON by `as_dict`). Before the next one, ask
`begin(persona, memory, seed)`, with None for a first session. Its `state` is the one to start from, its `opening` the
client's first words. `does_not_come`: nobody appears and nothing is said; keep `memory_of_missing(memory)`, and the
client comes the next time. `has_ended`: the opening is a goodbye and the session ends with it (`Arrival.ends`); keep
the memory as it is, and so does every later one. All of it is pure: the same arguments give the same arrival.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from app.client.acts import Stance
from app.client.closed import LEVELS, cooled
from app.client.heard import Said
from app.client.persona import Persona, Returning
from app.client.state import State, start_state

Kind = Literal["on_time", "late", "after_missing", "after_walking_out", "does_not_come", "has_ended"]

#: How a session that the client missed, left, or that the trainee ended is called in `Memory.ended`.
MISSED, WALKED_OUT, BY_TRAINEE = "missed", "walked_out", "trainee"
#: Acts whose last words a client is held to the next time.
PROMISES = ("commitment", "taking_steps")
#: Sessions running that end very hot after which the client does not go on.
ENDS_AFTER = 2
#: How much of the way back to the start a client slips between sessions, and the drift either way by chance.
SLIPS, SLIPS_RULERS, DRIFT = 0.25, 0.15, 0.04
#: What staying away, and having walked out, leave of trust.
TRUST_LOST = {"after_missing": 0.03, "after_walking_out": 0.05}


@dataclass(frozen=True)
class Memory:
    """What is left of the sessions so far.

    `ended`: why the last one did (`trainee`, `walked_out`, …), `missed` where the client did not come to it. `state` is
    that at its end. `sessions` counts those that took place; `hot` those in a row that ended at or above the
    walking-out level. `stays_away`: the client goes cold and does not come to the next. `homework`: the words of the
    last commitment or step that the client voiced.
    """

    ended: str
    state: State
    last_words: str = ""
    sessions: int = 1
    hot: int = 0
    stays_away: bool = False
    homework: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store."""
        return asdict(self) | {"state": self.state.as_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Memory:
        """The memory that `as_dict` wrote; what is not known here is left."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(**known | {"state": State.from_dict(known["state"])})


@dataclass(frozen=True)
class Arrival:
    """How a client comes to a session: the state to start from and the first words, empty where nobody comes.

    `homework`: whether what was promised was done; None where nothing was.
    """

    kind: Kind
    state: State
    opening: str
    homework: bool | None = None

    @property
    def comes(self) -> bool:
        """Whether there is a session at all."""
        return self.kind != "does_not_come"

    @property
    def ends(self) -> bool:
        """Whether the opening is the last that the client says."""
        return self.kind == "has_ended"


def memory_after(
    persona: Persona, state: State, ended: str, history: Sequence[Said], earlier: Memory | None = None
) -> Memory:
    """What is left of a finished session: its last state, why it ended, all turns, and the memory it began with."""
    spoken = [said for said in history if said.speaker == "client"]
    promised = [said.text for said in spoken if said.act in PROMISES]
    return Memory(
        ended=ended,
        state=state,
        last_words=spoken[-1].text if spoken else "",
        sessions=(earlier.sessions if earlier else 0) + 1,
        hot=(earlier.hot if earlier else 0) + 1 if very_hot(state, persona) else 0,
        stays_away=state.cold,
        homework=promised[-1] if promised else None,
    )


def memory_of_missing(memory: Memory) -> Memory:
    """What is left where the client did not come: the same, a session missed, the promise forgotten."""
    return replace(memory, ended=MISSED, stays_away=False, homework=None)


def begin(persona: Persona, memory: Memory | None, seed: int) -> Arrival:
    """How the client comes to the next session, or does not."""
    rng = random.Random(seed)
    if memory is None:
        return Arrival("on_time", start_state(persona), rng.choice(persona.openings))
    kind = _kind(memory, rng)
    state = _carried_over(persona, memory, kind, rng)
    if kind == "does_not_come":
        return Arrival(kind, state, "")
    done = _did_homework(memory, rng) if memory.homework and kind in ("on_time", "late") else None
    return Arrival(kind, _after_homework(state, done), _opening(persona, kind, done, rng), done)


def very_hot(state: State, persona: Persona) -> bool:
    """Whether a session ended at or above the resistance at which this client leaves."""
    return state.resistance >= persona.walks_out.resistance


def chance_of_staying_away(memory: Memory) -> float:
    """The chance of not coming, 0–1: sure where they went cold, likely after leaving, never twice running."""
    if memory.ended == MISSED:
        return 0.0
    if memory.stays_away:
        return 1.0
    pressed_out = any(count >= len(LEVELS) for _, count in memory.state.pressed)
    if memory.ended != WALKED_OUT and not pressed_out:
        return 0.0
    return min(0.8, max(0.2, 0.25 + 0.5 * (memory.state.resistance - memory.state.trust)))


def _kind(memory: Memory, rng: random.Random) -> Kind:
    away, late = rng.random(), rng.random()
    if memory.hot >= ENDS_AFTER:
        return "has_ended"
    if away < chance_of_staying_away(memory):
        return "does_not_come"
    if memory.ended == MISSED:
        return "after_missing"
    if memory.ended == WALKED_OUT:
        return "after_walking_out"
    return "late" if late < 0.05 + 0.35 * memory.state.resistance * (1 - memory.state.trust) else "on_time"


def _carried_over(persona: Persona, memory: Memory, kind: Kind, rng: random.Random) -> State:
    """The state to begin with: that of the end, slipped back a little; presses cooled, tiredness and heat gone."""
    last, start = memory.state, persona.start
    drift = rng.uniform(-DRIFT, DRIFT)
    top = max(start.resistance, persona.walks_out.resistance - 0.05)
    return State(
        resistance=_between(_toward(last.resistance, start.resistance, SLIPS) + drift, top),
        trust=_between(_toward(last.trust, start.trust, SLIPS / 2) - drift / 2 - TRUST_LOST.get(kind, 0.0), 1),
        importance=_between(_toward(last.importance, start.importance, SLIPS_RULERS), 10),
        confidence=_between(_toward(last.confidence, start.confidence, SLIPS_RULERS), 10),
        stance=Stance.NEUTRAL,
        told=last.told,
        earlier=last.told,
        ownership=_between(0.8 * last.ownership, 1),
        pressed=cooled(tuple((topic, min(count, 2)) for topic, count in last.pressed)),
    )


def _did_homework(memory: Memory, rng: random.Random) -> bool:
    """What is the client's own, feels possible and matters gets done."""
    state = memory.state
    chance = 0.1 + 0.35 * state.ownership + 0.035 * state.confidence + 0.025 * state.importance - 0.2 * state.resistance
    return rng.random() < min(0.9, max(0.05, chance))


def _after_homework(state: State, done: bool | None) -> State:
    """A promise kept makes confident, one not kept a little less so."""
    if done is None:
        return state
    confidence = _between(state.confidence + (0.5 if done else -0.2), 10)
    return replace(state, confidence=confidence, stance=Stance.CHANGE if done else state.stance)


def _opening(persona: Persona, kind: Kind, done: bool | None, rng: random.Random) -> str:
    """The first words, those on homework behind them. Who has no words for coming back opens as the first time."""
    if persona.returning is None:
        return rng.choice(persona.openings)
    first = rng.choice(_at_the_door(persona.returning, kind))
    if done is None:
        return first
    lines = persona.returning.homework_done if done else persona.returning.homework_undone
    return f"{first} {rng.choice(lines)}"


def _at_the_door(returning: Returning, kind: Kind) -> tuple[str, ...]:
    if kind == "late":
        return returning.late
    if kind == "after_missing":
        return returning.missed
    if kind == "after_walking_out":
        return returning.walked_out
    return returning.ending if kind == "has_ended" else returning.again


def _toward(value: float, goal: float, share: float) -> float:
    return value + share * (goal - value)


def _between(value: float, top: float) -> float:
    return round(max(0.0, min(top, value)), 4)


__all__ = [
    "BY_TRAINEE",
    "MISSED",
    "WALKED_OUT",
    "Arrival",
    "Memory",
    "begin",
    "chance_of_staying_away",
    "memory_after",
    "memory_of_missing",
    "very_hot",
]

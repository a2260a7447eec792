"""A conversation with a group in memory: the steps and the seeds of a stored one, for the terminal, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.client.actor import Actor, Spoken
from app.client.ensemble import (
    Part,
    acts_of,
    composite,
    hear_group,
    most_resistant,
    recently,
    said_by,
    scene,
    speak_group,
)
from app.client.group import Cast
from app.client.group_address import Address, address, to_one
from app.client.group_plan import PartPlan, plan_group
from app.client.group_state import GroupState, after_parts, next_group_state, over, start_group
from app.client.heard import Heard, Said
from app.client.state import State
from app.practice.turns import clean, codes_heard, turn_seed
from app.scoring.scored import client_columns, counsellor_columns
from app.scoring.types import CodedTurn, Coder, Talk


@dataclass(frozen=True)
class GroupExchange:
    """One counsellor turn and the group's answer, in parts. `group` is the state after it, `to` who was spoken to."""

    turn: int
    previous: str
    text: str
    to: tuple[str, ...]
    coded: CodedTurn
    parts: tuple[Part, ...]
    talk: Talk
    group: GroupState
    ended: bool

    @property
    def spoken(self) -> Spoken:
        """The answer as one client's, which the measures read: all words, the act of the most resistant part."""
        part = most_resistant(self.parts)
        return Spoken(composite(self.parts), part.act, part.stance, part.fact, part.source, part.candidates)

    @property
    def state(self) -> State:
        """The group as one client."""
        return self.group.middle

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: those of a single client, with the parts."""
        spoken = self.spoken
        client = {"act": spoken.act, "text": spoken.text, **client_columns(self.talk)}
        return {
            "turn": self.turn,
            "previous": self.previous,
            "counsellor": {"text": self.text, "to": list(self.to), **counsellor_columns(self.coded)},
            "client": client | {"source": spoken.source, "fact": spoken.fact},
            "parts": [part.as_dict() for part in self.parts],
            "state": self.group.as_dict(),
        }


@dataclass(frozen=True)
class _Due:
    """A turn that was taken and waits for its answer."""

    text: str
    to: Address
    coded: CodedTurn
    heard: dict[str, Heard]
    plan: tuple[PartPlan, ...]


class GroupConversation:
    """One group in one conversation. `take` and `reply` by turns; `opening` is what is said first."""

    def __init__(self, cast: Cast, coder: Coder, actor: Actor, seed: int) -> None:
        self.cast, self.exchanges = cast, list[GroupExchange]()
        self._coder, self._actor, self._seed = coder, actor, seed
        start = start_group(cast)
        parts = scene(cast, "openings", seed, start.present)
        self.opening, self.start = composite(parts), start.middle
        self._state = after_parts(start, cast, parts)
        self._history = said_by(parts)
        self._last = Said("client", self.opening, parts[-1].act, parts[-1].stance)
        self._due: _Due | None = None

    @property
    def name(self) -> str:
        """What the group is called."""
        return self.cast.group.name

    @property
    def briefing(self) -> str:
        """What the trainee reads before."""
        return self.cast.group.briefing

    @property
    def last(self) -> Said:
        """The group's last words."""
        return self._last

    def spoken_as(self, text: str) -> str:
        """A reply as a transcript shows it: the names stand in it already."""
        return text

    def take(self, text: str, member: str | None = None) -> CodedTurn:
        """Hear one counsellor turn, to a `member` or to whom its words are spoken: its codes. Raises Invalid."""
        text = clean(text)
        coded = self._coder.code(text, self.last.text)
        recent = recently(self._history)
        to = to_one(member, self.cast) if member else address(text, self.cast, self._state.present, recent)
        codes = codes_heard(coded.utterances)
        heard = hear_group(text, codes, self.cast, self._state.present, self._history)
        self._state = next_group_state(self._state, self.cast, heard, to, recent)
        seed = turn_seed(self._seed, 2 * len(self.exchanges) + 1)
        plan = plan_group(self._state, self.cast, heard, to, acts_of(self._history), seed)
        self._due = _Due(text, to, coded, heard, plan)
        return coded

    async def reply(self) -> GroupExchange:
        """The group's answer to what was taken. Raises EngineBusy; a second call after that tries again."""
        if self._due is None:
            raise RuntimeError("there is nothing to answer: call take first")
        due, previous = self._due, self.last.text
        parts = await speak_group(self._actor, self.cast, due.plan, self._state, due.heard, self._history)
        self._state = after_parts(self._state, self.cast, parts)
        self._history += [Said("counsellor", due.text), *said_by(parts)]
        talk = self._coder.talk(most_resistant(parts).text, due.text)
        exchange = GroupExchange(
            len(self.exchanges) + 1, previous, due.text, due.to.to, due.coded, parts, talk, self._state,
            over(self._state, self.cast),
        )  # fmt: skip
        self._last = Said("client", composite(parts), exchange.spoken.act, str(exchange.spoken.stance))
        self._due = None
        self.exchanges.append(exchange)
        return exchange


__all__ = ["GroupConversation", "GroupExchange"]

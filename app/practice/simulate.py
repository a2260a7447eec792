"""A conversation in memory, without accounts or a store: for the terminal, for experiments, for tests.

The steps and the seeds are those of a stored session (`turns.py`), so the same persona, seed and words give the same
client.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.client.actor import Actor, Spoken
from app.client.acts import ACTS
from app.client.heard import Heard, Said, hear
from app.client.persona import Persona
from app.client.plan import Plan, make_plan
from app.client.state import State, after_reply, next_state, start_state
from app.practice.turns import clean, codes_heard, turn_seed
from app.practice.views import is_silence
from app.scoring.measures import SessionMeasures, measure
from app.scoring.rows import Row
from app.scoring.scored import client_columns, counsellor_columns
from app.scoring.types import CodedTurn, Coder, Talk

#: What the counsellor says next, given what the client said last and the client's act; None ends the conversation.
Counsellor = Callable[[str, str, int], str | None]


class Answered(Protocol):
    """One counsellor turn and what came back, from one client or from a group."""

    @property
    def turn(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def coded(self) -> CodedTurn: ...
    @property
    def spoken(self) -> Spoken: ...
    @property
    def talk(self) -> Talk: ...
    @property
    def state(self) -> State: ...
    @property
    def ended(self) -> bool: ...
    def as_dict(self) -> dict[str, Any]: ...


class Talking(Protocol):
    """A conversation with one client or with a group."""

    @property
    def name(self) -> str: ...
    @property
    def briefing(self) -> str: ...
    @property
    def opening(self) -> str: ...
    @property
    def start(self) -> State: ...
    @property
    def last(self) -> Said: ...
    @property
    def exchanges(self) -> Sequence[Answered]: ...
    def spoken_as(self, text: str) -> str: ...
    def take(self, text: str) -> CodedTurn: ...
    async def reply(self) -> Answered: ...


@dataclass(frozen=True)
class Exchange:
    """One counsellor turn and the client's answer. `turn` counts from 1, `previous` is what the counsellor answered.

    `state` is the client's after having spoken, `plan` what the answer was to be.
    """

    turn: int
    previous: str
    text: str
    coded: CodedTurn
    spoken: Spoken
    talk: Talk
    state: State
    plan: Plan | None = None

    @property
    def ended(self) -> bool:
        """Whether the client has left."""
        return self.spoken.act == "walk_out"

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, as `rollwith simulate` prints them; codes and talk are those of `rollwith score`."""
        spoken = self.spoken
        client = {"act": spoken.act, "text": spoken.text, **client_columns(self.talk)}
        return {
            "turn": self.turn,
            "previous": self.previous,
            "counsellor": {"text": self.text, **counsellor_columns(self.coded)},
            "client": client | {"source": spoken.source, "fact": spoken.fact},
            "state": self.state.as_dict(),
        }


class Conversation:
    """One persona in one conversation. `take` and `reply` by turns; `opening` is what the client says first."""

    def __init__(self, persona: Persona, coder: Coder, actor: Actor, seed: int) -> None:
        self.persona, self.exchanges = persona, list[Exchange]()
        self.opening = random.Random(seed).choice(persona.openings)
        self._coder, self._actor, self._seed = coder, actor, seed
        self._state = after_reply(start_state(persona), ACTS["small_talk"].stance, None)
        self._history = [_client_said(self.opening, "small_talk")]
        self._due: tuple[str, CodedTurn, Heard, Plan] | None = None

    @property
    def name(self) -> str:
        """The client's whole name."""
        return self.persona.name

    @property
    def briefing(self) -> str:
        """What the trainee reads before."""
        return self.persona.briefing

    @property
    def start(self) -> State:
        """Where the client stood before the first word."""
        return start_state(self.persona)

    def spoken_as(self, text: str) -> str:
        """A reply as a transcript shows it."""
        return f"{self.name.split()[0]}: {text}"

    @property
    def last(self) -> Said:
        """The client's last words."""
        return self._history[-1]

    def take(self, text: str) -> CodedTurn:
        """Hear one counsellor turn: its codes. Raises Invalid for a blank or too long one, which changes nothing."""
        text = clean(text)
        coded = self._coder.code(text, self.last.text)
        heard = hear(text, codes_heard(coded.utterances), self.persona, self._history)
        self._state = next_state(self._state, self.persona, heard)
        acts = tuple(said.act for said in self._history if said.act)
        plan = make_plan(self._state, self.persona, heard, acts, turn_seed(self._seed, len(self._history)))
        self._due = text, coded, heard, plan
        return coded

    async def reply(self) -> Exchange:
        """The client's answer to what was taken. Raises EngineBusy; a second call after that tries again."""
        if self._due is None:
            raise RuntimeError("there is nothing to answer: call take first")
        text, coded, heard, plan = self._due
        previous = self.last.text
        spoken = await self._actor.speak(self.persona, plan, self._state, heard, self._history)
        self._state = after_reply(self._state, spoken.stance, spoken.fact)
        talk = self._coder.talk(spoken.text, text)
        self._history += [Said("counsellor", text), _client_said(spoken.text, spoken.act)]
        self._due = None
        exchange = Exchange(len(self.exchanges) + 1, previous, text, coded, spoken, talk, self._state, plan)
        self.exchanges.append(exchange)
        return exchange


async def simulate(conversation: Talking, counsellor: Counsellor, turns: int) -> AsyncGenerator[Answered, None]:
    """Up to `turns` exchanges with a counsellor made of rules or a script; a client who leaves ends it early."""
    for turn in range(1, turns + 1):
        last = conversation.last
        text = counsellor(last.text, last.act or "small_talk", turn)
        if text is None:
            return
        conversation.take(text)
        exchange = await conversation.reply()
        yield exchange
        if exchange.ended:
            return


def measured(conversation: Talking) -> SessionMeasures:
    """The measures of what was said so far, the client's opening included; silences are left out, as in a report."""
    rows = [Row("client", conversation.opening, talk="neutral")]
    for exchange in conversation.exchanges:
        resists = ACTS[exchange.spoken.act].resistance is not None
        if not is_silence(exchange.text):
            rows.append(Row("counsellor", exchange.text, codes=exchange.coded.codes))
        talk = exchange.talk
        rows.append(Row("client", exchange.spoken.text, talk=talk.type, resists=resists, talk_sure=talk.sure))
    return measure(rows)


def _client_said(text: str, act: str) -> Said:
    return Said("client", text, act, str(ACTS[act].stance))


__all__ = ["Answered", "Conversation", "Counsellor", "Exchange", "Talking", "measured", "simulate"]

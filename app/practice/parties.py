"""What a turn needs of whoever sits across from the trainee: one interface, one party for a person, one for a group.

Stored rows in, plain values out: a party knows how its state, its plan and its words are kept in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from app.client.actor import Actor, Spoken
from app.client.acts import ACTS, Stance
from app.client.authored import NOTHING_SAID
from app.client.ensemble import (
    Part,
    acts_of,
    composite,
    hear_group,
    most_resistant,
    recently,
    scene,
    speak_group,
)
from app.client.group import Cast
from app.client.group_address import address, to_one
from app.client.group_plan import plan_group, plans_as_list, plans_from_list
from app.client.group_state import GroupState, after_parts, next_group_state, over, start_group
from app.client.heard import Heard, Said, hear
from app.client.memory import Arrival
from app.client.parting import goodbye, tone_of
from app.client.persona import Persona
from app.client.plan import Plan, make_plan
from app.client.state import State, after_reply, next_state
from app.i18n import gettext as _
from app.practice.arrivals import said
from app.practice.errors import Invalid
from app.practice.faces import Client
from app.scoring.types import Coder
from app.store.tables import PracticeSession, Speaker, Turn


@dataclass(frozen=True)
class Answer:
    """Words to be stored as one client turn, with the state after them.

    `parts`: who of a group said what; `spoken` is then the whole as one client's, its act that of the most resistant
    part. `leaves`: nobody is left to talk with.
    """

    spoken: Spoken
    state: dict[str, Any]
    parts: tuple[Part, ...] = ()
    leaves: bool = False


class Party(Protocol):
    """Whoever sits across from the trainee. `turns` are a session's rows in order, up to the moment in question."""

    def spoken_to(self, to: str, turns: Sequence[Turn]) -> str | None:
        """The id of the member whom the trainee picked, None where nobody was. Raises Invalid."""

    def take(
        self, turns: Sequence[Turn], text: str, codes: Sequence[str], to: str | None, seed: int
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """State and planned answer after hearing a trainee turn."""

    async def answer(
        self, actor: Actor, turns: Sequence[Turn], turn: Turn, codes: Sequence[str], earlier: frozenset[str]
    ) -> Answer:
        """The answer that was planned to `turn`, which follows on `turns`. Raises EngineBusy.

        `earlier`: what was said in earlier sessions.
        """

    def farewell(self, last: Turn, seed: int) -> Answer:
        """The last words after the `last` turn."""


@dataclass(frozen=True)
class Alone:
    """One person."""

    persona: Persona

    def spoken_to(self, to: str, turns: Sequence[Turn]) -> str | None:  # noqa: ARG002
        if to:
            name = self.persona.name.split()[0]
            raise Invalid("to", _("%(name)s is alone here. Leave “to” out.") % {"name": name})
        return None

    def take(
        self, turns: Sequence[Turn], text: str, codes: Sequence[str], to: str | None, seed: int  # noqa: ARG002
    ) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
        heard = hear(text, codes, self.persona, said(turns))
        state = next_state(State.from_dict(turns[-1].state), self.persona, heard)
        acts = tuple(turn.act for turn in turns if turn.act)
        return state.as_dict(), make_plan(state, self.persona, heard, acts, seed).as_dict()

    async def answer(
        self, actor: Actor, turns: Sequence[Turn], turn: Turn, codes: Sequence[str], earlier: frozenset[str]
    ) -> Answer:
        plan, state = Plan.from_dict(turn.plan or {}), State.from_dict(turn.state)
        history = said(turns)
        heard = await asyncio.to_thread(hear, turn.text, codes, self.persona, history)
        spoken = await actor.speak(self.persona, plan, state, heard, history, earlier)
        after = after_reply(state, spoken.stance, spoken.fact)
        return Answer(spoken, after.as_dict(), leaves=spoken.act == "walk_out")

    def arrives(self, arrival: Arrival) -> Answer:
        """The first words."""
        act = "farewell" if arrival.ends else "small_talk"
        return _written(arrival.opening, act, arrival.state, Stance(arrival.state.stance))

    def farewell(self, last: Turn, seed: int) -> Answer:
        state = State.from_dict(last.state)
        text = goodbye(self.persona, state, seed)
        return _written(text, "farewell", state, ACTS["farewell"].stance)


@dataclass(frozen=True)
class Together:
    """A group. What it remembers ends with the session."""

    cast: Cast

    def spoken_to(self, to: str, turns: Sequence[Turn]) -> str | None:
        names, wanted = self.cast.names, to.strip().casefold()
        here = GroupState.from_dict(turns[-1].state).present
        found = [member for member in here if wanted in (member.casefold(), names[member].casefold())]
        if wanted and not found:
            known = ", ".join(f"{names[member]} ({member})" for member in here)
            words = _("There is nobody called %(name)s in the room. Speak to %(known)s, or to all of them.")
            raise Invalid("to", words % {"name": repr(to[:60]), "known": known})
        return found[0] if found else None

    def take(
        self, turns: Sequence[Turn], text: str, codes: Sequence[str], to: str | None, seed: int
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        before, history = GroupState.from_dict(turns[-1].state), _history(turns)
        recent = recently(history)
        spoken_to = to_one(to, self.cast) if to else address(text, self.cast, before.present, recent)
        heard = hear_group(text, codes, self.cast, before.present, history)
        state = next_group_state(before, self.cast, heard, spoken_to, recent)
        parts = plan_group(state, self.cast, heard, spoken_to, acts_of(history), seed)
        return state.as_dict(), {"to": list(spoken_to.to), "parts": plans_as_list(parts)}

    async def answer(
        self, actor: Actor, turns: Sequence[Turn], turn: Turn, codes: Sequence[str], earlier: frozenset[str]  # noqa: ARG002
    ) -> Answer:  # fmt: skip
        state, history = GroupState.from_dict(turn.state), _history(turns)
        plan = plans_from_list((turn.plan or {})["parts"])
        heard = await asyncio.to_thread(self._hears, turn.text, codes, state, history)
        return self._said(await speak_group(actor, self.cast, plan, state, heard, history), state)

    def opens(self, seed: int) -> Answer:
        """The first words."""
        state = start_group(self.cast)
        return self._said(scene(self.cast, "openings", seed, state.present) or self._nothing(state), state)

    def farewell(self, last: Turn, seed: int) -> Answer:
        state = GroupState.from_dict(last.state)
        said = scene(self.cast, "farewells", seed, state.present, tone_of(state.middle))
        return self._said(said or self._nothing(state), state)

    def _hears(self, text: str, codes: Sequence[str], state: GroupState, history: Sequence[Said]) -> dict[str, Heard]:
        return hear_group(text, codes, self.cast, state.present, history)

    def _said(self, parts: tuple[Part, ...], state: GroupState) -> Answer:
        main, after = most_resistant(parts), after_parts(state, self.cast, parts)
        spoken = Spoken(composite(parts), main.act, main.stance, main.fact, main.source, main.candidates)
        return Answer(spoken, after.as_dict(), parts, over(after, self.cast))

    def _nothing(self, state: GroupState) -> tuple[Part, ...]:
        """Where no scene has words of those who are left."""
        member, act = state.present[0], NOTHING_SAID.act
        return (Part(member, self.cast.names[member], NOTHING_SAID.text, act, ACTS[act].stance, None, "authored"),)


def party_of(client: Client) -> Party:
    """The party of a person, or of a group."""
    return Alone(client) if isinstance(client, Persona) else Together(client)


def client_turn(
    practice: PracticeSession,
    position: int,
    answer: Answer,
    coder: Coder,
    answers_id: int | None = None,
    previous: str | None = None,
) -> Turn:
    """An answer as a row; `previous`: what was said before it, which its talk is read with."""
    spoken = answer.spoken
    talks = [asdict(coder.talk(part.text, previous)) for part in answer.parts]
    whole = answer.parts.index(most_resistant(answer.parts)) if answer.parts else 0
    return Turn(
        session_id=practice.id,
        position=position,
        speaker=Speaker.CLIENT.value,
        text=spoken.text,
        state=answer.state,
        answers_id=answers_id,
        act=spoken.act,
        fact=spoken.fact,
        source=spoken.source,
        talk=talks[whole] if talks else asdict(coder.talk(spoken.text, previous)),
        candidates=_candidates(answer),
        parts=[
            part.as_dict() | {"wordless": part.wordless, "talk": talk}
            for part, talk in zip(answer.parts, talks, strict=True)
        ]
        or None,
    )


def _candidates(answer: Answer) -> list[dict[str, Any]] | None:
    """What was considered, of a group's under the name of the one who might have said it; None where nothing was."""
    named = [
        candidate.as_dict() | {"name": part.name} for part in answer.parts for candidate in part.candidates
    ]  # fmt: skip
    return named or [candidate.as_dict() for candidate in answer.spoken.candidates] or None


def _written(text: str, act: str, state: State, stance: Stance) -> Answer:
    spoken = Spoken(text, act, ACTS[act].stance, None, "authored", ())
    return Answer(spoken, after_reply(state, stance, None).as_dict())


def _history(turns: Sequence[Turn]) -> list[Said]:
    """A group's rows as its conversation: each part under its member's id."""
    found: list[Said] = []
    for turn in turns:
        if turn.parts is None:
            found.append(Said("counsellor", turn.text))
        found += [Said(part["member"], part["text"], part["act"], part["stance"]) for part in turn.parts or ()]
    return found


__all__ = ["Alone", "Answer", "Party", "Together", "client_turn", "party_of"]

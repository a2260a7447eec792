"""The ensemble: from a group's plan to what is heard in the room, part by part.

Answers are the actor's, from the member's own persona; chiming in, and a silent member's gestures, are written lines.
A group's history is turns of `Said` whose speaker is `counsellor` or a member's id.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.client.actor import Actor
from app.client.acts import ACTS, Stance
from app.client.authored import NOTHING_SAID, fit
from app.client.choose import Candidate, Source
from app.client.group import Cast, GroupLine, Kind
from app.client.group_address import without_name
from app.client.group_plan import PartPlan
from app.client.group_state import GroupState
from app.client.heard import Heard, Said, hear
from app.client.persona import Line, Persona, Tone
from app.client.plan import Plan
from app.client.state import State
from app.client.words import content_words

#: The acts of a silent member's few words.
WORDS = ("open_up", "inform", "hedge", "concern", "desire", "reason", "ask_back")
_STANCES = (Stance.SUSTAIN, Stance.NEUTRAL, Stance.CHANGE)


@dataclass(frozen=True)
class Part:
    """What one member said. `kind`: how they chimed in, and `on` whom; None for an answer to the trainee."""

    member: str
    name: str
    text: str
    act: str
    stance: Stance
    fact: str | None
    source: Source
    kind: Kind | None = None
    on: str | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def wordless(self) -> bool:
        """Whether it is a gesture, or nothing at all."""
        return not any(character.isalnum() for character in _outside(self.text))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the store; without what was considered and not said."""
        own = {name: getattr(self, name) for name in ("member", "name", "text", "act", "fact", "source", "kind", "on")}
        return own | {"stance": str(self.stance)}


def hear_group(
    text: str, codes: Sequence[str], cast: Cast, present: Sequence[str], history: Sequence[Said]
) -> dict[str, Heard]:
    """The trainee's turn as each member present hears it."""
    return {
        member: hear(without_name(text, cast, member), codes, cast.people[member], history_for(member, history, cast))
        for member in present
    }


def history_for(member: str, history: Sequence[Said], cast: Cast) -> list[Said]:
    """The conversation from one chair: one's own words as the client's, the others' under their names."""
    return [_seen_by(member, said, cast) for said in history]


def recently(history: Sequence[Said], turns: int = 4) -> list[tuple[str, str]]:
    """Who said what last, members only, oldest first."""
    spoken = [(said.speaker, said.text) for said in history if said.speaker != "counsellor"]
    return spoken[-turns:]


def acts_of(history: Sequence[Said]) -> dict[str, list[str]]:
    """Each member's acts so far, newest last."""
    found: dict[str, list[str]] = {}
    for said in history:
        if said.act and said.speaker != "counsellor":
            found.setdefault(said.speaker, []).append(said.act)
    return found


async def speak_group(
    actor: Actor,
    cast: Cast,
    plan: Sequence[PartPlan],
    state: GroupState,
    heard: Mapping[str, Heard],
    history: Sequence[Said],
) -> tuple[Part, ...]:
    """What is said to the trainee's turn, in the order of the plan; `history` ends before that turn.

    Raises EngineBusy where the queue is full, as the actor does.
    """
    answers = {
        part.member: await _answered(actor, cast, part, state, heard[part.member], history)
        for part in plan
        if part.kind is None
    }
    main = next((answers[part.member] for part in plan if part.kind is None and part.on is None), None)
    return tuple(
        answers[part.member] if part.kind is None else _chimed(cast, part, part.kind, main, history) for part in plan
    )


def composite(parts: Sequence[Part]) -> str:
    """A group's answer as one text, a line for each part."""
    return "\n".join(f"{part.name}: {part.text}" for part in parts)


def most_resistant(parts: Sequence[Part]) -> Part:
    """The part that stands for the whole: sustain before neutral before change, words before gestures."""
    return min(parts, key=lambda part: (part.wordless, _STANCES.index(part.stance)))


def said_by(parts: Sequence[Part]) -> list[Said]:
    """The parts as turns of a group's history."""
    return [Said(part.member, part.text, part.act, str(part.stance)) for part in parts]


def scene(
    cast: Cast,
    which: Literal["openings", "farewells"],
    seed: int,
    present: Sequence[str],
    tone: Tone | None = None,
) -> tuple[Part, ...]:
    """An opening, or the goodbyes, of those present, in this tone where they have such; nothing to say, a silence."""
    act = "small_talk" if which == "openings" else "farewell"
    scenes = [[words for words in found if words.who in present] for found in getattr(cast.group, which)]
    whole = [found for found in scenes if found]
    same = [found for found in whole if found[0].tone == tone]
    plain = [found for found in whole if found[0].tone is None]
    chosen = random.Random(seed).choice(same or plain or whole or [[]])
    return tuple(
        Part(words.who, cast.names[words.who], words.text, act, ACTS[act].stance, None, "authored") for words in chosen
    )


def _outside(text: str) -> str:
    """A text without what stands in brackets: gestures."""
    depth, kept = 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        kept += character if depth == 0 and character != ")" else ""
    return kept


def _seen_by(member: str, said: Said, cast: Cast) -> Said:
    if said.speaker == "counsellor":
        return said
    if said.speaker == member:
        return Said("client", said.text, said.act, said.stance)
    return Said("other", f"{cast.names[said.speaker]}: {said.text}", said.act, said.stance)


async def _answered(
    actor: Actor, cast: Cast, part: PartPlan, state: GroupState, heard: Heard, history: Sequence[Said]
) -> Part:
    """An answer in the member's own voice: the actor's words, or, of a silent one, written ones only."""
    persona, name = cast.people[part.member], cast.names[part.member]
    silent = next(member.silent for member in cast.group.members if member.id == part.member)
    if silent:
        text, act, fact = _of_a_silent_one(persona, part, state.states[part.member], heard, history)
        return Part(part.member, name, text, act, ACTS[act].stance, fact, "authored", on=part.on)
    others = frozenset(said.text for said in history if said.speaker not in ("counsellor", part.member))
    own = history_for(part.member, history, cast)
    spoken = await actor.speak(persona, part.plan, state.states[part.member], heard, own, said_before=others)
    return Part(
        part.member, name, spoken.text, spoken.act, spoken.stance, spoken.fact, spoken.source, None, part.on,
        spoken.candidates,
    )  # fmt: skip


def _of_a_silent_one(
    persona: Persona, part: PartPlan, state: State, heard: Heard, history: Sequence[Said]
) -> tuple[str, str, str | None]:
    """A gesture, or a few words: text, act and the fact that it tells."""
    rng = random.Random(part.plan.seed)
    spoken = [said.text for said in history if said.speaker == part.member]
    if part.wordless and part.on is None and heard.moment in persona.moments and heard.moment != "silence":
        texts = [_with_rulers(text, state) for text in persona.moments[heard.moment]]
        return _fresh(texts, spoken, rng), "silent", None
    acts = ("silent",) if part.wordless else WORDS
    found = [(line, act) for act in acts for line in _fitting(persona, act, part.plan, heard, state)]
    if not found:
        return NOTHING_SAID.text, NOTHING_SAID.act, None
    text = _fresh([line.text for line, _ in found], spoken, rng)
    line, act = next((line, act) for line, act in found if line.text == text)
    return text, act, line.fact if line.fact in part.plan.facts else None


def _fitting(persona: Persona, act: str, plan: Plan, heard: Heard, state: State) -> list[Line]:
    """The lines of an act that fit the turn best, and those that are nearly as good."""
    weighed = [(fit(line, act, plan, heard, state), line) for line in persona.lines.get(act, ())]
    best = max((value for value, _ in weighed), default=0.0)
    return [line for value, line in weighed if value > 0 and value >= best - 0.25]


def _with_rulers(text: str, state: State) -> str:
    return text.replace("{importance}", str(round(state.importance))).replace(
        "{confidence}", str(round(state.confidence))
    )


def _chimed(cast: Cast, part: PartPlan, kind: Kind, main: Part | None, history: Sequence[Said]) -> Part:
    """A group line: one for this member before one for anybody, one that takes up what was said before another."""
    rng = random.Random(part.plan.seed)
    lines = cast.group.lines[part.member][kind]
    fitting = [line for line in lines if line.to in (None, part.on)] or list(lines)
    words = content_words(main.text) if main else frozenset()
    texts = {
        _filled(line, part.on, cast): 1 + bool(line.to) + len(content_words(line.text) & words) for line in fitting
    }
    everything = [said.text for said in history]
    text = _fresh(list(texts), everything, rng, list(texts.values()))
    act = part.plan.act
    return Part(part.member, cast.names[part.member], text, act, ACTS[act].stance, None, "authored", kind, part.on)


def _filled(line: GroupLine, on: str | None, cast: Cast) -> str:
    return line.text.replace("{name}", cast.names.get(on or "", "him"))


def _fresh(texts: Sequence[str], spoken: Sequence[str], rng: random.Random, weights: Sequence[int] = ()) -> str:
    """One that has not been said; where all have, the one that was said longest ago."""
    weigh = dict(zip(texts, weights or [1] * len(texts), strict=True))
    unsaid = [text for text in weigh if text not in spoken]
    if unsaid:
        return rng.choices(unsaid, weights=[weigh[text] for text in unsaid])[0]
    last = {text: number for number, text in enumerate(spoken)}
    return min(weigh, key=lambda text: last[text])


__all__ = [
    "Part",
    "acts_of",
    "composite",
    "hear_group",
    "history_for",
    "most_resistant",
    "recently",
    "said_by",
    "scene",
    "speak_group",
]

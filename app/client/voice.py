"""The voice: persona, plan and history become a chat prompt, and an engine's stream becomes proposals.

A proposal that breaks a rule is dropped while it is still being generated; when all are in, or enough, the stream is
closed, which stops the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from functools import lru_cache
from statistics import median

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.client.acts import ACTS
from app.client.budget import WINDOW, clipped, fitted
from app.client.checks import Context, unbidden
from app.client.closed import Closed
from app.client.defences import DEFENCES
from app.client.dialogue import dialogue
from app.client.heard import Said
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.role import out_of_role
from app.client.state import State
from app.llm.engine import Engine, Message, Request
from app.resources import PROMPTS_DIR

#: Turns of history in the prompt, at least; a model whose window is too small for them gets fewer.
HISTORY = 16
#: The window moves on by so many turns at once: until then every prompt begins as the last one did, and the engine
#: reads only what is new.
STEP = 8
#: Square brackets are for the direction; the trainee's own become round.
_ROUND = str.maketrans("[]", "()")
#: Acts that may tell something new.
_TELLING = ("inform", "open_up", "concern", "reason", "excuse")
_ABOUT_CLOSED: dict[Closed, str] = {
    "steer": "Does not talk about that and moves to something else, as if it had not been asked.",
    "warn": "Says plainly that this is not to be talked about, and means it.",
    "leave": "Has had enough of being pressed on this and ends the talk.",
}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(PROMPTS_DIR)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True)


def messages(persona: Persona, plan: Plan, state: State, trainee: str, history: Sequence[Said]) -> tuple[Message, ...]:
    """The chat prompt for the next client turn. The system message stays the same all session, for the cache."""
    render = _templates().get_template
    usual, most = length(persona)
    system = render("client_system.j2").render(persona=persona, length=_about_length(usual, most))
    recent = [Said(said.speaker, clipped(said.text)) for said in history[window_start(len(history)) :]]
    direction = render("client_direction.j2").render(
        persona=persona,
        counsellor=clipped(trainee).translate(_ROUND),
        says=ACTS[plan.act].says,
        stance=plan.stance,
        resistance=round(state.resistance * 10),
        trust=round(state.trust * 10),
        words=_words(*length(persona, plan.act)),
        facts=_may_tell(persona, plan),
        told=[fact.text for fact in persona.facts if fact.id in state.told],
        **_kept_away(persona, plan),
    )
    return (Message("system", system.strip()), *dialogue(recent), Message("user", direction.strip()))


def _may_tell(persona: Persona, plan: Plan) -> list[str]:
    """What may be told for the first time in this turn."""
    facts = [fact.text for fact in persona.facts if fact.id in plan.facts]
    return facts[:3] if plan.act in _TELLING else []


def _kept_away(persona: Persona, plan: Plan) -> dict[str, str | None]:
    """What the plan keeps from the counsellor, in words: a defence, a belief, a closed topic."""
    beliefs = {belief.id: belief.text for belief in persona.beliefs}
    defence = DEFENCES.get(plan.defence or "")
    return {
        "defence": f"{(plan.defence or '').replace('_', ' ')}: {persona.name} {defence.says}" if defence else None,
        "belief": beliefs.get(plan.belief or ""),
        "closed": _ABOUT_CLOSED.get(plan.closed) if plan.closed else None,
    }


def length(persona: Persona, act: str | None = None) -> tuple[int, int]:
    """How many words this person usually says at a time, and at most, by the lines written for them (for an act)."""
    lines = [line.text for other, lines in persona.lines.items() for line in lines if act in (None, other)]
    if len(lines) < 4:
        lines = [line.text for lines in persona.lines.values() for line in lines] + list(persona.voice.samples)
    counts = sorted(len(line.split()) for line in lines)
    return max(2, round(median(counts))), max(8, counts[len(counts) * 9 // 10])


def _about_length(usual: int, most: int) -> str:
    return f"Short, as people talk: {_words(usual, most)}. One or two sentences, sometimes only a word."


def _words(usual: int, most: int) -> str:
    return f"about {usual} words, never more than {most}"


def window_start(turns: int) -> int:
    """Where the prompt's part of a history of so many turns begins."""
    return max(0, turns - HISTORY) // STEP * STEP


async def propose(
    engine: Engine, prompt: tuple[Message, ...], context: Context, candidates: int, seed: int
) -> list[str]:
    """Whole replies by the engine, duplicates and openings out of role dropped; cut to whole sentences.

    None where the turn speaks to the machine: that is not the engine's to answer.
    Raises EngineError (EngineBusy when the queue is full).
    """
    if unbidden("", context):
        return []
    texts: dict[int, str] = {}
    finished: dict[int, str] = {}
    async with aclosing(engine.stream(_request(engine, prompt, candidates, seed))) as chunks:
        async for chunk in chunks:
            texts[chunk.candidate] = texts.get(chunk.candidate, "") + chunk.text
            if chunk.finished:
                finished[chunk.candidate] = tidy(texts[chunk.candidate], cut=chunk.finished == "length")
            open_texts = [text for number, text in texts.items() if number not in finished]
            if len(texts) == candidates and all(out_of_role(text, whole=False) for text in open_texts):
                break  # whatever still runs is out of role already
    return list(dict.fromkeys(text for text in finished.values() if text))


def _request(engine: Engine, prompt: tuple[Message, ...], candidates: int, seed: int) -> Request:
    """What is asked of an engine, its prompt fitted to the window that the engine says it has."""
    most = 72 if engine.improvises else 28
    window = getattr(engine, "window", None) or WINDOW
    return Request(
        messages=fitted(prompt, window, most),
        candidates=candidates,
        max_tokens=most,
        temperature=0.8 if engine.improvises else 0.6,
        repetition_penalty=1.0 if engine.improvises else 1.1,
        stop=("\n", "["),
        seed=seed,
    )


def tidy(text: str, *, cut: bool) -> str:
    """Without quotes, a leading name or dash, and the sentence that the length limit cut off."""
    text = " ".join(text.split()).strip('"“”‘ ').lstrip("-–— ")
    if cut:
        end = max(text.rfind(mark) for mark in ".!?…")
        text = text[: end + 1]
    return text.strip()


__all__ = ["HISTORY", "STEP", "length", "messages", "propose", "tidy", "window_start"]

"""The voice: persona, plan and history become a chat prompt, and an engine's stream becomes proposals.

A proposal that breaks a rule is dropped while it is still being generated; when all are in, or enough, the stream is
closed, which stops the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.client.acts import ACTS
from app.client.checks import Context, role
from app.client.dialogue import dialogue
from app.client.heard import Said
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.state import State
from app.llm.engine import Engine, Message, Request
from app.resources import PROMPTS_DIR

#: Turns of history in the prompt, at least: what an embedded model can hold in mind, and read in a quarter of a second.
HISTORY = 8
#: The window moves on by so many turns at once: until then every prompt begins as the last one did, and the engine
#: reads only what is new.
STEP = 6


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(PROMPTS_DIR)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True)


def messages(persona: Persona, plan: Plan, state: State, trainee: str, history: Sequence[Said]) -> tuple[Message, ...]:
    """The chat prompt for the next client turn. The system message stays the same all session, for the cache."""
    system = _templates().get_template("client_system.j2").render(persona=persona)
    earlier = dialogue(history[window_start(len(history)) :])
    facts = [fact.text for fact in persona.facts if fact.id in plan.facts][:3]
    direction = (
        _templates()
        .get_template("client_direction.j2")
        .render(
            persona=persona,
            counsellor=trainee,
            says=ACTS[plan.act].says,
            stance=plan.stance,
            resistance=round(state.resistance * 10),
            trust=round(state.trust * 10),
            facts=facts if plan.act in ("inform", "open_up", "concern", "reason", "excuse") else [],
        )
    )
    return (Message("system", system), *earlier, Message("user", direction.strip()))


def window_start(turns: int) -> int:
    """Where the prompt's part of a history of so many turns begins."""
    return max(0, turns - HISTORY) // STEP * STEP


async def propose(
    engine: Engine, prompt: tuple[Message, ...], context: Context, candidates: int, seed: int
) -> list[str]:
    """Whole replies by the engine, duplicates and openings out of role dropped; cut to whole sentences.

    Raises EngineError (EngineBusy when the queue is full).
    """
    request = Request(
        messages=prompt,
        candidates=candidates,
        max_tokens=48 if engine.improvises else 28,
        temperature=0.8 if engine.improvises else 0.6,
        repetition_penalty=1.0 if engine.improvises else 1.1,
        stop=("\n", "["),
        seed=seed,
    )
    texts: dict[int, str] = {}
    finished: dict[int, str] = {}
    async with aclosing(engine.stream(request)) as chunks:
        async for chunk in chunks:
            texts[chunk.candidate] = texts.get(chunk.candidate, "") + chunk.text
            if chunk.finished:
                finished[chunk.candidate] = tidy(texts[chunk.candidate], cut=chunk.finished == "length")
            open_texts = [text for number, text in texts.items() if number not in finished]
            if len(texts) == candidates and all(role(text, context) for text in open_texts):
                break  # whatever still runs is out of role already
    return list(dict.fromkeys(text for text in finished.values() if text))


def tidy(text: str, *, cut: bool) -> str:
    """Without quotes, a leading name or dash, and the sentence that the length limit cut off."""
    text = " ".join(text.split()).strip('"“”‘ ').lstrip("-–— ")
    if cut:
        end = max(text.rfind(mark) for mark in ".!?…")
        text = text[: end + 1]
    return text.strip()


__all__ = ["HISTORY", "STEP", "messages", "propose", "tidy", "window_start"]

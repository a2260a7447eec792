"""What the tuned embedded model makes itself where nothing written fits: a near line adapted, or a short free reply."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from app.client.checks import Context, refuse_free
from app.client.choose import Candidate, Judge, Source, off_stance
from app.client.control import Control, conversation, who
from app.client.plan import Plan
from app.client.rank import Evidence
from app.client.voice import tidy
from app.llm.engine import Engine, Message, Request, complete

#: Lines that are adapted, free replies asked for, and how they are drawn.
ADAPTED, FREE = 2, 3
TOKENS, HEAT = 30, 0.5


async def improvised(
    engine: Engine, plan: Plan, control: Control, context: Context, near: Sequence[Candidate], judge: Judge
) -> list[Candidate]:
    """New candidates without the model's word on them, refused ones with the reason. Raises EngineError."""
    about = who(context.persona.name, context.persona.age, context.persona.sheet)
    likes = [candidate for candidate in near if len(candidate.text.split()) > 3][:ADAPTED]
    asked = [
        _request(about, context, replace(control, like=like.text), 1, plan.seed + n) for n, like in enumerate(likes)
    ]
    free = _request(about, context, control, FREE, plan.seed)
    *changed, made = await asyncio.gather(*(complete(engine, request) for request in (*asked, free)))
    known = {candidate.text for candidate in near}
    found = [
        _candidate(text, "adapted", plan, context, judge)
        for texts, like in zip(changed, likes, strict=True)
        for text in texts
        if tidy(text, cut=False) != like.text
    ]
    found += [_candidate(text, "model", plan, context, judge) for text in dict.fromkeys(made)]
    return [candidate for candidate in found if candidate.text not in known]


def _request(about: Message, context: Context, control: Control, candidates: int, seed: int) -> Request:
    return Request(
        messages=conversation(about, context.trainee, context.history, control),
        candidates=candidates,
        max_tokens=TOKENS,
        temperature=HEAT,
        stop=("\n", "["),
        seed=seed % 2**31,
    )


def _breaks_off(text: str) -> bool:
    """Whether the last sentence stops in the middle: at the limit of tokens, or on a mark that goes on."""
    end = text.rstrip()[-1:]
    return end in "'’,;:-–" or (len(text.split()) > TOKENS * 0.7 and end not in ".!?…")


def _candidate(text: str, source: Source, plan: Plan, context: Context, judge: Judge) -> Candidate:
    text = tidy(text, cut=_breaks_off(text))
    reason = refuse_free(text, context) or off_stance(judge(text, context.trainee)[plan.stance], plan)
    evidence = Evidence(0.0, words=len(text.split()), made=True)
    return Candidate(text, source, plan.act, None, 0.0, reason, evidence=evidence)


__all__ = ["improvised"]

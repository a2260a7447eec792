"""What was written for clients to say, each text with what it is checked against."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.client.checks import Context
from app.client.heard import Said
from app.client.persona import Fact, Persona
from tests.client.helpers import ray

CORPUS = Path(__file__).resolve().parents[2] / "training" / "corpus"


def persona_lines(persona: Persona) -> Iterator[tuple[str, Context]]:
    """All that is written for a person to say, with every fact shut but the one that it tells."""

    def context(fact: str | None = None, trainee: str = "…", before: str = "") -> Context:
        shut = tuple(other.id for other in persona.facts if other.id != fact)
        return Context(persona, [Said("client", before)] if before else [], trainee, shut)

    for lines in persona.lines.values():
        yield from ((line.text, context(line.fact)) for line in lines)
    yield from ((text, context()) for text in persona.openings)
    for texts in persona.moments.values():
        for text in texts:
            yield text.replace("{importance}", "3").replace("{confidence}", "5"), context()
    for belief in persona.beliefs:
        yield from ((text, context()) for text in belief.lines)
    for closed in persona.closed_topics:
        yield from ((text, context()) for text in (*closed.steers, *closed.warns, *closed.leaves))
    for moment in persona.bank:
        for reply in moment.replies:
            yield reply.text, context(reply.fact, moment.counsellor, moment.before)


def corpus_replies() -> Iterator[tuple[str, Context]]:
    """The written answers of the corpus's clients."""
    for path in sorted((CORPUS / "replies").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            history = [Said(said["speaker"], said["text"]) for said in row["history"]]
            context = Context(_somebody(row["persona"]), history, row["counsellor"], ())
            yield from ((reply["text"], context) for reply in row["replies"])


def corpus_turns() -> Iterator[tuple[str, Context]]:
    """The client turns of the corpus's conversations."""
    for path in sorted((CORPUS / "conversations").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            persona, history, asked = _somebody(row["persona"]), list[Said](), "…"
            for turn in row["turns"]:
                if turn["speaker"] == "counsellor":
                    asked = " ".join(utterance["text"] for utterance in turn["utterances"])
                else:
                    yield turn["text"], Context(persona, tuple(history), asked, ())
                    history += [Said("counsellor", asked), Said("client", turn["text"])]


def _somebody(row: dict[str, Any]) -> Persona:
    """A person with the corpus's name, sheet and facts, who types: much of the corpus is chats."""
    facts = tuple(Fact(id=f"fact_{number}", text=text, trust=0.5) for number, text in enumerate(row["facts"]))
    voice = ray().voice.model_copy(update={"medium": "chat", "description": row["voice"]})
    described = {"name": row["name"], "age": row["age"], "sheet": row["sheet"], "briefing": ""}
    return ray().model_copy(update=described | {"facts": facts, "voice": voice})

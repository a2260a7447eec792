"""The written moments that the client's model learns from: the corpus, its conversations, the banks of who ships.

A person is held out of all training by the hash of his name and writer, so that the same people are held out by the
model, by the retriever, by the ranker and by their evaluation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.client.acts import ACTS
from app.client.heard import Said
from app.client.loading import load_personas
from app.client.persona import Persona, WrittenMoment
from app.resources import PERSONAS_DIR

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
#: One person in so many is held out.
HELD_OUT_ONE_IN = 12
#: Where a client stands early, in the middle and late in a session, for banks, which do not say it: resistance, trust.
STANDS = {"early": (0.7, 0.2), "middle": (0.55, 0.4), "late": (0.4, 0.55)}


@dataclass(frozen=True)
class Answer:
    """One written reply."""

    text: str
    act: str
    stance: str
    fact: str | None = None


@dataclass(frozen=True)
class Moment:
    """A counsellor turn with the replies written for it. `person` names whoever answers, `source` the kind of file."""

    source: str
    person: str
    name: str
    age: int
    sheet: str
    resistance: float
    trust: float
    history: tuple[Said, ...]
    counsellor: str
    codes: tuple[str, ...]
    answers: tuple[Answer, ...]

    @property
    def held_out(self) -> bool:
        """Whether nobody may learn from it. Those who ship are known by heart, so none of them is."""
        digest = hashlib.sha256(self.person.encode()).digest()
        return self.source != "bank" and digest[0] % HELD_OUT_ONE_IN == 0


def written() -> list[Moment]:
    """The moments of `training/corpus/replies/`."""
    return [
        _written(json.loads(line))
        for path in sorted((CORPUS / "replies").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def conversations() -> list[Moment]:
    """Every client turn of `training/corpus/conversations/`, as a moment with one reply."""
    return [
        moment
        for path in sorted((CORPUS / "conversations").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for moment in _turns(json.loads(line))
    ]


def banks() -> list[Moment]:
    """The banks of the personas that ship."""
    personas = load_personas([PERSONAS_DIR]).values()
    return [_banked(persona, moment) for persona in personas for moment in persona.bank]


def _written(row: dict) -> Moment:  # type: ignore[type-arg]
    person, state = row["persona"], row["state"]
    answers = tuple(Answer(r["text"], r["act"], r["stance"], r["fact"]) for r in row["replies"])
    return Moment(
        "replies",
        f"{row['writer']} {person['name']}",
        person["name"],
        person["age"],
        person["sheet"],
        state["resistance"],
        state["trust"],
        tuple(Said(said["speaker"], said["text"]) for said in row["history"]),
        row["counsellor"],
        tuple(row["codes"]),
        answers,
    )


def _turns(row: dict) -> Iterator[Moment]:  # type: ignore[type-arg]
    person, history = row["persona"], list[Said]()
    codes: tuple[str, ...] = ()
    for turn in row["turns"]:
        if turn["speaker"] == "counsellor":
            codes = tuple(dict.fromkeys(utterance["code"] for utterance in turn["utterances"]))
            history.append(Said("counsellor", " ".join(utterance["text"] for utterance in turn["utterances"])))
            continue
        if history and history[-1].speaker == "counsellor":
            fact = turn["disclosed"][0] if turn["disclosed"] else None
            answer = Answer(turn["text"], turn["act"], str(ACTS[turn["act"]].stance), fact)
            yield Moment(
                "conversations",
                f"{row['writer']} {person['name']}",
                person["name"],
                person["age"],
                person["sheet"],
                turn["state"]["resistance"],
                turn["state"]["trust"],
                tuple(history[-5:-1]),
                history[-1].text,
                codes,
                (answer,),
            )
        history.append(Said("client", turn["text"]))


def _banked(persona: Persona, moment: WrittenMoment) -> Moment:
    facts = {fact.id: fact.text for fact in persona.facts}
    resistance, trust = STANDS[moment.stage]
    return Moment(
        "bank",
        persona.id,
        persona.name,
        persona.age,
        persona.sheet,
        resistance,
        trust,
        (Said("client", moment.before),) if moment.before else (),
        moment.counsellor,
        moment.codes,
        tuple(
            Answer(r.text, r.act, str(ACTS[r.act].stance), facts[r.fact] if r.fact else None) for r in moment.replies
        ),
    )


def to_learn(moments: Sequence[Moment]) -> list[Moment]:
    """Those of people who are not held out."""
    return [moment for moment in moments if not moment.held_out]


def held_out(moments: Sequence[Moment]) -> list[Moment]:
    """Those of people whom nothing has learnt from."""
    return [moment for moment in moments if moment.held_out]


__all__ = ["STANDS", "Answer", "Moment", "banks", "conversations", "held_out", "to_learn", "written"]

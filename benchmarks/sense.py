"""Does the untuned embedded model know which written reply answers what was said? The start of `app/client/sense.py`.

One trial is one moment of one person of `training/corpus/replies/w1-w7.jsonl`: sixteen replies written for this
person, three or four of them for this moment, the rest for the person's other moments. A way of ranking hits when the
reply that it puts first was written for the moment. Run it with `python -m benchmarks.sense`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.client.dialogue import NOTHING
from app.client.heard import Said
from app.client.sense import HISTORY, conversation, sheet
from app.llm.engine import Engine, Message
from app.llm.make import make_engine
from benchmarks.common import ROOT, machine, model_home, share_text, short, table

CORPUS = ROOT / "training" / "corpus" / "replies" / "w1-w7.jsonl"
REPLIES, LEAST_MOMENTS = 16, 4
HISTORIES = (0, 2, 4, 8)


@dataclass(frozen=True)
class Trial:
    """A moment and the replies among which the right ones hide. `own` of `texts` stand first."""

    name: str
    sheet: str
    trainee: str
    history: tuple[Said, ...]
    texts: tuple[str, ...]
    own: int


@dataclass(frozen=True)
class Scored:
    """Mean log-probability per token of every text, by what the model was told; tokens of every text."""

    trial: Trial
    told: dict[str, list[float]]
    tokens: list[int]


#: From what was scored to one value a text, the highest of which is picked.
Ranking = Callable[[Scored], list[float]]


def trials(people: int, seed: int) -> list[Trial]:
    """One trial for each of `people` persons, drawn with `seed`."""
    rng = random.Random(seed)
    by_person: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        moment = json.loads(line)
        by_person[moment["writer"], moment["persona"]["name"]].append(moment)
    fit = [
        moments for moments in by_person.values() if len(moments) >= LEAST_MOMENTS and len(_texts(moments)) >= REPLIES
    ]
    return [_trial(moments, rng) for moments in rng.sample(fit, min(people, len(fit)))]


def _texts(moments: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(reply["text"] for moment in moments for reply in moment["replies"]))


def _trial(moments: list[dict[str, Any]], rng: random.Random) -> Trial:
    moment = rng.choice(moments)
    own = _texts([moment])
    others = [text for text in _texts([other for other in moments if other is not moment]) if text not in own]
    texts = own + rng.sample(others, REPLIES - len(own))
    history = tuple(Said(said["speaker"], said["text"]) for said in moment["history"])
    person = moment["persona"]
    return Trial(person["name"], person["sheet"], moment["counsellor"], history, tuple(texts), len(own))


async def scored(engine: Engine, trial: Trial, count: Callable[[str], int]) -> Scored:
    """The trial's texts under every variant of what the model is told."""
    knows, bare = sheet(trial.name, trial.sheet), sheet(trial.name, "")
    asked: dict[str, tuple[Message, ...]] = {"alone": (knows, NOTHING), "alone, no sheet": (bare, NOTHING)}
    for turns in HISTORIES:
        asked[f"history {turns}"] = conversation(knows, trial.trainee, trial.history, turns)
    asked["no sheet"] = conversation(bare, trial.trainee, trial.history)
    told = {}
    for name, messages in asked.items():
        found = await engine.score(messages, trial.texts)
        assert found is not None, "the embedded model can judge"
        told[name] = found
    return Scored(trial, told, [count(text) for text in trial.texts])


def gain(told: str, alone: str = "alone") -> Ranking:
    """What the conversation adds to the mean log-probability per token."""
    return lambda found: [a - b for a, b in zip(found.told[told], found.told[alone], strict=True)]


def summed(told: str, alone: str = "alone") -> Ranking:
    """The same for the whole text rather than per token."""
    return lambda found: [value * n for value, n in zip(gain(told, alone)(found), found.tokens, strict=True)]


IN_USE = f"history {HISTORY}"
RANKINGS: dict[str, Ranking] = {
    "log p(reply | conversation) − log p(reply | nothing said)": gain(IN_USE),
    "plain likelihood": lambda found: found.told[IN_USE],
    **{f"  difference, history {turns}": gain(f"history {turns}") for turns in HISTORIES if turns != HISTORY},
    f"  difference, history {HISTORY}, without the sheet": gain("no sheet", "alone, no sheet"),
    f"  difference, history {HISTORY}, sheet in the first part only": gain(IN_USE, "alone, no sheet"),
    f"  difference, history {HISTORY}, whole text instead of per token": summed(IN_USE),
}


def hits(results: Sequence[Scored], ranking: Ranking) -> int:
    """How often the first by `ranking` is one of the moment's own."""
    return sum(max(range(REPLIES), key=ranking(found).__getitem__) < found.trial.own for found in results)


async def measure(people: int, seed: int, threads: int) -> list[Scored]:
    """All trials on the embedded model."""
    from app.llm.chat import load_tokenizer
    from app.llm.embedded import model_dir

    home = model_home()
    tokenizer = load_tokenizer(model_dir(home))
    engine = make_engine("embedded", data_dir=home, threads=threads)
    await engine.ready()
    try:
        return [
            await scored(engine, trial, lambda text: len(tokenizer(text)["input_ids"]) + 1)
            for trial in trials(people, seed)
        ]
    finally:
        await engine.close()


def report(results: Sequence[Scored]) -> str:
    """What is picked."""
    n = len(results)
    chance = sum(found.trial.own for found in results) / REPLIES
    rows = [(name, share_text(hits(results, ranking), n)) for name, ranking in RANKINGS.items()]
    return table(("picks a reply written for the moment", "share [95 %]"), [*rows, ("chance", short(chance / n))])


def main() -> None:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    options = parser.parse_args()
    start = time.perf_counter()
    results = asyncio.run(measure(options.people, options.seed, options.threads))
    print(report(results))
    print(f"\nn = {len(results)} people, seed {options.seed}; {time.perf_counter() - start:.0f} s; {machine()}")


if __name__ == "__main__":
    main()

"""Does the tuned model hear what it is told, on people held out? `python -m training.client.hearing`.

Each line beside the untuned model: the right control line among a moment's own, picked by the likelihood of its reply;
perplexity with the right fields and with fields or sheet swapped; the reply of the moment found among sixteen of the
person; and the same by the retriever.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from app.client.control import alone, conversation, who
from app.client.embed import load_embedder
from app.llm.adapter import merge
from app.llm.chat import Chat, load_model, load_tokenizer
from app.llm.embedded import ensure
from app.llm.engine import Message
from training.client.branches import control_of
from training.client.material import Moment, held_out, written
from training.client.pairs import SIXTEEN, first_of_sixteen, sixteens
from training.client.voiced import add_model


@dataclass
class Figures:
    """Sums over held-out moments."""

    right_line: list[int] = field(default_factory=list)
    line_chance: list[float] = field(default_factory=list)
    right_stance: list[int] = field(default_factory=list)
    nats: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    tokens: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    first: list[int] = field(default_factory=list)
    first_chance: list[float] = field(default_factory=list)

    def perplexity(self, name: str) -> float:
        """Per token."""
        return math.exp(-self.nats[name] / max(1, self.tokens[name]))


class Reader:
    """Log-probabilities of replies by a model."""

    def __init__(self, model: Any, chat: Chat) -> None:
        self._model, self._chat = model, chat

    def total(self, messages: Sequence[Message], texts: Sequence[str]) -> list[tuple[float, int]]:
        """Sum of log-probabilities and number of tokens of each text after the messages."""
        prompt = self._chat.prompt(messages, room=0)
        tokens = [self._chat.continuation(text) for text in texts]
        width = max(map(len, tokens))
        rows = torch.tensor([prompt + each + [0] * (width - len(each)) for each in tokens])
        with torch.inference_mode():
            states = self._model.model(rows, use_cache=False).last_hidden_state[:, len(prompt) - 1 : -1]
            logs = self._model.lm_head(states).float().log_softmax(-1)
        return [(float(logs[n, range(len(each)), each].sum()), len(each)) for n, each in enumerate(tokens)]


def measure(reader: Reader, moments: Sequence[Moment], seed: int = 1) -> Figures:
    """All figures of one model."""
    found, draw = Figures(), random.Random(seed)
    for moment in moments:
        _lines(reader, moment, found)
        _sheets(reader, moment, draw.choice(moments), found)
    for moment, texts in sixteens(moments, draw):
        _sixteen(reader, moment, texts, draw, found)
    return found


def _lines(reader: Reader, moment: Moment, found: Figures) -> None:
    """Every reply under every control line of its moment."""
    about = who(moment.name, moment.age, moment.sheet)
    texts = [answer.text for answer in moment.answers]
    table = [
        reader.total(conversation(about, moment.counsellor, moment.history, control_of(moment, answer)), texts)
        for answer in moment.answers
    ]
    for number, answer in enumerate(moment.answers):
        column = [row[number][0] for row in table]
        best = max(range(len(column)), key=column.__getitem__)
        found.right_line.append(best == number)
        found.line_chance.append(1 / len(column))
        found.right_stance.append(moment.answers[best].stance == answer.stance)
        _add(found, "true", table[number][number])
        other = next((n for n, each in enumerate(moment.answers) if each.stance != answer.stance), None)
        if other is not None:
            _add(found, "stance and act swapped", table[other][number])


def _sheets(reader: Reader, moment: Moment, stranger: Moment, found: Figures) -> None:
    about = who(stranger.name, stranger.age, stranger.sheet)
    for answer in moment.answers[:2]:
        asked = conversation(about, moment.counsellor, moment.history, control_of(moment, answer))
        _add(found, "sheet swapped", reader.total(asked, [answer.text])[0])


def _sixteen(reader: Reader, moment: Moment, texts: Sequence[str], draw: random.Random, found: Figures) -> None:
    """Among sixteen replies of the person, is the one that the talk adds most to one of this moment's?"""
    about = who(moment.name, moment.age, moment.sheet)
    control = control_of(moment, draw.choice(moment.answers))
    here = reader.total(conversation(about, moment.counsellor, moment.history, control), texts)
    nothing = reader.total(alone(about), texts)
    gains = [(with_it - without) / count for (with_it, count), (without, _) in zip(here, nothing, strict=True)]
    found.first.append(max(range(SIXTEEN), key=gains.__getitem__) < len(moment.answers))
    found.first_chance.append(len(moment.answers) / SIXTEEN)


def _add(found: Figures, name: str, value: tuple[float, int]) -> None:
    found.nats[name] += value[0]
    found.tokens[name] += value[1]


def show(columns: dict[str, Figures], retriever: tuple[int, int]) -> None:
    """The table."""
    first = next(iter(columns.values()))
    table = Table("people held out", "chance", *columns, title=f"{len(first.right_line)} replies")
    every = list(columns.values())
    rows: list[tuple[str, str, list[str]]] = [
        (
            "right control line of the moment's own",
            _share(first.line_chance),
            [_share(f.right_line) for f in every],
        ),
        ("… of the right stance", "", [_share(f.right_stance) for f in every]),
        (
            "first of sixteen is the moment's own",
            _share(first.first_chance),
            [_share(f.first) for f in every],
        ),
        *((f"perplexity, {name}", "", [f"{f.perplexity(name):.1f}" for f in every]) for name in first.nats),
    ]
    for name, chance, values in rows:
        table.add_row(name, chance, *values)
    hits, trials = retriever
    table.add_row("first of sixteen by the retriever", "", *[""] * (len(columns) - 1), f"{hits / max(1, trials):.2f}")
    Console(width=110).print(table)


def _share(values: Sequence[float]) -> str:
    return f"{sum(values) / max(1, len(values)):.2f}"


def main(arguments: list[str] | None = None) -> int:
    """Measure both models and print. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m training.client.hearing", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--most", type=int, help="moments at most")
    add_model(parser)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    moments = held_out(written())[: options.most]
    folder = ensure(options.data, print)
    model = load_model(folder, torch.bfloat16)
    chat = Chat(load_tokenizer(folder), model, folder.name)
    columns = {"untuned": measure(Reader(model, chat), moments)}
    merge(model, options.voice)
    columns["tuned"] = measure(Reader(model, chat), moments)
    show(columns, first_of_sixteen(load_embedder(), moments))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The retriever's training: pairs, batches in which a person stands with several moments, a tiny encoder tuned."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from app.client.embed import CARD, TOKENIZER, WEIGHTS, Embedder, load_embedder
from app.client.heard import Said
from app.client.vectors import Vectors
from tests.scoring.tiny import SHAPE, tokenizer_file
from tests.training.client.moments import moment
from training.client import pairs
from training.client.material import Answer
from training.client.pairs import BATCH, TOGETHER, Pair, batches, contrast, first_of_sixteen, pairs_of

#: A tiny encoder whose table of words is just large enough to be stored in int8.
TINY = SHAPE | {"vocab_size": 2600}
WORDS = ["ann", "bob", "sue", "tom", "kit", "joe", "may", "ida", "lou", "ned"]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with a random encoder and its tokenizer."""
    folder = tmp_path / "base"
    torch.manual_seed(3)
    BertModel(BertConfig(**TINY), add_pooling_layer=False).save_pretrained(folder)
    tokenizer_file(tmp_path).rename(folder / "tokenizer.json")
    return folder


def made_up(people: int, each: int) -> list[Pair]:
    return [
        Pair(f"p{person}", f"client:  counsellor: {WORDS[n % 10]} {person}?", (f"client: {WORDS[n % 10]}.",))
        for person in range(people)
        for n in range(each)
    ]


def test_a_pair_is_what_was_said_and_all_that_may_answer_it() -> None:
    first, bare = pairs_of([moment(1), replace(moment(2), history=())])
    assert first.moment == "client: I do not have a problem, 1 times. counsellor: What do you drink, 1 of seven?"
    assert bare.moment == "client:  counsellor: What do you drink, 2 of seven?"
    assert first.replies[0] == "client: Nothing much, a beer."
    assert (len(first.replies), first.person) == (3, "w1 Ann")


def test_a_batch_holds_several_moments_of_each_person_and_each_moment_once() -> None:
    found = list(batches(made_up(60, 8), random.Random(1)))
    assert len(found) == 60 * 8 // BATCH
    for batch in found:
        assert len(batch) == BATCH
        assert min(Counter(pair.person for pair in batch).values()) >= TOGETHER
        assert len(set(batch)) == BATCH
    assert len({pair for batch in found for pair in batch}) == 480


def test_another_pass_comes_in_another_order_and_the_same_seed_in_the_same() -> None:
    every = made_up(60, 8)
    draw = random.Random(1)
    one, two = list(batches(every, draw)), list(batches(every, draw))
    assert one != two
    assert one == list(batches(every, random.Random(1)))


class Fixed:
    """In the place of an encoder: each first token's number picks a vector."""

    def __init__(self, *vectors: list[float]) -> None:
        self.vectors = torch.tensor(vectors)

    def __call__(self, ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:  # noqa: ARG002
        states = self.vectors[ids[:, 0] - 30][:, None].expand(-1, ids.shape[1], -1)
        return type("Output", (), {"last_hidden_state": states})


class Letters:
    """In the place of a tokenizer: one token, by the last letter but one (a is 30)."""

    def encode_batch(self, texts: list[str]) -> list[Any]:
        return [type("Read", (), {"ids": [30 + ord(text[-2]) - ord("a")], "attention_mask": [1]}) for text in texts]


def contrasted(model: Fixed, *letters: str) -> float:
    batch = [Pair("p", f"{both[0]}?", (f"{both[1]}.",)) for both in letters]
    return float(contrast(model, Letters(), batch, random.Random(0)))  # type: ignore[arg-type]


def test_the_loss_is_small_where_moment_and_reply_are_near_and_others_far() -> None:
    right, even, wrong = (
        Fixed([1, 0], [0, 1], [1, 0], [0, 1]), Fixed([1, 0], [1, 0], [1, 0], [1, 0]),
        Fixed([1, 0], [0, 1], [0, 1], [1, 0]),
    )  # fmt: skip
    losses = [contrasted(model, "ac", "bd") for model in (right, even, wrong)]
    assert losses[0] < 0.01
    assert losses[1] == pytest.approx(np.log(2), abs=1e-4)
    assert losses[2] > 10


def test_another_reply_that_is_the_same_is_no_wrong_one() -> None:
    model = Fixed([1, 0], [0.9, 0.1], [1, 0], [1, 0])
    assert contrasted(model, "ac", "bc") < 0.01
    assert contrasted(model, "ac", "bd") > 0.3


def test_only_the_upper_layers_learn_and_a_seed_gives_the_same_encoder(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "BATCH", 8)
    monkeypatch.setattr(pairs, "RATE", 3e-3)
    before = BertModel.from_pretrained(base, add_pooling_layer=False).state_dict()
    every = made_up(4, 10)
    model, tokenizer = pairs.tune(base, every, seed=0, most=6)
    after = model.state_dict()
    changed = {name.split(".")[2] for name in after if "layer." in name and not torch.equal(before[name], after[name])}
    assert changed == {str(pairs.FROZEN)}
    assert all(torch.equal(before[name], after[name]) for name in after if name.startswith("embeddings"))
    again, _ = pairs.tune(base, every, seed=0, most=6)
    assert all(torch.allclose(after[name], tensor, atol=1e-5) for name, tensor in again.state_dict().items())
    assert not model.training
    assert tokenizer.encode("ann").ids


def test_what_was_tuned_comes_back_from_its_files(base: Path, tmp_path: Path) -> None:
    model = BertModel.from_pretrained(base, add_pooling_layer=False).eval()
    pairs.save(tmp_path / "out", model, base, {"trained_on": {"written moments": 3}})
    card = json.loads((tmp_path / "out" / CARD).read_text(encoding="utf-8"))
    assert set(card["sha256"]) == {WEIGHTS, TOKENIZER}
    assert card["trained_on"] == {"written moments": 3}
    texts = ["client: ann.", "client: bob and sue went home, or so i hear.", "client:  counsellor: why?"]
    plain = Embedder(model, Tokenizer.from_file(str(base / "tokenizer.json")))(texts)
    stored = load_embedder(tmp_path / "out")(texts)
    assert (np.sum(plain * stored, axis=1) > 0.97).all()


def test_the_figure_counts_how_often_a_reply_of_the_moment_is_the_nearest() -> None:
    def talk(number: int) -> Any:
        answers = tuple(Answer(f"Word{number} {each}.", "hedge", "neutral") for each in ("one", "two", "three"))
        history = (Said("client", "Well."),)
        return replace(moment(number), history=history, counsellor=f"Word{number}?", answers=answers)

    def by_number(texts: list[str]) -> Vectors:
        table = np.eye(40, dtype=np.float32)
        return np.stack([table[int(text.lower().split("word")[1].split(" ")[0].strip("?."))] for text in texts])

    def astray(texts: list[str]) -> Vectors:
        found = by_number(texts)
        return np.roll(found, 1, axis=1) if "counsellor" in texts[0] else found

    talks = [talk(number) for number in range(6)]
    assert first_of_sixteen(by_number, talks) == (6, 6)  # type: ignore[arg-type]
    hits, trials = first_of_sixteen(astray, talks)  # type: ignore[arg-type]
    assert (hits < 3, trials) == (True, 6)
    assert first_of_sixteen(by_number, talks[:3]) == (0, 0), "too few other replies"  # type: ignore[arg-type]

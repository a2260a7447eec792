"""The retriever's encoder: the real one that ships, and files that are not as they were made."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from app.client.embed import (
    BATCH,
    CARD,
    MODEL_DIR,
    MOST_TOKENS,
    TOKENIZER,
    WEIGHTS,
    Embedder,
    RetrieverFilesError,
    load_embedder,
    pooled,
)
from app.client.vectors import BEFORE_WORDS, moment_text, reply_text

TEXTS = [
    reply_text("A few beers."),
    moment_text("I only came because the judge sent me.", "What would you like to talk about today?"),
    reply_text("My sister had a stroke last year, and I keep thinking that it could be me next, with my numbers."),
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder()


def test_texts_become_unit_vectors(embedder: Embedder) -> None:
    found = embedder(TEXTS)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    assert embedder([]).shape == (0, found.shape[1])


def test_a_text_is_read_nearly_alike_alone_and_among_others(embedder: Embedder) -> None:
    together, alone = embedder(TEXTS), np.stack([embedder([text])[0] for text in TEXTS])
    near = together @ alone.T
    assert (near.argmax(axis=1) == np.arange(len(TEXTS))).all()
    assert (near.diagonal() > 0.999).all()


def test_but_for_rounding_a_text_is_read_alike_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.bert._in_int8", lambda model: model)
    exact = load_embedder()
    alone = np.stack([exact([text])[0] for text in TEXTS])
    many = exact([*TEXTS, *[reply_text("No.")] * BATCH, *TEXTS[::-1]])
    assert np.allclose(many[: len(TEXTS)], alone, atol=1e-4)
    assert np.allclose(many[-len(TEXTS) :][::-1], alone, atol=1e-4)


def test_what_means_the_same_is_nearer_than_what_does_not(embedder: Embedder) -> None:
    one, same, other = embedder(
        [reply_text("I have a couple of beers."), reply_text("I drink some beer."), reply_text("The bus was late.")]
    )
    assert one @ same > one @ other


def test_any_text_can_be_read_however_long_or_odd(embedder: Embedder) -> None:
    start = "word " * MOST_TOKENS
    found = embedder(["", "\ud800 half a sign", "…", start + "one end", start + "another end"])
    assert np.isfinite(found).all()
    assert np.allclose(found[3], found[4], atol=1e-3), "what stands behind the window is not read"


def test_a_moment_is_the_end_of_what_was_said_and_the_counsellors_turn() -> None:
    before = " ".join(str(number) for number in range(BEFORE_WORDS + 5))
    assert moment_text(before, "And?") == f"client: {' '.join(before.split()[5:])} counsellor: And?"
    assert moment_text("", "And?") == "client:  counsellor: And?"
    assert reply_text("No.") == "client: No."


def test_padding_counts_for_nothing() -> None:
    states = torch.randn(2, 5, 8)
    seen = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    found = pooled(states, seen)
    assert torch.allclose(found[:1], pooled(states[:1, :3], seen[:1, :3]), atol=1e-6)
    states[0, 3:] = 1e4
    assert torch.equal(found, pooled(states, seen))
    assert torch.isfinite(pooled(states, torch.zeros_like(seen))).all()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy of the files that ship."""
    for name in (CARD, WEIGHTS, TOKENIZER):
        shutil.copy(MODEL_DIR / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", [CARD, WEIGHTS, TOKENIZER])
def test_a_missing_file_is_told(shipped: Path, name: str) -> None:
    (shipped / name).unlink()
    with pytest.raises(RetrieverFilesError, match=f"{name}.*install Rollwith again"):
        load_embedder(shipped)


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
def test_a_file_that_has_changed_is_named(shipped: Path, name: str) -> None:
    with (shipped / name).open("r+b") as file:
        file.seek(4000)
        file.write(b"\0\1\2\3")
    with pytest.raises(RetrieverFilesError, match=f"{name} is damaged"):
        load_embedder(shipped)


@pytest.mark.parametrize("card", ["", "{}", '{"sha256": {}}', "[1]"])
def test_a_card_that_says_too_little_is_refused(shipped: Path, card: str) -> None:
    (shipped / CARD).write_text(card, encoding="utf-8")
    with pytest.raises(RetrieverFilesError, match="install Rollwith again"):
        load_embedder(shipped)


def test_half_a_file_is_refused_even_where_its_checksum_is_right(shipped: Path) -> None:
    whole = (shipped / WEIGHTS).read_bytes()
    (shipped / WEIGHTS).write_bytes(whole[: len(whole) // 2])
    card = json.loads((shipped / CARD).read_text(encoding="utf-8"))
    card["sha256"][WEIGHTS] = hashlib.sha256((shipped / WEIGHTS).read_bytes()).hexdigest()
    (shipped / CARD).write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(RetrieverFilesError, match="cannot be read"):
        load_embedder(shipped)

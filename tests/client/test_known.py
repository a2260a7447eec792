"""Vectors that ship: they are those of the encoder, they are all there, and others are read as ever."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.client.embed import load_embedder
from app.client.known import ENCODER, FILE, Known, key_of, with_known
from app.client.loading import load_personas
from app.client.vectors import MODEL_DIR, Vectors
from app.resources import PERSONAS_DIR
from training.client.known import texts_of


def refuses(texts: Sequence[str]) -> Vectors:
    raise AssertionError(f"had to be read: {texts[:3]}")


def test_all_that_is_written_for_those_who_ship_is_known() -> None:
    known = with_known(refuses)
    assert isinstance(known, Known)
    for person in load_personas([PERSONAS_DIR]).values():
        texts = list(texts_of(person))
        assert np.allclose(np.linalg.norm(known(texts), axis=1), 1, atol=1e-3), (
            f"{person.id}: run python -m training.client.known"
        )


def test_they_are_the_encoders_own() -> None:
    known = with_known(refuses)
    texts = list(texts_of(next(iter(load_personas([PERSONAS_DIR]).values()))))[:40]
    assert ((known(texts) * load_embedder()(texts)).sum(axis=1) > 0.999).all()


def test_another_text_is_read() -> None:
    read: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        read.extend(texts)
        return np.full((len(texts), 2), 0.5, dtype=np.float32)

    known = Known(
        embed,
        np.array([key_of("here")], dtype=np.int64),
        np.array([[127, 0]], dtype=np.int8),
        np.array([1 / 127], dtype=np.float32),
    )
    assert known(["not here", "here"]).tolist() == [[0.5, 0.5], [1.0, 0.0]]
    assert read == ["not here"]


def test_vectors_of_another_encoder_are_left_alone(tmp_path: Path) -> None:
    shutil.copy(MODEL_DIR / FILE, tmp_path)
    (tmp_path / ENCODER).write_bytes(b"another")
    assert with_known(refuses, tmp_path) is refuses
    (tmp_path / FILE).write_bytes(b"damaged")
    assert with_known(refuses, tmp_path) is refuses
    assert with_known(refuses, tmp_path / "nowhere") is refuses

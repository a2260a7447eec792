"""The coder's files: written and read again, rounded to int8, refused where they are not as they were made."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import numpy as np
import pytest
import torch

from app.bert import packed, quantized, unpacked
from app.scoring.codes import CODES
from app.scoring.encoder import WINDOW_TOKENS, Encoder, TurnReader
from app.scoring.heads import Head
from app.scoring.weights import (
    CARD,
    MODEL_DIR,
    TOKENIZER,
    WEIGHTS,
    CoderFilesError,
    load_files,
)
from tests.scoring.tiny import SHAPE, encoder_tensors, tokenizer_file, write_tiny_coder


def test_rounding_a_table_moves_no_number_by_more_than_half_a_step() -> None:
    table = torch.randn(50, 900) * torch.logspace(-3, 3, 50)[:, None]
    small, scale = quantized(table)
    assert small.dtype == torch.int8
    assert ((small * scale - table).abs() <= scale * 0.501).all()
    assert torch.equal(quantized(torch.zeros(2, 3))[0], torch.zeros(2, 3, dtype=torch.int8))


def test_only_large_tables_are_rounded() -> None:
    tensors = {"large": torch.randn(300, 200), "small": torch.randn(20, 20), "vector": torch.randn(90_000)}
    stored = packed(tensors)
    assert {name: tensor.dtype for name, tensor in stored.items()} == {
        "large": torch.int8, "large:scale": torch.float32, "small": torch.float32, "vector": torch.float32,
    }  # fmt: skip
    back = unpacked(stored)
    assert set(back) == set(tensors)
    assert torch.equal(back["small"], tensors["small"])
    assert (back["large"] - tensors["large"]).abs().max() < 0.03


def test_a_coder_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = write_tiny_coder(tmp_path, encoders=2)
    found = load_files(made)
    assert len(found.encoders) == 2
    assert found.heads["code"].classes == tuple(CODES)
    assert found.heads["code"].hidden.shape == (64, 19)
    assert found.name.startswith("coder-2 (")
    assert found.card["note"] == "x"
    assert sorted(path.name for path in made.iterdir()) == [
        CARD, WEIGHTS, "encoder-1.safetensors", "encoder-2.safetensors", TOKENIZER,
    ]  # fmt: skip
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o044 == 0o044 for path in made.iterdir())


@pytest.mark.parametrize("file", [WEIGHTS, TOKENIZER, "encoder-2.safetensors"])
def test_a_damaged_or_missing_file_is_named(tmp_path: Path, file: str) -> None:
    made = write_tiny_coder(tmp_path)
    whole = (made / file).read_bytes()
    for damaged in (whole[:-7], whole[:-1] + bytes([whole[-1] ^ 1])):
        (made / file).write_bytes(damaged)
        with pytest.raises(CoderFilesError, match=rf"{file} is damaged"):
            load_files(made)
    (made / file).unlink()
    with pytest.raises(CoderFilesError, match=rf"cannot be read.*{file}"):
        load_files(made)


def test_a_folder_without_a_card_and_a_card_of_other_features_are_told(tmp_path: Path) -> None:
    with pytest.raises(CoderFilesError, match=r"coder\.json.*install Rollwith again"):
        load_files(tmp_path / "nowhere")
    made = write_tiny_coder(tmp_path)
    card = json.loads((made / CARD).read_text())
    for change in ({"signs": ["other"]}, {"version": 1}):
        (made / CARD).write_text(json.dumps(card | change))
        with pytest.raises(CoderFilesError, match="train again"):
            load_files(made)


def test_the_files_that_ship_know_the_codebook_and_are_small_enough() -> None:
    found = load_files(MODEL_DIR)
    assert found.heads["code"].classes == tuple(CODES)
    assert set(found.heads) == {"code", "behaviour", "talk"}
    sizes = [path.stat().st_size for path in MODEL_DIR.iterdir()]
    assert max(sizes) <= 45e6
    assert sum(sizes) <= 60e6


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    from tokenizers import Tokenizer

    return Encoder(SHAPE, encoder_tensors(), TurnReader(Tokenizer.from_file(str(tokenizer_file(tmp_path)))))


def test_a_span_is_the_mean_of_its_tokens(encoder: Encoder) -> None:
    text = "you came. why now?"
    first, second, whole = encoder.encode("i came.", text, [(0, 9), (10, 18), (0, 18)])
    assert whole.shape == (32,)
    # eight tokens ("you came." is spelt), then seven
    assert np.allclose(whole, (8 * first + 7 * second) / 15, atol=1e-5)


def test_what_is_answered_and_who_speaks_change_what_is_read(encoder: Encoder) -> None:
    spans = [(0, 4)]
    one, other, client = (
        encoder.encode("i am fine", "okay", spans),
        encoder.encode("go away", "okay", spans),
        encoder.encode("i am fine", "okay", spans, client=True),
    )
    assert not np.allclose(one, other, atol=1e-4)
    assert not np.allclose(one, client, atol=1e-4)
    assert np.array_equal(one, encoder.encode("i am fine", "okay", spans))


def test_long_turns_are_read_in_windows_and_empty_spans_are_zero(encoder: Encoder) -> None:
    text = "a b c d e f " * WINDOW_TOKENS
    found = encoder.encode(None, text, [(0, len(text)), (3, 3)])
    assert np.isfinite(found).all()
    assert not found[1].any()
    assert encoder.encode(None, "", [(0, 0)]).shape == (1, 32)


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    tensors = encoder_tensors()
    del tensors["encoder.layer.1.output.dense.weight"]
    from tokenizers import Tokenizer

    with pytest.raises(ValueError, match=r"encoder\.layer\.1\.output\.dense\.weight"):
        Encoder(SHAPE, tensors, TurnReader(Tokenizer.from_file(str(tokenizer_file(tmp_path)))))


def test_a_head_is_part_of_the_check(tmp_path: Path) -> None:
    found = load_files(write_tiny_coder(tmp_path)).heads["talk"]
    assert isinstance(found, Head)
    shares = found.probabilities(np.zeros((1, 64), np.float32), np.zeros((1, found.signs.shape[0]), np.float32), [{}])
    assert shares.sum() == pytest.approx(1)

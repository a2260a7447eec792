"""Both decoders against the model's own logits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from app.llm.decoding import PROMPT, Decoder, PlainDecoder, TreeDecoder, Work, make_decoder
from app.llm.prefixes import PrefixCache
from tests.llm.conftest import tiny_config, tiny_tokenizer

PROMPT_TOKENS = list(range(10, 60))


@pytest.fixture
def model(tiny_folder: Path) -> Any:
    return AutoModelForCausalLM.from_pretrained(tiny_folder, dtype=torch.float32).eval()


def own(model: Any, tokens: list[int]) -> torch.Tensor:
    model.set_attn_implementation("eager")
    with torch.inference_mode():
        logits: torch.Tensor = model(torch.tensor([tokens])).logits[0]
    return logits


def make(kind: str, model: Any) -> Decoder:
    if kind == "tree":
        return TreeDecoder(model)
    model.set_attn_implementation("sdpa")
    return PlainDecoder(model)


@pytest.mark.parametrize("kind", ["tree", "plain"])
def test_branches_have_the_logits_they_would_have_alone(model: Any, kind: str) -> None:
    first, second = own(model, [*PROMPT_TOKENS, 70, 71])[-1], own(model, [*PROMPT_TOKENS, 80, 81])[-1]
    other = own(model, [5, 6, 7])[-1]
    decoder = make(kind, model)
    tree, neighbour = decoder.plant(60), decoder.plant(10)
    decoder.feed([Work(tree, PROMPT_TOKENS[:30], [PROMPT] * 30, [])])
    decoder.feed([Work(tree, PROMPT_TOKENS[30:], [PROMPT] * 20, [19])])
    decoder.feed([Work(tree, [70, 75, 80], [0, 1, 2], [0, 1, 2])])
    # One branch has ended and another request joins, as it happens in a running batch.
    got = decoder.feed([Work(neighbour, [5, 6, 7], [PROMPT] * 3, [2]), Work(tree, [71, 81], [0, 2], [0, 1])])
    assert torch.allclose(got[1], torch.stack([first, second]), atol=1e-4)
    assert torch.allclose(got[0][0], other, atol=1e-4)


@pytest.mark.parametrize("kind", ["tree", "plain"])
def test_several_tokens_of_ragged_branches_at_once(model: Any, kind: str) -> None:
    long, short = own(model, [*PROMPT_TOKENS, 70, 71, 72])[-3:], own(model, [*PROMPT_TOKENS, 80])[-1:]
    decoder = make(kind, model)
    tree = decoder.plant(60)
    decoder.feed([Work(tree, PROMPT_TOKENS, [PROMPT] * 50, [49])])
    (got,) = decoder.feed([Work(tree, [70, 71, 72, 80], [0, 0, 0, 1], range(4))])
    assert torch.allclose(got, torch.cat([long, short]), atol=1e-4)
    (again,) = decoder.feed([Work(tree, [80], [2], [0])])
    assert torch.allclose(again, short, atol=1e-4)


def test_prefix_of_another_prompt_is_not_read_again(model: Any) -> None:
    start = [token % 300 + 2 for token in range(300)]
    expected = own(model, [*start, 9, 8])[-1]
    decoder = TreeDecoder(model)
    prefixes = PrefixCache(2**20)
    tree = decoder.plant(400)
    decoder.feed([Work(tree, [*start, 7], [PROMPT] * 301, [300])])
    prefixes.keep(tree, [*start, 7])
    fresh = decoder.plant(400)
    assert prefixes.fill(fresh, [*start, 9, 8]) == 256
    (got,) = decoder.feed([Work(fresh, [*start[256:], 9, 8], [PROMPT] * 46, [45])])
    assert torch.allclose(got[0], expected, atol=1e-4)


def test_prefixes_stay_within_their_memory(model: Any) -> None:
    decoder = TreeDecoder(model)
    prefixes = PrefixCache(
        300_000
    )  # one prompt of 200 tokens takes 3 layers * 2 * 2 heads * 16 * 4 bytes * 200 = 154 kB
    for first in range(5, 9):
        tree = decoder.plant(200)
        prompt = [first] * 200
        decoder.feed([Work(tree, prompt, [PROMPT] * 200, [199])])
        prefixes.keep(tree, prompt)
    assert 0 < prefixes.size <= 300_000
    assert prefixes.fill(decoder.plant(200), [8] * 200) == 128
    assert prefixes.fill(decoder.plant(200), [5] * 200) == 0


def test_tree_refuses_more_than_it_has_room_for(model: Any) -> None:
    decoder = TreeDecoder(model)
    tree = decoder.plant(64)
    with pytest.raises(ValueError, match="holds 64 tokens, 65 came"):
        decoder.feed([Work(tree, [5] * 65, [PROMPT] * 65, [0])])


def test_sliding_windows_are_kept() -> None:
    torch.manual_seed(2)
    config = MistralConfig(**tiny_config(tiny_tokenizer()), sliding_window=8)
    model = MistralForCausalLM(config).eval()
    expected = own(model, [*PROMPT_TOKENS, 70, 71])[-1]
    decoder = make_decoder(model, PROMPT_TOKENS)
    assert isinstance(decoder, TreeDecoder)
    tree = decoder.plant(60)
    decoder.feed([Work(tree, PROMPT_TOKENS, [PROMPT] * 50, [49])])
    decoder.feed([Work(tree, [80, 70], [0, 1], [])])
    (got,) = decoder.feed([Work(tree, [81, 71], [0, 1], [1])])
    assert torch.allclose(got[0], expected, atol=1e-4)


def test_model_with_unusual_attention_is_decoded_plainly() -> None:
    torch.manual_seed(3)
    model = Gemma2ForCausalLM(Gemma2Config(**tiny_config(tiny_tokenizer()), attn_logit_softcapping=5.0)).eval()
    expected = own(model, [*PROMPT_TOKENS, 70])[-1]
    decoder = make_decoder(model, PROMPT_TOKENS)
    assert isinstance(decoder, PlainDecoder)
    tree = decoder.plant(60)
    decoder.feed([Work(tree, PROMPT_TOKENS, [PROMPT] * 50, [49])])
    (got,) = decoder.feed([Work(tree, [80, 70], [0, 1], [1])])
    assert torch.allclose(got[0], expected, atol=1e-4)


def test_a_wrong_mask_is_noticed(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(tree: Any, groups: int, window: int | None, dtype: torch.dtype) -> torch.Tensor:  # noqa: ARG001
        rows = tree.length - tree._start
        return torch.zeros(groups * rows, -(-tree.length // 64) * 64, dtype=dtype)

    monkeypatch.setattr("app.llm.decoding.Tree.mask", everything)
    model.set_attn_implementation("sdpa")
    assert isinstance(make_decoder(model, PROMPT_TOKENS), PlainDecoder)
    assert model.config._attn_implementation == "sdpa"

"""A tiny random chat model made on the spot, and the real embedded model, converted once and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from app.llm import embedded
from app.llm.local import LocalEngine

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEST_DATA = Path(__file__).parents[2] / ".cache" / "test-data"


def tiny_tokenizer() -> Any:
    """Byte-level BPE that has seen a few sentences."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(["system user assistant I do not have a problem with drinking, you know."] * 5, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>"
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def tiny_config(tokenizer: Any) -> dict[str, Any]:
    """Sizes of a model that takes a millisecond a token."""
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 1024,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "initializer_range": 0.2,
    }


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random Llama and its tokenizer."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    torch.manual_seed(1)
    tokenizer = tiny_tokenizer()
    LlamaForCausalLM(LlamaConfig(**tiny_config(tokenizer))).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
async def make_tiny(tiny_folder: Path) -> AsyncIterator[Callable[..., LocalEngine]]:
    """Makes engines on the tiny model and closes them afterwards."""
    engines: list[LocalEngine] = []

    def make(**settings: Any) -> LocalEngine:
        settings = dict[str, Any](dtype="float32", device="cpu", threads=1) | settings
        engines.append(LocalEngine("tiny", lambda: tiny_folder, **settings))
        return engines[-1]

    yield make
    for engine in engines:
        await engine.close()


@pytest.fixture(scope="session")
def embedded_folder() -> Path:
    """The real embedded model; the first run converts it (some 20 s), later runs find it."""
    return embedded.ensure(TEST_DATA, print)

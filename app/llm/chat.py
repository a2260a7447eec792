"""Loading a chat model of transformers and turning messages into its tokens."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError

from app.llm.engine import EngineError, Message, ModelDamaged

__all__ = ["Chat", "load_model", "load_tokenizer", "pick_device", "pick_dtype"]

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def pick_device(device: str | None) -> torch.device:
    """The device named, or for None and "auto" the best there is: CUDA, MPS, CPU. EngineError where it is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device in (None, "auto"):
        return torch.device(next(name for name, found in there.items() if found))
    kind = str(device).split(":")[0]
    if not there.get(kind):
        found = ", ".join(name for name, is_there in there.items() if is_there)
        raise EngineError(f"device {device!r} is not on this machine; there is: {found} (or auto)")
    return torch.device(str(device))


def pick_dtype(dtype: str, device: torch.device) -> torch.dtype:
    """The number format named, or for "auto" bfloat16 where it pays: on CPUs that is measured (some 20 ms)."""
    if dtype in _DTYPES:
        return _DTYPES[dtype]
    if dtype != "auto":
        raise ValueError(f"dtype {dtype!r} is unknown; it must be auto or one of {', '.join(_DTYPES)}")
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.type == "mps":
        return torch.bfloat16
    return min((torch.bfloat16, torch.float32), key=_matmul_seconds)


def _matmul_seconds(dtype: torch.dtype) -> float:
    """Best of five of a product of the shape that decoding is made of."""
    rows, weights = torch.ones(8, 1024, dtype=dtype), torch.ones(4096, 1024, dtype=dtype)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        torch.nn.functional.linear(rows, weights)
        times.append(time.perf_counter() - start)
    return min(times)


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in `folder`. ModelDamaged where it cannot be read."""
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # the tokenizer libraries raise whatever they please on a broken file
        raise ModelDamaged(f"{folder}: the tokenizer cannot be read ({_first_line(error)})") from error


def load_model(folder: Path, dtype: torch.dtype, device: torch.device | None = None) -> Any:
    """The causal language model in `folder` (safetensors only), ready to run. ModelDamaged where it cannot be read."""
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    bar = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True, local_files_only=True)
        return model.eval().requires_grad_(False).to(device or "cpu")
    except torch.OutOfMemoryError as error:
        raise EngineError(f"{folder}: the model does not fit into the memory of {device}") from error
    except Exception as error:  # likewise: missing files, wrong sizes, unknown architectures, broken JSON
        raise ModelDamaged(f"{folder}: the model cannot be read ({_first_line(error)})") from error
    finally:
        if bar:
            logging.enable_progress_bar()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


class Chat:
    """A tokenizer with a chat template: messages to tokens, tokens to text."""

    def __init__(self, tokenizer: Any, model: Any, name: str) -> None:
        if not tokenizer.chat_template:
            raise EngineError(f"{name} has no chat template; take a chat model (often named -Instruct or -it)")
        self._tokenizer = tokenizer
        self._name = name
        special = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        self._special = re.compile("|".join(map(re.escape, special)) or r"(?!)")
        self.limit: int = getattr(model.config.get_text_config(), "max_position_embeddings", None) or 2**31
        ends = model.generation_config.eos_token_id
        self.ends = frozenset([*(ends if isinstance(ends, list) else [ends]), tokenizer.eos_token_id]) - {None}

    def prompt(self, messages: Sequence[Message], room: int) -> list[int]:
        """Tokens of the messages and of the start of the assistant's turn; EngineError if `room` more do not fit."""
        turns = [{"role": message.role, "content": self._harmless(message.text)} for message in messages]
        try:
            tokens = self._apply(turns if self._has_system_role else _alternating(turns))
        except TemplateError:  # some templates insist that the roles alternate
            tokens = self._apply(_alternating(turns))
        if len(tokens) + room > self.limit:
            raise EngineError(f"{len(tokens)} tokens and {room} to come are too long for {self._name} ({self.limit})")
        return tokens

    @cached_property
    def _has_system_role(self) -> bool:
        """Whether the template takes a system message; some refuse it, and some leave it out without a word."""
        probe = "Who you are is said here."
        turns = [{"role": "system", "content": probe}, {"role": "user", "content": "Hi"}]
        try:
            return probe in self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        except TemplateError:
            return False

    def _apply(self, turns: list[dict[str, str]]) -> list[int]:
        encoded = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=True, enable_thinking=False
        )
        return list(encoded["input_ids"])

    def _harmless(self, text: str) -> str:
        """The text without the tokens that mark turns: what somebody typed must not open a turn of its own."""
        while (cleaned := self._special.sub("", text)) != text:
            text = cleaned
        return text

    def continuation(self, text: str) -> list[int]:
        """Tokens of an assistant's turn, its end included."""
        tokens = list(self._tokenizer(self._harmless(text), add_special_tokens=False)["input_ids"])
        end = self._tokenizer.eos_token_id
        return tokens if end is None else [*tokens, end]

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens that the model gave."""
        decoded = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(decoded)


def _alternating(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """The same turns without a system role, neighbours of one role joined."""
    joined: list[dict[str, str]] = []
    for turn in turns:
        role = "user" if turn["role"] == "system" else turn["role"]
        if joined and joined[-1]["role"] == role:
            joined[-1]["content"] += "\n\n" + turn["content"]
        else:
            joined.append({"role": role, "content": turn["content"]})
    return joined

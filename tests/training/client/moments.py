"""A few made-up moments, and a tiny Llama to read them with."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from app.client.acts import ACTS
from app.client.heard import Said
from app.llm.chat import Chat, load_model, load_tokenizer
from tests.llm.conftest import tiny_config, tiny_tokenizer
from training.client.material import Answer, Moment

REPLIES = {
    "minimise": ("A beer or two.", "Nothing much, a beer.", "I never have more than a beer."),
    "concern": ("It worries me.", "I do not like how it goes.", "My wife worries."),
    "hedge": ("Depends.", "Hard to say, you know.", "I may, or not."),
}


def moment(number: int = 0, acts: tuple[str, ...] = ("minimise", "concern", "hedge"), person: str = "w1 Ann") -> Moment:
    """A moment with a reply of each act."""
    answers = tuple(Answer(REPLIES[act][number % 3], act, str(ACTS[act].stance)) for act in acts)
    history = (Said("counsellor", "You came."), Said("client", f"I do not have a problem, {number} times."))
    sheet = f"Cook number {number}. Sent by a judge."
    return Moment(
        "replies", person, person.split()[1], 40 + number, sheet, 0.7, 0.3, history,
        f"What do you drink, {number} of seven?", ("open_question",), answers,
    )  # fmt: skip


def tiny_chat(folder: Path) -> tuple[LlamaForCausalLM, Chat]:
    """A random Llama in float32 with its chat."""
    torch.manual_seed(2)
    tokenizer = tiny_tokenizer()
    LlamaForCausalLM(LlamaConfig(**tiny_config(tokenizer))).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    model = load_model(folder, torch.float32)
    return model, Chat(load_tokenizer(folder), model, "tiny")


__all__ = ["REPLIES", "moment", "tiny_chat"]

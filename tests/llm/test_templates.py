"""The rules of the main families' chat templates, in small, and what becomes of our messages in each.

The published templates differ in their marks and in what they allow: Llama 3, Qwen, Phi 4 and SmolLM2 have a system
role; Mistral wants user and assistant by turns and puts the system's text before a user's; Gemma 2 and the first
Mistral refuse a system role; Gemma 3 joins it to the first user turn; the first Phi 3 left it out without a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from app.client.acts import ACTS
from app.client.heard import Said
from app.client.plan import Plan
from app.client.state import start_state
from app.client.voice import messages
from app.llm.chat import Chat
from app.llm.engine import Message
from tests.client.helpers import ray
from tests.llm.conftest import tiny_tokenizer

_TURN = "⟦{{ role }}⟧{{ text | trim }}⟦end⟧"
_PLAIN = "{% for m in messages %}{% set role = m['role'] %}{% set text = m['content'] %}" + _TURN + "{% endfor %}"
_BY_TURNS = (
    "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
)
_REST = (
    "{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] %}{% set rest = messages[1:] %}"
    "{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}"
)
_OPEN = "{% if add_generation_prompt %}⟦answers⟧{% endif %}"


def _joined(where: str) -> str:
    """A template that puts the system's text before the user turn at `where` (loop.first or loop.last)."""
    return (
        _REST + "{% for m in rest %}" + _BY_TURNS + "{% set role = m['role'] %}"
        "{% set text = (system + '\n\n' + m['content']) if (" + where + " and system) else m['content'] %}"
        + _TURN + "{% endfor %}" + _OPEN
    )  # fmt: skip


FAMILIES = {
    "llama 3": _PLAIN + _OPEN,
    "qwen 3": "{% if messages[0]['role'] != 'system' %}⟦system⟧You are a helpful assistant.⟦end⟧{% endif %}" + _PLAIN
    + _OPEN + "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}",
    "smollm2": "{% if messages[0]['role'] != 'system' %}⟦system⟧You are SmolLM.⟦end⟧{% endif %}" + _PLAIN + _OPEN,
    "phi 4": _PLAIN + _OPEN,
    "phi 3, first": "{% for m in messages %}{% if m['role'] in ('user', 'assistant') %}{% set role = m['role'] %}"
    "{% set text = m['content'] %}" + _TURN + "{% endif %}{% endfor %}" + _OPEN,
    "mistral, first": "{% for m in messages %}" + _BY_TURNS + "{% set role = m['role'] %}{% set text = m['content'] %}"
    + _TURN + "{% endfor %}" + _OPEN,
    "mistral": _joined("loop.last"),
    "gemma 2": "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}" + _BY_TURNS
    + "{% set role = 'model' if m['role'] == 'assistant' else m['role'] %}{% set text = m['content'] %}"
    + _TURN + "{% endfor %}" + _OPEN,
    "gemma 3": _joined("loop.first"),
}  # fmt: skip

HISTORIES = {
    "the first turn": [],
    "after a greeting": [Said("client", "Judge sent me.", "inform", "neutral")],
    "by turns": [Said("counsellor", "Hello."), Said("client", "Hey."), Said("counsellor", "And?"), Said("client", "…")],
    "two of one speaker": [Said("client", "Hey."), Said("counsellor", "Hello."), Said("counsellor", "Still there?")],
    "silence": [Said("counsellor", ""), Said("client", "…", "silent", "neutral")],
}


def rendered(template: str, turns: Sequence[Message]) -> tuple[list[tuple[str, str]], str]:
    """The turns as the template lays them out, and how the text ends."""
    tokenizer: Any = tiny_tokenizer()
    tokenizer.chat_template = template
    config = SimpleNamespace(get_text_config=lambda: SimpleNamespace(max_position_embeddings=None))
    model = SimpleNamespace(config=config, generation_config=SimpleNamespace(eos_token_id=None))
    chat = Chat(tokenizer, model, "some model")
    text = chat.text(chat.prompt(turns, 0))
    return re.findall(r"⟦(\w+)⟧(.*?)⟦end⟧", text, re.DOTALL), text[text.rindex("⟦") :]


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("template", FAMILIES.values(), ids=FAMILIES)
def test_our_prompt_renders_by_turns_with_the_person_in_place(template: str, history: list[Said]) -> None:
    plan = Plan("blame", str(ACTS["blame"].stance), None, (), "early", 3)
    prompt = messages(ray(), plan, start_state(ray()), "How come you are here?", history)
    turns, end = rendered(template, prompt)
    text = "\n".join(content for _, content in turns)
    assert text.count("You are the client and only the client.") == 1
    assert "Licking County" in text
    assert end.startswith("⟦answers⟧")
    roles = [role for role, _ in turns if role != "system"]
    assert roles[0] == "user"
    assert roles[-1] == "user"
    assert "How come you are here?" in turns[-1][1]
    assert ACTS["blame"].says in turns[-1][1]
    if "alternate" in template:
        assert all(first != second for first, second in pairwise(roles))


def test_a_default_person_of_the_template_is_never_used() -> None:
    for name in ("qwen 3", "smollm2"):
        turns, _ = rendered(FAMILIES[name], [Message("system", "You are Ray."), Message("user", "Hi.")])
        assert turns[0] == ("system", "You are Ray.")


def test_a_model_that_can_think_aloud_is_told_not_to() -> None:
    _, end = rendered(FAMILIES["qwen 3"], [Message("user", "Hi.")])
    assert "</think>" in end

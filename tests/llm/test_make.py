"""Model strings, and what requests may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.llm.engine import Message, Request
from app.llm.local import LocalEngine
from app.llm.make import make_engine
from app.llm.remote import RemoteEngine


def test_each_kind_of_model_string(tmp_path: Path, tiny_folder: Path) -> None:
    embedded = make_engine("embedded", data_dir=tmp_path)
    assert isinstance(embedded, LocalEngine)
    assert (embedded.name, embedded.improvises) == ("local:smollm2-135m-instruct", False)
    folder = make_engine(str(tiny_folder), data_dir=tmp_path)
    assert (folder.name, folder.improvises) == ("local:tiny", True)
    assert make_engine("org/name-1.5B", data_dir=tmp_path).name == "local:org/name-1.5B"
    remote = make_engine("openai:qwen@2.5:7b@http://user:secret@127.0.0.1:11434/v1", data_dir=tmp_path, api_key="k")
    assert isinstance(remote, RemoteEngine)
    assert remote.name == "remote:qwen@2.5:7b@127.0.0.1:11434"
    assert not list(tmp_path.iterdir()), "nothing is fetched before ready()"


@pytest.mark.parametrize("model", ["", "gpt", "a/b/c", "./nowhere", "http://host/v1", "openai:m@host", "openai:m"])
def test_any_other_string_is_refused_with_what_is_allowed(model: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="openai:MODEL@http://host:port/v1"):
        make_engine(model, data_dir=tmp_path)


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no config\.json"):
        make_engine(str(tmp_path), data_dir=tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"messages": ()}, "messages is empty"),
        ({"candidates": 0}, "candidates is 0; it must be 1 or more"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"temperature": -1.0}, "temperature is -1.0"),
        ({"top_p": 0.0}, "top_p is 0.0"),
        ({"repetition_penalty": 0.0}, "repetition_penalty is 0.0"),
        ({"stop": ("",)}, "empty string"),
    ],
)
def test_request_refuses_what_makes_no_sense(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Request(**({"messages": (Message("user", "Hi"),)} | changes))

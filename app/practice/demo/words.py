"""The words of the demo: names, reflections, an instructor's summaries and comments. They stand in `words.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

_FILE = Path(__file__).with_name("words.yaml")


class Words(BaseModel):
    """Names and texts. Each reflection takes one line of each part; summaries are for good, fair and poor sessions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instructor: str
    assistant: str
    classroom: str
    archived: str
    trainees: list[str]
    invited: list[str]
    reflections: list[list[str]]
    summaries: dict[str, list[str]]
    comments: dict[str, list[str]]
    snippets: list[str]
    assignment_notes: list[str]
    milestone_notes: list[str]
    edit_notes: list[str]


@lru_cache(maxsize=1)
def read_words() -> Words:
    """The file, read once."""
    return Words.model_validate(YAML(typ="safe").load(_FILE.read_text(encoding="utf-8")))


__all__ = ["Words", "read_words"]

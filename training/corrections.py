"""Codes that people gave at the review desk, as material: the file that `rollwith export --corrections` writes.

Each line is checked as it is read, and what is wrong is told with file and line. A turn is read whole; utterances on
which nobody spoke carry no codes, which a trainer takes as unknown. One trainee stays on one side of a split.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.scoring.codes import CODES
from training.examples import NOTHING, Example, from_utterances
from training.records import MissingData, Utterance

#: What these examples call their source; they count as the written corpus does (`recipe.WEIGHTS`).
SOURCE = "corrections"


class Line(BaseModel):
    """One line of the file; columns that training does not need may be anything."""

    model_config = ConfigDict(extra="ignore")

    format: Literal["rollwith-corrections-1"]
    conversation: str
    trainee: str
    turn: Annotated[int, Field(ge=0)]
    utterance: Annotated[int, Field(ge=0)]
    text: Annotated[str, Field(min_length=1)]
    previous: str | None
    codes: list[str]

    @field_validator("codes")
    @classmethod
    def _known(cls, codes: list[str]) -> list[str]:
        for code in codes:
            if code not in CODES:
                raise ValueError(f"{code!r} is not a code; known codes are {', '.join(CODES)}")
        return codes


def correction_utterances(path: Path) -> Iterator[Utterance]:
    """The file's utterances, one a line. Raises MissingData with file and line where one is not as it should be."""
    for line in _lines(path):
        turn = f"{line.conversation}/{line.turn}"
        group = f"desk-{line.trainee}"
        yield Utterance(line.text, line.previous, frozenset(line.codes), SOURCE, group, turn, line.utterance)


def correction_examples(paths: Sequence[Path]) -> list[Example]:
    """The files' turns as the coder reads them. A turn with an utterance of no known code says no behaviour."""
    examples = []
    for path in paths:
        for _, said in groupby(correction_utterances(path), key=lambda utterance: utterance.turn):
            (example,) = from_utterances(said)
            examples.append(example if all(example.codes) else replace(example, behaviour=NOTHING))
    return examples


def _lines(path: Path) -> Iterator[Line]:
    if not path.is_file():
        raise MissingData(f"{path}: there is no such file; make one with: rollwith export --corrections --out {path}")
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                yield Line.model_validate(json.loads(text))
            except json.JSONDecodeError as error:
                raise MissingData(f"{path}, line {number}: not JSON ({error.msg})") from error
            except ValidationError as error:
                problem = error.errors()[0]
                place = ".".join(map(str, problem["loc"])) or "line"
                raise MissingData(f"{path}, line {number}, {place}: {problem['msg']}") from error


__all__ = ["SOURCE", "correction_examples", "correction_utterances"]

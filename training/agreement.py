"""The second reader: draws a blind sample of the written corpus, and prints how well two readers agree.

`python -m training.agreement --draw` prints the sample without its labels (the same seed, the same sample); the second
reader writes `NUMBER,code` lines into labels/second-reader.csv beside the number's turn; without an option the command
prints Cohen's kappa for each code (that code against all others) and overall.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import defaultdict
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from sklearn.metrics import cohen_kappa_score

from app.scoring.codes import CODES
from training.recipe import FILES
from training.records import Utterance
from training.written import CORPUS, corpus_utterances

SECOND = CORPUS / "labels" / "second-reader.csv"
SIZE, SEED = 400, 11


@dataclass(frozen=True)
class Drawn:
    """One utterance of the sample with the whole turn it stands in."""

    turn: str
    place: int
    text: str
    whole: str
    previous: str
    code: str


def draw() -> list[Drawn]:
    """The sample: as many of each code as there are places for it, the same at every call."""
    turns: dict[str, list[Utterance]] = defaultdict(list)
    for said in corpus_utterances(FILES["answers"], FILES["conversations"]):
        turns[said.turn].append(said)
    by_code: dict[str, list[Drawn]] = defaultdict(list)
    for turn, parts in turns.items():
        whole = " ".join(part.text for part in parts)
        for place, part in enumerate(parts):
            if len(part.codes) == 1:
                code = min(part.codes)
                by_code[code].append(Drawn(turn, place, part.text, whole, part.previous or "", code))
    chance = random.Random(SEED)
    found = [each for code in CODES for each in chance.sample(by_code[code], SIZE // len(CODES) + 1)]
    return chance.sample(found, SIZE)


def second() -> dict[tuple[str, int], str]:
    """The second reader's codes by turn and place."""
    with SECOND.open(encoding="utf-8", newline="") as file:
        return {(row["turn"], int(row["place"])): row["code"] for row in csv.DictReader(file)}


def main(arguments: list[str] | None = None) -> int:
    """Draw, or print the agreement."""
    parser = argparse.ArgumentParser(prog="python -m training.agreement", description="Two readers of the corpus.")
    parser.add_argument("--draw", action="store_true", help="print the sample without its labels")
    options = parser.parse_args(arguments)
    if options.draw:
        for number, each in enumerate(draw(), 1):
            print(f"{number}\n  client: {each.previous}\n  whole turn: {each.whole}\n  CODE THIS: {each.text}")
        return 0
    show()
    return 0


def show() -> None:
    """Kappa for each code and overall; what the second reader read that the corpus no longer has is left out."""
    now = {
        (said.turn, said.place): min(said.codes)
        for said in corpus_utterances(FILES["answers"], FILES["conversations"])
        if len(said.codes) == 1
    }
    pairs = [(now[key], code) for key, code in second().items() if key in now]
    first, other = zip(*pairs, strict=True)
    table = Table("code", "first", "second", "both", "kappa", title=f"Two readers, {len(pairs)} utterances")
    for code in CODES:
        one, two = [each == code for each in first], [each == code for each in other]
        both = sum(a and b for a, b in zip(one, two, strict=True))
        table.add_row(code, str(sum(one)), str(sum(two)), str(both), f"{cohen_kappa_score(one, two):.2f}")
    table.add_row("all codes", "", "", str(sum(a == b for a, b in pairs)), f"{cohen_kappa_score(first, other):.2f}")
    Console().print(table)


__all__ = ["Drawn", "draw", "main", "second"]

if __name__ == "__main__":
    sys.exit(main())

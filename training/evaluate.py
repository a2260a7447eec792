"""Prints how good the coder is on people and hands that it has not seen: `python -m training.evaluate`.

Every turn of AnnoMI, of the chats and of the written corpus is judged by the member of the coder that was trained
without its video, chat, moment or person; the set-apart test files, never trained on, by the whole coder that ships.
`--part` runs some of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from rich.console import Console
from rich.table import Table

from app.scoring.coder import load_coder
from app.scoring.codes import CODES
from app.scoring.types import Coder
from app.scoring.weights import MODEL_DIR, load_files
from training import figures
from training.calibrate import tempered
from training.cost import cost_figures
from training.figures import Figures
from training.network import Array
from training.public import annomi
from training.quality import quality_figures
from training.records import MissingData
from training.train_coder import Places, Training, add_places, places_of, trained

#: The figures aimed at, and what is known of experts, where there is something to set beside a figure.
BESIDE = {
    "main behaviour, macro-F1": "expert against expert .796; aim .80",
    "… on turns of 5 words or more": "aim .72",
    "… accuracy on the surest 80 %": "aim .90",
    "… calibration error": "aim ≤ .05",
    "reflection precision, poor sessions": "first coder .45; aim .60",
    "open or closed question, macro-F1": "experts .77; aim .80",
    "simple or complex reflection, macro-F1": "experts .57; aim .64",
    "client talk, macro-F1": "expert against expert .645; aim .60",
    "MISC groups, kappa": "against our own labels",
    "primary code, macro-F1": "aim .85",
    "set of codes, macro-F1": "aim .85",
    "quality from all codes, AUC": "with experts' codes .92–.945; aim .93",
    "quality from reflections : questions alone, AUC": "with experts' codes .81; aim .75",
    "a turn of a counsellor, median, ms": "aim ≤ 40",
    "memory added, MB": "aim ≤ 150",
}


@dataclass
class Evaluation:
    """What the parts share; made when the first of them asks."""

    places: Places

    @cached_property
    def training(self) -> Training:
        found = trained(self.places)
        temperatures = {name: head.temperature for name, head in load_files(MODEL_DIR).heads.items()}
        shown = [{name: tempered(rows, temperatures[name]) for name, rows in each.items()} for each in found.held_out]
        return replace(found, held_out=shown)

    @cached_property
    def shipped(self) -> Coder:
        return load_coder()

    def annomi(self) -> None:
        found = self.training
        rows, _ = annomi(self.places.annomi)
        show("AnnoMI, videos never read", figures.annomi_figures(rows, found.examples, found.held_out))
        show("… client turns", figures.talk_figures(found.examples, found.held_out, "annomi"))

    def chats(self) -> None:
        found = self.training
        show("MIBOT chats, chats never read (our labels)", figures.chat_figures(found.examples, found.held_out))
        show("… client turns", figures.talk_figures(found.examples, found.held_out, "mibot"))

    def corpus(self) -> None:
        found, by_code = figures.corpus_figures(self.training.examples, self.training.held_out)
        show("Written corpus, moments never read", found)
        show_codes({"corpus": by_code})

    def corrections(self) -> None:
        if not self.places.corrections:
            return  # nothing was named
        found, by_code = figures.correction_figures(self.training.examples, self.training.held_out)
        show("Codes from people at the desk, trainees never read", found)
        show_codes({"corrections": by_code})

    def test(self) -> None:
        columns: dict[str, Array] = {}
        found, columns["utterances"] = figures.utterance_figures(self.shipped)
        show("Set-apart test files, utterances one by one", found)
        found, columns["turns"] = figures.turn_figures(self.shipped)
        show("Set-apart test files, whole turns", found)
        show_codes(columns)

    def quality(self) -> None:
        show("Session quality, AnnoMI, videos never read", quality_figures(self.places.annomi, self.training))

    def cost(self) -> None:
        show("Cost on this machine, one thread", cost_figures())


PARTS: dict[str, Callable[[Evaluation], None]] = {
    "annomi": Evaluation.annomi,
    "chats": Evaluation.chats,
    "corpus": Evaluation.corpus,
    "corrections": Evaluation.corrections,
    "test": Evaluation.test,
    "quality": Evaluation.quality,
    "cost": Evaluation.cost,
}


def show(title: str, found: Figures) -> None:
    """A table of figures, with what is known of experts beside them."""
    table = Table("measure", "value", "", title=title, title_justify="left")
    for name, value in found.items():
        table.add_row(name, f"{value:.3f}" if abs(value) < 2 else f"{value:.0f}", BESIDE.get(name, ""))
    Console(width=120).print(table)


def show_codes(columns: dict[str, Array]) -> None:
    """F1 of every code."""
    table = Table("code", *columns, title="F1 by code", title_justify="left")
    for number, code in enumerate(CODES):
        table.add_row(code, *(f"{column[number]:.2f}" for column in columns.values()))
    Console(width=120).print(table)


def main(arguments: list[str] | None = None) -> int:
    """Evaluate and print. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description="How good the coder is.")
    add_places(parser)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be repeated)")
    options = parser.parse_args(arguments)
    evaluation = Evaluation(places_of(options))
    try:
        for part in options.part or PARTS:
            PARTS[part](evaluation)
    except MissingData as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Prints how good the coder is on people and hands that it has not seen: `python -m training.evaluate`.

AnnoMI in five folds by video; the written corpus in ten folds by moment, and hand by hand (trained on the others); the
set-apart test file, never trained on. `--part` runs some of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from app.scoring.coder import LinearCoder
from app.scoring.codes import BEHAVIOURS, CODES, TALK_TYPES
from app.scoring.encoder import Encoder
from app.scoring.heads import Head
from training.cache import FeatureCache
from training.calibrate import calibration_error
from training.data import CORPUS, TEST_FILE, MissingData, Utterance, corpus_utterances
from training.fit import Inputs, allowed, inputs
from training.folds import everything, fold_of, held_out
from training.recipe import Material, behaviour_head, code_head, talk_head
from training.train_coder import add_places, load

NAMES = tuple(CODES)
PARTS = ("annomi", "corpus", "hands", "test", "turns")
Array = np.ndarray[Any, Any]
Figures = dict[str, float]


def annomi_figures(data: Material) -> Figures:
    """AnnoMI, five folds by video: behaviour, question and reflection kinds, client talk."""
    rows, said, _ = everything(data)
    groups = [row.group for row in data.rows]
    shares = held_out(data.row_inputs, groups, 5, lambda part: behaviour_head(data, part, said))
    codes = held_out(data.row_inputs, groups, 5, lambda part: code_head(data, part, said))
    truth = np.array([BEHAVIOURS.index(row.behaviour) for row in data.rows])
    found = shares.argmax(axis=1)
    long = np.array([len(row.text.split()) >= 5 for row in data.rows])
    poor = np.array([row.quality == "low" for row in data.rows])
    credited = poor & (found == BEHAVIOURS.index("reflection"))
    sure = np.argsort(-shares.max(axis=1))[: int(0.8 * len(rows))]
    return {
        "main behaviour, macro-F1": _macro(truth, found),
        "… on turns of 5 words or more": _macro(truth[long], found[long]),
        "… accuracy on the surest 80 %": float((truth[sure] == found[sure]).mean()),
        "… calibration error": calibration_error(shares, np.eye(4)[truth]),
        "reflection precision, poor sessions": float((truth[credited] == found[credited]).mean()),
        "main behaviour by the code head": _macro(truth, _behaviour_of(codes)),
        "open or closed question": _two(
            codes, [r.question for r in data.rows], "open", ("open_question",), "closed", ("closed_question",),
        ),
        "simple or complex reflection": _two(
            codes, [r.reflection for r in data.rows], "simple", ("simple_reflection",), "complex", _COMPLEX
        ),
    } | _talk_figures(data)  # fmt: skip


_COMPLEX = ("complex_reflection", "double_sided_reflection", "amplified_reflection", "summary", "reframe")


def _behaviour_of(codes: Array) -> Array:
    table = np.array([[CODES[code].behaviour == name for name in BEHAVIOURS] for code in NAMES], dtype=float)
    return np.asarray((codes @ table).argmax(axis=1))


def _two(codes: Array, kinds: Sequence[str], one: str, ones: Sequence[str], other: str, others: Sequence[str]) -> float:
    """Macro-F1 of telling two kinds apart where one of them is there."""
    rows = [index for index, kind in enumerate(kinds) if kind in (one, other)]
    first, second = (codes[:, [NAMES.index(name) for name in names]].sum(axis=1) for names in (ones, others))
    return _macro(np.array([kinds[row] == one for row in rows]), (first > second)[rows])


def _talk_figures(data: Material) -> Figures:
    _, _, replies = everything(data)
    folds = [fold_of(reply.group, 5) for reply in data.replies]
    heads = [talk_head(data, [index for index in replies if folds[index] != fold]) for fold in range(5)]
    figures: Figures = {}
    for name, own in (("AnnoMI", True), ("written replies", False)):
        rows = [index for index in replies if (data.replies[index].source == "annomi") is own]
        shares = np.stack([_one(heads[folds[index]], data.reply_inputs, index) for index in rows])
        truth = np.array([TALK_TYPES.index(data.replies[index].talk) for index in rows])
        figures[f"client talk, {name}, macro-F1"] = _macro(truth, shares.argmax(axis=1))
        figures[f"client talk, {name}, calibration error"] = calibration_error(shares, np.eye(3)[truth])
    return figures


def _one(head: Head, data: Inputs, index: int) -> Array:
    row = data.take([index])
    return np.asarray(head.probabilities(row.hidden, row.signs, row.words)[0])


def corpus_figures(data: Material) -> tuple[Figures, Array]:
    """The written corpus in ten folds by moment; also F1 by code."""
    rows, _, _ = everything(data)
    groups = [said.group for said in data.utterances]
    shares = held_out(data.utterance_inputs, groups, 10, lambda part: code_head(data, rows, part))
    return _utterance_figures(shares, data.utterances)


def hand_figures(data: Material) -> Figures:
    """Each writer's utterances by a head trained on the other writers'."""
    rows, _, _ = everything(data)
    sources = [said.source for said in data.utterances]
    figures: Figures = {}
    for hand in sorted(set(sources)):
        testing = [index for index, source in enumerate(sources) if source == hand]
        head = code_head(data, rows, [index for index, source in enumerate(sources) if source != hand])
        some = data.utterance_inputs.take(testing)
        shares = head.probabilities(some.hidden, some.signs, some.words)
        found, _ = _utterance_figures(shares, [data.utterances[index] for index in testing])
        figures[f"trained on the others, tested on {hand}"] = found["primary code, macro-F1"]
    return figures


def test_figures(data: Material, cache: FeatureCache) -> tuple[Figures, Array]:
    """The set-apart test file, utterance by utterance."""
    said = list(corpus_utterances([TEST_FILE], conversations=False))
    rows, trained, _ = everything(data)
    some = inputs([(utterance.text, utterance.previous) for utterance in said], cache)
    shares = code_head(data, rows, trained).probabilities(some.hidden, some.signs, some.words)
    return _utterance_figures(shares, said)


def turn_figures(data: Material, base_dir: Path, files: Iterable[str]) -> tuple[Figures, Array]:
    """Sets of codes per turn through the whole coder, segmenting included, on answers of the set-apart file."""
    rows, said, replies = everything(data)
    heads = {
        "code": code_head(data, rows, said),
        "behaviour": behaviour_head(data, rows, said),
        "talk": talk_head(data, replies),
    }
    coder = LinearCoder(Encoder(base_dir), heads, "evaluation")
    gold, found = [], []
    for text, previous, codes in _answers(files):
        gold.append(codes)
        found.append(frozenset(span.code for span in coder.code(text, previous).codes))
    truth, guess = allowed(gold, NAMES), allowed(found, NAMES)
    by_code = f1_score(truth, guess, average=None, zero_division=0)
    present = truth.any(axis=0)
    exact = float(np.mean([one == other for one, other in zip(gold, found, strict=True)]))
    return {"set of codes, macro-F1": float(by_code[present].mean()), "set exactly right": exact}, by_code


def _answers(files: Iterable[str]) -> Iterable[tuple[str, str | None, frozenset[str]]]:
    for name in files:
        for line in (CORPUS / name).read_text(encoding="utf-8").splitlines():
            moment = json.loads(line)
            previous = next((t["text"] for t in reversed(moment["history"]) if t["speaker"] != "counsellor"), None)
            for answer in moment["answers"]:
                said = answer["utterances"]
                yield " ".join(u["text"] for u in said), previous, frozenset(u["code"] for u in said)


def _utterance_figures(shares: Array, said: Sequence[Utterance]) -> tuple[Figures, Array]:
    """Figures over utterances with exactly one code."""
    rows = [index for index, utterance in enumerate(said) if len(utterance.codes) == 1]
    truth = np.array([NAMES.index(next(iter(said[index].codes))) for index in rows])
    found = shares[rows].argmax(axis=1)
    by_code = f1_score(truth, found, average=None, labels=range(len(NAMES)), zero_division=0)
    return {
        "primary code, macro-F1": _macro(truth, found),
        "primary code, accuracy": float((truth == found).mean()),
        "calibration error": calibration_error(shares[rows], np.eye(len(NAMES))[truth]),
    }, by_code


def _macro(truth: Array, found: Array) -> float:
    return float(f1_score(truth, found, average="macro"))


def main(arguments: list[str] | None = None) -> int:
    """Evaluate and print. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description="How good the coder is.")
    add_places(parser)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be repeated)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    parts = options.part or PARTS
    try:
        data = load(options.annomi, options.base, options.cache)
    except MissingData as error:
        print(error, file=sys.stderr)
        return 2
    console = Console()
    columns: dict[str, Array] = {}
    if "annomi" in parts:
        _print(console, "AnnoMI, five folds by video", annomi_figures(data))
    if "corpus" in parts:
        figures, columns["ten folds"] = corpus_figures(data)
        _print(console, "Written corpus, ten folds by moment", figures)
    if "hands" in parts:
        _print(console, "Written corpus, hand by hand (macro-F1)", hand_figures(data))
    if "test" in parts:
        figures, columns["test, utterance"] = test_figures(data, FeatureCache(options.cache, options.base))
        _print(console, f"{TEST_FILE}, never trained on: utterances", figures)
    if "turns" in parts:
        figures, columns["test, turn"] = turn_figures(data, options.base, [TEST_FILE])
        _print(console, f"{TEST_FILE}, never trained on: whole turns", figures)
    if columns:
        _print_codes(console, columns)
    return 0


def _print(console: Console, title: str, figures: Figures) -> None:
    table = Table(title=title, title_justify="left", show_header=False)
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}")
    console.print(table)


def _print_codes(console: Console, columns: dict[str, Array]) -> None:
    table = Table("code", *columns, title="F1 by code", title_justify="left")
    for number, code in enumerate(NAMES):
        table.add_row(code, *(f"{column[number]:.2f}" for column in columns.values()))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())

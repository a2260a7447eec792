"""The figures of an evaluation, out of held-out shares or out of a coder and the set-apart test files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score

from app.scoring.codes import BEHAVIOURS, CODES, TALK_TYPES
from app.scoring.types import SURE, Coder
from training.calibrate import calibration_error
from training.corrections import SOURCE
from training.examples import Example
from training.held_out import HeldOut
from training.network import Array, mask
from training.public import ANNOMI_CODES
from training.recipe import CLASSES
from training.records import MissingData, Row
from training.written import corpus

Figures = dict[str, float]
NAMES = tuple(CODES)
_COMPLEX = tuple(sorted(ANNOMI_CODES["complex"]))

#: MISC's groups: questions, reflections, what agrees with MI, what goes against it, the rest.
MISC_GROUPS = {
    **dict.fromkeys(("open_question", "closed_question"), "question"),
    **dict.fromkeys(("simple_reflection", *_COMPLEX), "reflection"),
    **dict.fromkeys(
        ("affirmation", "emphasize_autonomy", "offer_choices", "paradoxical", "seek_collaboration",
         "persuade_with_permission", "support"),
        "consistent",
    ),
    **dict.fromkeys(("persuade", "confront"), "inconsistent"),
    **dict.fromkeys(("give_information", "other"), "other"),
}  # fmt: skip


def annomi_figures(rows: Sequence[Row], examples: Sequence[Example], found: HeldOut) -> Figures:
    """AnnoMI's counsellor turns: behaviour, kinds of question and reflection."""
    places = [index for index, example in enumerate(examples) if example.source == "annomi" and not example.client]
    shares = np.stack([found[index]["behaviour"] for index in places])
    codes = np.stack([found[index]["code"][0] for index in places])
    truth = np.array([BEHAVIOURS.index(row.behaviour) for row in rows])
    guess = shares.argmax(axis=1)
    long = np.array([len(row.text.split()) >= 5 for row in rows])
    credited = np.array([row.quality == "low" for row in rows]) & (guess == BEHAVIOURS.index("reflection"))
    sure = np.argsort(-shares.max(axis=1))[: int(0.8 * len(rows))]
    by_code = np.array([BEHAVIOURS.index(CODES[NAMES[code]].behaviour) for code in codes.argmax(axis=1)])
    return {
        "main behaviour, macro-F1": macro(truth, guess),
        "… on turns of 5 words or more": macro(truth[long], guess[long]),
        "… accuracy on the surest 80 %": float((truth[sure] == guess[sure]).mean()),
        "… calibration error": calibration_error(shares, np.eye(4)[truth]),
        "reflection precision, poor sessions": float((truth[credited] == guess[credited]).mean()),
        "… turns called reflections there": float(credited.sum()),
        "main behaviour of the primary code, macro-F1": macro(truth, by_code),
        "open or closed question, macro-F1": _two(
            codes, [row.question for row in rows], ("open", "closed"), ("open_question",), ("closed_question",)
        ),
        "simple or complex reflection, macro-F1": _two(
            codes, [row.reflection for row in rows], ("simple", "complex"), ("simple_reflection",), _COMPLEX
        ),
    }


def _two(
    codes: Array, kinds: Sequence[str], names: tuple[str, str], ones: Sequence[str], others: Sequence[str]
) -> float:
    """Macro-F1 of telling two kinds apart where one of them is there."""
    rows = [index for index, kind in enumerate(kinds) if kind in names]
    first, second = (codes[:, [NAMES.index(name) for name in part]].sum(axis=1) for part in (ones, others))
    return macro(np.array([kinds[row] == names[0] for row in rows]), (first > second)[rows])


def talk_figures(examples: Sequence[Example], found: HeldOut, source: str) -> Figures:
    """Client talk of one source."""
    places = [index for index, example in enumerate(examples) if example.client and example.source == source]
    shares = np.stack([found[index]["talk"] for index in places])
    truth = np.array([TALK_TYPES.index(min(examples[index].talk)) for index in places])
    return {
        "client talk, macro-F1": macro(truth, shares.argmax(axis=1)),
        "client talk, calibration error": calibration_error(shares, np.eye(3)[truth]),
    }


def chat_figures(examples: Sequence[Example], found: HeldOut) -> Figures:
    """Counsellor utterances of the chats: codes, and MISC's groups as kappa."""
    truth, shares = _single(examples, found, lambda example: example.source == "mibot")
    names = np.array([MISC_GROUPS[name] for name in NAMES])
    guess = shares.argmax(axis=1)
    return {
        "MISC groups, kappa": float(cohen_kappa_score(names[truth], names[guess])),
        "primary code, accuracy": float((truth == guess).mean()),
    }


def corpus_figures(examples: Sequence[Example], found: HeldOut) -> tuple[Figures, Array]:
    """Utterances of the written corpus with exactly one code; also F1 by code."""
    truth, shares = _single(examples, found, lambda example: example.source not in ("annomi", "mibot", SOURCE))
    return _code_figures(truth, shares)


def correction_figures(examples: Sequence[Example], found: HeldOut) -> tuple[Figures, Array]:
    """Utterances that people coded at the desk, where they settled on one code; also F1 by code.

    A correction stands where somebody thought the model wrong: a sample that is harder than most turns. Raises
    MissingData where no utterance has exactly one code.
    """
    if not any(len(codes) == 1 for example in examples if example.source == SOURCE for codes in example.codes):
        raise MissingData("no utterance of the corrections has exactly one code; there is nothing to judge by")
    truth, shares = _single(examples, found, lambda example: example.source == SOURCE)
    return _code_figures(truth, shares)


def _single(examples: Sequence[Example], found: HeldOut, wanted: Callable[[Example], bool]) -> tuple[Array, Array]:
    pairs = [
        (NAMES.index(min(codes)), row)
        for example, shares in zip(examples, found, strict=True)
        if not example.client and wanted(example)
        for codes, row in zip(example.codes, shares["code"], strict=True)
        if len(codes) == 1
    ]
    return np.array([code for code, _ in pairs]), np.stack([row for _, row in pairs])


def _code_figures(truth: Array, shares: Array) -> tuple[Figures, Array]:
    guess, sure = shares.argmax(axis=1), shares.max(axis=1) >= SURE
    by_code = f1_score(truth, guess, average=None, labels=range(len(NAMES)), zero_division=0)
    return {
        "primary code, macro-F1": macro(truth, guess),
        "primary code, accuracy": float((truth == guess).mean()),
        "calibration error": calibration_error(shares, np.eye(len(NAMES))[truth]),
        "share that is sure enough for a grade": float(sure.mean()),
        "… accuracy of these": _share((truth == guess)[sure]),
        "… accuracy of the others": _share((truth == guess)[~sure]),
    }, by_code


def _share(right: Array) -> float:
    """The share that is right; of none, no number."""
    return float(right.mean()) if len(right) else float("nan")


def answers() -> Iterator[tuple[str | None, list[tuple[str, str]]]]:
    """The set-apart answers: the client turn answered, and the utterances with their codes."""
    for moment in corpus("test"):
        previous = next((turn["text"] for turn in reversed(moment["history"]) if turn["speaker"] != "counsellor"), None)
        for answer in moment["answers"]:
            yield previous, [(said["text"], said["code"]) for said in answer["utterances"]]


def utterance_figures(coder: Coder) -> tuple[Figures, Array]:
    """The set-apart files as a segmented transcript gives them: each utterance by itself."""
    items = [(text, previous, code) for previous, said in answers() for text, code in said]
    turns = coder.code_many([(text, previous) for text, previous, _ in items], segmented=True)
    shares = np.array([[turn.utterances[0].probabilities[name] for name in NAMES] for turn in turns])
    return _code_figures(np.array([NAMES.index(code) for _, _, code in items]), shares)


def turn_figures(coder: Coder) -> tuple[Figures, Array]:
    """The set-apart files as whole turns, segmenting included: the set of codes of each."""
    found = list(answers())
    turns = coder.code_many([(" ".join(text for text, _ in said), previous) for previous, said in found])
    gold = [frozenset(code for _, code in said) for _, said in found]
    guess = [frozenset(span.code for span in turn.codes) for turn in turns]
    by_code = f1_score(mask(gold, CLASSES["code"]), mask(guess, CLASSES["code"]), average=None, zero_division=0)
    exact = float(np.mean([one == other for one, other in zip(gold, guess, strict=True)]))
    return {"set of codes, macro-F1": float(by_code.mean()), "set exactly right": exact}, by_code


def macro(truth: Array, guess: Array) -> float:
    """Macro-F1."""
    return float(f1_score(truth, guess, average="macro"))


__all__ = [
    "Figures",
    "annomi_figures",
    "chat_figures",
    "corpus_figures",
    "correction_figures",
    "macro",
    "talk_figures",
    "turn_figures",
    "utterance_figures",
]

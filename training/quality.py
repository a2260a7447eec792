"""Fits and measures the estimate of a session's quality on AnnoMI: `python -m training.quality`.

Inputs are the codes that the coder gives to turns it was not trained on, so that the estimate meets at run time what it
met here. AUC is out of fold as well, by video.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from app.scoring.codes import FAMILIES, TALK_TYPES
from app.scoring.measures import Row
from app.scoring.quality import QUALITY_FILE, features
from app.scoring.types import CodeSpan
from training.examples import Example
from training.figures import NAMES, Figures
from training.held_out import Shares
from training.network import Array
from training.public import annomi_sessions
from training.records import MissingData
from training.train_coder import Training, add_places, places_of, trained

#: Strength of the penalty, as scikit-learn has it: few sessions, so a strong one. Both classes count alike:
#: five sessions of six are good here, and nobody knows the share among those who practise.
STRENGTH = 0.1
FOLDS = 10


def sessions(annomi_csv: Path, training: Training) -> tuple[list[list[Row]], Array, list[str]]:
    """AnnoMI's sessions as held-out coded rows, whether experts call each good (n,), and its video."""
    turns: dict[bool, list[tuple[Example, Shares]]] = {True: [], False: []}
    for example, shares in zip(training.examples, training.held_out, strict=True):
        if example.source == "annomi":
            turns[example.client].append((example, shares))
    rows: list[list[Row]] = []
    good: list[bool] = []
    videos: list[str] = []
    places = {client: iter(found) for client, found in turns.items()}
    for session in annomi_sessions(annomi_csv):
        rows.append([_row(*next(places[client])) for client in session.client_turns])
        good.append(session.quality == "high")
        videos.append(session.group)
    return rows, np.array(good), videos


def _row(example: Example, shares: Shares) -> Row:
    if example.client:
        return Row("client", example.text, talk=TALK_TYPES[int(shares["talk"].argmax())])  # type: ignore[arg-type]
    code = int(shares["code"][0].argmax())
    span = CodeSpan(NAMES[code], float(shares["code"][0][code]), 0, len(example.text))
    return Row("counsellor", example.text, (span,))


def table(rows: list[list[Row]]) -> tuple[Array, list[str]]:
    """The features of each session (n, f) and their names."""
    found = [features(session) for session in rows]
    names = list(found[0])
    return np.array([[each[name] for name in names] for each in found]), names


def quality_figures(annomi_csv: Path, training: Training) -> Figures:
    """AUC of the estimate, out of fold, and of the ratio of reflections to questions alone."""
    rows, good, videos = sessions(annomi_csv, training)
    inputs, _ = table(rows)
    sizes = Counter(videos)
    fold = {video: number % FOLDS for number, (video, _) in enumerate(sizes.most_common())}
    places = np.array([fold[video] for video in videos])
    scores = np.zeros(len(good))
    for number in range(FOLDS):
        out = places == number
        scores[out] = _fit(inputs[~out], good[~out]).decision_function(_scaled(inputs[out], inputs[~out]))
    return {
        "quality from all codes, AUC": float(roc_auc_score(good, scores)),
        "quality from reflections : questions alone, AUC": float(roc_auc_score(good, [_ratio(each) for each in rows])),
        "sessions": float(len(good)),
        "… called good": float(good.sum()),
    }


def _ratio(rows: list[Row]) -> float:
    codes = Counter(span.code for row in rows for span in row.codes if span.sure)  # as the report counts
    reflections, questions = (sum(codes[code] for code in FAMILIES[name]) for name in ("reflection", "questions"))
    return float((reflections + 0.5) / (questions + 0.5))


def _scaled(inputs: Array, like: Array) -> Array:
    return np.asarray((inputs - like.mean(axis=0)) / (like.std(axis=0) + 1e-6))


def _fit(inputs: Array, good: Array) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000)
    return model.fit(_scaled(inputs, inputs), good)


def main(arguments: list[str] | None = None) -> int:
    """Fit on all sessions, write the file, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m training.quality", description="Fit the estimate of quality.")
    add_places(parser)
    parser.add_argument("--out", type=Path, default=QUALITY_FILE, help="where it goes (%(default)s)")
    options = parser.parse_args(arguments)
    places = places_of(options)
    try:
        training = trained(places)
        rows, good, _ = sessions(places.annomi, training)
    except MissingData as error:
        print(error, file=sys.stderr)
        return 1
    inputs, names = table(rows)
    model = _fit(inputs, good)
    card = {
        "features": names,
        "mean": inputs.mean(axis=0).round(6).tolist(),
        "scale": (inputs.std(axis=0) + 1e-6).round(6).tolist(),
        "weights": model.coef_[0].round(6).tolist(),
        "bias": round(float(model.intercept_[0]), 6),
        "sessions": len(good),
    }
    options.out.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    for name, value in quality_figures(places.annomi, training).items():
        print(f"{name}: {value:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

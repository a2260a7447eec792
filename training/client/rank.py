"""Fits the ranker to replies that readers judged: `python -m training.client.rank`.

`training/corpus/judged/*.jsonl` holds replies in their context with a reader's verdict: yes, partly or no. Evidence is
measured anew with the retriever and the tuned model. Figures are of people left out in turn (grouped by persona).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from app.client.choose import GOOD
from app.client.control import Control
from app.client.embed import load_embedder
from app.client.heard import Said, last_client
from app.client.known import with_known
from app.client.loading import load_personas
from app.client.persona import Persona
from app.client.rank import RANKER, Evidence
from app.client.retrieve import Retriever
from app.client.sense import Sense
from app.llm.engine import Engine
from app.resources import PERSONAS_DIR
from training.client.voiced import add_model, voiced

ROOT = Path(__file__).resolve().parents[2]
JUDGED = ROOT / "training" / "corpus" / "judged"
#: What a verdict counts: half a sense is none that should be shown, but not the worst either.
WORTH = {"yes": 1, "partly": 0, "no": 0}


@dataclass(frozen=True)
class Judged:
    """A reply in its context with a reader's verdict. `history` alternates and ends before `counsellor`."""

    id: str
    persona: str
    history: tuple[Said, ...]
    counsellor: str
    control: Control
    reply: str
    source: str
    rule: float | None
    verdict: str


def read(folder: Path = JUDGED) -> list[Judged]:
    """All that was judged."""
    rows = [
        json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    return [
        Judged(
            row["id"],
            row["persona"],
            tuple(Said(said["speaker"], said["text"]) for said in row["history"]),
            row["counsellor"],
            Control(**row["control"]),
            row["reply"],
            row["source"],
            row["rule"],
            row["verdict"],
        )
        for row in rows
        if row.get("verdict") in WORTH
    ]


async def evidence(judged: Sequence[Judged], engine: Engine) -> list[Evidence]:
    """What the retriever and the model say of each."""
    personas = load_personas([PERSONAS_DIR])
    retriever, sense = Retriever(with_known(load_embedder())), Sense(engine, tuned=True)
    found = []
    for number, each in enumerate(judged, 1):
        persona = personas[each.persona]
        known = _near(each, persona, retriever)
        worths = await sense.worth(persona, each.counsellor, each.history, [each.reply], each.control)
        assert worths is not None
        found.append(replace(known, gain=worths[0].gain, likely=worths[0].likely))
        if number % 100 == 0:
            print(f"{number} of {len(judged)} measured", flush=True)
    return found


def _near(each: Judged, persona: Persona, retriever: Retriever) -> Evidence:
    asked = retriever.asked(last_client(each.history).text, each.counsellor)
    moment = None
    if each.source == "bank":
        moment = max(
            (near.moment for near in retriever.bank(persona).search(asked) if near.reply.text == each.reply),
            default=None,
        )
    made = each.source in ("adapted", "model")
    fit = retriever.fits(asked, [each.reply])[0]
    return Evidence(fit, moment, each.rule, words=len(each.reply.split()), made=made)


def fit(rows: Sequence[Evidence], right: Sequence[int], people: Sequence[str], name: str) -> dict[str, float]:
    """Weights on the plain measures; prints how well they do on people left out."""
    names = list(rows[0].measures())
    table = np.array([[row.measures()[key] for key in names] for row in rows])
    scale = StandardScaler().fit(table)
    model = LogisticRegression(C=0.3, max_iter=2000)
    inputs, labels = scale.transform(table), np.array(right)
    shares = cross_val_predict(model, inputs, labels, groups=people, cv=GroupKFold(7), method="predict_proba")[:, 1]
    shown = shares >= GOOD
    print(
        f"{name}: AUC {roc_auc_score(labels, shares):.3f}; {labels.mean():.2f} make sense; "
        f"of those at {GOOD:g} and above ({shown.mean():.2f}) {labels[shown].mean():.2f}; "
        f"surest half {labels[shares >= np.median(shares)].mean():.2f}, surest fifth {_top(labels, shares):.2f}"
    )
    model.fit(inputs, labels)
    weights = model.coef_[0] / scale.scale_
    found = {key: round(float(weight), 5) for key, weight in zip(names, weights, strict=True)}
    return {"bias": round(float(model.intercept_[0] - (weights * scale.mean_).sum()), 5)} | found


def _top(labels: np.ndarray, shares: np.ndarray) -> float:
    return float(labels[shares >= np.quantile(shares, 0.8)].mean())


def main(arguments: list[str] | None = None) -> int:
    """Fit and write. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.client.rank", description="Fit the ranker of replies.")
    add_model(parser)
    parser.add_argument("--out", type=Path, default=RANKER)
    options = parser.parse_args(arguments)
    judged = read()
    if not judged:
        print(f"{JUDGED}: nothing judged is there", file=sys.stderr)
        return 2
    rows = asyncio.run(_measured(judged, options))
    right, people = [WORTH[each.verdict] for each in judged], [each.persona for each in judged]
    weights = {
        "judged": fit(rows, right, people, "with the model"),
        "unjudged": fit([replace(row, gain=None, likely=None) for row in rows], right, people, "without it"),
    }
    options.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    return 0


async def _measured(judged: Sequence[Judged], options: argparse.Namespace) -> list[Evidence]:
    async with voiced(options) as engine:
        return await evidence(judged, engine)


if __name__ == "__main__":
    sys.exit(main())

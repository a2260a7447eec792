"""Fitting the ranker: judged replies read back, measured anew, and weights that say what the readers said."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.control import Control
from app.client.heard import Said
from app.client.persona import Persona
from app.client.rank import Evidence, Ranker
from tests.client.judging import JudgingEngine
from training.client import rank
from training.client.rank import Judged, evidence, fit, read

CONTROL = {"stance": "sustain", "act": "minimise", "resistance": 0.7, "trust": 0.3, "fact": None, "like": None}


def row(number: int, verdict: str | None, **more: object) -> dict[str, object]:
    return {
        "id": f"ray-0-{number}", "persona": "ray-drink-driving", "history": [{"speaker": "client", "text": "Well."}],
        "counsellor": "How much is that?", "control": CONTROL, "reply": "A few beers.", "source": "bank",
        "rule": None, "shown": True, "verdict": verdict,
    } | more  # fmt: skip


def test_what_readers_judged_is_read_back_and_the_rest_left(tmp_path: Path) -> None:
    rows = [row(0, "yes"), row(1, None), row(2, "partly"), row(3, "no"), row(4, "perhaps")]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    found = read(tmp_path)
    assert [(each.id, each.verdict) for each in found] == [
        ("ray-0-0", "yes"), ("ray-0-2", "partly"), ("ray-0-3", "no"),
    ]  # fmt: skip
    assert found[0].control == Control("sustain", "minimise", 0.7, 0.3)
    assert (found[0].history[0].speaker, found[0].history[0].text) == ("client", "Well.")
    assert read(tmp_path / "nowhere") == []


def test_evidence_is_measured_as_in_the_room(personas: dict[str, Persona]) -> None:
    persona = personas["ray-drink-driving"]
    written = persona.bank[3]
    history = tuple(Said("client", text) for text in [written.before] if text)
    control = Control(**CONTROL)  # type: ignore[arg-type]
    banked = Judged("a", persona.id, history, written.counsellor, control, written.replies[0].text, "bank", None, "yes")
    made = replace(banked, source="model", reply="Something else entirely.")
    line = replace(banked, source="authored", rule=0.8)
    engine = JudgingEngine(lambda text: float(len(text.split())))
    one, two, three = asyncio.run(evidence([banked, made, line], engine))
    assert one.moment is not None
    assert one.moment > 0.8, "it was written for this very turn"
    assert (one.made, one.rule, one.words) == (False, None, len(banked.reply.split()))
    assert (one.gain, one.likely) == (float(one.words), one.words - 3.0)
    assert (two.moment, two.made) == (None, True)
    assert (three.moment, three.made, three.rule) == (None, False, 0.8)
    assert all(messages[-1].text.endswith(control.line()) for messages, _ in engine.judged if len(messages) > 2)


@pytest.fixture(scope="module")
def judged() -> tuple[list[Evidence], list[int], list[str]]:
    """Replies that make sense where they gain much by the talk, mostly."""
    draw = random.Random(2)
    rows = [
        Evidence(draw.uniform(0, 0.6), draw.choice([None, draw.uniform(0.3, 1)]), draw.choice([None, 1.0]),
                 draw.gauss(0, 1), draw.uniform(-4, -2), draw.randint(1, 20), draw.random() < 0.2)
        for _ in range(420)
    ]  # fmt: skip
    right = [int((each.gain or 0) + 0.3 * draw.gauss(0, 1) > 0) for each in rows]
    return rows, right, [f"person {number % 14}" for number in range(420)]


def test_the_weights_say_what_the_readers_said(
    judged: tuple[list[Evidence], list[int], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    rows, right, people = judged
    ranker = Ranker(fit(rows, right, people, "with the model"), {})
    agreed = sum((ranker.sense(each) > 0.5) == bool(value) for each, value in zip(rows, right, strict=True))
    assert agreed > 0.85 * len(rows)
    assert ranker.judged["gain"] > 0
    assert abs(sum(map(ranker.sense, rows)) / len(rows) - sum(right) / len(rows)) < 0.05
    assert "with the model: AUC 0.9" in capsys.readouterr().out


def test_without_the_model_nothing_of_it_is_weighed(judged: tuple[list[Evidence], list[int], list[str]]) -> None:
    rows, right, people = judged
    weights = fit([replace(each, gain=None, likely=None) for each in rows], right, people, "without it")
    assert not {"gain", "gain x long", "likely"} & set(weights)
    assert 0 < Ranker({}, weights).sense(replace(rows[0], gain=None)) < 1


def test_with_nothing_judged_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rank, "read", list)
    assert rank.main(["--out", str(tmp_path / "ranker.json")]) == 2
    assert "nothing judged" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

"""`make realism`: sessions are played, kept, read again and counted, the baseline beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.client.persona import Persona
from app.realism.sheets import Tally
from app.scoring.types import Coder
from benchmarks.baseline import play, system
from benchmarks.details import details
from benchmarks.likeness import report
from benchmarks.realism import main
from benchmarks.sessions import Run, read_runs
from tests.cli.conftest import PERSONA
from tests.support.engines import ScriptedEngine


def row(talk: str, text: str, resistance: float | None, act: str = "inform") -> dict[str, Any]:
    """One turn as it is saved; the baseline has no state."""
    state = None if resistance is None else {"resistance": resistance, "stance": talk}
    client = {
        "act": act if state else None,
        "text": text,
        "talk": {"type": talk},
        "source": "bank" if state else "prompt",
    }
    counsellor = {"primary": "open_question", "text": "How so?"}
    return {
        "counsellor": counsellor,
        "client": client,
        "state": state,
        "seconds": 0.5,
        "candidates": {"": 3, "role": 1},
    }


def runs() -> list[Run]:
    """One person: good sessions end in change, poor ones in sustain; the baseline gives in either way."""
    found = []
    for policy, talk, end in (("good", "change", 0.1), ("average", "neutral", 0.6), ("poor", "sustain", 0.9)):
        for seed in (0, 1):
            own = [row(talk, f"A reply {policy} {seed} {turn}.", end + 0.02 * seed) for turn in range(10)]
            told = [row("change", "You are right, I will change.", None) for _ in range(10)]
            found.append(Run("client", "ray", policy, seed, 0.7, tuple(own)))
            found.append(Run("baseline", "ray", policy, seed, 0.7, tuple(told)))
    return found


def cells(table: str, name: str) -> list[str]:
    line = next(line for line in table.splitlines() if line.startswith(name))
    return [cell.strip() for cell in line.removeprefix(name).split("  ") if cell.strip()]


def test_the_table_tells_client_and_baseline_apart() -> None:
    tallies = [Tally("pairs", 20, {"taken for real": (8, 20), "makes sense": (18, 20)}, {})]
    shown = report(runs(), (), tallies)
    own, prompted, *_ = cells(shown, "motivated within 20 turns, by what is said")
    assert own.startswith(".00 [")
    assert prompted.startswith("1.00 [")
    assert cells(shown, "peak sustain, middle, poor, as heard")[:2] == ["1.00", ".00"]
    assert float(cells(shown, "end, good against poor, d, by the state")[0]) > 1.5
    assert cells(shown, "leaves precontemplation, turn, by what is said")[:2] == ["> 10", "2"]
    assert cells(shown, "distinct replies in 100 sessions")[:2] == ["1.00 (of 6)", ".02 (of 6)"]
    assert cells(shown, "taken for real, read blind")[0].startswith(".40 [")
    assert "where replies come from: bank 1.00" in shown
    assert "candidates a reply: 4.0, .25 refused" in shown


def test_the_finer_tables() -> None:
    shown = details(runs())
    assert "good: .35 – .05" in shown
    assert cells(shown, "ray") == [".70", ".11", ".61", ".91", "–", "0/0/0/0"]


@pytest.mark.model
def test_a_small_run_is_kept_and_counted_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "runs.jsonl"
    options = ["--model", "none", "--seeds", "1", "--turns", "4", "--personas", PERSONA, "--policies", "average poor"]
    main([*options, "--save", str(kept)])
    first = capsys.readouterr().out
    saved = read_runs(kept)
    assert sorted((run.policy, run.timed, len(run.rows)) for run in saved) == [
        ("average", False, 4), ("average", True, 4), ("poor", False, 4),
    ]  # fmt: skip
    main(["--read", str(kept)])
    assert capsys.readouterr().out.splitlines()[:-1] == first.splitlines()[:-1]  # the last line is the machine's load
    assert cells(first, "words a reply, median / 90th")[1] == "–"


@pytest.mark.model
@pytest.mark.anyio
async def test_the_baseline_knows_the_sheet_and_says_what_the_model_says(
    coder: Coder, personas: dict[str, Persona]
) -> None:
    ray = personas[PERSONA]
    assert ray.sheet in system(ray).text
    engine = ScriptedEngine(["I will stop drinking\n tomorrow."])
    rows = await play(engine, coder, ray, "good", 3, 0)
    assert [row["client"]["text"] for row in rows] == ["I will stop drinking tomorrow."] * 3
    assert rows[0]["previous"] in ray.openings
    assert [row["state"] for row in rows] == [None] * 3
    assert [message.role for message in engine.requests[1].messages] == [
        "system", "user", "assistant", "user", "assistant", "user",
    ]  # fmt: skip

"""Lines that anybody could say: picked ones with the turns they answer, each once, and nobody's who is held out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.client.acts import ACTS
from app.client.heard import Said
from tests.training.client.moments import moment
from training.client.common import MORE, PICKED, common, picked


def test_a_picked_line_stands_behind_its_act(tmp_path: Path) -> None:
    path = tmp_path / "anybody.txt"
    path.write_text("hedge | Depends.\n\n# a note\ndeny | No | not me.\n", encoding="utf-8")
    assert picked(path) == {"Depends.", "No | not me."}


def test_a_line_is_taken_once_with_the_turn_that_it_answers() -> None:
    first, again = moment(0), replace(moment(0), counsellor="And now?")
    rows = list(common([first, again, moment(1)], {"Depends.", "It worries me.", "My wife worries."}))
    assert [row["counsellor"] for row in rows] == [first.counsellor]
    assert rows[0]["before"] == "I do not have a problem, 0 times."
    assert rows[0]["replies"] == [{"act": "concern", "text": "It worries me."}, {"act": "hedge", "text": "Depends."}]


def test_what_others_said_before_is_not_the_clients() -> None:
    for history in ((), (Said("other", "He won't hear of it."),)):
        (row,) = common([replace(moment(0), history=history)], {"Depends."})
        assert row["before"] == ""


def test_what_was_picked_and_written_names_acts_that_there_are() -> None:
    lines = [line for line in PICKED.read_text(encoding="utf-8").splitlines() if " | " in line]
    assert len(lines) > 100
    assert {line.split(" | ")[0] for line in lines} <= set(ACTS)
    assert MORE.is_file()

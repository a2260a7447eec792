"""Groups in the terminal: listed, checked, talked with, simulated."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.client.acts import ACTS
from app.client.group import Cast
from app.client.group_loading import load_group
from app.resources import PERSONAS_DIR
from tests.cli.conftest import Run, refused

GROUP = "thursday-group"
FILE = PERSONAS_DIR / "groups" / f"{GROUP}.yaml"


@pytest.fixture(scope="module")
def cast() -> Cast:
    return load_group(FILE, [PERSONAS_DIR])


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_groups_are_listed_and_members_only_are_not(run: Run) -> None:
    listed = run("personas", "list").stdout
    assert f"{GROUP}\tThe Thursday group\t3 people" in listed
    assert "lonnie" not in listed


def test_a_group_file_is_checked_and_a_slip_is_named(run: Run, tmp_path: Path) -> None:
    good = run("personas", "check", FILE)
    assert good.exit_code == 0
    assert "a group of Ray, Dennis, Lonnie: good" in good.stdout
    shutil.copytree(FILE.parent / "members", tmp_path / "groups" / "members")
    path = tmp_path / "groups" / FILE.name
    path.write_text(FILE.read_text(encoding="utf-8").replace("collaboration:", "colaboration:"), encoding="utf-8")
    bad = run("personas", "check", path)
    assert bad.exit_code == 1
    assert re.search(rf"{re.escape(str(path))}:\d+: colaboration: unknown field", bad.stderr)


@pytest.mark.model
@pytest.mark.usefixtures("with_coder")
class TestTalking:
    """With the real coder and people; the engine says nothing, so the written lines are spoken."""

    def test_rows_hold_the_parts_and_the_states_of_all(self, run: Run, cast: Cast) -> None:
        result = run("simulate", "--persona", GROUP, "--policy", "good", "--turns", "6", "--seed", "2")
        assert result.exit_code == 0, result.output
        rows = read(result.stdout)
        assert len(rows) == 6
        for row in rows:
            parts = row["parts"]
            assert 1 <= len(parts) <= 3
            assert row["client"]["text"] == "\n".join(f"{part['name']}: {part['text']}" for part in parts)
            assert {part["member"] for part in parts} <= set(cast.people)
            assert all(part["act"] in ACTS for part in parts)
            assert set(row["state"]["states"]) == set(cast.people)
            assert 0 <= row["state"]["collaboration"] <= 1
            assert row["counsellor"]["to"]

    def test_the_same_seed_gives_the_same_bytes(self, run: Run) -> None:
        arguments = ("simulate", "--persona", FILE, "--policy", "poor", "--turns", "5", "--seed")
        first, second, other = (run(*arguments, seed).stdout_bytes for seed in ("4", "4", "5"))
        assert first == second != other

    def test_good_counselling_brings_the_room_together_and_poor_drives_it_out(self, run: Run) -> None:
        arguments = ("simulate", "--persona", GROUP, "--turns", "20", "--seed", "1", "--policy")
        good, poor = (read(run(*arguments, policy).stdout) for policy in ("good", "poor"))
        assert good[-1]["state"]["collaboration"] > 0.4 > 0.1 > poor[-1]["state"]["collaboration"]
        assert poor[-1]["state"]["gone"]

    def test_in_the_terminal_everybody_speaks_under_their_name(self, run: Run) -> None:
        result = run("chat", "--persona", GROUP, "--seed", "1", given="Good evening.\nRay, how was your week?\n/end\n")
        assert result.exit_code == 0, result.output
        assert "The Thursday group" in result.stdout
        assert re.search(r"^Ray: ", result.stdout, re.MULTILINE)
        assert "Resistance 0." in result.stdout


def test_an_unknown_group(run: Run) -> None:
    refused(run("simulate", "--persona", "friday-group", "--policy", "good"), "no persona 'friday-group'")

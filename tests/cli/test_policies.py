"""The counsellors made of rules: their lines, what they answer, and that each is of its own kind."""

from __future__ import annotations

from collections import Counter

import pytest

from app.client.persona import Persona
from app.practice.policies import ADDED, GROUPS, LISTENING, POLICIES, STANCES, Policy, group_of, read_policies
from app.practice.turns import clean
from app.scoring.codes import FAMILIES
from app.scoring.types import Coder


@pytest.mark.parametrize("name", POLICIES)
def test_each_has_lines_enough_in_every_group_and_none_twice(name: str) -> None:
    groups = read_policies()[name]
    assert set(groups) == {*GROUPS, *{"good": (ADDED,), "average": (ADDED, LISTENING)}.get(name, ())}
    assert all(len(groups[stance]) >= 30 for stance in STANCES)
    lines = [line for group in groups.values() for line in group]
    assert [line for line, count in Counter(lines).items() if count > 1 and line not in groups.get(ADDED, [])] == []
    assert all(clean(line) == line and "{" not in line for line in lines)


def test_the_names_are_those_of_the_file() -> None:
    assert tuple(read_policies()) == POLICIES


@pytest.mark.parametrize(
    ("client", "act", "turn", "group"),
    [
        ("Well, here I am.", "small_talk", 1, "opening"),
        ("I'm not a drunk.", "deny", 2, "sustain"),
        ("Nice weather.", "small_talk", 3, "neutral"),
        ("I want to stop.", "desire", 3, "change"),
        ("What's it to you?", "challenge", 3, "question"),
        ("Mm.", "hollow_agreement", 3, "silence"),
        ("…", "silent", 3, "silence"),
        ("I want to stop.", "desire", 9, "closing"),
    ],
)
def test_the_group_follows_what_the_client_did(client: str, act: str, turn: int, group: str) -> None:
    assert group_of(client, act, turn, 9) == group
    policy = Policy("neutral", 9, 1)
    assert policy(client, act, turn) in read_policies()["neutral"][group]


def test_no_line_comes_again_before_its_group_is_used_up() -> None:
    policy = Policy("poor", 100, 4)
    lines = read_policies()["poor"]["sustain"]
    said = [policy("It's fine as it is, honestly.", "deny", turn) for turn in range(2, 2 + 2 * len(lines))]
    assert Counter(said) == dict.fromkeys(lines, 2)


def test_the_same_seed_says_the_same() -> None:
    def talk(seed: int) -> list[str]:
        policy = Policy("good", 20, seed)
        return [policy("I work all day and I want my peace.", "justify", turn) for turn in range(1, 12)]

    assert talk(5) == talk(5)
    assert talk(5) != talk(6)


def test_the_good_one_says_the_clients_words_back_once() -> None:
    policy = Policy("good", 60, 0)
    said = [policy("I hang drywall ten hours a day.", "inform", turn) for turn in range(2, 40)]
    reflected = [line for line in said if "you hang drywall ten hours a day" in line.lower()]
    assert len(reflected) == 1


def test_a_good_session_does_not_repeat_itself() -> None:
    for seed in range(10):
        policy = Policy("good", 20, seed)
        acts = ("deny", "inform", "reason", "silent", "challenge")
        said = [policy(f"I said so {turn} times.", acts[turn % 5], turn) for turn in range(1, 21)]
        assert len(set(said)) == 20


def test_the_average_one_mostly_listens_asks_and_now_and_then_reflects() -> None:
    said = [
        Policy("average", 20, seed)("I work all day and I want my peace.", act, 5)
        for seed in range(200)
        for act in ("justify", "inform", "desire")
    ]
    listening = read_policies()["average"][LISTENING]
    assert 0.2 < sum(line in listening for line in said) / len(said) < 0.36
    assert 0.05 < sum("your peace" in line for line in said) / len(said) < 0.3


@pytest.mark.model
def test_the_coder_hears_four_counsellors(coder: Coder, personas: dict[str, Persona]) -> None:
    """Whatever the coder gets wrong in single lines, the kinds must stand apart by it."""
    previous = personas["ray-drink-driving"].lines["deny"][0].text
    share = {}
    for name, groups in read_policies().items():
        lines = [line for group, found in groups.items() if group != "silence" for line in found]
        codes = [{span.code for span in coder.code(line, previous).codes} for line in lines]
        for family in ("reflection", "non_adherent", "questions"):
            share[name, family] = sum(not found.isdisjoint(FAMILIES[family]) for found in codes) / len(lines)
    assert share["good", "reflection"] > 0.35 > 0.15 > max(share["poor", "reflection"], share["neutral", "reflection"])
    assert (
        share["poor", "non_adherent"]
        > 0.6
        > 0.15
        > max(share["good", "non_adherent"], share["neutral", "non_adherent"])
    )
    assert share["neutral", "questions"] > 0.4
    assert 0.15 < share["average", "reflection"] < 0.35 < share["average", "questions"]
    assert 0.05 < share["average", "non_adherent"] < 0.3

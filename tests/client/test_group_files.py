"""Group files: what ships is whole, and a slip is named with file, line and field."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from app.client.checks import LONGEST
from app.client.group import CHIMES, LEAST_CHIMES, Cast
from app.client.group_loading import GROUPS, MEMBERS, group_files, is_group_file, load_group, load_groups
from app.client.loading import PersonaError, load_personas
from app.client.persona import Persona
from app.client.words import content_words
from app.resources import PERSONAS_DIR

FOLDER = PERSONAS_DIR / GROUPS
FILES = group_files([PERSONAS_DIR])
THURSDAY = (FOLDER / "thursday-group.yaml").read_text(encoding="utf-8")


@cache
def people() -> dict[str, Persona]:
    return load_personas([PERSONAS_DIR])


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES], scope="module")
def cast(request: pytest.FixtureRequest) -> Cast:
    path: Path = request.param
    return load_group(path, [PERSONAS_DIR], people())


def _texts(cast: Cast) -> list[str]:
    group = cast.group
    lines = [line.text for kinds in group.lines.values() for found in kinds.values() for line in found]
    return lines + [words.text for scene in (*group.openings, *group.farewells) for words in scene]


def test_every_member_who_speaks_can_chime_in_each_way(cast: Cast) -> None:
    for member in cast.group.speaking:
        for kind in CHIMES:
            lines = cast.group.lines[member][kind]
            assert len(lines) >= LEAST_CHIMES
            assert [line for line in lines if line.to is None], f"{member}: {kind} fits only one other"


def test_nothing_is_written_twice_and_nothing_is_long(cast: Cast) -> None:
    texts = _texts(cast)
    assert len(set(texts)) == len(texts)
    assert max(len(text.split()) for text in texts) <= LONGEST
    for member in cast.group.speaking:
        persona = cast.people[member]
        own = {line.text for lines in persona.lines.values() for line in lines}
        own |= {reply.text for moment in persona.bank for reply in moment.replies}
        lines = [line.text for found in cast.group.lines[member].values() for line in found]
        assert not own & set(lines), f"{member}: a group line is one of their own"


def test_what_is_kept_back_is_not_given_away_by_the_group(cast: Cast) -> None:
    for persona in cast.people.values():
        for fact in persona.facts:
            if fact.trust >= 0.5:
                words = content_words(fact.text)
                for text in (*_texts(cast), cast.group.briefing, cast.group.setting):
                    shared = words & content_words(text)
                    assert len(shared) < 4 or len(shared) * 2 < len(words), f"{persona.id}: {fact.id}: {text}"


def test_the_silent_one_hardly_has_words() -> None:
    cast = load_group(FOLDER / "thursday-group.yaml", [PERSONAS_DIR])
    lonnie = cast.people["lonnie-silent"]
    wordless = [line.text for line in lonnie.lines["silent"]]
    words = [line.text for act, lines in lonnie.lines.items() for line in lines if act != "silent"]
    assert len(wordless) >= 60
    assert len(set(wordless)) == len(wordless)
    assert all(text == "…" or re.fullmatch(r"\(.+\)", text) for text in wordless)
    assert max(len(text.split()) for text in words if not text.startswith("(")) <= 8
    gestures = [text for texts in lonnie.moments.values() for text in texts]
    assert all(text == "…" or text.startswith("(") for text in gestures)


def test_members_only_are_not_on_the_list_of_single_clients() -> None:
    only = {path.stem for path in (FOLDER / MEMBERS).glob("*.yaml")}
    assert only
    assert not only & set(people())
    assert set(load_groups([PERSONAS_DIR], people())) == {path.stem for path in FILES}


def test_a_stored_group_comes_back_whole(cast: Cast) -> None:
    assert Cast.model_validate(cast.model_dump(mode="json")) == cast


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("difficulty: hard", "difficulty: dire", r":\d+: difficulty: Input should be"),
        ("collaboration: 0.25", "collaboration: 2.5", r":\d+: collaboration: "),
        ("setting: >-", "seting: >-", r":\d+: seting: unknown field .*; known here are .*setting"),
        ("id: thursday-group", "id: friday", r":1: id: is 'friday' but the file is 'thursday-group.yaml'"),
        ("id: dennis-anger, called", "id: nobody-here, called", r"unknown 'dennis-anger'"),
        ("kind: cannot_stand", "kind: hates", r":\d+: bonds: \d: kind: "),
        ("    egg_on:", "    egg_onn:", r"egg_onn"),
        ("What he said. I'll sign under that one.", "What {who} said.", r"unknown place \{who\}"),
        ('{who: dennis-anger, text: "Legged', '{who: denis, text: "Legged', r"unknown 'denis'"),
        ("to: lonnie-silent", "to: lonny", r"unknown 'lonny'"),
        ("silent: true", "silent: false", r"lines: lonnie-silent: nothing written for 'agree'"),
        ("[Den]", "[Den", r"not valid YAML"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, error: str) -> None:
    path = _copied(tmp_path)
    assert old in THURSDAY
    path.write_text(THURSDAY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PersonaError, match=error) as caught:
        load_group(path, [PERSONAS_DIR])
    assert re.match(rf"{re.escape(str(path))}:\d+: ", str(caught.value))


def test_a_member_who_is_nobody_is_named_with_the_line(tmp_path: Path) -> None:
    path = _copied(tmp_path)
    path.write_text(THURSDAY.replace("lonnie-silent", "lonny-silent"), encoding="utf-8")
    with pytest.raises(PersonaError, match=r":\d+: members: there is no persona 'lonny-silent'"):
        load_group(path, [PERSONAS_DIR])


def test_groups_of_a_folder_are_read_with_all_their_errors(tmp_path: Path) -> None:
    path = _copied(tmp_path)
    assert is_group_file(path)
    assert list(load_groups([tmp_path], people())) == ["thursday-group"]
    path.with_name("other.yaml").write_text("a: b\n", encoding="utf-8")
    path.write_text("- no\n", encoding="utf-8")
    with pytest.raises(PersonaError, match=r"(?s)other.yaml.*thursday-group.yaml"):
        load_groups([tmp_path], people())


def test_a_group_may_not_be_called_like_a_person(tmp_path: Path) -> None:
    path = _copied(tmp_path)
    with pytest.raises(PersonaError, match="of a persona and of a group"):
        load_groups([tmp_path], people() | {path.stem: people()["dennis-anger"]})


def _copied(folder: Path) -> Path:
    """The shipped groups in a folder of one's own; the Thursday group's file."""
    shutil.copytree(FOLDER / MEMBERS, folder / GROUPS / MEMBERS)
    return Path(shutil.copy(FOLDER / "thursday-group.yaml", folder / GROUPS))

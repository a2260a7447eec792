"""Every persona that ships, and the errors of those that do not load."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import pytest

from app.client.acts import ACTS
from app.client.heard import topics_in
from app.client.loading import PersonaError, load_persona, load_personas
from app.client.persona import MOMENTS, Persona
from app.resources import PERSONAS_DIR

PERSONAS = load_personas([PERSONAS_DIR])
RAY = (PERSONAS_DIR / "ray-drink-driving.yaml").read_text(encoding="utf-8")


@pytest.fixture(params=PERSONAS.values(), ids=list(PERSONAS))
def persona(request: pytest.FixtureRequest) -> Persona:
    found: Persona = request.param
    return found


def test_six_people_from_six_fields() -> None:
    assert len(PERSONAS) >= 6
    assert len({persona.field for persona in PERSONAS.values()}) == len(PERSONAS)


def test_lines_are_many_distinct_and_short(persona: Persona) -> None:
    texts = [line.text for lines in persona.lines.values() for line in lines]
    assert len(texts) >= 200
    assert len(set(texts)) == len(texts)
    words = [len(text.split()) for text in texts]
    assert 5 <= statistics.median(words) <= 10
    assert max(words) <= 60


def test_every_common_act_has_lines_that_fit_anywhere(persona: Persona) -> None:
    for act in set(ACTS) - {"walk_out", "farewell", "inform", "open_up", "taking_steps"}:
        free = [line for line in persona.lines[act] if not (line.after or line.about or line.stage or line.fact)]
        assert free, f"{persona.id}: {act} has no line that fits anywhere"


def test_every_fact_can_be_told_and_is_behind_its_gate(persona: Persona) -> None:
    told = {line.fact for lines in persona.lines.values() for line in lines}
    assert {fact.id for fact in persona.facts} <= told
    assert max(fact.trust for fact in persona.facts) >= 0.5


def test_nobody_speaks_in_stage_directions(persona: Persona) -> None:
    texts = [line.text for lines in persona.lines.values() for line in lines]
    texts += [text for texts in persona.moments.values() for text in texts] + list(persona.openings)
    assert not [text for text in texts if re.search(r"[*\[\]()<>]|^[-–—]", text)]


def test_rulers_say_where_the_client_stands(persona: Persona) -> None:
    assert any("{importance}" in text for text in persona.moments["ruler_importance"])
    assert any("{confidence}" in text for text in persona.moments["ruler_confidence"])
    others = [text for moment, texts in persona.moments.items() if "ruler" not in moment for text in texts]
    assert not [text for text in others if "{" in text]


def test_topics_are_heard_in_their_own_words(persona: Persona) -> None:
    for topic, stems in persona.topics.items():
        assert topic in topics_in(f"And the {stems[0]}?", persona)


def test_briefing_keeps_the_secrets(persona: Persona) -> None:
    secrets = [fact.text for fact in persona.facts if fact.trust >= 0.5]
    assert not [secret for secret in secrets if secret in persona.briefing]


def test_moments_are_documented() -> None:
    text = (PERSONAS_DIR.parent / "docs" / "personas.md").read_text(encoding="utf-8")
    assert not [name for name in (*MOMENTS, *ACTS) if f"`{name}`" not in text]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("difficulty: hard", "difficulty: dire"), r"6: difficulty: Input should be 'gentle', 'moderate' or 'hard'"),
        (
            ("target_behaviour:", "target_behavior:"),
            r"target_behavior: unknown field; known here are .*target_behaviour",
        ),
        (("age: 46", "age: old"), r":3: age: .*valid integer"),
        (("age: 46\n", ""), r"age: is missing"),
        (("  reactance:", "  reactanse:"), r"style: reactanse: unknown field; known here are acts, reactance"),
        (("id: ray-drink-driving", "id: ray"), r":1: id: is 'ray' but the file is 'ray-drink-driving.yaml'"),
        (("  deny:", "  denial:"), r"lines: nothing written for 'deny'"),
        (("name: Ray Kovach", "name: [Ray"), r"not valid YAML"),
    ],
)
def test_a_slip_is_named_with_line_field_and_what_would_be_right(
    tmp_path: Path, change: tuple[str, str], error: str
) -> None:
    path = tmp_path / "ray-drink-driving.yaml"
    assert change[0] in RAY
    path.write_text(RAY.replace(change[0], change[1], 1), encoding="utf-8")
    with pytest.raises(PersonaError, match=error) as caught:
        load_persona(path)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", str(caught.value))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "mapping of fields"),
        (b"- a\n- b\n", "mapping of fields"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a: b: c", "YAML"),
    ],
)
def test_what_is_no_persona_at_all(tmp_path: Path, content: bytes, error: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(PersonaError, match=error):
        load_persona(path)


def test_a_missing_file_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match="cannot be read"):
        load_persona(tmp_path / "nobody.yaml")
    with pytest.raises(PersonaError, match="no persona files"):
        load_personas([tmp_path])

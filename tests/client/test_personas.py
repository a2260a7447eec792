"""Every persona that ships, and the errors of those that do not load."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from pathlib import Path

import pytest

from app.client.acts import ACTS, Stance
from app.client.checks import LONGEST
from app.client.heard import topics_in
from app.client.loading import PersonaError, load_persona, load_personas
from app.client.persona import MOMENTS, WRITTEN_BY_HAND, Persona
from app.client.telling import _common
from app.resources import PERSONAS_DIR

PERSONAS = load_personas([PERSONAS_DIR])
RAY = (PERSONAS_DIR / "ray-drink-driving.yaml").read_text(encoding="utf-8")


#: The trust of facts that are anybody's to hear; they may be told in passing, without a line of their own.
NO_GATE = 0.05
#: Words up to which an answer may come again: “No.”, “Not really.”
SMALL = 2
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
#: Places, brands, feasts, titles and dates of history that anybody may name: they say nothing of the person.
WORLD = frozenset(
    """
    Alaska Aruba Arizona Australia Bendigo Bolivia Burton Cardiff Carlisle Caulfield Europe Filey Florida Lisbon Luton
    Paz Ponty Porth Preston Rickmansworth Scotland Sucre Tamworth Tenerife Texas Tonypandy Vienna Wales Savannah
    Hocking Hills Bridge Mall Street Sturt Coronation Dollar Morrisons Goodwill Folgers Hoover Vicks Medicare Cadillac
    Land Zumba Mastermind Braves Browns Buckeyes Super Bowl Olympics Melbourne Cup Cox Plate National Supremes Dirty
    Dancing Sleeping Beauty Scorpio Adam Bill Jonah Pope Dillinger Reagan Bible Latin Welsh Irishman Catholic Lent Mass
    Whit Homecoming Fourth Fifth Third Famine Grandad Auntie Daddy Human Resources Reception Dean Physics Estates Total
    Abstinence Calm Leonard Priscilla 1780 1790 1800 1840 1849 1880 1890 43 1990 2009 69
    """.split()  # noqa: SIM905
)


@pytest.fixture(params=PERSONAS.values(), ids=list(PERSONAS))
def persona(request: pytest.FixtureRequest) -> Persona:
    found: Persona = request.param
    return found


def lines_of(persona: Persona) -> list[str]:
    return [line.text for lines in persona.lines.values() for line in lines]


def replies_of(persona: Persona) -> list[tuple[str, str, str]]:
    """All that was written for a person to answer with: act, text, and the moment that it was written for."""
    lines = [(act, line.text, "") for act, lines in persona.lines.items() for line in lines]
    bank = [
        (reply.act, reply.text, f"{moment.before} {moment.counsellor}")
        for moment in persona.bank
        for reply in moment.replies
    ]
    return lines + bank


def test_many_people_from_as_many_fields() -> None:
    assert len(PERSONAS) >= 14
    assert len({persona.field for persona in PERSONAS.values()}) == len(PERSONAS)


def test_replies_are_many_and_short(persona: Persona) -> None:
    texts = [text for _, text, _ in replies_of(persona)]
    assert len(texts) >= 400
    words = [len(text.split()) for text in texts]
    assert 4 <= statistics.median(words) <= 14
    assert max(words) <= LONGEST


def test_no_two_replies_of_a_person_are_alike(persona: Persona) -> None:
    texts = Counter(" ".join(re.findall(r"[\w']+", text.lower())) for _, text, _ in replies_of(persona))
    assert not [text for text, count in texts.items() if count > 1 and len(text.split()) > SMALL]


def test_every_stance_is_taken_in_more_than_one_way(persona: Persona) -> None:
    acts = {act for act, _, _ in replies_of(persona)}
    for stance in Stance:
        assert len([act for act in acts if ACTS[act].stance == stance]) >= 2
    assert set(WRITTEN_BY_HAND) <= set(persona.lines)


def test_every_common_act_can_be_done_after_anything(persona: Persona) -> None:
    written = {act for act, lines in persona.lines.items() for line in lines if not (line.about or line.fact)}
    written |= {reply.act for moment in persona.bank for reply in moment.replies}
    assert not set(ACTS) - {"walk_out", "farewell"} - written


def test_everybody_has_defences_beliefs_something_shut_and_comes_back(persona: Persona) -> None:
    assert len(persona.style.defences) >= 2
    assert len(persona.beliefs) >= 2
    assert persona.closed_topics
    assert persona.returning
    assert len(persona.bank) >= 60


def test_nothing_is_made_up_in_a_reply(persona: Persona) -> None:
    """A number or a name stands on the sheet, in the briefing, the facts or the moment; or is known to everybody."""
    offenders = []
    about = _known_of(persona).lower()
    for _, text, moment in replies_of(persona):
        known = f"{about} {moment.lower()}"
        numbers = [n for n in NUMBER.findall(text) if n not in known and n not in WORLD and not _small(n)]
        names = [n for n in NAME.findall(text) if n.lower() not in known and n not in WORLD and not _common(n)]
        offenders += [f"{found}: {text}" for found in (*numbers, *names)]
    assert not offenders, "\n".join(offenders)


def _known_of(persona: Persona) -> str:
    facts = (fact.text for fact in persona.facts)
    reasons = (*persona.reasons_to_stay, *persona.reasons_to_change, *persona.voice.samples)
    referral = persona.referral
    own = (persona.sheet, persona.briefing, persona.name, str(persona.age), persona.target_behaviour)
    return " ".join(
        (*own, referral.by, referral.reason, referral.at_stake, persona.voice.description, *facts, *reasons)
    )


def _small(number: str) -> bool:
    return number.isdigit() and int(number) <= 12


def test_every_fact_can_be_told_and_is_behind_its_gate(persona: Persona) -> None:
    told = {line.fact for lines in persona.lines.values() for line in lines}
    told |= {reply.fact for moment in persona.bank for reply in moment.replies}
    assert {fact.id for fact in persona.facts if fact.trust > NO_GATE} <= told
    assert max(fact.trust for fact in persona.facts) >= 0.5


def test_what_is_done_stands_in_brackets_and_is_short(persona: Persona) -> None:
    texts = [*lines_of(persona), *(text for _, text, _ in replies_of(persona)), *persona.openings]
    texts += [text for texts in persona.moments.values() for text in texts]
    assert not [text for text in texts if re.search(r"[*\[\]<>]|^[-–—]", text)]
    for text in texts:
        assert re.fullmatch(r"[^()]*(?:\([^()]+\)[^()]*)*", text), text
        assert all(len(done.split()) <= 12 for done in re.findall(r"\(([^()]+)\)", text)), text


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
            r"target_behavior: unknown field .*; known here are .*target_behaviour",
        ),
        (("age: 46", "age: old"), r":3: age: .*valid integer"),
        (("age: 46\n", ""), r"age: is missing"),
        (
            ("  reactance:", "  reactanse:"),
            r"style: reactanse: unknown field .*; known here are acts, defences, reactance",
        ),
        (("id: ray-drink-driving", "id: ray"), r":1: id: is 'ray' but the file is 'ray-drink-driving.yaml'"),
        (("\n  deny:", "\n  denial:"), r"lines: unknown act 'denial'"),
        (("\n  walk_out:", "\n  pessimism_:"), r"lines: "),
        (("topic: brother", "topic: brothers"), r"closed_topics: unknown topic 'brothers'"),
        (
            ("id: pays_his_way", "ids: pays_his_way"),
            r":\d+: beliefs: 0: ids: unknown field \(did you mean 'id'\?\); known here are .*id",
        ),
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

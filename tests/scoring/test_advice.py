"""Which technique fits where, and which would do harm."""

from __future__ import annotations

import pytest

from app.scoring.advice import AT_RISK_ONLY, caution, fitting
from app.scoring.codes import CODES
from app.scoring.meanings import MEANINGS
from app.scoring.rows import Row
from app.scoring.situation import Situation, situation
from app.scoring.standing import Shift, Standing, told
from app.scoring.types import TalkType
from tests.scoring.scripted import said

CALM = Standing(0.7, 0.3, 4, 6)


def at(
    text: str,
    talk: TalkType = "sustain",
    act: str = "",
    *,
    before: tuple[Row, ...] = (),
    standing: Standing = CALM,
    reactance: float | None = 0.8,
    both_sides: bool = False,
) -> Situation:
    """The situation of a trainee turn after these words."""
    shift = None if reactance is None else Shift(standing, standing, act, reactance)
    rows = [*before, Row("client", text, talk=talk, resists=talk == "sustain"), said(("Well.", "other"))]
    return situation(rows, len(rows) - 1, name="Ray", shift=shift, both_sides=both_sides)


def codes(place: Situation, *args: str) -> list[str]:
    return [fit.code for fit in fitting(place, *args)]


def why(place: Situation, code: str) -> str:
    return next(fit.why for fit in fitting(place) if fit.code == code)


def test_a_reactant_client_who_digs_in_may_be_freed_by_a_paradox_and_the_reason_says_whom_it_would_harm() -> None:
    place = at("I'm not stopping.", act="refuse")
    reason = why(place, "paradoxical")
    assert "pressure with pressure" in reason
    assert "70 %" in reason
    assert "harm a client who has lost hope" in reason
    assert caution(place) is None


@pytest.mark.parametrize(
    "place",
    [
        at("What's the point, nothing works.", act="pessimism"),
        at("There's no point any more."),
        at("I've given up on it."),
        at("I can't do this."),
        at("I'm not stopping.", standing=Standing(0.7, 0.3, 4, 2.0)),
        at("I'm scared of what happens if I stop."),
        at("It terrifies me, so no."),
        at("I'm not doing it.", before=(Row("client", "I wish I was dead."),)),
        at("He hits me if I go."),
        at("I want to stop.", "change"),
        at("I might have a go on Monday.", "change", "commitment"),
        at("I'm not stopping.", reactance=0.2),
        at("You've got a nerve.", act="hostile"),
        at("How would you know?", act="challenge"),
        at("It rained.", "neutral", "shift_topic"),
        at(
            "I'm not stopping.", before=(said(("Maybe not now.", "paradoxical")), said(("Perhaps not.", "paradoxical")))
        ),
    ],
)
def test_a_paradox_is_never_suggested_where_it_would_harm(place: Situation) -> None:
    assert "paradoxical" not in codes(place)


@pytest.mark.parametrize(
    ("place", "word"),
    [
        (at("What's the point.", act="pessimism"), "hope"),
        (at("I'm not stopping.", standing=Standing(0.7, 0.3, 4, 2.0)), "confidence 2.0"),
        (at("I'm frightened of it."), "frightened"),
        (at("I want to kill myself, all right?"), "safety"),
    ],
)
def test_the_page_says_why_not(place: Situation, word: str) -> None:
    assert word in (caution(place) or "")


@pytest.mark.parametrize("text", ["I'm not giving up my phone.", "I gave up smoking once.", "I can stop any time."])
def test_giving_something_up_is_not_losing_hope(text: str) -> None:
    assert not at(text).hopeless


def test_fear_goes_before_the_act() -> None:
    assert at("I'm scared of what they'll find, so I'm not going.", act="refuse").sense == "afraid"


def test_not_being_afraid_is_not_fear() -> None:
    assert not at("I'm not scared of anything.").afraid
    assert caution(at("I'm not scared of anything.")) is None


@pytest.mark.parametrize(
    "text", ["I want to die.", "I'd be better off dead.", "I took an overdose once.", "I cut myself.", "He'll kill me."]
)
def test_where_there_may_be_danger_only_care_is_suggested(text: str) -> None:
    for talk in ("sustain", "neutral", "change"):
        found = codes(at(text, talk))
        assert found[0] == "seek_collaboration"
        assert set(found) <= AT_RISK_ONLY
    assert set(codes(at("No.", before=(Row("client", text),)), "persuade", "open_question")) <= AT_RISK_ONLY


@pytest.mark.parametrize(
    "text", ["It's killing me, this heat.", "I'd die for a pint.", "My dad died at 58.", "I cut the grass."]
)
def test_a_manner_of_speaking_is_no_danger(text: str) -> None:
    assert not at(text).at_risk


def test_amplified_is_not_for_a_client_who_feels_mocked() -> None:
    assert "amplified_reflection" in codes(at("I don't have a problem.", act="deny"))
    assert "amplified_reflection" not in codes(at("You're taking the piss."))
    assert "amplified_reflection" not in codes(at("Don't talk to me like I'm five."))
    assert "amplified_reflection" not in codes(at("Nothing will help."))


def test_choices_and_autonomy_rise_for_a_client_who_fights_for_control() -> None:
    fights, idle = codes(at("Nobody tells me what to do."), "confront"), codes(at("It's fine."), "confront")
    assert fights.index("emphasize_autonomy") == 0
    assert fights.index("offer_choices") < idle.index("offer_choices")
    assert "fighting to decide" in why(at("Nobody tells me what to do."), "emphasize_autonomy")


def test_an_affirmation_needs_something_the_client_did() -> None:
    assert "affirmation" in codes(at("I cut down to six this week.", "change", "taking_steps"))
    assert "affirmation" not in codes(at("I'd like to cut down.", "change", "desire"))
    assert "affirmation" not in codes(at("I stopped listening to her.", "sustain"))


def test_double_sided_needs_both_sides_and_resistance() -> None:
    assert "double_sided_reflection" in codes(at("I'm not stopping.", both_sides=True))
    assert "double_sided_reflection" not in codes(at("I'm not stopping."))
    assert "double_sided_reflection" not in codes(at("I want to stop.", "change", both_sides=True))


def test_advice_is_mended_as_an_offer_and_a_closed_question_opened() -> None:
    assert codes(at("It rained.", "neutral"), "persuade")[0] == "persuade_with_permission"
    assert codes(at("It rained.", "neutral"), "closed_question", "open_question")[0] == "open_question"
    assert codes(at("It rained.", "neutral"), "give_information", "seek_collaboration")[0] == "seek_collaboration"


def test_what_was_suggested_before_comes_later() -> None:
    place = at("Nobody tells me what to do.")
    assert fitting(place)[0].code == "emphasize_autonomy"
    assert fitting(place, used={"emphasize_autonomy"})[0].code != "emphasize_autonomy"


@pytest.mark.parametrize("talk", ["sustain", "neutral", "change"])
@pytest.mark.parametrize("act", ["", "deny", "joke", "silent", "open_up", "concern", "taking_steps", "hedge"])
def test_there_is_always_something_that_fits_with_its_reason(talk: TalkType, act: str) -> None:
    for reactance in (None, 0.2, 0.9):
        place = at("Mm.", talk, act, reactance=reactance)
        fits = fitting(place)
        assert len(fits) >= 3
        assert {fit.code for fit in fits} <= set(CODES)
        assert place.sense in MEANINGS
        for fit in fits:
            assert fit.why[0].isupper()
            assert fit.why.endswith(".")


def test_before_the_client_has_spoken_one_asks() -> None:
    rows = [said(("You must stop.", "persuade"))]
    assert codes(situation(rows, 0, name="Ray"))[0] == "seek_collaboration"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            Standing(0.79, 0.26, 4, 6),
            "In the simulation, Ray’s resistance went from 70 % to 79 % and trust fell a little, from 30 % to 26 %.",
        ),
        (
            Standing(0.62, 0.4, 4.3, 6.2),
            "In the simulation, Ray’s resistance went from 70 % to 62 %, trust rose, from 30 % to 40 %, the importance "
            "of a change rose from 4.0 to 4.3 out of 10 and confidence rose from 6.0 to 6.2 out of 10.",
        ),
        (
            Standing(0.701, 0.301, 4.05, 5.95),
            "In the simulation, Ray’s resistance stayed at 70 % and trust stayed at 30 %.",
        ),
    ],
)
def test_what_a_turn_did_is_told_in_plain_words_with_figures(after: Standing, words: str) -> None:
    assert told(Shift(CALM, after), "Ray") == words

"""Replies of each technique out of the client's words, and the trainee's own words mended."""

from __future__ import annotations

import re

import pytest

from app.scoring import rewrite
from app.scoring.meanings import MEANINGS
from app.scoring.mended import advice_as_offer, advised, opened
from app.scoring.mirror import Heard, best_first, clauses, mirror
from app.scoring.rewrite import Words
from app.scoring.topic import Step, as_step, step_in, thing_in
from app.scoring.types import TalkType
from tests.scoring.corpus import client_turns

WELL_FORMED = re.compile(r"[A-Z“£$€\d].*[.?]")
CLUMSY = re.compile(r"\b(?:you you|the the|to to|you was|you is|I'm|my|mine)\b|  | ,|\.\.|,,|,\.|[!;]")


def heard(text: str) -> Heard:
    found = mirror(text)
    assert found is not None
    return found


def words(text: str, advice: str | None = None) -> Words:
    """What a client turn offers, as feedback takes it up."""
    found = best_first(clauses(text))
    return Words(
        heard=next(iter(found), None),
        stance=next((clause for clause in found if clause.stance and clause.brief), None),
        staying=next((clause for clause in found if clause.brief and rewrite.stays(clause)), None),
        step=step_in(found),
        thing=thing_in(found),
        advised=advice,
    )


@pytest.mark.parametrize(
    ("advice", "doing"),
    [
        ("You should see a dentist.", "it helps to see a dentist, and"),
        ("You need to stop comparing.", "it helps to stop comparing, and"),
        (
            "You could just take your tablets at night, before you sleep.",
            "it helps to take their tablets at night, and",
        ),
        (
            "Why don't you come down to the club on Saturdays?",
            "it helps to come down to the club on Saturdays, and",
        ),
        ("I'd advise you to ask your wife for help.", "it helps to ask their wife for help, and"),
        ("Couldn't you let them do it for you?", "it helps to let them do it for them, and"),
        ("Have you tried chewing gum?", "some people find that chewing gum helps, and"),
        ("What about walking to work?", "some people find that walking to work helps, and"),
    ],
)
def test_advice_becomes_an_offer(advice: str, doing: str) -> None:
    assert any(doing in form for form in advice_as_offer(advice))


@pytest.mark.parametrize(
    "text",
    [
        "You should be ashamed.",
        "What you ought to do is rest.",
        "You must understand this.",
        "It's raining.",
        "You can do it.",
    ],
)
def test_what_is_no_advice_is_no_offer(text: str) -> None:
    assert advice_as_offer(text) == ()


@pytest.mark.parametrize(
    ("closed", "first"),
    [
        ("Have you tried to stop before?", "What have you tried so far, and how did it go?"),
        ("So, is there anyone at home?", "Who is there that you could turn to?"),
        ("Do you want to stop?", "What would you like to happen?"),
        ("How many do you smoke?", "What does an ordinary day look like for you?"),
        ("Raining?", "What is that like for you?"),
    ],
)
def test_a_closed_question_opens(closed: str, first: str) -> None:
    assert opened(closed)[0] == first
    assert all(not re.match(r"(?:do|did|is|are|have|can) ", form, re.IGNORECASE) for form in opened(closed))


@pytest.mark.parametrize(
    ("advice", "step"),
    [
        ("You should see a dentist.", "see a dentist"),
        ("You could just take your tablets at night, before you sleep.", "take your tablets at night"),
        ("Why don't you come down to the club on Saturdays?", "come down to the club on Saturdays"),
        ("Have you tried chewing gum?", "try chewing gum"),
        ("You should stop lying to your wife.", None),
        ("You need to take responsibility.", None),
        ("You should be ashamed.", None),
        ("You need to listen to me.", None),
        ("It's raining.", None),
    ],
)
def test_the_step_in_a_piece_of_advice(advice: str, step: str | None) -> None:
    assert advised(advice) == step


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("I'm not seeing any doctor.", Step("see any doctor", True)),
        ("I'm not going to any group.", Step("go to any group", True)),
        ("I'm not going to sign that.", Step("sign that", True)),
        ("I won't quit the wine.", Step("quit the wine", True)),
        ("I'd rather not get into that.", Step("get into that", True)),
        ("I don't do groups.", Step("do groups", True)),
        ("im not giving up my phone in bed", Step("give up your phone in bed", True)),
        ("I'm not telling anybody nothing because they'd laugh.", Step("tell anybody anything", True)),
        ("I want to see my kids.", Step("see your kids", False)),
        ("I'd like to tell Divya.", Step("tell Divya", False)),
        ("I'm not even angry.", None),
        ("I'm not hurting anybody.", None),
        ("I'm not going to lie.", None),
        ("I won't have it.", None),
        ("I don't see the point.", None),
        ("I want to be left alone.", None),
        ("I'm not losing my job.", None),
    ],
)
def test_the_step_a_client_refuses_or_wishes_for(said: str, step: Step | None) -> None:
    assert step_in(clauses(said)) == step


@pytest.mark.parametrize(
    ("said", "elsewhere", "thing"),
    [
        ("It's my money.", "", "your money"),
        ("im not giving up my phone in bed", "", "your phone"),
        ("I like the squash.", "", None),
        ("I like the squash.", "Tell me about squash.", "the squash"),
        ("My wife exaggerates.", "", None),
        ("I look at it my way.", "", None),
        ("I'm off the insulin and I'm fine.", "", "the insulin"),
        ("I hate drinking now.", "", "the drinking"),
        ("I hate school.", "", "school"),
        ("My cousin took it.", "", None),
    ],
)
def test_the_thing_that_is_spoken_of(said: str, elsewhere: str, thing: str | None) -> None:
    assert thing_in(clauses(said), elsewhere) == thing


def test_a_thing_from_long_ago_counts_only_where_it_comes_up_again() -> None:
    assert thing_in(clauses("It's my money."), "", strict=True) is None
    assert thing_in(clauses("It's my money."), "You said money was tight.", strict=True) == "your money"


@pytest.mark.parametrize(
    ("aim", "step"),
    [
        ("stop smoking", "stop smoking"),
        ("stopping the shouting and throwing things, at work and at home", "stop the shouting"),
        ("stop driving after drinking, and drink less", "stop driving after drinking"),
        ("having the foot treated, and taking his medicine", "have the foot treated"),
        ("taking his medicine", "take your medicine"),
        ("a better life", None),
        ("", None),
    ],
)
def test_what_the_sessions_are_about_as_a_step(aim: str, step: str | None) -> None:
    assert as_step(aim) == step


def test_forms_hold_the_clients_words() -> None:
    sustain, change = heard("I'm not an addict."), heard("I want to see my kids.")
    assert "You're not an addict, as you see it." in rewrite.simple_reflections(sustain)
    assert "You want to see your kids, as you see it." not in rewrite.simple_reflections(change)
    assert rewrite.double_sided(sustain, change)[0] == (
        "On the one hand you're not an addict, and on the other you want to see your kids."
    )
    assert rewrite.simple_reflections(heard("I'm a failure.")) == ("It feels to you as if you're a failure.",)
    assert rewrite.affirmations(heard("I cut down to six since Sunday."))[0] == (
        "You cut down to six since Sunday. That took some doing, and you're the one who did it."
    )


#: Client turns → the first form of each technique, as it was read and found right; None where there must be none.
READ: dict[str, dict[str, str | None]] = {
    "I'm not having coffee with Sandra. HR can dream on.": {
        "autonomy": "Whether you have coffee with Sandra or not is your decision, and I won't take it from you.",
        "alongside": "Maybe this isn't the time to have coffee with Sandra. Leaving things as they are may be right "
        "for now.",
        "amplified": "So nothing at all could make it worth your while to have coffee with Sandra.",
    },
    "I like a drink, I've always liked a drink, and I'm not spending my retirement sipping squash.": {
        "autonomy": "You're not spending your retirement sipping squash. What you do about that is up to you, and "
        "nobody can decide it for you.",
        "alongside": "You like a drink, and it may well be that carrying on as you are is right for now.",
        "amplified": None,
    },
    "I sleep fine on it. I don't see why you want to fix what isn't broke.": {
        "choices": "You sleep fine on it. We could stay with that, talk about something that matters more to you, or "
        "leave it there for today. Which would suit you?",
        "alongside": "You sleep fine on it, and it may well be that carrying on as you are is right for now.",
    },
    "It's my money. My husband left me comfortable.": {
        "choices": "We could stay with your money, talk about something that matters more to you, or leave it there "
        "for today. Which would you like?",
        "autonomy": "What happens about your money is for you to decide, and nobody else can do it for you.",
        "alongside": None,
    },
    "I don't have an anger problem. I have an idiot problem.": {
        "amplified": "You don't have an anger problem, and there's nothing at all here that could ever trouble you.",
        "alongside": None,
    },
    "I'd rather not get into that.": {
        "alongside": "You'd rather not get into that, and it may be right to leave that alone for now.",
        "autonomy": "Whether you get into that or not is your decision, and I won't take it from you.",
    },
    "I don't even take paracetamol. I'm not putting that in the baby.": {"alongside": None},
    "I've got eleven grand on cards.": {"alongside": None, "amplified": None},
    "I hit him and I'd do it again.": {"alongside": None},
    "You lot want me to fail.": {"autonomy": None, "choices": None, "alongside": None, "amplified": None},
}


@pytest.mark.parametrize("said", READ)
def test_forms_as_they_were_read(said: str) -> None:
    found = words(said)
    forms = {
        "autonomy": rewrite.autonomy(found),
        "choices": rewrite.choices(found, "sustain"),
        "alongside": rewrite.alongside(found),
        "amplified": rewrite.amplified(found, denies=True),
    }
    assert {name: next(iter(forms[name]), None) for name in READ[said]} == READ[said]


def test_the_trainees_own_advice_becomes_a_choice_and_a_freedom() -> None:
    found = words("Leave me be.", advice="see a dentist")
    assert rewrite.autonomy(found) == ("Whether you see a dentist is up to you; nobody can decide that for you.",)
    assert rewrite.choices(found, "neutral")[0].startswith(
        "You could see a dentist, go about it some other way, or leave"
    )
    assert rewrite.alongside(found)[0].startswith("It may be that this isn't the time to see a dentist")


@pytest.mark.parametrize("talk", ["sustain", "neutral", "change"])
def test_every_form_from_the_corpus_is_a_well_formed_reply(talk: TalkType) -> None:
    forms = [form for turn in client_turns() for form in _forms(words(turn, "see somebody about it"), talk)]
    assert len(forms) > 10_000
    assert [form for form in forms if not WELL_FORMED.fullmatch(form)] == []
    assert [form for form in forms if CLUMSY.search(form.replace("; nobody", ", nobody"))][:5] == []
    assert max(len(form.split()) for form in forms) <= 50


def _forms(found: Words, talk: TalkType) -> list[str]:
    own: list[str] = []
    if found.heard:
        own += rewrite.simple_reflections(found.heard)
        own += rewrite.complex_reflections(found.heard, talk)
        own += (form for sense in MEANINGS for form in rewrite.meant(found.heard, sense)[:1])
        own += rewrite.affirmations(found.heard) if rewrite.did(found.heard) else ()
    own += (*rewrite.choices(found, talk), *rewrite.autonomy(found), *rewrite.alongside(found))
    return [*own, *rewrite.amplified(found, denies=True), *rewrite.permission(found)]


def test_forms_that_use_no_words_of_the_client_are_well_formed_too() -> None:
    for forms in (
        rewrite.AUTONOMY, rewrite.CHOICES, rewrite.ALONGSIDE, rewrite.PERMISSION, rewrite.SAFETY, rewrite.OPENING,
        rewrite.REFLECTIONS_ANYWAY, *MEANINGS.values(),
    ):  # fmt: skip
        assert [form for form in forms if not WELL_FORMED.fullmatch(form)] == []

"""Turning the client's words round, and the phrases built from them."""

from __future__ import annotations

import json
import re

import pytest

from app.scoring import rewrite
from app.scoring.mirror import LONGEST, Heard, mirror
from app.scoring.rewrite import advice_as_offer, opened
from training.data import CORPUS

TURNED = {
    "I'm not an addict.": "you're not an addict",
    "I like a drink, always have.": "you like a drink, always have",
    "I was tired and was going home.": "you were tired and were going home",
    "I never was one for doctors.": "you never were one for doctors",
    "I wasn't even drunk.": "you weren't even drunk",
    "I've been on them since they did my back.": "you've been on them since they did your back",
    "He gives me tea. My wife believes that I am at interviews.": "your wife believes that you are at interviews",
    "I'd rather not talk about it, to be honest.": "you'd rather not talk about it",
    "Well, I don't see a problem, mate.": "you don't see a problem",
    "No. I don't sign anything in a week.": "you don't sign anything in a week",
    "i dont drive": "you don't drive",
    "im fine with how i am": "you're fine with how you are",
    "i want to stop the wine": "you want to stop the wine",
    "weird. i wanna stop vaping tho": "you want to stop vaping",
    "mum found my grinder n booked this": "your mum found your grinder and booked this",
    "Dad drank and I drink.": "your dad drank and you drink",
    "My mum says I smell of it.": "your mum says you smell of it",
    "I told him I won't go back in.": "you told him you won't go back in",
    "It worries me that I did that.": "it worries you that you did that",
    "He's my brother.": "he's your brother",
    "They gave us ours back and kept mine.": "they gave you yours back and kept yours",
    "I can't start by myself.": "you can't start by yourself",
    "I'm on my feet six hours on concrete. It hurt more, so I took more.": "you're on your feet six hours on concrete",
    "We're not courting.": "you're not courting",
    "There's the trip money.": "there's the trip money",
    "Nobody in that house asks me anything.": "nobody in that house asks you anything",
    "She was in the room and I was asleep.": "she was in the room and you were asleep",
    "I was angry and she was crying.": "you were angry and she was crying",
    "I'll write it.": "you'll write it",
    "Seven months off and nothing helped. I don't see an hour doing it.": "you don't see an hour doing it",
    "Okay well I'm not going to.": "you're not going to",
    "I only wanted to ask about the injections.": "you only wanted to ask about the injections",
    "I did not want to be this man.": "you did not want to be this man",
    "it's not like im on 20 a day tho": "it's not like you're on 20 a day",
    "I went right by the Little League field that night.": "you went right by the Little League field that night",
    "I lost four days' money.": "you lost four days' money",
    "(sighs) I keep thinking I'm the tenth.": "you keep thinking you're the tenth",
    "I haven't had a drink since Sunday, you know.": "you haven't had a drink since Sunday",
    "He texts me and I smoke.": "he texts you and you smoke",
    "I am different.": "you are different",
    "My own kids don't ring me.": "your own kids don't ring you",
    "I’m not staying.": "you're not staying",
}


@pytest.mark.parametrize("said", TURNED)
def test_pronouns_and_verbs_turn_round(said: str) -> None:
    heard = mirror(said)
    assert heard is not None
    assert heard.you == TURNED[said]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "...",
        "No.",
        "Why should I?",
        "Who told you that?",
        "You don't know me.",
        "Say that again outside.",
        "Ask me when I've had a fag and you're gone.",
        "Depends on flour.",
        "None. Just a prescription.",
        "(stares at the door)",
        "I don't know.",
        "Six hundred, every month.",
        "The data is 312.",
        "I said to him \"get out\".",
        "i will sue u",
        "I went there and then I came back and then he said that we could all go to the place by the river and stay.",
        "لا أعرف ماذا أقول",
    ],
)  # fmt: skip
def test_what_cannot_be_turned_safely_is_left_alone(said: str) -> None:
    assert mirror(said) is None


def test_every_written_client_turn_comes_out_whole_or_not_at_all() -> None:
    moments = [json.loads(line) for line in (CORPUS / "client-replies.jsonl").read_text("utf-8").splitlines()]
    turns = [reply["text"] for moment in moments for reply in moment["replies"]]
    heard = [found for turn in turns if (found := mirror(turn))]
    assert len(heard) > 0.4 * len(turns)
    first_person = re.compile(r"\b(?:I|I'm|I've|my|mine|myself|am|you was|you is|you has)\b")
    assert [found.you for found in heard if first_person.search(found.you)] == []
    assert max(len(found.you.split()) for found in heard) <= LONGEST + 1
    assert [found.you for found in heard if "?" in found.you or '"' in found.you] == []


def test_a_clause_about_the_client_comes_before_one_about_the_world() -> None:
    heard = mirror("My clients pay by the hour. It's raining.")
    assert heard == Heard("your clients pay by the hour", negated=False, own=True)
    negated = mirror("I won't.  I will not do it.")
    assert negated is not None
    assert negated.negated


@pytest.mark.parametrize(
    ("advice", "doing"),
    [
        ("You should see a dentist.", "some people see a dentist."),
        ("You need to stop comparing.", "some people stop comparing."),
        ("You could just take your tablets at night, before you sleep.", "some people take their tablets at night."),
        ("Why don't you come down to the club on Saturdays?", "some people come down to the club on Saturdays."),
        ("I'd advise you to ask your wife for help.", "some people ask their wife for help."),
        ("Couldn't you let them do it for you?", "some people let them do it for them."),
        ("Have you tried chewing gum?", "some people find that chewing gum helps."),
        ("What about walking to work?", "some people find that walking to work helps."),
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


def test_forms_hold_the_clients_words_and_end_as_sentences() -> None:
    heard = mirror("I'm not an addict.")
    change = mirror("I want to see my kids.")
    assert heard is not None
    assert change is not None
    forms = [
        *rewrite.simple_reflections(heard),
        *rewrite.complex_reflections(heard, "sustain"),
        *rewrite.complex_reflections(change, "change"),
        *rewrite.complex_reflections(change, "neutral"),
        *rewrite.double_sided(heard, change),
        *rewrite.amplified(heard),
        *rewrite.alongside(heard),
        *rewrite.AUTONOMY,
        *rewrite.CHOICES,
        *rewrite.PERMISSION,
        *rewrite.OPENING,
        *rewrite.REFLECTIONS_ANYWAY,
    ]
    assert "You're not an addict, as you see it." in forms
    assert "On the one hand you're not an addict, and on the other you want to see your kids." in forms
    assert [form for form in forms if not form[0].isupper() or form[-1] not in ".?" or "  " in form] == []
    assert not any(" but " in form for form in forms)

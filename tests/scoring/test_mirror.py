"""Turning the client's words round, in plain standard English, or leaving them alone."""

from __future__ import annotations

import re

import pytest

from app.scoring.mirror import LONGEST, Heard, best_first, clauses, mirror
from tests.scoring.corpus import client_turns

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
    "I'm not hurting nobody.": "you're not hurting anybody",
    "Mama don't want nobody else.": "your mama doesn't want anybody else",
    "I ain't slept.": "you haven't slept",
    "I ain't flossing in a truck.": "you're not flossing in a truck",
    "We was all there.": "you were all there",
    "I done my time.": "you've done your time",
    "Me own teeth are fine.": "your own teeth are fine",
    "I'm not stopping the, the coffee.": "you're not stopping the coffee",
    "I'm not, I don't do the talking thing.": "you don't do the talking thing",
    "They have to put it strong, don't they, in a letter.": "they have to put it strong, in a letter",
    "It's still in its box, love, the inhaler.": "it's still in its box, the inhaler",
    "nothing. thats the problem lol i just dont open the emails": "you just don't open the emails",
    "It's a bloody cheek is what it is.": "it's a cheek is what it is",
    "I fucking hate this place.": "you hate this place",
    "I've took his phone.": "you've taken his phone",
    "He would of told me.": "he would have told you",
    "I told him I'm not coming.": "you told him you're not coming",
    "It tells me I said no.": "it tells you that you said no",
    "I've my leeks.": "you have your leeks",
    "I've told the police, the judge and the woman.": "you've told the police, the judge and the woman",
    "you'll laugh but i am a 3.8 student. i am a 3.8 student": "you are a 3.8 student",
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
        "the app can wait my boss cant",
        "my nan smoked 50 yrs shes fine",
        "she kickin at night so bad is that normal",
        "i dont even want help i want it to shut up",
        "That's what I've been telling everyone.",
        "I'd one quiet evening.",
        "لا أعرف ماذا أقول",
    ],
)  # fmt: skip
def test_what_cannot_be_turned_safely_is_left_alone(said: str) -> None:
    assert mirror(said) is None


def test_every_written_client_turn_comes_out_whole_or_not_at_all() -> None:
    turns = list(client_turns())
    heard = [clause for turn in turns for clause in clauses(turn)]
    assert len(turns) > 5000
    assert sum(mirror(turn) is not None for turn in turns) > 0.4 * len(turns)
    first_person = re.compile(r"(?:I|I'm|I've|my|mine|myself|am|you was|you is|you has|you you|the the)")
    assert [found.you for found in heard if first_person.search(found.you)] == []
    assert max(len(found.you.split()) for found in heard) <= LONGEST + 2
    assert [found.you for found in heard if re.search(r"[?\"“”…]|\.\.|  | ,", found.you)] == []


def test_a_clause_about_the_client_comes_before_one_about_the_world() -> None:
    heard = mirror("My clients pay by the hour. It's raining.")
    assert heard == Heard("your clients pay by the hour", negated=False, own=True)
    negated = mirror("I won't.  I will not do it.")
    assert negated is not None
    assert negated.negated


def test_a_sentence_that_holds_two_gives_two_clauses() -> None:
    assert [heard.you for heard in clauses("I want to stop but I can't sleep.")] == [
        "you want to stop",
        "you can't sleep",
    ]


def test_where_the_client_stands_now_comes_before_what_happened() -> None:
    heard = best_first(clauses("I got a letter. I don't need a course. It rained."))
    assert [clause.you for clause in heard] == ["you don't need a course", "you got a letter", "it rained"][
        : len(heard)
    ]
    assert heard[0].stance
    assert not heard[1].stance


@pytest.mark.parametrize(
    ("said", "harsh"),
    [
        ("I'm a failure.", True),
        ("I feel so stupid sitting here.", True),
        ("I'm not a failure.", False),
        ("My father was drunk every night.", False),
        ("I'm fine with it now.", False),
    ],
)
def test_a_verdict_on_oneself_is_known_for_one(said: str, harsh: bool) -> None:
    heard = mirror(said)
    assert heard is not None
    assert heard.harsh is harsh

"""Choices that are none, and those that are: a client tells them apart by the words."""

from __future__ import annotations

import pytest

from app.client.false_choice import is_false_choice

FALSE = [
    "Either you stop or you go to jail.",
    "Do you want to quit today or tomorrow?",
    "You can stop drinking or you can go to jail.",
    "Stop now, or I'll have to tell your probation officer.",
    "So you sign it or I report you.",
    "It's your choice, but if you don't stop you'll lose your license.",
    "Your choice: treatment or prison.",
    "It is your decision. Just know that if you keep drinking you will lose your wife.",
    "Do what the judge says or else.",
    "It's my way or the highway, Ray.",
    "Either you give it up now or you die.",
    "Would you rather stop today or next week?",
    "Will you quit this week or next month?",
    "Do you want to go to meetings or join AA?",
    "Would you prefer rehab or detox?",
    "You either take the pills or you end up in hospital.",
    "Quit smoking or you'll end up dead.",
    "Do you want to live or not?",
    "Do you want to die, or will you change?",
    "Unless you stop, they're going to take away your kids. Yours to decide.",
    "Do you want to see your daughter grow up or do you want another beer?",
    "You can choose to sign today or to sign tomorrow.",
    "Should I call the judge or do you cooperate?",
    "You have two options: get help or lose your job.",
    "When are you going to stop: today or on Monday?",
    "Jail or treatment. You pick.",
    "Do module 3 tonight or I report you to the court at 9.",
    "It's entirely your choice: you get here on time or you go back in front of the bench.",
    "You either apply for three by Tuesday or I stop the payment, up to you.",
    "It's entirely your choice, a sitter by Friday or a foster bed by Monday.",
    "ok no probs, your liver your choice, dont blame us when its too late",
    "Either you comply or you’re back in front of the judge.",
]
REAL = [
    "Would you rather talk about the drinking or about work?",
    "We could look at sleep, at Fridays, or at something else. Which would you like?",
    "Some people cut down, some stop, some carry on as they are. What fits you?",
    "You could stop, cut down, or leave it as it is; it's up to you.",
    "Whether you stop or not is up to you.",
    "Did that happen today or yesterday?",
    "Do you drink in the garage or at the lodge?",
    "Is it more on weekdays or at weekends?",
    "You're torn: either you quit and lose the Eagles, or you go on and lose your license.",
    "The judge told you to stop or go to jail.",
    "It feels like they said quit or lose everything.",
    "Would you like to start with the court or with Kelsey?",
    "Do you want to talk about jail, or leave that for another day?",
    "It's your choice. Nobody can make it for you.",
    "We can meet on Monday or Thursday, whichever suits you.",
    "Tea or coffee?",
    "One suggestion, take it or leave it: some start with the patch and keep the porch.",
    "I can come back at four, do it now, or leave you till six.",
    "Did you quit on your own or with help?",
    "There are patches, gum, and doing it without anything. Or not now.",
    "What would you like to do with the hour?",
    "You could change something now, later, or not at all.",
    "Was it the judge or your wife who asked you to come?",
    "What's the worst and the best that could happen if you stopped?",
    "Would you like to hear what others have done, or is there something on your mind?",
    "Part of you wants to stop, or at least to slow down before you lose her.",
    "Do you want to say more about that or move on?",
    "Are you worried about going to jail or about the fine?",
    "Would it be okay to talk about treatment or would you rather wait?",
    "You can stop this conversation at any time, or ask me something.",
]


@pytest.mark.parametrize("text", FALSE)
def test_a_choice_that_is_none(text: str) -> None:
    assert is_false_choice(text)


@pytest.mark.parametrize("text", REAL)
def test_a_choice_that_is_one_or_no_choice_at_all(text: str) -> None:
    assert not is_false_choice(text)


def test_what_only_reflects_lays_nothing_out() -> None:
    text = "Stop or lose your license, that's what it comes to."
    assert is_false_choice(text, ("confront",))
    assert not is_false_choice(text, ("complex_reflection",))


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("You can choose. The vest or a badge. Simple as that.", True),
        ("okay so your options: be on the 8.10, or be on the 8.10", True),
        ("Phone off by 10 or I write that you are not serious.", True),
        ("You don't have any choice if you want to keep your job.", False),
        ("That's how debt works.", False),
    ],
)
def test_freedom_in_one_breath_with_pressure_is_none(text: str, none: bool) -> None:
    assert is_false_choice(text, ("confront",)) is none


def test_there_are_enough_examples_of_both() -> None:
    assert min(len(set(FALSE)), len(set(REAL))) >= 20

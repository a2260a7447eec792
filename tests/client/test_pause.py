"""A pause is a whole turn that asks for one, and nothing that a counsellor says to a client."""

from __future__ import annotations

import pytest

from app.client.pause import asks_to_pause, resumes

PAUSES = """
pause
Pause.
PAUSE!
(pause)
[pause]
*pause*
pause please
Pause for a moment, please.
ok, pause
sorry, pause
time out
Time-out!
timeout please
Time out for a second.
Let's take a time out.
Can we pause?
Could we pause here for a minute?
Can I pause?
Can we stop the role-play?
Can we stop the roleplay please?
Stop the exercise
Stop the exercise, please.
stop the simulation
Please stop the role play.
I want to stop the exercise.
I need to pause.
I'd like to pause the exercise for a moment.
I need a pause
I need a break from the exercise.
Let's pause the exercise.
Can we take a break from the role-play?
I'd like to step out of the role-play.
end the simulation
I'm stepping out of the exercise
Sorry, can we pause the session recording?
Hold on, pause the exercise
Freeze!
/pause
Stop this exercise, it's too much for me.
Can I have a time-out?
""".strip().splitlines()

TALK = """
Let's pause on that for a second.
Let's pause there. What did you feel when she said it?
Would you like to stop?
Stop drinking.
Have you ever tried to stop?
Can we stop there for today?
Can we pause and look at what you just said?
You needed a time out from all of it.
What happens when you take a time out with your son?
Could you pause before you pour one?
You'd like to press pause on everything.
So the drinking is a pause for you.
How would it be to pause before you answer him?
What would stop you?
When do you stop?
Stop blaming your wife.
You can stop any time you like.
Do you exercise?
Would you like to stop the exercises the physio gave you?
How is the exercise going?
What gets in the way of the exercise?
You want to stop the medication.
Is it all right if we stop on the daughter for a moment?
I paused because that sounded important.
You paused just now.
Take a break.
Do you take breaks at work?
Would a break from drinking be worth a try?
A break from it all.
You need a break from the game.
How long was the longest break you took?
I want to stop you there, if that's okay.
I'd like to stop and say what I heard.
Stop me if I've got this wrong.
The game is where you stop thinking.
You play to stop the noise.
So you'd freeze when he shouted.
It's like time stops.
Let's take a moment with that.
(silence)
…
Okay, so what now?
Continue.
Shall we stop here?
You'd like to end the training early.
""".strip().splitlines()

GOES_ON = """
resume
Resume.
resume please
ok, resume
Let's resume.
continue
Continue the exercise.
Let's go on.
Can we carry on?
I'm ready
I'm ready to continue.
Go on
carry on please
back to the role-play
Let's get back to the exercise.
I'm back
unpause
Can we continue where we left off?
keep going
where were we?
""".strip().splitlines()

STAYS = """
What is this person like?
I'm not ready.
Is the client real?
I don't want to continue.
I found that hard.
Can I see my scores?
Do I have to go on?
back when I was at school this happened too
I'd go on about the drinking, I think.
no
""".strip().splitlines()


def test_there_are_examples_enough() -> None:
    assert len(set(PAUSES)) >= 30
    assert len(set(TALK)) >= 40


@pytest.mark.parametrize("text", PAUSES)
def test_a_turn_that_asks_for_a_pause(text: str) -> None:
    assert asks_to_pause(text)


@pytest.mark.parametrize("text", TALK)
def test_talk_to_the_client_is_no_pause(text: str) -> None:
    assert not asks_to_pause(text)


@pytest.mark.parametrize("text", GOES_ON)
def test_a_turn_that_goes_on(text: str) -> None:
    assert resumes(text)
    assert not asks_to_pause(text)


@pytest.mark.parametrize("text", [*STAYS, *PAUSES])
def test_what_does_not_end_a_pause(text: str) -> None:
    assert not resumes(text)

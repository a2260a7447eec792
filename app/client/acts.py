"""Client acts: what a client can do with one turn, each with the stance it takes towards change.

The acts are those of the written moments; resistance groups after Miller & Rollnick (1991, Chamberlain's
coding of client resistance), ways of resisting a question after Stivers & Hayashi (2010).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stance(StrEnum):
    """The side of the ambivalence a client turn takes; MISC 2.5 client language."""

    SUSTAIN = "sustain"
    NEUTRAL = "neutral"
    CHANGE = "change"


class Question(StrEnum):
    """The ways round a question, after Stivers & Hayashi (2010) and Muntigl."""

    REFUSAL = "refusing to answer"
    ANOTHER = "answering another question"
    COMPLAINT = "complaining about being asked"
    JOKE = "joking it away"


class Resistance(StrEnum):
    """The four groups of resistance acts, and resisting a question."""

    ARGUING = "arguing"
    INTERRUPTING = "interrupting"
    NEGATING = "negating"
    IGNORING = "ignoring"
    QUESTION = "resisting the question"


@dataclass(frozen=True)
class ActInfo:
    """One act: its stance, the resistance group it belongs to (if any) and what it looks like, in words for prompts.

    `question`: the way it goes round a question, where it does. A refusal argues, whatever is refused.
    """

    stance: Stance
    resistance: Resistance | None
    says: str
    question: Question | None = None


_S, _N, _C = Stance.SUSTAIN, Stance.NEUTRAL, Stance.CHANGE
_R = Resistance

ACTS: dict[str, ActInfo] = {
    "deny": ActInfo(_S, _R.NEGATING, "denies that there is a problem"),
    "minimise": ActInfo(_S, _R.NEGATING, "plays it down"),
    "blame": ActInfo(_S, _R.NEGATING, "blames somebody or something else"),
    "excuse": ActInfo(_S, _R.NEGATING, "makes an excuse"),
    "justify": ActInfo(_S, _R.NEGATING, "gives a good reason for going on as now"),
    "pessimism": ActInfo(_S, _R.NEGATING, "says that trying is pointless"),
    "refuse": ActInfo(_S, _R.ARGUING, "refuses flatly", Question.REFUSAL),
    "hostile": ActInfo(_S, _R.ARGUING, "turns on the counsellor"),
    "challenge": ActInfo(_S, _R.ARGUING, "questions the counsellor's right or knowledge"),
    "unwilling": ActInfo(_S, _R.NEGATING, "does not want to change, and says so"),
    "joke": ActInfo(_N, _R.QUESTION, "jokes it away", Question.JOKE),
    "complain_about_question": ActInfo(_N, _R.QUESTION, "complains about being asked", Question.COMPLAINT),
    "shift_topic": ActInfo(_N, _R.IGNORING, "talks about something else"),
    "evade": ActInfo(_N, _R.QUESTION, "answers another question than the one asked", Question.ANOTHER),
    "silent": ActInfo(_N, _R.IGNORING, "says nothing, or next to nothing"),
    "inform": ActInfo(_N, None, "gives a plain fact"),
    "ask_back": ActInfo(_N, None, "asks the counsellor something"),
    "hollow_agreement": ActInfo(_N, _R.IGNORING, "agrees without meaning it"),
    "small_talk": ActInfo(_N, None, "makes small talk"),
    "hedge": ActInfo(_N, None, "leaves it open: maybe, depends, I don't know"),
    "open_up": ActInfo(_N, None, "tells something that matters"),
    "desire": ActInfo(_C, None, "wishes that things were different"),
    "ability": ActInfo(_C, None, "says that it could be done"),
    "reason": ActInfo(_C, None, "gives a reason for change"),
    "need": ActInfo(_C, None, "says that something has to change"),
    "commitment": ActInfo(_C, None, "says that he or she will do something"),
    "taking_steps": ActInfo(_C, None, "tells of a step already taken"),
    "concern": ActInfo(_C, None, "worries about how it is now"),
    "walk_out": ActInfo(_S, _R.ARGUING, "gets up and leaves"),
    "farewell": ActInfo(_N, None, "says goodbye at the end"),
}

CHANGE_TALK_KINDS = ("desire", "ability", "reason", "need", "commitment", "taking_steps", "concern")

#: The acts that go round a question.
ROUND_A_QUESTION = tuple(act for act, info in ACTS.items() if info.question)

__all__ = ["ACTS", "CHANGE_TALK_KINDS", "ROUND_A_QUESTION", "ActInfo", "Question", "Resistance", "Stance"]

"""Replies of each technique, built out of the client's own words turned round (`mirror`, `topic`).

Phrase grammars, no model. Each function gives its forms, the closest to the client's words first; none where nothing
would come out well-formed. Forms that use no words of the client's stand in the constants below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.scoring.meanings import MEANINGS
from app.scoring.mirror import Heard
from app.scoring.topic import Step
from app.scoring.types import TalkType


@dataclass(frozen=True)
class Words:
    """What can be taken up in one place.

    `heard` is the clause that says most, `stance` one that says where the client stands now, `staying` one that speaks
    for going on as now; `step` and `thing` are what the client talks of, `advised` is the step the trainee advised,
    `aim` the step that the sessions are about.
    """

    heard: Heard | None = None
    stance: Heard | None = None
    staying: Heard | None = None
    step: Step | None = None
    thing: str | None = None
    advised: str | None = None
    aim: str | None = None


#: Clauses that say how things are, in the client's eyes, and not what the client will or won't do.
_BELIEF = re.compile(
    r"""^(?:you(?:'re|\ are)\ (?:not\ (?:an?|the|that|like|ill|sick|angry|drunk|fine)\b|fine|ok|okay|all\ right|
    alright)|you\ (?:don't|do\ not)\ (?:have|see|need)\b|you\ can\ (?:stop|handle|manage)\b|(?:it's|it\ is|
    it\ isn't|there's|nobody|everyone|everybody|nothing)\b|your\ \w+\ (?:is|are|isn't|aren't)\b)""",
    re.IGNORECASE | re.VERBOSE,
)


def simple_reflections(heard: Heard) -> tuple[str, ...]:
    """The client's clause said back."""
    if heard.harsh:
        return (f"It feels to you as if {heard.you}.",)
    seen = (f"{heard.capital}, as you see it.",) if _BELIEF.match(heard.you) and "," not in heard.you else ()
    return (f"{heard.capital}.", *seen, f"So {heard.you}.")


def complex_reflections(heard: Heard, talk: TalkType) -> tuple[str, ...]:
    """The clause with what may lie behind it, going by talk alone; the guess goes with the client's side."""
    if talk == "change":
        return (
            f"{heard.capital}. Something in you wants this to be different.",
            f"It's been weighing on you that {heard.you}.",
        )
    if talk == "sustain":
        return (
            f"{heard.capital}. You feel pushed, and that makes you want to dig in.",
            f"When {heard.you}, the last thing you need is somebody on your back.",
            f"{heard.capital}. You'd rather be trusted than checked up on.",
        )
    return (f"{heard.capital}. You're carrying a lot of this by yourself.",)


def meant(heard: Heard, sense: str) -> tuple[str, ...]:
    """The clause with what may lie behind it, in one of the senses of `MEANINGS`."""
    clause = f"It feels to you as if {heard.you}" if heard.harsh else heard.capital
    return tuple(f"{clause}. {meaning}" for meaning in MEANINGS[sense])


def double_sided(sustain: Heard, change: Heard) -> tuple[str, ...]:
    """Both sides of the ambivalence in the client's words, joined by "and"; the change side comes last."""
    return (
        f"On the one hand {sustain.you}, and on the other {change.you}.",
        f"{sustain.capital}, and at the same time {change.you}.",
    )


def amplified(words: Words, *, denies: bool) -> tuple[str, ...]:
    """The resistant side a little overstated, straight-faced; `denies` tells that the client sees no trouble."""
    forms: list[str] = []
    if words.step and words.step.change:
        forms.append(f"So nothing at all could make it worth your while to {words.step.do}.")
    if denies and words.thing:
        forms.append(f"So there's nothing whatever about {words.thing} that could ever be a worry to you.")
    if denies and words.heard and words.heard.negated and words.heard.short and _BELIEF.match(words.heard.you):
        forms.append(f"{words.heard.capital}, and there's nothing at all here that could ever trouble you.")
    return tuple(forms)


#: Clauses that say how the client is now and means to stay.
_STAYING = re.compile(
    r"""^you(?:(?:'re|\ are)\ (?:fine|ok|okay|happy|all\ right|alright|good|doing\ fine|used\ to|comfortable|
    not\ an?\b)|\ (?:\w+ly\ |just\ )?(?:like|love|enjoy)\b|\ (?:feel|sleep|eat|manage|work)\ (?:fine|ok|okay|better|
    all\ right|alright|good)\b|\ (?:don't|do\ not)\ (?:want|need|see|mind|have\ to|think)\b|\ won't\b|\ will\ not\b|
    'll\ (?:never|not)\b|'d\ (?:rather|sooner)\b|\ only\b|\ (?:just\ )?need\ (?:it|my|your|that|the)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
#: Clauses that refuse to talk, not to change.
_TALKING = re.compile(
    r"\b(?:say|talk|get into|go into|go there|answer|discuss|questions?|ask(?:ed)?|explain|tell)\b", re.I
)
#: Never to be told that carrying on is right.
_HARM = re.compile(
    r"\b(?:hit|hits|hurt|hurts|kill|kills|beat|punch|knife|gun|blade|dead|die|died|blood|overdose|cut|cutting|starve|eat|"
    r"alone|lonely|baby|kids?|children|son|daughter)\b",
    re.IGNORECASE,
)


def stays(heard: Heard) -> bool:
    """Whether a clause speaks for going on as now, so that somebody may come alongside it."""
    return not heard.harsh and _STAYING.match(heard.you) is not None and not _HARM.search(heard.you)


def alongside(words: Words) -> tuple[str, ...]:
    """Coming alongside: that not changing may be right for now, with the client's own step or reason."""
    forms: list[str] = []
    if words.step and words.step.change and not _HARM.search(words.step.do):
        forms.append(f"Maybe this isn't the time to {words.step.do}. Leaving things as they are may be right for now.")
    if words.staying:
        if _TALKING.search(words.staying.you):
            return (f"{words.staying.capital}, and it may be right to leave that alone for now.",)
        forms.append(f"{words.staying.capital}, and it may well be that carrying on as you are is right for now.")
        forms.append(f"{words.staying.capital}. Perhaps changing that would cost you more than leaving it as it is.")
    if words.advised and not _HARM.search(words.advised):
        forms.append(f"It may be that this isn't the time to {words.advised}, and things are best left as they are.")
    return tuple(forms)


def autonomy(words: Words) -> tuple[str, ...]:
    """That the choice is the client's, said of what there is to choose."""
    forms: list[str] = []
    if words.advised:
        forms.append(f"Whether you {words.advised} is up to you; nobody can decide that for you.")
    if words.step:
        forms.append(f"Whether you {words.step.do} or not is your decision, and I won't take it from you.")
    if words.thing:
        forms.append(f"What happens about {words.thing} is for you to decide, and nobody else can do it for you.")
    if words.stance:
        forms.append(f"{_said(words.stance)}. What you do about that is up to you, and nobody can decide it for you.")
        forms.append(f"{_said(words.stance)}. Where you go from here is your own choice.")
    if words.aim:
        forms.append(f"Whether you {words.aim} is your decision. Nobody else can make it, and that includes me.")
    return tuple(forms)


def choices(words: Words, talk: TalkType) -> tuple[str, ...]:
    """Real options of topic or path, doing nothing among them, and the pick left to the client."""
    forms: list[str] = []
    if words.advised:
        forms.append(
            f"You could {words.advised}, go about it some other way, or leave things as they are for now. "
            "Which of those sits best with you?"
        )
    if talk == "change" and words.stance:
        forms.append(
            f"{_said(words.stance)}. We could talk about how you'd start, about what gets in the way, or about "
            "something else altogether. Where would you begin?"
        )
    if words.thing:
        forms.append(
            f"We could stay with {words.thing}, talk about something that matters more to you, or leave it there for "
            "today. Which would you like?"
        )
        forms.append(
            f"We could talk about {words.thing}, about whatever else is on your mind, or about neither just yet. "
            "You choose."
        )
    if words.stance:
        forms.append(
            f"{_said(words.stance)}. We could stay with that, talk about something that matters more to you, or leave "
            "it there for today. Which would suit you?"
        )
        forms.append(
            f"{_said(words.stance)}. We could look at what that's like for you, at what you'd want instead, or at "
            "neither for now. What would you pick?"
        )
    return tuple(forms)


#: Things a client can have done that took effort.
_EFFORT = re.compile(
    r"""^you(?:'ve|\ have)?\ (?:just\ |already\ |even\ |only\ )?(?:cut\ (?:down|back|out)|stopped|quit|tried|
    managed|came\ (?:here|in|back)|turned\ up|looked\ after|brought\ up|raised|got\ through|held\ down|signed\ up|
    booked|apologi[sz]ed|said\ sorry|been\ (?:clean|sober|off|going)|gone\ \w+\ (?:days?|weeks?|months?)|filled|
    started|put\ (?:it|the\ \w+)\ away|asked\ for|haven't\ (?:had|touched|smoked|used|missed)|not\ (?:had|touched|
    smoked|used|missed|raised)|kept\ (?:a\ lid|going|my|your)|bit\ your|walked\ (?:away|outside|off)|poured|deleted|
    wrote)\b|^you(?:'re|\ are)\ (?:clean|sober|working|\w+\ (?:days|weeks|months)\ (?:clean|sober|off))\b""",
    re.IGNORECASE | re.VERBOSE,
)


def did(heard: Heard) -> bool:
    """Whether a clause tells of something the client did that took effort."""
    return _EFFORT.match(heard.you) is not None and not heard.harsh


def affirmations(heard: Heard) -> tuple[str, ...]:
    """The client's own effort named."""
    return (
        f"{heard.capital}. That took some doing, and you're the one who did it.",
        f"{heard.capital}. You showed real determination there.",
    )


def permission(words: Words) -> tuple[str, ...]:
    """Asking before telling, about the client's own matter where there is one."""
    own = (f"Would it be all right if I told you what I know about {words.thing}? You can bin it.",)
    return (*(own if words.thing else ()), *PERMISSION)


def _said(heard: Heard) -> str:
    """The clause as the opening of a reply, a verdict as what the client feels."""
    return f"It feels to you as if {heard.you}" if heard.harsh else heard.capital


AUTONOMY: tuple[str, ...] = (
    "What you do about this is up to you, and nobody can decide it for you.",
    "It's your decision, whatever anybody in this room thinks, and that includes me.",
)
CHOICES: tuple[str, ...] = (
    "We could stay with what you just said, talk about something else that matters to you, or leave it there for "
    "today. Which would you like?",
    "We could talk about what is going well, talk about what gets in your way, or leave all of it. You choose.",
)
ALONGSIDE: tuple[str, ...] = (
    "It may be that, all told, leaving things as they are is right for you just now.",
    "Maybe this isn't the right time to change anything, and leaving it as it is may be best for now.",
)
PERMISSION: tuple[str, ...] = (
    "Would it be all right if I told you what some people try? You can bin it.",
    "Would you like to hear what has helped other people, or would you rather not?",
)
SAFETY: tuple[str, ...] = (
    "Would it be all right if I asked you more about that? I'd like to be sure that you're safe.",
    "Is it all right with you if we stay with that for a moment, and talk about how safe you are?",
)
OPENING: tuple[str, ...] = (
    "Before we start, would it be all right if I asked what you would like from today?",
    "What would you like us to use this time for?",
)
REFLECTIONS_ANYWAY: tuple[str, ...] = (
    "You're fed up with being told what to do.",
    "You'd rather be trusted than checked up on.",
    "You came in braced for another lecture.",
)

__all__ = [
    "ALONGSIDE",
    "AUTONOMY",
    "CHOICES",
    "OPENING",
    "PERMISSION",
    "REFLECTIONS_ANYWAY",
    "SAFETY",
    "Words",
    "affirmations",
    "alongside",
    "amplified",
    "autonomy",
    "choices",
    "complex_reflections",
    "did",
    "double_sided",
    "meant",
    "permission",
    "simple_reflections",
    "stays",
]

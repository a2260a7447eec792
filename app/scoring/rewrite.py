"""Replies of each technique, built out of the client's own words turned round (`mirror`).

Phrase grammars, no model. Without a mirror the caller falls back to a reply that does not use the client's words.
"""

from __future__ import annotations

import re

from app.scoring.mirror import Heard
from app.scoring.types import TalkType

_ADVICE = re.compile(
    r"""\b(?:(?:you|u)\ (?:really\ |just\ |probably\ |maybe\ )?(?:should|need\ to|have\ to|must|could|ought\ to|
    might\ want\ to|might\ try\ to|can)|you(?:'ve|\ have)\ got\ to|
    you'd\ better|you\ had\ better|why\ (?:don't|not)\ you|why\ not|
    i(?:'d|\ would)\ (?:advise|tell|like|want)\ you\ to|i\ want\ you\ to|i\ (?:suggest|recommend)\ (?:that\ )?you|
    couldn't\ you|can't\ you)\s+(?:just\ |really\ |simply\ |maybe\ |always\ |at\ least\ |try\ to\ |start\ to\ )*
    (?P<do>[a-z][^.?!;]{3,90})""",
    re.IGNORECASE | re.VERBOSE,
)
_TRIED = re.compile(
    r"\b(?:have you (?:tried|considered|thought (?:about|of))|how about|what about|(?:you could |maybe |just )?try)\s+"
    r"(?P<doing>[a-z]+ing\b[^.?!;,]{0,70})",
    re.IGNORECASE,
)
_THEIR = {
    "you": "they", "your": "their", "yours": "theirs", "yourself": "themselves", "you're": "they're",
    "you've": "they've", "you'll": "they'll", "you'd": "they'd",
}  # fmt: skip
_NOT_ADVICE = re.compile(
    r"^(?:be|not|have|do|still|never|understand|know|see (?:that|how|why|what|it)|realise|realize|admit|accept|"
    r"ask yourself|remember|think|tell me|say)\b"
)
_OBJECT_AFTER = frozenset(
    (
        "for",
        "to",
        "with",
        "at",
        "of",
        "on",
        "about",
        "by",
        "from",
        "against",
        "around",
        "like",
        "help",
        "let",
        "make",
        "give",
    )
)


def advice_as_offer(text: str) -> tuple[str, ...]:
    """The trainee's own advice, offered: "You should see a dentist." → "If you'd like to hear it: some people see …"

    Empty where the advice cannot be taken out of its sentence.
    """
    if (tried := _TRIED.search(text)) and "\n" not in tried["doing"]:
        doing = _theirs(tried["doing"])
        return (
            f"If you'd like to hear it: some people find that {doing} helps. You'd know whether that's any use to you.",
            f"May I tell you what some people do? They find {doing} helps. You can bin it if it isn't for you.",
        )
    found = _ADVICE.search(text)
    if not found or "\n" in found["do"] or _NOT_ADVICE.match(found["do"].lower()):
        return ()
    doing = _theirs(re.split(r"\s+(?:or|otherwise|because|if|before|so that|and you)\b|,|\s[-–—]", found["do"])[0])
    if len(doing.split()) < 2:
        return ()
    return (
        f"If you'd like to hear it: some people {doing}. You'd know whether that's any use to you.",
        f"If it's all right with you, here is what some people do: they {doing}. You can take it or leave it.",
    )


def _theirs(text: str) -> str:
    """Second person to third: "your kids" → "their kids", "for you" → "for them"."""
    words: list[str] = []
    for word in " ".join(text.split()).split(" "):
        bare = word.lower().strip(",")
        changed = _THEIR.get(bare, word)
        if bare == "you" and words and words[-1].lower() in _OBJECT_AFTER:
            changed = "them"
        words.append(changed)
    return " ".join(words).rstrip(" ,")


#: How a closed question starts → open questions that ask for the same and more.
_OPENERS: dict[str, tuple[str, ...]] = {
    r"(?:is|are) there any(?:one|body)": ("Who is there that you could turn to?",),
    r"(?:is|are) there any": ("What is there that you'd want me to know about?",),
    r"have you (?:ever )?(?:tried|attempted)": ("What have you tried so far, and how did it go?",),
    r"have you (?:ever )?(?:thought|considered)": ("What have you thought about doing, if anything?",),
    r"(?:do|would) you (?:want|like)": ("What would you like to happen?", "What do you want from this?"),
    r"(?:do|don't) you (?:think|believe|feel)": ("What do you make of it yourself?",),
    r"do you (?:know|understand|realise|realize)": ("What do you know about it already?",),
    r"how (?:many|much|often|long)": (
        "What does an ordinary day look like for you?",
        "Tell me how an ordinary week goes.",
    ),
    r"(?:when|where|who|which)": ("Tell me how that came about.", "How did that go?"),
    r"(?:can|could|will) you": ("How would you want to go about it, if you did?",),
    r"(?:are|were) you": ("How are things for you with all of this?", "What is that like for you?"),
    r"(?:did|do|does) (?:he|she|they|your)": ("What do the people around you make of it?",),
}
_OPEN_ANYWAY = ("What is that like for you?", "Tell me more about that.", "How do you see it yourself?")


def opened(question: str) -> tuple[str, ...]:
    """Open forms of a closed question, the most fitting first."""
    plain = re.sub(r"^(?:(?:so|and|but|well|ok|okay|right|now|then|alright)[,\s]+)+", "", question.strip().lower())
    plain = plain.replace("’", "'")
    fitting = next((forms for start, forms in _OPENERS.items() if re.match(rf"(?:{start})\b", plain)), ())
    return (*fitting, *_OPEN_ANYWAY)


def simple_reflections(heard: Heard) -> tuple[str, ...]:
    """The client's clause said back."""
    return (f"{heard.capital}.", f"{heard.capital}, as you see it.", f"So {heard.you}.")


def complex_reflections(heard: Heard, talk: TalkType) -> tuple[str, ...]:
    """The clause with what may lie behind it; the guess goes with the client's side, never against it."""
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


def double_sided(sustain: Heard, change: Heard) -> tuple[str, ...]:
    """Both sides of the ambivalence in the client's words, joined by "and"; the change side comes last."""
    return (
        f"On the one hand {sustain.you}, and on the other {change.you}.",
        f"{sustain.capital}, and at the same time {change.you}.",
    )


def amplified(heard: Heard | None) -> tuple[str, ...]:
    """The resistant side a little overstated, straight-faced."""
    own = (f"{heard.capital}, and there's nothing at all about it that could ever bother you.",) if heard else ()
    return (*own, "So there's nothing whatever in this that could ever be a worry to you.")


def alongside(heard: Heard | None) -> tuple[str, ...]:
    """Coming alongside: that not changing may be right for now, with the client's reason where there is one."""
    own = (
        (
            f"{heard.capital}, and it may well be that carrying on as you are is the right thing for now.",
            f"Maybe this isn't the time to change anything. {heard.capital}.",
        )
        if heard
        else ()
    )
    return (*own, "Maybe this isn't the right time to change anything, and leaving it as it is may be best for now.")


AUTONOMY: tuple[str, ...] = (
    "What you do about this is up to you, and nobody can decide it for you.",
    "It's your decision, whatever anybody in this room thinks, and that includes me.",
)
CHOICES: tuple[str, ...] = (
    "We could stay with what you just said, talk about something else that matters to you, or leave it there for "
    "today. Which would you like?",
    "We could look at what's going well, at what's getting in your way, or at neither for now. Where would you start?",
)
PERMISSION: tuple[str, ...] = (
    "Would it be all right if I told you what some people try? You can bin it.",
    "Would you like to hear what has helped other people, or would you rather not?",
)
OPENING: tuple[str, ...] = (
    "What would you like us to use this time for?",
    "Before we start, would it be all right if I asked what you would like from today?",
)
REFLECTIONS_ANYWAY: tuple[str, ...] = (
    "You came in braced for another lecture.",
    "You're fed up with being told what to do.",
    "You'd rather be trusted than checked up on.",
)

__all__ = [
    "AUTONOMY",
    "CHOICES",
    "OPENING",
    "PERMISSION",
    "REFLECTIONS_ANYWAY",
    "advice_as_offer",
    "alongside",
    "amplified",
    "complex_reflections",
    "double_sided",
    "opened",
    "simple_reflections",
]

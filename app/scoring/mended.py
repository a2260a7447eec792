"""The trainee's own words, mended: advice as an offer, the step it names, a closed question opened.

Phrase grammars, no model; empty where the words cannot be taken out of their sentence.
"""

from __future__ import annotations

import re

_ADVICE = re.compile(
    r"""\b(?:(?:you|u)\ (?:really\ |just\ |probably\ |maybe\ )?(?:should|need\ to|have\ to|must|could|ought\ to|
    might\ want\ to|might\ try\ to|can)|you(?:'ve|\ have)\ got\ to|you'd\ better|you\ had\ better|why\ (?:don't|
    not)\ you|why\ not|i(?:'d|\ would)\ (?:advise|tell|like|want)\ you\ to|i\ want\ you\ to|i\ (?:suggest|
    recommend)\ (?:that\ )?you|couldn't\ you|can't\ you)\s+(?:just\ |really\ |simply\ |maybe\ |always\ |at\ least\ |
    try\ to\ |start\ to\ )*(?P<do>[a-z][^.?!;]{3,90})""",
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
#: Advice with a judgement in it is no step that could be left to anybody.
_JUDGES = re.compile(
    r"\b(?:ly(?:ing|e)|lie|excuses?|grow|act|pretend\w*|complain\w*|whin\w*|blam\w+|selfish\w*|stupid|silly|lazy|behave|"
    r"yourself|shame|honest|responsib\w+|serious\w*|this|that|i|me|my|we|us|what|how)\b",
    re.IGNORECASE,
)
_OBJECT_AFTER = frozenset((
    "for", "to", "with", "at", "of", "on", "about", "by", "from", "against", "around", "like", "help", "let", "make",
    "give",
))  # fmt: skip
_ADVICE_END = re.compile(r"\s+(?:or|otherwise|because|if|before|so that|and you)\b|,|\s[-–—]", re.IGNORECASE)


def advice_as_offer(text: str) -> tuple[str, ...]:
    """The trainee's own advice, offered: "You should see a dentist." → "… it helps to see a dentist"

    Empty where the advice cannot be taken out of its sentence.
    """
    if (tried := _TRIED.search(text)) and "\n" not in tried["doing"]:
        doing = _theirs(tried["doing"])
        return (
            f"If it's all right to say so, some people find that {doing} helps, and it may or may not be for you.",
            f"Take this or leave it: some people find that {doing} helps.",
        )
    doing = _theirs(_advice(text))
    if len(doing.split()) < 2:
        return ()
    return (
        f"If it's all right to say so, some people find that it helps to {doing}, and it may or may not be for you.",
        f"Take this or leave it: some people find it helps to {doing}.",
    )


def advised(text: str) -> str | None:
    """The step that a piece of advice names, as after "to": "You should see a dentist." → "see a dentist".

    None where there is no advice, or one that judges as it advises.
    """
    tried = _TRIED.search(text)
    do = f"try {tried['doing'].strip()}" if tried else re.split(r"\s+and\b", _advice(text))[0]
    if not 2 <= len(do.split()) <= 8 or _JUDGES.search(do) or "\n" in do:
        return None
    return do[:1].lower() + do[1:]


def _advice(text: str) -> str:
    """What was advised, up to the end of its clause; empty where nothing was."""
    found = _ADVICE.search(text.replace("’", "'"))
    if not found or "\n" in found["do"] or _NOT_ADVICE.match(found["do"].lower()):
        return ""
    return _ADVICE_END.split(found["do"])[0].strip()


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


__all__ = ["advice_as_offer", "advised", "opened"]

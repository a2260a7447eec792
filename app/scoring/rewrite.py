"""Turns the client's own words round: "I'm not an addict." → "you're not an addict", and builds replies out of them.

Rules and phrase grammars, no model. Where a sentence cannot be turned safely (a question, an order, a fragment, talk
about the counsellor) there is no mirror, and the caller falls back to a reply without the client's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.segment import segment
from app.scoring.types import TalkType

#: A mirror of more words than this is parroting.
LONGEST = 14

_FILLERS_BEFORE = re.compile(
    r"""^(?:(?:well|yeah|yeh|yes|no|nah|nope|ok|okay|oh|ah|look|listen|right|so|and|but|honestly|like|i\ mean|you\ know|
    i\ don't\ know|idk|to\ be\ honest|tbh|lol|haha|actually|anyway|alright|all\ right|fine|sure|see|because|cos|'cause|
    cause|mm|hm|um|uh|er|erm|quite|correct|exactly|as\ i\ said|like\ i\ said|i\ guess|i\ suppose|
    don't\ get\ me\ wrong)(?:\s*[,.;:–—-]+\s*|\s+(?=(?:i|i'm|i've|i'd|i'll|im|ive|my|it|it's|its|there's|they|well)\b)))+""",
    re.IGNORECASE | re.VERBOSE,
)
_FILLERS_AFTER = re.compile(
    r"""(?:\s*,\s*(?:you\ know|mate|love|pal|buddy|man|sir|miss|ma'am|doc|doctor|dear|really|right|eh|ok|okay|
    to\ be\ honest|i\ think|i\ suppose|i\ guess|frankly|honestly|you\ see|as\ it\ goes|huh|yes|no|please|then|mind)
    |\s*,?\s*(?:innit|lol|haha|tbh|thanks|thank\ you|is\ all|that's\ all|though|tho|like))+$""",
    re.IGNORECASE | re.VERBOSE,
)
_APOSTROPHES = {
    "dont": "don't", "cant": "can't", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't",
    "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't",
    "wont": "won't", "arent": "aren't", "werent": "weren't", "im": "I'm", "ive": "I've", "thats": "that's",
    "theyre": "they're", "hes": "he's", "shes": "she's", "theres": "there's", "theyve": "they've", "hadnt": "hadn't",
    "itll": "it'll", "weve": "we've", "whats": "what's", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "cos": "because", "coz": "because", "bc": "because", "n": "and", "tho": "though", "cuz": "because",
}  # fmt: skip
_SWAP = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "we're": "you're", "we've": "you've", "we'd": "you'd",
    "we'll": "you'll", "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves",
}  # fmt: skip
_TO_BE = {"am": "are", "was": "were", "wasn't": "weren't", "ain't": "aren't"}
_FIRST = frozenset(_SWAP)
_FAMILY = frozenset(
    (
        "mum",
        "mam",
        "mom",
        "mummy",
        "mommy",
        "mama",
        "dad",
        "daddy",
        "papa",
        "nan",
        "nana",
        "nanna",
        "gran",
        "granny",
        "grandma",
        "grandad",
        "grandpa",
    )
)
_DETERMINERS = frozenset(
    ("my", "the", "a", "an", "his", "her", "their", "our", "your", "no", "any", "every", "some", "this", "that")
)
_ADVERBS = frozenset(
    (
        "never",
        "just",
        "always",
        "only",
        "really",
        "also",
        "still",
        "already",
        "once",
        "probably",
        "actually",
        "not",
        "even",
    )
)
_SUBJECTS = _FIRST | frozenset(
    (
        "it",
        "it's",
        "it'll",
        "it'd",
        "there",
        "there's",
        "they",
        "they're",
        "they've",
        "they'd",
        "they'll",
        "he",
        "he's",
        "he'd",
        "he'll",
        "she",
        "she's",
        "she'd",
        "she'll",
        "that's",
        "the",
        "this",
        "these",
        "those",
        "nobody",
        "everybody",
        "everyone",
        "nothing",
        "everything",
        "someone",
        "somebody",
        "people",
    )
)
_SECOND_PERSON = re.compile(
    r"\b(?:you|your|you're|youre|you've|you'd|you'll|yours|yourself|u|ur|ya|yer)\b", re.IGNORECASE
)
_UNSAFE = re.compile(
    r"""[?"“”()\[\]*<>{}@#/\\|]|\.\.\.|…|--|—|https?:|\b(?:ill|idk|mine's|fuck\w*|shit\w*|cunt\w*|bollocks)\b""",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^)]*\)|\*[^*]*\*")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s]")
_NOUN_FOLLOWS = frozenset(("my", "our", "the", "this", "these", "those"))
_EMPTY = frozenset(
    ("i don't know", "i do not know", "i don't mind", "that's it", "i told you", "i said so", "i said no")
)
_VERB = re.compile(
    r"""\b(?:am|is|are|was|were|be|been|'m|'s|'re|have|has|had|do|does|did|don't|doesn't|didn't|can|can't|could|
    couldn't|will|won't|would|wouldn't|should|need|want|like|know|think|feel|got|get|go|went|came|come|said|say|told|
    make|made|take|took|keep|kept|work|worked|live|smoke|drink|drank|eat|ate|sleep|slept|love|hate|miss|try|tried|
    stop|stopped|quit|use|used|pay|paid|lost|lose|put|see|saw|gave|give|let|left|leave|start|started|told|\w+ed|\w+n't|
    \w+'(?:ve|ll|d|re|m|s)|
    says|asks|wants|needs|thinks|knows|keeps|goes|gets|likes|hates|works|drinks|smokes|makes|takes|comes|lives|rings|pays|
    gives|tells|believes|reckons|hurts?|looks?|feels|runs?|means?|gets)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Heard:
    """A clause of the client's, turned round: `you` starts in lower case where it may and has no end mark."""

    you: str
    negated: bool
    own: bool

    @property
    def capital(self) -> str:
        return self.you[:1].upper() + self.you[1:]


def mirror(text: str) -> Heard | None:
    """The clause of a client turn that mirrors best, in the second person; None where none is safe.

    Clauses about the client come before clauses about the world, later ones before earlier ones.
    """
    said = _ASIDE.sub(" ", text)
    found = [heard for start, end in segment(said) if (heard := _turned(said[start:end]))]
    return max(reversed(found), key=_worth, default=None)


def _worth(heard: Heard) -> int:
    """How much a clause says about the client: its own subject, its own words, and neither a scrap nor a speech."""
    return 2 * heard.own + heard.you.startswith("you") + (4 <= len(heard.you.split()) <= 10)


def _turned(sentence: str) -> Heard | None:
    plain = " ".join(sentence.replace("’", "'").split()).rstrip(".!, ;:-–")
    plain = _FILLERS_AFTER.sub("", _FILLERS_BEFORE.sub("", plain)).rstrip(".!, ;:-–")
    if _UNSAFE.search(plain) or _SECOND_PERSON.search(plain):
        return None
    tokens = _spelled(plain)
    words = [token.lower() for token in tokens if token[0].isalnum()]
    if (
        not 3 <= len(words) <= LONGEST
        or " ".join(words) in _EMPTY
        or (words[0] not in _SUBJECTS and words[0] not in _FAMILY)
    ):
        return None
    if (words[0] in _NOUN_FOLLOWS and not _VERB.search(" ".join(words[1:]))) or words[-1] in (
        "and",
        "but",
        "or",
        "the",
        "a",
        "because",
        "so",
    ):
        return None
    own = any(word in _FIRST for word in words)
    if not own and words[0] in ("the", "this", "these", "those"):
        return None
    return Heard(_second_person(tokens), _is_negated(words), own)


def _spelled(text: str) -> list[str]:
    """Tokens with the apostrophes that typed chat leaves out."""
    tokens = [_APOSTROPHES.get(token.lower(), token) for token in _WORD.findall(text)]
    if tokens and tokens[0].lower() == "its":
        tokens[0] = "it's"
    return [part for token in tokens for part in token.split()]


def _second_person(tokens: Sequence[str]) -> str:
    turned: list[str] = []
    about_client = False  # whether the last subject was the client, so that "was" after "and" is the client's too
    for place, token in enumerate(tokens):
        lower, before = token.lower(), tokens[place - 1].lower() if place else ""
        if lower in _TO_BE and _is_of_client(tokens, place, about_client):
            turned.append(_TO_BE[lower])
        elif lower in _SWAP:
            about_client = lower in ("i", "i'm", "i've", "i'd", "i'll") or (lower == "we" or lower.startswith("we'"))
            turned.append(_SWAP[lower])
        elif lower in _FAMILY and before not in _DETERMINERS:
            turned.append(f"your {lower}")
            about_client = False
        else:
            if lower in ("he", "she", "they", "it", "it's", "he's", "she's", "that", "there") and place:
                about_client = False
            turned.append(token)
    text = re.sub(r"\s+([,.;:!'%])", r"\1", " ".join(turned))
    text = re.sub(r"([£$€])\s+", r"\1", text)
    return text if _is_name(tokens[0]) else text[:1].lower() + text[1:]


def _is_of_client(tokens: Sequence[str], place: int, about_client: bool) -> bool:
    """Whether a form of "to be" has the client for its subject: "I was", "I never was", "and was", "was I"."""
    back = place - 1
    while back >= 0 and tokens[back].lower() in _ADVERBS:
        back -= 1
    before = tokens[back].lower() if back >= 0 else ""
    after = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
    return before == "i" or after == "i" or (about_client and before in ("and", "but", "or", "then", ","))


def _is_name(token: str) -> bool:
    return token[0].isupper() and token.lower() not in _SUBJECTS and token.lower() not in _FAMILY


def _is_negated(words: Sequence[str]) -> bool:
    return any(word in ("not", "no", "never", "nothing", "nobody", "none") or word.endswith("n't") for word in words)


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
    "LONGEST",
    "OPENING",
    "PERMISSION",
    "REFLECTIONS_ANYWAY",
    "Heard",
    "advice_as_offer",
    "alongside",
    "amplified",
    "complex_reflections",
    "double_sided",
    "mirror",
    "opened",
    "simple_reflections",
]

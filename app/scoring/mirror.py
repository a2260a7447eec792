"""Turns the client's own words round: "I'm not an addict." → "you're not an addict".

Rules and word lists, no model. Where a sentence cannot be turned safely (a question, an order, a fragment, talk about
the counsellor) there is no mirror.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.segment import segment

#: A mirror of more words than this is parroting.
LONGEST = 14

_FILLERS_BEFORE = re.compile(
    r"""^(?:(?:well|yeah|yeh|yes|no|nah|nope|ok|okay|oh|ah|look|listen|right|so|and|but|honestly|like|i\ mean|you\ know|
    i\ don't\ know|idk|to\ be\ honest|tbh|lol|haha|actually|anyway|alright|all\ right|fine|sure|see|because|cos|'cause|
    cause|mm|hm|um|uh|er|erm|quite|correct|exactly|as\ i\ said|like\ i\ said|i\ guess|i\ suppose|
    don't\ get\ me\ wrong)(?:\s*[,.;:–—-]+\s*|
    \s+(?=(?:i|i'm|i've|i'd|i'll|im|ive|my|it|it's|its|there's|they|well)\b)))+""",
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


__all__ = ["LONGEST", "Heard", "mirror"]

"""Turns the client's own words round: "I'm not an addict." → "you're not an addict".

Rules and word lists, no model. Where a sentence cannot be turned safely (a question, an order, a fragment, talk about
the counsellor) there is no mirror.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.scoring.plain import plain, tidy
from app.scoring.segment import segment

#: A mirror of more words than this is parroting.
LONGEST = 14

_SWAP = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "we're": "you're", "we've": "you've", "we'd": "you'd",
    "we'll": "you'll", "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves",
}  # fmt: skip
_TO_BE = {"am": "are", "was": "were", "wasn't": "weren't", "ain't": "aren't"}
_FIRST = frozenset(_SWAP)
_FAMILY = frozenset((
    "mum", "mam", "mom", "mummy", "mommy", "mama", "dad", "daddy", "papa", "nan", "nana", "nanna", "gran", "granny",
    "grandma", "grandad", "grandpa",
))  # fmt: skip
_DETERMINERS = frozenset((
    "my", "the", "a", "an", "his", "her", "their", "our", "your", "no", "any", "every", "some", "this", "that",
))  # fmt: skip
_ADVERBS = frozenset((
    "never", "just", "always", "only", "really", "also", "still", "already", "once", "probably", "actually", "not",
    "even",
))  # fmt: skip
_SUBJECTS = _FIRST - {"me", "us", "mine", "ours", "myself", "ourselves"} | frozenset((
    "it", "it's", "it'll", "it'd", "there", "there's", "they", "they're", "they've", "they'd", "they'll", "he", "he's",
    "he'd", "he'll", "she", "she's", "she'd", "she'll", "that's", "the", "this", "these", "those", "nobody",
    "everybody", "everyone", "nothing", "everything", "someone", "somebody", "people",
))  # fmt: skip
_SECOND_PERSON = re.compile(
    r"\b(?:you|your|you're|youre|you've|you'd|you'll|yours|yourself|u|ur|ya|yer|ye|d'you)\b", re.IGNORECASE
)
_UNSAFE = re.compile(
    r"""[?"“”()\[\]*<>{}@#/\\|]|\.\.|\bi'm\ no\ \w+ing|^i'd\ (?:one|two|a|my|the)\b|^nothing\ (?:i|we)\b|^there,|
    \bof\ us\b|\bis\ that\b|\bthey\ gone\b|\b(?:who|what|why|how)\ (?:would|do|am|should|can|was)\ i\b|…|--|—|
    https?:|\b(?:ill|idk|mine's|\w*fuck\w*|\w*shit\w*|cunt\w*|bollocks|ass|arse|wank\w*|bastards?|bitch\w*|slag|
    piss\w*|crap|hell|o'clock\ tha|yuh|mi|di|dem|him\ was|them\ was)\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: A new sentence without a full stop: an auxiliary at its end and another subject after it.
_RUN_ON = re.compile(
    r"""\b(?:am|is|are|was|can|can't|don't|didn't|won't|isn't|not|either|anyway|though|fine|ok|now)\ (?:i|i'm|i've|
    it's|they're|he's|she's|there's|that's|my|we're)\b|\w\ (?:i'm|it's|that's|there's)\ .*\w\ (?:i'm|it's|that's|
    there's)\ |\b(?:can't|don't|won't|isn't|didn't|doesn't)$|^i\b.*\b(?:want|need|like|do|get|use|see|
    got)\ [a-z]+\ i\ \w+""",
    re.IGNORECASE | re.VERBOSE,
)
#: Where one sentence holds two: "I want to stop but I can't sleep".
_TWO = re.compile(
    r"""\s*,?\s+but\s+(?=(?:i|i'm|im|i've|ive|i'd|i'll|it|it's|its|my|he|she|they|there's|we|nobody)\b)|
    \s*,\s*(?:(?:and|so|because|cos|cause|then)\s+)?(?=(?:i|i'm|im|i've|ive|i'd|i'll|we|my)\s+\w+)|\s*;\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"\d+[.,]\d+|[^\W_]+(?:['-][^\W_]+)*|[^\w\s]")
_NEEDS_VERB = frozenset((
    "my", "our", "the", "this", "these", "those", "nobody", "nothing", "everybody", "everyone", "everything", "someone",
    "somebody", "people",
))  # fmt: skip
#: Sentences that say nothing by themselves.
_EMPTY = re.compile(
    r"""^(?:i\ (?:don't|do\ not)\ (?:know|mind|care)|that's\ it.*|i\ (?:told\ you|said\ (?:so|no)|mean\ it|
    know\ that|get\ it|see|swear|just\ did|did\ too|can't\ say|couldn't\ say)|i'm\ (?:just\ |not\ |only\ )?saying.*|
    that's\ (?:all|what|how|why|about|between)\b.*|i'm\ here.*|here\ i\ am|i'll\ (?:think\ about\ it|see)|
    it\ (?:might|may|could)\ be|that's\ (?:right|true|fair|nice|fine)|i\ (?:was|were)\ (?:going\ to\ say|saying)|
    it\ was\ hard|i\ know\ (?:how|what)\ it\ \w+|i\ (?:had|heard)\ that|it's\ (?:a\ number|it|ok|okay|fine|true|
    possible)|i'd\ my\ .*|i'd\ have\ to\ think\ about\ it)$""",
    re.IGNORECASE | re.VERBOSE,
)
#: Words that are verbs, whatever else they are.
VERB = re.compile(
    r"""\b(?:am|is|are|was|were|be|been|'m|'s|'re|have|has|had|do|does|did|don't|doesn't|didn't|can|can't|could|
    couldn't|will|won't|would|wouldn't|should|need|want|like|know|think|feel|got|get|go|went|came|come|said|say|
    told|make|made|take|took|keep|kept|work|worked|live|smoke|drink|drank|eat|ate|sleep|slept|love|hate|miss|try|
    tried|stop|stopped|quit|use|used|pay|paid|lost|lose|put|see|saw|gave|give|let|left|leave|start|started|told|
    \w+ed|\w+n't|\w+'(?:ve|ll|d|re|m|s)|says|say|asks|wants|laughs?|finds|drives?|stood|drank|fed|feeds|needs|
    thinks|knows|keeps|goes|gets|likes|hates|works|drinks|smokes|makes|takes|comes|lives|rings|pays|gives|tells|
    believes|reckons|hurts?|looks?|feels|runs?|means?|gets)\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: What one says of oneself in a low moment; said back bare, it is a verdict.
_HARSH = re.compile(
    r"""^you(?:'re|\ are|\ feel|'ve\ been|'ll\ always\ be)\b.*\b(?:failure|idiot|stupid|useless|worthless|pathetic|
    disgusting|disgrace|loser|mess|monster|burden|waste|rubbish|ugly|fat|thick|dumb|hopeless|bad\ (?:mum|mom|mother|
    dad|father|parent|person)|liar|coward|weak|joke|addict|drunk|junkie)\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: Clauses that say where the client stands now: what is wanted, liked, refused, felt.
_STANCE = re.compile(
    r"""^you(?:\ (?:\w+ly\ |just\ |still\ |only\ |always\ |never\ )?(?:want|need|like|love|enjoy|hate|miss|feel|
    wish|prefer|sleep|can|can't|cannot|could|couldn't|won't|will|would|wouldn't|don't|do\ not|should|worry|smoke|
    drink|eat|bet|use|take|keep|work|manage|know|believe|hope|trust)\b|'(?:d|ll)\b|(?:'re|\ are)\ (?:not|going|fine|
    ok|okay|all\ right|alright|happy|tired|sick|fed|done|worried|scared|afraid|used|stuck|torn|sure|ready|trying|
    only)\b|'ve\ (?:always|never|got|kept|had|tried)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
#: A contracted subject in the middle of a sentence needs one of these before it, else a new sentence begins there.
_SUBJECT_HERE = frozenset(("i'm", "it's", "he's", "she's", "they're", "that's", "there's", "we're", "i've"))
_LEADS_ON = frozenset((
    "and", "but", "so", "because", "that", "if", "when", "how", "what", "why", "where", "who", "as", "than", "like",
    "think", "thinks", "know", "knows", "say", "says", "said", "tell", "told", "her", "him", "them", "me", "feel",
    "guess", "hope", "thinking", "feeling", "saying", "telling", "hoping", "worrying", "wishing", "mean", "means",
    "sure", "though", "although", "while", "since", "until", "till", "then", "bet", "reckon", "thought", "reckons",
    "wish", "swear", ",", "or", "everybody", "now", "course", "lot", "time", "once", "whether", "glad", "afraid",
))  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """A clause of the client's, turned round: `you` starts in lower case where it may and has no end mark."""

    you: str
    negated: bool
    own: bool

    @property
    def capital(self) -> str:
        return self.you[:1].upper() + self.you[1:]

    @property
    def harsh(self) -> bool:
        """Whether it is a verdict on the client, which must come back as a feeling and not as a fact."""
        return not self.negated and _HARSH.search(self.you) is not None

    @property
    def stance(self) -> bool:
        """Whether it says where the client stands now, and not what happened or how the world is."""
        return self.own and _STANCE.match(self.you) is not None

    @property
    def brief(self) -> bool:
        """Whether it can be a sentence before another."""
        return len(self.you.split()) <= 12 and self.you.count(",") < 2

    @property
    def short(self) -> bool:
        """Whether it can be half of a sentence."""
        return len(self.you.split()) <= 10 and "," not in self.you


def mirror(text: str) -> Heard | None:
    """The clause of a client turn that mirrors best, in the second person; None where none is safe.

    Clauses about the client come before clauses about the world, later ones before earlier ones.
    """
    return next(iter(best_first(clauses(text))), None)


def clauses(text: str) -> list[Heard]:
    """Every clause of a client turn that can be said back, in the order they were said."""
    said = tidy(text)
    parts = (part for start, end in segment(said) for part in _parts(said[start:end]))
    return [heard for part in parts if (heard := _turned(part))]


def best_first(heard: Sequence[Heard]) -> list[Heard]:
    """The clauses that say most about the client first; of equal ones the later."""
    return sorted(heard, key=_worth)[::-1]


def _worth(heard: Heard) -> int:
    """How much a clause says about the client: its own subject, its own words, and neither a scrap nor a speech."""
    length = len(heard.you.split())
    return 4 * heard.own + 2 * heard.you.startswith("you") + 2 * (4 <= length <= 10) + 2 * heard.stance - (length < 4)


def _parts(sentence: str) -> Iterator[str]:
    """A sentence, or the sentences it holds where each of them stands by itself."""
    found = [part for part in _TWO.split(sentence) if part]
    if len(found) > 1 and "?" not in sentence and all(len(part.split()) > 2 for part in found):
        yield from found
    else:
        yield sentence


def _turned(sentence: str) -> Heard | None:
    text = re.split(r"[.!]+\s+", plain(sentence))[0]  # "I'm not doing mates. Or any of this." is one thought
    if _UNSAFE.search(text) or _SECOND_PERSON.search(text) or _RUN_ON.search(text) or _EMPTY.match(text):
        return None
    tokens = _tokens(text)
    words = [token.lower() for token in tokens if token[0].isalnum()]
    if not 3 <= len(words) <= LONGEST or (words[0] not in _SUBJECTS and words[0] not in _FAMILY):
        return None
    if (words[0] in _NEEDS_VERB and not VERB.search(" ".join(words[1:]))) or words[-1] in (
        "and", "but", "or", "the", "a", "because", "so", "of", "what", "i", "my",
    ):  # fmt: skip
        return None
    runs_on = any(
        token.lower() in _SUBJECT_HERE and tokens[place - 1].lower() not in _LEADS_ON
        for place, token in enumerate(tokens)
        if place > 1
    )
    own = any(word in _FIRST for word in words)
    if runs_on:
        return None
    if not own and words[0] in ("the", "this", "these", "those"):
        return None
    return Heard(_second_person(tokens), _is_negated(words), own)


def _tokens(text: str) -> list[str]:
    tokens = _WORD.findall(text)
    if tokens and tokens[0].lower() == "its":
        tokens[0] = "it's"
    return tokens


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
    text = re.sub(r"\b(tells?|told) you (?=you\b)", r"\1 you that ", text)
    return text if _is_name(tokens[0]) else text[:1].lower() + text[1:]


def _is_of_client(tokens: Sequence[str], place: int, about_client: bool) -> bool:
    """Whether a form of "to be" has the client for its subject: "I was", "I never was", "and was", "was I"."""
    back = place - 1
    while back >= 0 and tokens[back].lower() in _ADVERBS:
        back -= 1
    before = tokens[back].lower() if back >= 0 else ""
    after = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
    return before in ("i", "we") or after == "i" or (about_client and before in ("and", "but", "or", "then", ","))


def _is_name(token: str) -> bool:
    return token[0].isupper() and token.lower() not in _SUBJECTS and token.lower() not in _FAMILY


def _is_negated(words: Sequence[str]) -> bool:
    return any(word in ("not", "no", "never", "nothing", "nobody", "none") or word.endswith("n't") for word in words)


__all__ = ["LONGEST", "VERB", "Heard", "best_first", "clauses", "mirror"]

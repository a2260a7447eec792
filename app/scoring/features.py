"""What can be seen on the surface of an utterance: marks, openings, phrases of the trade, echoes of the client.

Two kinds, plain numbers that need no model: signs with names (`NAMES`), and hashed words and word pairs.
"""

from __future__ import annotations

import math
import re
import zlib
from itertools import pairwise
from typing import Any

import numpy as np

from app.scoring.signs import SIGNS

Row = np.ndarray[Any, np.dtype[np.float32]]

#: Hashed words and pairs of words are counted in this many buckets.
BUCKETS = 16384

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*|[?!…]+|\.{2,}|[.,;:–—\"“”]")
_SENTENCE = re.compile(r"[.!?…]+(?:\s|$)")
_YOU = frozenset(("you", "your", "you're", "you've", "you'd", "you'll"))

_COMMON_TEXT = """
a an the and or but so if of in on at to for with from by as is are was were be been am it its it's that that's this
there i i'm i've me my you you're you've your he she they we us our them his her do does did don't not no have has had
just about what how when would could should will can up out all like get got go then than too very well oh yeah yes
okay ok know think mean really
"""
#: Words too common to count as an echo of the client.
_COMMON = frozenset(_COMMON_TEXT.split())

#: How the client's words about themselves come back from the counsellor.
_MIRROR = {
    "i": "you",
    "i'm": "you're",
    "im": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "am": "are",
    "we": "you",
    "our": "your",
    "us": "you",
}


def words(text: str) -> list[str]:
    """The words and marks of a text in lower case, with straight apostrophes."""
    return [token.replace("’", "'") for token in _TOKEN.findall(text.lower())]


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case, without the marks."""
    return [word for word in words(text) if word[0].isalnum()]


def mirrored(said: list[str]) -> list[str]:
    """A client's words as they come back from a counsellor: "i" is "you", "my" is "your"."""
    return [_MIRROR.get(word, word) for word in said]


def content(said: list[str]) -> list[str]:
    """The words that are not too common to say what a text is about."""
    return [word for word in said if word not in _COMMON]


def surface(text: str, previous: str | None) -> Row:
    """The signs of one utterance that answers `previous`: float32 (len(NAMES),), each about 0–3."""
    plain, heard = text.replace("’", "'"), (previous or "").replace("’", "'")
    flat = " ".join(plain.split())
    signs = [1.0 if pattern.search(flat) else 0.0 for pattern in SIGNS.values()]
    return np.array([*_form(flat).values(), *_echo(flat, heard).values(), *signs], dtype=np.float32)


def _form(text: str) -> dict[str, float]:
    said = plain_words(text)
    closed = text.rstrip("\"'”’) ")
    return {
        "length": min(len(said) / 20, 4.0),
        "length_log": math.log1p(len(said)),
        "short": float(len(said) <= 3),
        "long": float(len(said) > 30),
        "sentences": min(len(_SENTENCE.findall(text)) / 2, 3.0),
        "ends_question": float(closed.endswith("?")),
        "question_marks": float(min(text.count("?"), 3)),
        "question_inside": float("?" in closed[:-1]),
        "ends_period": float(closed.endswith(".")),
        "ends_open": float(not closed.endswith((".", "?", "!", "…"))),
        "ends_exclaim": float(closed.endswith("!")),
        "commas": min(text.count(",") / 2, 3.0),
        "first_capital": float(text[:1].isupper()),
        "you_share": sum(word in _YOU for word in said) / max(len(said), 1),
    }


def _echo(text: str, previous: str) -> dict[str, float]:
    said, heard = plain_words(text), plain_words(previous)
    turned, own = mirrored(heard), content(said)
    known = {*turned, *heard}
    echoed = sum(word in known or word.rstrip("s") in known for word in own)
    heard_pairs, own_pairs = set(pairwise(turned)), list(pairwise(said))
    negated, negated_before = (bool(SIGNS["negation"].search(part)) for part in (text, previous))
    return {
        "previous_missing": float(not heard),
        "previous_length": min(math.log1p(len(heard)) / 2, 3.0),
        "previous_question": float(previous.rstrip().endswith("?")),
        "previous_negation": float(negated_before),
        "previous_short": float(0 < len(heard) <= 3),
        "echo": min(echoed / 2, 3.0),
        "echo_share": echoed / max(len(own), 1),
        "echo_pairs": sum(pair in heard_pairs for pair in own_pairs) / max(len(own_pairs), 1),
        "echo_verbatim": float(len(said) > 2 and " ".join(said) in " ".join(turned)),
        "new_share": (len(own) - echoed) / max(len(said), 1),
        "negation_is_new": float(negated and not negated_before),
        "length_ratio": min(len(said) / max(len(heard), 1), 3.0),
    }


def hashed(text: str) -> dict[int, float]:
    """Words and word pairs of a text as bucket → weight, of length 1 (sublinear, the beginning and the end marked)."""
    tokens = ["<", *words(text), ">"]
    counts: dict[int, float] = {}
    for gram in (*tokens[1:-1], *(f"{a} {b}" for a, b in pairwise(tokens))):
        bucket = zlib.crc32(gram.encode("utf-8", "replace")) % BUCKETS
        counts[bucket] = counts.get(bucket, 0.0) + 1.0
    weights = {bucket: 1.0 + math.log(count) for bucket, count in counts.items()}
    norm = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    return {bucket: value / norm for bucket, value in weights.items()}


NAMES: tuple[str, ...] = (*_form(""), *_echo("", ""), *SIGNS)

__all__ = ["BUCKETS", "NAMES", "content", "hashed", "mirrored", "plain_words", "surface", "words"]

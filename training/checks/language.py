"""How varied a hand writes, and whether its clients talk like counsellors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import fmean

Words = Sequence[str]

#: Distinct n-grams fall with length, so they are counted in stretches of so many words and averaged.
STRETCH = 1000

#: What counsellors say and clients hardly ever do (words without apostrophes, small). On AnnoMI it finds 0.2 % of the
#: clients' turns and 4.5 % of the counsellors'.
COUNSELLOR_TALK = re.compile(
    r"""\b(?:
    (?:it\ )?sounds\ like\ (?:you|youre|that)\b | what\ im\ hearing | im\ hearing\ (?:you|that) | i\ hear\ you\ saying
    | on\ a\ scale\ (?:of|from) | how\ (?:would|do)\ you\ feel\ about | how\ does\ that\ make\ you\ feel
    | what\ would\ it\ (?:take|look\ like) | would\ it\ be\ (?:ok|okay|all\ right|alright)\ if
    | tell\ me\ (?:a\ bit\ )?more | help\ me\ understand | can\ you\ tell\ me | what\ brings\ you
    | thanks?\ (?:you\ )?for\ sharing
    | i\ appreciate\ you(?:r\ honesty)? | its\ your\ (?:choice|decision) | part\ of\ you
    | on\ the\ one\ hand | ambivalen\w+ | coping\ (?:mechanism|strateg)\w* | self\ ?care | support\ (?:system|network)
    | safe\ space | process(?:ing)?\ my | my\ (?:healing|journey|triggers|boundaries) | motivation\w* | mindful\w*
    | resilien\w+ | validat\w+ | empower\w* | pros\ and\ cons | unpack | small\ steps | baby\ steps
    | accountab\w+ | work(?:ing)?\ on\ myself | take\ ownership | meaningful | goal\ setting | readiness
    )\b""",
    re.VERBOSE,
)


def distinct(said: Sequence[Words], n: int) -> float | None:
    """The share of different n-grams, a mean over stretches; None where there is not one whole stretch."""
    shares = []
    for stretch in _stretches(said):
        grams = [gram for words in stretch for gram in _grams(words, n)]
        shares.append(len(set(grams)) / len(grams))
    return fmean(shares) if shares else None


def commonest_opening(said: Sequence[Words], n: int = 3) -> tuple[str, float]:
    """The first words that most texts share, of those that are longer, and their share."""
    counts = Counter(tuple(words[:n]) for words in said if len(words) > n)
    if not counts:
        return "", 0.0
    words, count = counts.most_common(1)[0]
    return " ".join(words), count / counts.total()


def repeated(said: Sequence[Words], least: int = 3) -> float:
    """The share of texts, of `least` words or more, that are said word for word more than once."""
    counts = Counter(tuple(words) for words in said if len(words) >= least)
    return sum(count for count in counts.values() if count > 1) / max(1, counts.total())


def counsellor_talk(words: Words) -> str | None:
    """What of a text sounds like a counsellor."""
    found = COUNSELLOR_TALK.search(" ".join(words))
    return found and found.group()


def _stretches(said: Sequence[Words]) -> Iterator[list[Words]]:
    stretch: list[Words] = []
    length = 0
    for words in said:
        stretch.append(words)
        length += len(words)
        if length >= STRETCH:
            yield stretch
            stretch, length = [], 0


def _grams(words: Words, n: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + n]) for at in range(len(words) - n + 1))


__all__ = ["STRETCH", "commonest_opening", "counsellor_talk", "distinct", "repeated"]

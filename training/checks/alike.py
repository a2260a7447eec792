"""Finds texts that are nearly the same: exact Jaccard likeness of their five-character pieces.

At this size no sketch of the texts is needed (MinHash with locality-sensitive hashing): texts that are alike share some
of their rarest pieces, so only those are looked up (prefix filtering: Bayardo, Ma & Srikant 2007). That is exact, has
no seed, and reads 25,000 texts in five seconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

from training.checks.texts import Role, Text

PIECE = 5
#: Of their rarest pieces two texts share so many, or are not looked at.
RARE = 6
#: “How does that sit with you?” is anybody's; shorter texts are looked at by share (saying.py).
FEWEST_WORDS = 8
#: In AnnoMI no two turns of eight words and more are alike by .6 between sessions. Written by dozens of hands, some
#: stock questions are by chance, so training may have them; what is set apart may not.
ALIKE = 0.7
ALIKE_APART = 0.6


def near_duplicates(found: Sequence[Text]) -> list[str]:
    """A line for each pair of texts of two different moments that are nearly the same."""
    long = [text for text in found if len(text.words) >= FEWEST_WORDS]
    pairs = alike([" ".join(text.words) for text in long], ALIKE_APART)
    between = [(share, long[a], long[b]) for share, a, b in pairs if not _one_session(long[a], long[b])]
    return [line for share, one, other in between if (line := _line(share, *_test_first(one, other)))]


def alike(texts: Sequence[str], least: float) -> Iterator[tuple[float, int, int]]:
    """Pairs of texts whose pieces are alike by `least` or more: likeness, and both numbers."""
    pieces = _ranked(texts)
    shortest_first = sorted(range(len(pieces)), key=lambda number: len(pieces[number]))
    ranked = [pieces[number] for number in shortest_first]
    sets = [frozenset(each) for each in ranked]
    for place, other in _candidates(ranked, least):
        shared = len(sets[place] & sets[other])
        share = shared / (len(sets[place]) + len(sets[other]) - shared)
        if share >= least:
            yield share, shortest_first[other], shortest_first[place]


def _candidates(ranked: Sequence[Sequence[int]], least: float) -> Iterator[tuple[int, int]]:
    """Pairs that share enough of their rarest pieces to be alike; `ranked` has the shortest first."""
    sizes = [len(pieces) for pieces in ranked]
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for place, pieces in enumerate(ranked):
        # a pair that is alike shares at least so many pieces; a hair less, for what floats round up
        fewest = ceil(least * sizes[place] - 1e-9)
        needed = min(RARE, fewest)
        long_enough = bisect_left(sizes, fewest)
        near: Counter[int] = Counter()
        for piece in pieces[: sizes[place] - fewest + needed]:
            held = holders[piece]
            near.update(held[bisect_left(held, long_enough) :])
            held.append(place)
        yield from ((place, other) for other, count in sorted(near.items()) if count >= needed)


def _ranked(texts: Sequence[str]) -> list[list[int]]:
    """The pieces of each text as numbers, the rarest first."""
    pieces = [{text[at : at + PIECE] for at in range(len(text) - PIECE + 1)} for text in texts]
    counts: Counter[str] = Counter()
    for each in pieces:
        counts.update(each)
    rank = {piece: number for number, piece in enumerate(sorted(counts, key=lambda piece: (counts[piece], piece)))}
    return [sorted(rank[piece] for piece in each) for each in pieces]


def _one_session(a: Text, b: Text) -> bool:
    """Whether both belong to one session, where a counsellor says things back and moments share their history."""
    if a.entry.item.id == b.entry.item.id:
        return True
    person = a.entry.person
    return person is not None and person == b.entry.person and not (a.role is b.role is Role.CLIENT)


def _test_first(a: Text, b: Text) -> tuple[Text, Text]:
    return (b, a) if b.entry.folder == "test" else (a, b)


def _line(share: float, one: Text, other: Text) -> str | None:
    across = one.entry.folder == "test" and other.entry.folder != "test"
    most = ALIKE_APART if across else ALIKE
    if share < most:
        return None
    right = "nothing set apart may be in training: rewrite the training text" if across else "rewrite one of them"
    return (
        f"{one.entry.place}: {one.role} “{one.said}” is nearly {other.entry.place}'s {other.role} “{other.said}” "
        f"({share:.2f} alike, less than {most:.2f} is allowed); {right}"
    )


__all__ = ["alike", "near_duplicates"]

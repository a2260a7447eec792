"""How well raters agree: Cohen's kappa for each code and overall, Krippendorff's alpha, each with a 95 % interval.

Pure: codes in, plain values out. The figures are NLTK's; the intervals come from a bootstrap over utterances, in which
utterances that were coded alike are drawn together. Where a figure says nothing, it is None and `why` tells.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from app.scoring.codes import CODES

if TYPE_CHECKING:
    from nltk.metrics.agreement import AnnotationTask

#: A rater's codes by item, whatever names an item.
Codes = Mapping[int, str]
Why = Literal["", "nothing in common", "one code only"]
Array = np.ndarray[Any, Any]

DRAWS, SEED = 400, 7


@dataclass(frozen=True)
class Agreed:
    """A figure over `n` utterances, 1 for perfect agreement, 0 for chance; `interval` where a bootstrap gives one."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None
    why: Why = ""


@dataclass(frozen=True)
class CodeAgreement:
    """One code against all others: how often each of the two gave it, how often both at once, and kappa."""

    code: str
    one: int
    other: int
    both: int
    kappa: Agreed


@dataclass(frozen=True)
class PairAgreement:
    """Two raters by their ids. `same`: how often they agree; `table`: (one's code, other's code) → how often."""

    one: str
    other: str
    same: int
    kappa: Agreed
    codes: list[CodeAgreement]
    table: dict[tuple[str, str], int]

    @property
    def used(self) -> list[str]:
        """The codes that either of the two gave, in the codebook's order."""
        return [code for code in CODES if any(code in pair for pair in self.table)]


def alpha(raters: Mapping[str, Codes]) -> Agreed:
    """Krippendorff's nominal alpha over all items that two raters or more coded."""
    counts = _counts(raters)
    if not counts:
        return Agreed(None, 0, why="nothing in common")
    if len({code for found in counts for code in found}) < 2:
        return Agreed(None, len(counts), why="one code only")
    value = float(_task(raters).alpha())
    return Agreed(value, len(counts), _interval(_alpha_draws(counts)))


def pairs(raters: Mapping[str, Codes]) -> list[PairAgreement]:
    """Every two raters who have utterances in common, in the order in which the raters come."""
    found = (_pair(one, raters[one], other, raters[other]) for one, other in combinations(raters, 2))
    return [pair for pair in found if pair.table]


def _pair(one: str, mine: Codes, other: str, theirs: Codes) -> PairAgreement:
    table = Counter((code, theirs[item]) for item, code in mine.items() if item in theirs)
    used = [code for code in CODES if any(code in pair for pair in table)]
    return PairAgreement(
        one,
        other,
        sum(count for (a, b), count in table.items() if a == b),
        kappa(table),
        [_one_code(code, table) for code in used],
        dict(table),
    )


def _one_code(code: str, table: Mapping[tuple[str, str], int]) -> CodeAgreement:
    split: Counter[tuple[str, str]] = Counter()
    for (a, b), count in table.items():
        split[str(a == code), str(b == code)] += count
    one, other = (sum(count for pair, count in split.items() if pair[side] == "True") for side in (0, 1))
    return CodeAgreement(code, one, other, split["True", "True"], kappa(split))


def kappa(table: Mapping[tuple[str, str], int]) -> Agreed:
    """Cohen's kappa of a confusion table."""
    total = sum(table.values())
    names = sorted({name for pair, count in table.items() if count for name in pair})
    if not total:
        return Agreed(None, 0, why="nothing in common")
    if len(names) < 2:
        return Agreed(None, total, why="one code only")
    value = _library_kappa(tuple(sorted(table.items())))
    shares = np.array([[table.get((a, b), 0) for b in names] for a in names]) / total
    return Agreed(value, total, _interval(_kappa_draws(shares, total)))


@functools.lru_cache(maxsize=4096)
def _library_kappa(table: tuple[tuple[tuple[str, str], int], ...]) -> float:
    """The library goes through every item for each of a class's many tables; those that came before are remembered."""
    return float(_task(_raters_of(dict(table))).kappa_pairwise("one", "other"))


def _raters_of(table: Mapping[tuple[str, str], int]) -> dict[str, dict[int, str]]:
    """Two raters whose codes make this table."""
    listed = [pair for pair, count in table.items() for _ in range(count)]
    return {
        "one": {item: a for item, (a, _) in enumerate(listed)},
        "other": {item: b for item, (_, b) in enumerate(listed)},
    }


def _task(raters: Mapping[str, Codes]) -> AnnotationTask:
    from nltk.metrics.agreement import AnnotationTask  # a second to import, and few pages need it

    return AnnotationTask([(name, item, code) for name, codes in raters.items() for item, code in codes.items()])


def _counts(raters: Mapping[str, Codes]) -> list[Counter[str]]:
    """For each item that two raters or more coded, how often each code was given."""
    found: dict[int, Counter[str]] = {}
    for codes in raters.values():
        for item, code in codes.items():
            found.setdefault(item, Counter())[code] += 1
    return [counts for counts in found.values() if counts.total() > 1]


def _kappa_draws(shares: Array, total: int) -> Array:
    """Kappa of each bootstrap draw of a table of shares."""
    drawn = np.random.default_rng(SEED).multinomial(total, shares.ravel(), DRAWS) / total
    tables = drawn.reshape(DRAWS, *shares.shape)
    observed = np.trace(tables, axis1=1, axis2=2)
    expected = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1)
    return _ratio(observed - expected, 1 - expected)


def _alpha_draws(counts: Sequence[Counter[str]]) -> Array:
    """Alpha of each bootstrap draw of items; items that were coded alike are one pattern."""
    names = sorted({code for found in counts for code in found})
    patterns = Counter(tuple(found.get(name, 0) for name in names) for found in counts)
    matrix, often = np.array(list(patterns)), np.array(list(patterns.values()))
    drawn = np.random.default_rng(SEED).multinomial(len(counts), often / len(counts), DRAWS)
    sizes = matrix.sum(axis=1)
    apart = drawn @ ((sizes**2 - (matrix**2).sum(axis=1)) / (sizes - 1))
    totals = drawn @ matrix
    whole = totals.sum(axis=1)
    by_chance = whole**2 - (totals**2).sum(axis=1)
    return 1 - _ratio((whole - 1) * apart, by_chance)


def _ratio(part: Array, whole: Array) -> Array:
    """Where there is nothing to divide by, a draw says nothing."""
    found: Array = np.divide(part, whole, out=np.full(len(part), np.nan), where=np.abs(whole) > 1e-12)
    return found


def _interval(draws: Array) -> tuple[float, float] | None:
    """The middle 95 %; None where most draws say nothing, or all the same."""
    known = draws[~np.isnan(draws)]
    if len(known) < DRAWS / 2:
        return None
    low, high = (float(end) for end in np.percentile(known, (2.5, 97.5)))
    return (low, high) if high - low > 1e-9 else None


def differing(raters: Mapping[str, Codes]) -> Iterable[int]:
    """The items to which raters gave different codes, in order."""
    seen: dict[int, set[str]] = {}
    for codes in raters.values():
        for item, code in codes.items():
            seen.setdefault(item, set()).add(code)
    return sorted(item for item, codes in seen.items() if len(codes) > 1)


__all__ = ["Agreed", "CodeAgreement", "PairAgreement", "alpha", "differing", "kappa", "pairs"]

"""MITI's four global ratings as estimates by rule: what the manual says raises or lowers each, read off the codes.

Never checked against raters: MITI's globals are a listener's judgement of a whole session. So each estimate starts at
3, as the manual's raters do, moves with what was seen, stays near 3 after few turns, and carries an interval. Pure.
Reference: MITI 4.2.1 (Moyers, Manuel & Ernst 2014); the weights are the project's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.scoring.codes import COMPLEX_REFLECTIONS, FAMILIES
from app.scoring.gaming import echoes, empties, habits, worn_rows
from app.scoring.rows import Row, Volley, volleys

GlobalId = Literal["partnership", "empathy", "cultivating", "softening"]
CompositeId = Literal["relational", "technical"]

GLOBALS: dict[GlobalId, str] = {
    "partnership": "Partnership",
    "empathy": "Empathy",
    "cultivating": "Cultivating change talk",
    "softening": "Softening sustain talk",
}
#: The means of two globals: name, parts and the thresholds for fair and good (MITI 4.2.1, expert opinion).
COMPOSITES: dict[CompositeId, tuple[str, tuple[GlobalId, GlobalId], float, float]] = {
    "relational": ("Relational", ("partnership", "empathy"), 3.5, 4.0),
    "technical": ("Technical", ("cultivating", "softening"), 3.0, 4.0),
}
LOWEST, MIDDLE, HIGHEST = 1.0, 3.0, 5.0
#: So many turns without evidence stand beside those seen: what pulls a short session towards the middle.
PRIOR = 4
#: Half the interval: what no number of turns takes away, and what is added with none.
HALF, HALF_AT_NONE = 0.6, 1.4

_REFLECTION, _PARADOX = frozenset(FAMILIES["reflection"]), frozenset(FAMILIES["paradoxical"])
_SHARES_POWER = frozenset({"seek_collaboration", "emphasize_autonomy", "offer_choices", "persuade_with_permission"})
_TURNS_AWAY = frozenset({"double_sided_reflection", "reframe", "affirmation", *_SHARES_POWER})
_TAKES_UP = frozenset({*_REFLECTION, "open_question", "affirmation", "seek_collaboration"}) - _PARADOX


@dataclass(frozen=True)
class Rating:
    """One rating, 1–5, with its interval. `n` is the number of moments behind it, `given` that a person gave it.

    `fair` and `good` are thresholds to show beside it; an estimate has no level.
    """

    id: GlobalId | CompositeId
    label: str
    value: float
    low: float
    high: float
    n: int
    given: bool = False
    fair: float | None = None
    good: float | None = None


@dataclass(frozen=True)
class _Moment:
    """A counsellor's volley between two of the client's: its sure codes, and those of rows that are not worn."""

    before: Volley | None
    after: Volley | None
    codes: frozenset[str]
    fresh: frozenset[str]
    deaf: bool


def rate(rows: Sequence[Row], given: Mapping[GlobalId, float] | None = None) -> dict[GlobalId | CompositeId, Rating]:
    """The four globals and their two means. `given` are an instructor's ratings, which stand in place of estimates."""
    moments = list(_moments(rows))
    evidence: dict[GlobalId, list[float]] = {
        "partnership": [_partnership(moment) for moment in moments],
        "empathy": [_empathy(moment) for moment in moments],
        "cultivating": [_cultivating(moment) for moment in moments if _said(moment.before, "change")],
        "softening": _softening(moments),
    }
    found: dict[GlobalId | CompositeId, Rating] = {
        name: _given(name, (given or {})[name], len(seen)) if name in (given or {}) else _estimate(name, seen)
        for name, seen in evidence.items()
    }
    for name, (label, parts, fair, good) in COMPOSITES.items():
        found[name] = _mean(name, label, [found[part] for part in parts], fair, good)
    return found


def _moments(rows: Sequence[Row]) -> Iterator[_Moment]:
    worn = worn_rows(habits(rows))
    deaf = {*echoes(rows), *empties(rows)}
    turns = list(volleys(rows))
    for place, volley in enumerate(turns):
        codes = frozenset(span.code for row in volley.rows for span in row.sure)
        if volley.speaker == "client" or not codes:
            continue
        places = range(volley.index, volley.index + len(volley.rows))
        fresh = frozenset(span.code for at in places if at not in worn for span in rows[at].sure)
        before, after = (turns[at] if 0 <= at < len(turns) else None for at in (place - 1, place + 1))
        yield _Moment(before, after, codes, fresh, not deaf.isdisjoint(places))


def _partnership(moment: _Moment) -> float:
    """Power shared or taken: permission, choices and autonomy against advice and confrontation."""
    if "confront" in moment.codes:
        return -1.0
    if "persuade" in moment.codes:
        return -0.8
    if moment.fresh & _SHARES_POWER:
        return 1.0
    if moment.fresh & {*_REFLECTION, "open_question", "affirmation", "reframe"}:
        return 0.35
    return -0.2 if moment.codes & {"closed_question", "give_information", *_SHARES_POWER} else 0.0


def _empathy(moment: _Moment) -> float:
    """Listening that shows: reflections that add to what was said, less for plain ones, none for echoes."""
    if "confront" in moment.codes:
        return -1.0
    if "persuade" in moment.codes:
        return -0.6
    if moment.deaf:
        return 0.0
    if moment.fresh & {*COMPLEX_REFLECTIONS}:
        return 0.9
    if "simple_reflection" in moment.fresh:
        return 0.6
    if moment.fresh & {"affirmation", "reframe", "open_question"}:
        return 0.25
    return -0.15 if moment.codes & {"closed_question", "give_information"} else 0.0


def _cultivating(moment: _Moment) -> float:
    """What follows change talk: taken up, passed over, or argued down, be it by taking the other side."""
    if moment.codes & {*FAMILIES["non_adherent"], *_PARADOX}:
        return -1.0
    if moment.fresh & _TAKES_UP:
        return 0.5 if moment.deaf else 1.0
    if moment.fresh & {"reframe", "emphasize_autonomy", "offer_choices", "support"}:
        return 0.3
    return -0.5


def _softening(moments: Sequence[_Moment]) -> list[float]:
    """What follows sustain talk: turned towards something else, heard briefly, lingered on, or argued with."""
    seen: list[float] = []
    stretch = paradoxes = 0
    for moment in moments:
        resisted = moment.before is not None and any(row.resisting for row in moment.before.rows)
        stretch = stretch + 1 if resisted else 0
        paradoxes += bool(moment.codes & _PARADOX)
        if resisted:
            seen.append(_softened(moment, stretch, paradoxes) + _what_came(moment))
    return [max(-1.0, min(1.0, value)) for value in seen]


def _softened(moment: _Moment, stretch: int, paradoxes: int) -> float:
    if moment.codes & {*FAMILIES["non_adherent"]}:
        return -1.0
    if moment.codes & _PARADOX:
        return {1: 0.6, 2: -0.4}.get(paradoxes, -1.0)
    if moment.fresh & _TURNS_AWAY:
        return 0.9
    if moment.fresh & _REFLECTION:
        return 0.6 if stretch <= 2 else 0.1 if stretch <= 4 else -0.3
    if moment.codes & {*_TURNS_AWAY, *_REFLECTION}:  # of a form that wore out
        return -0.5
    return -0.3 if "open_question" in moment.codes and stretch > 1 else -0.1


def _what_came(moment: _Moment) -> float:
    """A little for where the client went next."""
    if _said(moment.after, "change"):
        return 0.2
    return -0.1 if _said(moment.after, "sustain") else 0.0


def _said(volley: Volley | None, talk: str) -> bool:
    return volley is not None and any(row.sure_talk == talk for row in volley.rows)


#: How far a session of nothing but good moments goes beyond the top of the scale, before it is cut off there: nobody
#: has only good moments.
GAIN: dict[GlobalId, float] = {"partnership": 1.6, "empathy": 1.5, "cultivating": 1.0, "softening": 1.2}


def _estimate(name: GlobalId, seen: Sequence[float]) -> Rating:
    span = (HIGHEST - LOWEST) / 2
    value = _within(MIDDLE + span * GAIN[name] * sum(seen) / (len(seen) + PRIOR))
    half = HALF + HALF_AT_NONE / math.sqrt(1 + len(seen) / 2)
    return Rating(name, GLOBALS[name], round(value, 1), _within(value - half), _within(value + half), len(seen))


def _given(name: GlobalId, value: float, n: int) -> Rating:
    if not LOWEST <= value <= HIGHEST:
        raise ValueError(f"{GLOBALS[name]}: {value:g} is not a rating; MITI's globals run from 1 to 5")
    return Rating(name, GLOBALS[name], value, value, value, n, given=True)


def _mean(name: CompositeId, label: str, parts: Sequence[Rating], fair: float, good: float) -> Rating:
    value, low, high = (sum(getattr(part, field) for part in parts) / len(parts) for field in ("value", "low", "high"))
    given = all(part.given for part in parts)
    return Rating(name, label, round(value, 2), low, high, min(part.n for part in parts), given, fair, good)


def _within(value: float) -> float:
    return round(max(LOWEST, min(HIGHEST, value)), 1)


__all__ = ["COMPOSITES", "GLOBALS", "CompositeId", "GlobalId", "Rating", "rate"]

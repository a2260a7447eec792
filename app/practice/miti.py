"""MITI's four global ratings as a person gives them: what each number means, in our own short words.

Reference: MITI 4.2.1 (Moyers, Manuel & Ernst 2014). A listener starts at 3 and moves with what was heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.i18n import gettext as _
from app.practice.errors import Invalid
from app.scoring.ratings import GLOBALS, GlobalId, rate
from app.scoring.rows import Row


@dataclass(frozen=True)
class GlobalInfo:
    """A global: its name, what it is about, and what 1 to 5 sound like."""

    label: str
    about: str
    anchors: tuple[str, str, str, str, str]


@dataclass(frozen=True)
class GlobalView:
    """A global on the review page: its words, the estimate with its interval, and what a person gave."""

    id: str
    info: GlobalInfo
    estimate: float
    low: float
    high: float
    moments: int
    given: int | None


def globals_info() -> dict[GlobalId, GlobalInfo]:
    """The four globals in words, in MITI's order."""
    return {
        "cultivating": GlobalInfo(
            _("Cultivating change talk"),
            _("Are the client’s own reasons for a change drawn out?"),
            (
                _("Passes over every word in favour of a change, or argues it down."),
                _("Takes such words up now and then, and misses most chances."),
                _("Often notices them, and asks little further."),
                _("Takes them up steadily, with few chances missed."),
                _("Keeps drawing them out, so that they grow in depth and strength."),
            ),
        ),
        "softening": GlobalInfo(
            _("Softening sustain talk"),
            _("Does the talk stay away from feeding reasons against a change?"),
            (
                _("Argues with reasons against a change, or asks for more of them."),
                _("Often lingers on them and goes into detail."),
                _("Sometimes dwells on them, without wanting to bring them out."),
                _("Seldom dwells on them, and turns the talk gently."),
                _("Hears them briefly, and leads away with care nearly every time."),
            ),
        ),
        "partnership": GlobalInfo(
            _("Partnership"),
            _("Is power shared, and the client’s own expertise asked for?"),
            (
                _("Acts as the expert who decides what is right."),
                _("Seldom asks for the client’s view, or only for show."),
                _("Takes the client’s ideas in, with little use of them."),
                _("Works together with the client for most of the session."),
                _("Shares power throughout: the client’s ideas shape the session."),
            ),
        ),
        "empathy": GlobalInfo(
            _("Empathy"),
            _("How hard does the counsellor try to understand how it is for the client?"),
            (
                _("Shows little or no interest in how the client sees it."),
                _("Tries now and then, and gets it wrong or stays on the surface."),
                _("Tries, with some success, to understand what is said."),
                _("Shows a good grasp of the client’s view, again and again."),
                _("Hears what the client means beyond the words, and says so."),
            ),
        ),
    }


def global_views(rows: Sequence[Row], given: Mapping[str, int] | None) -> list[GlobalView]:
    """The four globals for a session: estimates out of its rows beside what a person gave."""
    estimates = rate(rows)
    views = []
    for name, info in globals_info().items():
        rating = estimates[name]
        views.append(GlobalView(name, info, rating.value, rating.low, rating.high, rating.n, (given or {}).get(name)))
    return views


def given_ratings(stored: Mapping[str, int] | None) -> dict[GlobalId, float]:
    """What a reviewer gave, as `rate` takes it; names that are no globals are left out."""
    return {name: float(stored[name]) for name in GLOBALS if name in stored} if stored else {}


def checked_globals(given: Mapping[str, str]) -> dict[str, int]:
    """Ratings as a form sends them: whole numbers 1–5, an empty one is none. Raises Invalid."""
    ratings: dict[str, int] = {}
    for name, value in given.items():
        if name not in GLOBALS:
            raise Invalid(name, _("%(name)s is not one of MITI’s globals.") % {"name": name})
        if not value:
            continue
        if value not in {"1", "2", "3", "4", "5"}:
            raise Invalid(name, _("%(value)s is not a rating; MITI’s globals run from 1 to 5.") % {"value": value})
        ratings[name] = int(value)
    return ratings


__all__ = ["GlobalInfo", "GlobalView", "checked_globals", "given_ratings", "global_views", "globals_info"]

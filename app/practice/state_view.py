"""The client's state as a trainee sees it in coached mode: small figures, what changed, and why in plain words.

Nothing here tells what a persona keeps to itself: a closed topic is never named, and no fact is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.i18n import gettext as _
from app.scoring.codes import FAMILIES
from app.scoring.standing import SLIGHT, SLIGHT_RULER

#: From this fatigue on a client has had enough of being asked (`app.client.state.TIRED`, said to people).
TIRED = 0.6
#: Reasons shown for one turn.
REASONS = 3


@dataclass(frozen=True)
class Gauge:
    """One figure: `value` out of `top`, in words as `shown`; `was`: before the turn, empty where it stayed.

    `trend`: "better" or "worse" for the talk, empty where nothing moved.
    """

    id: str
    label: str
    value: float
    top: float
    shown: str
    was: str
    trend: str


@dataclass(frozen=True)
class StateView:
    """Where the client stands, and why that changed."""

    gauges: tuple[Gauge, ...]
    why: tuple[str, ...]


def opening_state(state: Mapping[str, Any]) -> StateView:
    """Where the client stands before the trainee's first word."""
    return StateView(_gauges(state, state), ())


def state_after(before: Mapping[str, Any], after: Mapping[str, Any], codes: Sequence[str], called: str) -> StateView:
    """Where the client stands after a trainee turn whose `codes` it heard."""
    events = _events(before, after, called)
    heard = [code for code in codes if code != "other"] if events else codes  # a silence is no sign of listening
    reasons = [*events, *_of_codes(before, after, heard, called)]
    return StateView(_gauges(before, after), tuple(dict.fromkeys(reasons))[:REASONS])


def _gauges(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Gauge, ...]:
    rows = [("resistance", _("Resistance"), 1.0), ("trust", _("Trust"), 1.0)]
    if "collaboration" in after:
        rows.append(("collaboration", _("Working together"), 1.0))
    rows += [("importance", _("Importance"), 10.0), ("confidence", _("Confidence"), 10.0)]
    return tuple(_gauge(name, label, top, before[name], after[name]) for name, label, top in rows)


def _gauge(name: str, label: str, top: float, was: float, now: float) -> Gauge:
    moved = abs(now - was) >= (SLIGHT if top == 1 else SLIGHT_RULER) and _shown(was, top) != _shown(now, top)
    better = (now < was) == (name == "resistance")
    trend = "" if not moved else "better" if better else "worse"
    return Gauge(name, label, round(now, 3), top, _shown(now, top), _shown(was, top) if moved else "", trend)


def _shown(value: float, top: float) -> str:
    if top == 1:
        return _("{number} %").format(number=round(100 * value))
    return _("{number}/10").format(number=f"{value:.1f}")


def _events(before: Mapping[str, Any], after: Mapping[str, Any], called: str) -> list[str]:
    """What happened to the client beyond single codes, the gravest first."""
    found = []
    if set(after.get("gone", ())) - set(before.get("gone", ())):
        found.append(_("Somebody has had enough and left."))
    if after.get("cold") and not before.get("cold"):
        found.append(_("{name} only sits this out from here on: what is kept shut was pressed too often."))
    elif _presses(after) > _presses(before):
        found.append(_("You came up against something that {name} keeps shut. Leave it, and it may open later."))
    elif _presses(after) < _presses(before):
        found.append(_("You let go of what {name} keeps shut, and that was noticed."))
    if after.get("heat", 0) > before.get("heat", 0):
        found.append(_("{name} is close to leaving."))
    outcome = _outcomes().get(after.get("outcome", ""))
    return [words.format(name=called) for words in [*found, *([outcome] if outcome else [])]]


def _presses(state: Mapping[str, Any]) -> int:
    """Presses on closed topics, of a group those of all."""
    states = state.get("states", {"": state}).values()
    return sum(int(count) for one in states for _topic, count in one.get("pressed", ()))


def _outcomes() -> dict[str, str]:
    """What a paradox or a silence was to this person (`app.client.paradox`, `app.client.silence`)."""
    return {
        "argues": _("With somebody on the same side, {name} is free to argue the other way."),
        "sinks": _("{name} has little hope, and heard that there is none."),
        "laughs": _("To {name} it was a joke: it cost nothing, and moved nothing."),
        "shrugs": _("{name} took it as it was said, and shrugged."),
        "room": _("Your silence left {name} room after something that mattered."),
        "cooling": _("Your silence let it cool down."),
        "uneasy": _("So early on, or so long, a silence makes {name} uneasy."),
        "stand_off": _("The silence has become a contest of who speaks first."),
        "plain": _("A short silence gives {name} time."),
    }


def _of_codes(before: Mapping[str, Any], after: Mapping[str, Any], codes: Sequence[str], called: str) -> list[str]:
    harder = after["resistance"] - before["resistance"] >= SLIGHT
    said = set(codes)
    found = []
    if harder and said & set(FAMILIES["choices"]) and not said & set(FAMILIES["non_adherent"]):
        found.append(_("A choice that leaves no choice costs more than none."))
        said -= set(FAMILIES["choices"])
    words = _reasons()
    found += [words[code] for code in words if code in said]
    if after.get("fatigue", 0.0) > TIRED and said & set(FAMILIES["questions"]):
        found.insert(0, _("So many questions in a row tire {name}."))
    return [reason.format(name=called) for reason in found]


def _reasons() -> dict[str, str]:
    """What each code does to a client, what weighs most first."""
    return {
        "confront": _("Being argued with or shamed makes {name} defend what is."),
        "persuade": _("Advice nobody asked for makes {name} argue for the other side."),
        "emphasize_autonomy": _("With the decision left to {name}, there is nothing to fight for."),
        "offer_choices": _("A real choice gives {name} a say."),
        "double_sided_reflection": _("Both sides were heard, so neither has to be defended."),
        "complex_reflection": _("You heard more than the words; that builds trust."),
        "summary": _("Gathering what was said shows that all of it was heard."),
        "amplified_reflection": _("A little overstated, in earnest: {name} can climb down from it."),
        "simple_reflection": _("Being heard leaves less to push against."),
        "reframe": _("The same facts in another light may be easier to look at."),
        "affirmation": _("What is strong was seen; that builds trust and confidence."),
        "seek_collaboration": _("Asking first makes it a talk of two."),
        "support": _("Kind words help a little."),
        "persuade_with_permission": _("Advice that may be left aside does little harm."),
        "give_information": _("Plain information moves little."),
        "open_question": _("An open question invites, and costs a little patience."),
        "closed_question": _("A closed question gets an answer, and costs patience."),
        "other": _("You showed that you are listening."),
    }


__all__ = ["Gauge", "StateView", "opening_state", "state_after"]

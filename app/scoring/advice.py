"""Which technique to try in a situation, in which order, and why it fits there and now.

The rules are the project's own, after Miller & Rollnick: a paradoxical reply can free somebody who guards their freedom
and harms somebody who has lost hope; so it is never suggested to a client who is hopeless, frightened or at risk, nor
right after change talk, and the reason says so. An amplified reflection is not for somebody who feels mocked, choices
are for somebody who fights for control, an affirmation needs something that the client did, a double-sided reflection
both sides heard.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.scoring.situation import LITTLE_HOPE, Situation
from app.scoring.standing import percent

#: Paradoxical turns in a session after which a further one wears off; lingering there helps nobody.
PARADOX_IS_ENOUGH = 2


@dataclass(frozen=True)
class Fit:
    """A technique that fits, and why now; `weight` orders the techniques."""

    code: str
    why: str
    weight: float


def fitting(
    at: Situation, spoilt: str | None = None, mends: str | None = None, used: Collection[str] = ()
) -> list[Fit]:
    """The techniques that fit the situation, best first.

    `spoilt` is the code of what was said there (advice can be mended as an offer), `mends` a technique that mends the
    turn as it is, `used` those suggested elsewhere already, which come later.
    """
    found = [Fit(code, why, weigh(at)) for code, (weigh, reason) in _RULES.items() if (why := reason(at)) is not None]
    if at.at_risk:
        found = [fit for fit in found if fit.code in AT_RISK_ONLY]
    elif spoilt == "persuade":
        found += [Fit("persuade_with_permission", _OFFERED, 4.8 if at.resists else 6.0)]
        found = [_raised(fit, 0.8) if fit.code in _OF_ADVICE else fit for fit in found]
    if mends == "open_question" and not at.at_risk:
        found.append(
            Fit("open_question", "The same question, opened: it tells you more and leaves the answer free.", 7.0)
        )
    if mends == "seek_collaboration" and not at.at_risk:
        found.append(Fit("seek_collaboration", f"Asked first, {at.name} can want to know.", 7.0))
    found = [_raised(fit, -1.2) if fit.code in used and fit.code not in _REPEATABLE else fit for fit in found]
    return [Fit(fit.code, _sentence(fit.why), fit.weight) for fit in sorted(found, key=lambda fit: -fit.weight)]


def caution(at: Situation) -> str | None:
    """Why a paradoxical reply, or any technique, would be out of place here; None where there is nothing to warn of."""
    if at.at_risk:
        return (
            f"Something {at.name} said may be about danger to life or limb. Make sure of safety first; no choices, no "
            "paradox. With a real client, follow your service’s procedure."
        )
    if not at.resists or at.said is None:
        return None
    if at.hopeless:
        return (
            f"No paradoxical reply here: it can free a client who guards their freedom, but {_hope(at)}, and to be "
            "told that going on as now is right would confirm that there is no way out."
        )
    if at.afraid:
        return f"No paradoxical reply here: {at.name} is frightened, and would hear that nobody will help."
    return None


_REPEATABLE = frozenset(
    ("complex_reflection", "simple_reflection", "persuade_with_permission", "open_question", "seek_collaboration")
)
#: All that is suggested where a client may be in danger.
AT_RISK_ONLY = frozenset(("seek_collaboration", "simple_reflection", "complex_reflection"))
#: What is said of the trainee's own advice comes out best.
_OF_ADVICE = frozenset(("emphasize_autonomy", "offer_choices"))
_OFFERED = "The same advice as an offer, with the freedom to leave it: there is nothing left to say “yes, but” to."


#: Senses in which a client slips away instead of pushing: there, a topic of the client's own choosing may hold.
_SLIPS = frozenset(("elsewhere", "light", "polite", "asked"))
#: Senses that are about the counsellor: a paradox would sound like giving up, or like mockery.
_AT_YOU = frozenset(("unheard", "doubted", "asked"))


def _sentence(text: str) -> str:
    """A client without a name is "the client", in the middle of a sentence and at its start."""
    return text[:1].upper() + text[1:]


def _raised(fit: Fit, by: float) -> Fit:
    return Fit(fit.code, fit.why, fit.weight + by)


def _complex(at: Situation) -> str | None:
    if at.said is None:
        return None
    if at.at_risk or at.afraid:
        return f"{at.name} needs to hear first that the fear has reached you."
    if at.hopeless:
        return f"{at.name} sounds low on hope. To be understood in that comes before anything to do."
    if at.talk == "change":
        return f"{at.name} has just leaned towards change. Said back with its meaning, it grows."
    if at.sense in _SLIPS:
        return (
            f"{at.name} has slipped out of the way. Say softly what that may mean, and there is nothing to hide from."
        )
    if at.resists:
        return (
            f"{at.name} has just pushed back. With what may lie behind it said out loud, there is nothing to push at."
        )
    return f"It shows {at.name} that you heard more than the words."


def _simple(at: Situation) -> str | None:
    if at.said is None:
        return None
    if at.resists:
        return "Said back plainly, it has arrived and need not be said again, louder."
    return f"Short and safe: {at.name} hears that it arrived, and is free to go on."


def _double(at: Situation) -> str | None:
    if not at.both_sides or at.talk == "change" or not at.resists:
        return None
    return f"{at.name} has said both of these to you. Held side by side, neither has to be defended; it ends on change."


def _autonomy(at: Situation) -> str | None:
    if at.said is None:
        return None
    if at.hopeless or at.afraid:
        return f"It gives {at.name} back a say. Say it warmly, so that it does not sound like “on your own”."
    if at.wants_control:
        return f"{at.name} is fighting to decide. Say out loud who does, and there is no fight to win."
    if at.resists:
        return "Nobody has to defend a freedom that you have just handed over."
    return f"It keeps the reins with {at.name}, before anybody has to pull at them."


def _choices(at: Situation) -> str | None:
    if at.said is None or at.hopeless:
        return None  # a menu asks for strength that is not there
    if at.afraid:
        return f"{at.name} is frightened. To set the pace, with stopping among the options, makes it safer."
    if at.wants_control:
        return f"{at.name} wants a say: a real pick, with leaving it alone in it, gives one."
    if at.sense in _SLIPS:
        return f"Somebody who slips away may stay for a topic of {at.name}’s own choosing."
    if at.resists:
        return "With leaving it alone among the options, nobody is asked to give in."
    if at.talk == "change":
        return f"{at.name} leans towards change: let {at.name} choose where to begin."
    return f"It lets {at.name} choose where to go next, and you find out what matters."


def _paradoxical(at: Situation) -> str | None:
    fragile = at.hopeless or at.afraid or at.at_risk or at.talk == "change"
    if at.talk != "sustain" or at.sense in _AT_YOU or fragile or not at.reactant or at.paradox >= PARADOX_IS_ENOUGH:
        return None
    level = f", at {percent(at.shift.before.resistance)}" if at.shift else ""
    return (
        f"{at.name} meets pressure with pressure{level}: somebody on the same side frees {at.name} to argue the other "
        "way. Say it in earnest, once. It would harm a client who has lost hope; nothing shows that here."
    )


def _amplified(at: Situation) -> str | None:
    fragile = at.hopeless or at.afraid or at.at_risk or at.mocked
    if not at.resists or fragile or at.talk != "sustain":
        return None
    return f"A little more than {at.name} said, straight-faced, leaves room to climb down. Any irony would spoil it."


def _affirmation(at: Situation) -> str | None:
    if at.effort is None:
        return None
    return f"{at.name} did something that took effort. Named, it makes the next step more likely."


def _collaboration(at: Situation) -> str | None:
    if at.at_risk:
        return f"First be sure that {at.name} is safe, and ask before you do."
    return "Asked at the start, it is the client’s session too." if at.said is None else None


def _hope(at: Situation) -> str:
    if at.shift and at.shift.before.confidence < LITTLE_HOPE:
        return f"{at.name} has little hope of managing (confidence {at.shift.before.confidence:.1f} out of 10)"
    return f"{at.name} sounds as if hope were gone"


Rule = tuple[Callable[[Situation], float], Callable[[Situation], str | None]]
#: Technique → how much it is worth in a situation, and why it fits there (None: it does not).
_RULES: dict[str, Rule] = {
    "complex_reflection": (lambda at: 5.0 + at.hopeless + at.afraid, _complex),
    "double_sided_reflection": (lambda _: 5.5, _double),
    "emphasize_autonomy": (lambda at: 4.0 + 1.5 * at.wants_control - 1.5 * (at.hopeless or at.afraid), _autonomy),
    "paradoxical": (lambda at: 4.2 + 1.0 * ((at.reactance or 0.0) >= 0.7), _paradoxical),
    "offer_choices": (
        lambda at: 3.5 + 1.6 * at.wants_control + 1.2 * (at.sense in _SLIPS) + 0.5 * (not at.resists),
        _choices,
    ),
    "amplified_reflection": (lambda at: 3.0 + 1.4 * at.denies, _amplified),
    "affirmation": (lambda _: 5.2, _affirmation),
    "simple_reflection": (lambda at: 3.2 + 1.0 * (not at.resists), _simple),
    "seek_collaboration": (lambda _: 6.5, _collaboration),
}

__all__ = ["AT_RISK_ONLY", "PARADOX_IS_ENOUGH", "Fit", "caution", "fitting"]

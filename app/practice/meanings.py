"""What each figure means, in plain words: what is counted, why it matters, and where a value stands."""

from __future__ import annotations

from app.i18n import gettext as _
from app.practice.figures import MeasureView


def meanings() -> dict[str, str]:
    """What each measure tells, by its id."""
    return {
        "answers_to_resistance": _(
            "Whenever the client pushed back: did you roll with it, or push too? It is the figure this room is for."
        ),
        "reflection_share": _("How often you said back what you had heard. People who feel heard have less to defend."),
        "advice_share": _("How often you told or advised. Advice that nobody asked for makes people argue against it."),
        "reflections_to_questions": _(
            "Whether you listened more than you asked. Two reflections to a question feel like a talk, the other way "
            "round like an interview."
        ),
        "complex_share": _("How often your reflections went beyond the words, to what was meant or felt."),
        "open_share": _("How many of your questions asked for a story rather than for yes or no."),
        "adherent": _(
            "Seeing strengths, asking before telling, leaving the decision with the client: what invites people along."
        ),
        "non_adherent": _("Persuading and confronting: what makes people dig in. Fewer is better, none is best."),
        "talk_time": _("How much of the talk was yours. Where the client says more, more of it is theirs."),
        "partnership": _("Whether it was a talk of two, with the client’s say in where it went."),
        "empathy": _("Whether you took in how it is for the client, and let that be heard."),
        "cultivating": _("What you did with words in favour of change: taken up, or passed by."),
        "softening": _("What you did with words against change: left without a fight, or fed."),
        "relational": _("Partnership and empathy, taken together."),
        "technical": _("The two about talk for and against change, taken together."),
    }


def gauges(*, together: bool = False) -> dict[str, str]:
    """What the figures beside a turn tell in coached mode, by their labels; `together`: those of a group."""
    return {
        _("Resistance"): _("how hard the client pushes back just now; less is better."),
        _("Trust"): _("how far the client would let you in."),
        _("Importance"): _("how much the change matters to the client, from 0 to 10."),
        _("Confidence"): _("how far the client believes it can be done, from 0 to 10."),
        **({_("Working together"): _("how far they help each other along.")} if together else {}),
    }


def stands(view: MeasureView) -> str:
    """Where a measure's value stands, in a few words; empty where that says nothing."""
    return {
        "good": _("As good as experts ask for."),
        "fair": _("Fair: a beginner’s threshold is reached, the higher one not yet."),
        "below": _("Below what experts call fair; something to practise."),
        "hint": _("A hint only: take it lightly."),
    }.get(view.level, "")


def headline_words(number: float | None) -> str:
    """What the share of resistance met tells, in a sentence; `number` in percent."""
    if number is None:
        return ""
    if number >= 80:
        words = _("You rolled with nearly all of it. That is what keeps such a talk going.")
    elif number >= 50:
        words = _("You rolled with much of it; look at the rest to see what pulled you into pushing.")
    elif number > 0:
        words = _("More often than not you pushed back, or passed it over. Each such moment below shows another way.")
    else:
        words = _("None of it was met yet. Choose one moment below and try it again.")
    return words


__all__ = ["gauges", "headline_words", "meanings", "stands"]

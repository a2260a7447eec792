"""Authored lines: what the persona's file offers for a planned act, and how well each line fits the turn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.client.acts import ACTS, Stance
from app.client.closed import closed_lines
from app.client.heard import Heard, Said, last_client, topics_in
from app.client.persona import Line, Persona
from app.client.plan import NO_CHOICE_ACTS, Plan
from app.client.state import State
from app.client.words import content_words


@dataclass(frozen=True)
class Offer:
    """A line that may be spoken: the act it does, the fact it tells anew (if any), and its fit to the turn, 0–1."""

    text: str
    act: str
    fact: str | None
    fit: float


NOTHING_SAID = Offer("…", "silent", None, 0.0)
#: Acts that are only done when they are planned: anger and leaving are no way to fill a gap.
PLANNED_ONLY = ("hostile", "refuse", "challenge", "commitment", "taking_steps", "walk_out", "farewell")
#: Acts that answer a question plainly and take no side.
PLAIN_ANSWERS = ("inform", "hedge", "open_up", "evade")
#: A line of another act of the same stance counts this much; what answers the turn goes before what was planned.
OTHER_ACT = 0.82

#: What a line counts that shows no defence, or another, where one is planned; and one that shows any where none is.
NO_DEFENCE, OTHER_DEFENCE = 0.95, 0.92

_PLAIN_REFLECTIONS = {"simple_reflection", "complex_reflection"}
_REFLECTIONS = ("simple_reflection", "complex_reflection", "double_sided_reflection", "amplified_reflection", "summary")
_GOOD_FIT = 0.8
_YES_OR_NO = re.compile(
    r"(?:yeah|yes|yep|yup|no|nope|nah|not|sure|sometimes|some days i|maybe|possibly|uh-huh|mm-hm"
    r"|i (?:do|don't|did|didn't)(?! \w))\b",
    re.IGNORECASE,
)


def offers(persona: Persona, plan: Plan, heard: Heard, state: State, history: Sequence[Said]) -> list[Offer]:
    """Lines for the plan, best fit first; never empty: silence is the last of them."""
    spoken = {said.text for said in history if said.speaker == "client"}
    if (written := _written(persona, plan, state, spoken)) is not None:
        return written
    heard = _as_answered(persona, plan, heard, history)
    found = _act_lines(persona, plan.act, plan, heard, state, spoken)
    if heard.moment == "silence":  # a stand-off: no words of another act break it
        return sorted(found, key=lambda offer: -offer.fit) or [NOTHING_SAID]
    if not found or found[0].fit < _GOOD_FIT or (heard.asks and heard.topics):
        for act in _other_acts(persona, plan.act):
            found += _act_lines(persona, act, plan, heard, state, spoken)
    found += _answers(persona, plan, heard, state, spoken)
    return sorted(found, key=lambda offer: -offer.fit) or [NOTHING_SAID]


def _written(persona: Persona, plan: Plan, state: State, spoken: set[str]) -> list[Offer] | None:
    """The words that a moment, a closed topic or a belief calls for; None where lines have to be looked for."""
    if plan.moment:
        return _moment_lines(persona, plan, state, spoken)
    texts: tuple[str, ...] = ()
    if plan.closed and plan.topic:
        texts = closed_lines(persona, plan.topic, plan.closed)
    elif plan.belief:
        texts = next((belief.lines for belief in persona.beliefs if belief.id == plan.belief), ())
    unsaid = [Offer(text, plan.act, None, 1.0) for text in texts if text not in spoken]
    if unsaid or not (plan.closed and texts):
        return unsaid or None
    # shut is shut: with all said, what was said last is said again, and who has gone cold says nothing
    return [NOTHING_SAID] if plan.act == NOTHING_SAID.act else [Offer(texts[-1], plan.act, None, 1.0)]


def _as_answered(persona: Persona, plan: Plan, heard: Heard, history: Sequence[Said]) -> Heard:
    """The turn as the lines are to answer it: the most telling topic first; a false choice is answered as pressure.

    Who goes on unasked in a silence goes on about what was said last, as if asked for more.
    """
    if heard.moment == "silence" and plan.act != NOTHING_SAID.act:
        last = last_client(history).text
        heard = replace(
            heard, codes=("open_question",), last_code="open_question", topics=topics_in(last, persona), moment=None
        )
    elif heard.false_choice and plan.act in NO_CHOICE_ACTS:
        heard = replace(heard, codes=("confront",), last_code="confront")
    return replace(heard, topics=_telling(persona, heard.topics))


def _other_acts(persona: Persona, planned: str) -> list[str]:
    """Acts of the planned one's stance that this persona does."""
    stance = ACTS[planned].stance
    if planned in ("walk_out", "farewell"):
        return []
    usual = [act for act, weight in persona.style.acts.items() if weight > 0]
    usual += [act for act, info in ACTS.items() if info.stance == Stance.CHANGE]
    return [act for act in dict.fromkeys(usual) if ACTS[act].stance == stance and act not in (planned, *PLANNED_ONLY)]


def fit(line: Line, act: str, plan: Plan, heard: Heard, state: State) -> float:
    """How well a line answers the turn, 0–1; 0 where it does not fit at all.

    The topics of `heard` stand with the most telling first.
    """
    if (line.stage and plan.stage not in line.stage) or not _may_tell(line, act, plan, state):
        return 0.0
    code, topic = _code_fit(line, heard), _topic_fit(line, heard.topics)
    if not code or not topic:
        return 0.0
    shared = len(content_words(line.text) & content_words(heard.text))
    return min(1.0, code * topic + 0.08 * min(shared, 2) + (0.06 if line.fact else 0.0)) * _defence_fit(line, plan)


def _defence_fit(line: Line, plan: Plan) -> float:
    """A line that shows the planned defence is best; one that shows another defence is a little out of place."""
    if line.defence == plan.defence:
        return 1.0
    return OTHER_DEFENCE if line.defence else NO_DEFENCE


def _may_tell(line: Line, act: str, plan: Plan, state: State) -> bool:
    """A fact is told once a session, its gate open; change talk may come back to what was told."""
    if line.fact is None or line.fact in plan.facts:
        return True
    return line.fact in state.told and ACTS[act].stance == Stance.CHANGE


def _code_fit(line: Line, heard: Heard) -> float:
    if heard.wants_more_than_yes and _YES_OR_NO.match(line.text):
        return 0.0
    if not line.after:
        # a question wants an answer: a line written for none in particular is the second choice
        return (0.86 if line.about else 0.7) if heard.asks else 0.8
    if heard.last_code in line.after:
        return 1.0
    if heard.wants_more_than_yes and "open_question" in line.after:
        return 0.9  # how much, how often: closed by the codebook, but answered like an open one
    if heard.last_code == "seek_collaboration" and line.about and "open_question" in line.after:
        return 0.9  # “Could you tell me about your job?”
    if "offer_choices" in heard.codes and "offer_choices" in line.after:
        return 0.95  # a menu is picked from, whatever question closes it
    if set(line.after) & _PLAIN_REFLECTIONS and heard.last_code in _REFLECTIONS:
        return 0.75
    if heard.last_code == "paradoxical" and "amplified_reflection" in line.after:
        return 0.75
    return 0.6 if set(line.after) & set(heard.codes) and not heard.asks else 0.0


def _topic_fit(line: Line, topics: Sequence[str]) -> float:
    if not line.about:
        return 0.75 if topics else 0.85
    ranks = [rank for rank, topic in enumerate(topics) if topic in line.about]
    return 1.0 - 0.2 * min(ranks[0], 3) if ranks else 0.0


def _telling(persona: Persona, topics: Sequence[str]) -> tuple[str, ...]:
    """Topics, the rarest in the persona's lines first: “How is Derek about the smoking?” asks after Derek."""
    counts = Counter(topic for lines in persona.lines.values() for line in lines for topic in line.about)
    return tuple(sorted(topics, key=lambda topic: counts[topic]))


def _act_lines(persona: Persona, act: str, plan: Plan, heard: Heard, state: State, spoken: set[str]) -> list[Offer]:
    weight = 1.0 if act == plan.act else OTHER_ACT
    return [
        Offer(line.text, act, line.fact if line.fact in plan.facts else None, round(value * weight, 3))
        for line in persona.lines.get(act, ())
        if line.text not in spoken and (value := fit(line, act, plan, heard, state)) > 0
    ]


def _answers(persona: Persona, plan: Plan, heard: Heard, state: State, spoken: set[str]) -> list[Offer]:
    """Plain answers to the topic of a question, whatever the stance planned: “How old are you?” wants an age."""
    if not (heard.asks and heard.topics) or ACTS[plan.act].stance == Stance.NEUTRAL or plan.act in PLANNED_ONLY[-2:]:
        return []
    asked = heard.topics[0]
    lines = {line.text for act in PLAIN_ANSWERS for line in persona.lines.get(act, ()) if asked in line.about}
    found = [offer for act in PLAIN_ANSWERS for offer in _act_lines(persona, act, plan, heard, state, spoken)]
    return [offer for offer in found if offer.text in lines]


def _moment_lines(persona: Persona, plan: Plan, state: State, spoken: set[str]) -> list[Offer]:
    assert plan.moment is not None
    texts = [
        text.replace("{importance}", str(round(state.importance))).replace("{confidence}", str(round(state.confidence)))
        for text in persona.moments[plan.moment]
    ]
    unsaid = [text for text in texts if text not in spoken]
    return [Offer(text, plan.act, None, 1.0) for text in unsaid or texts]


__all__ = ["OTHER_ACT", "PLANNED_ONLY", "Offer", "fit", "offers"]

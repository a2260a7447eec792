"""What is written for a turn: the sheet's lines that its tags let through, the bank's replies that lie nearest.

Each comes with the evidence for it, without the model's word yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from app.client.acts import ACTS
from app.client.authored import PLANNED_ONLY, Offer, offers
from app.client.checks import Context, refuse
from app.client.choose import Candidate, length_loss, log_odds, planned
from app.client.common import FEW, common_bank
from app.client.heard import Heard, Said, last_client
from app.client.persona import Persona
from app.client.plan import Plan
from app.client.rank import Evidence, Ranker
from app.client.retrieve import Bank, BankReply, Found, Retriever
from app.client.state import State

#: Lines of the sheet, replies of the bank, and candidates in all that the model is asked about.
MOST_LINES, MOST_BANKED, MOST = 12, 16, 20
#: Log-odds between a line whose tags fit wholly and one whose tags do not, where nothing else is known.
LINE_SPREAD = 6.0
#: Moments that have lines of their own and may be answered from the bank as well, if it holds nearly the same turn.
OPEN_MOMENTS = ("greeting", "small_talk", "ask_permission", "confidentiality", "apology", "thanks")
NEARLY_THE_SAME = 0.8


def written(
    persona: Persona, plan: Plan, heard: Heard, state: State, history: Sequence[Said], said_before: frozenset[str],
    retriever: Retriever | None, ranker: Ranker,
) -> list[Candidate]:  # fmt: skip
    """Candidates for the model to judge, the most promising first; what may not be said is left out.

    Without a retriever these are the lines whose tags fit, best first.
    """
    lines = _fresh([_of_line(o, plan) for o in offers(persona, plan, heard, state, history)[:MOST_LINES]], said_before)
    if retriever is None or _own_words_only(plan):
        return lines
    asked = retriever.asked(last_client(history).text, heard.text)
    context = Context(persona, history, heard.text, ())
    near = [each for bank in _banks(persona, retriever) for each in bank.search(asked)]
    stale = said_before | {said.text for said in history if said.speaker == "client"}
    near = sorted((each for each in near if _may(each, plan, state, stale)), key=lambda each: -each.nearness)
    banked = [_of_bank(each, plan, state) for each in _wanted(near, plan)]
    fits = retriever.fits(asked, [line.text for line in lines])
    lines = [with_evidence(line, fit=fit) for line, fit in zip(lines, fits, strict=True)]
    found = {candidate.text: candidate for candidate in (*lines, *banked) if refuse(candidate.text, context) is None}
    every = sorted((ranked(candidate, plan, ranker) for candidate in found.values()), key=lambda c: -c.score)
    return every[:MOST] or [ranked(line, plan, ranker) for line in lines]


def _banks(persona: Persona, retriever: Retriever) -> list[Bank]:
    """The person's own moments, and for somebody with few lines what anybody could say."""
    own = retriever.bank(persona)
    lines = len(own.replies) + sum(map(len, persona.lines.values()))
    return [own, common_bank()] if lines < FEW else [own]


def ranked(candidate: Candidate, plan: Plan, ranker: Ranker) -> Candidate:
    """The candidate with its sense and its score from the evidence there is."""
    if candidate.evidence is None:
        return candidate
    sense = ranker.sense(candidate.evidence)
    score = log_odds(sense) + planned(candidate.act, candidate.defence, candidate.fact, plan)
    score -= length_loss(candidate.evidence.words, plan.seed)
    return replace(candidate, sense=sense, score=round(score, 3))


def with_evidence(candidate: Candidate, **known: float) -> Candidate:
    """The candidate with more evidence."""
    before = candidate.evidence or Evidence(0.0, words=len(candidate.text.split()))
    return replace(candidate, evidence=replace(before, **known))  # type: ignore[arg-type]


def _own_words_only(plan: Plan) -> bool:
    """Whether only the lines that were written for this are right: leaving, what is shut, most moments."""
    if plan.closed or plan.belief or plan.act in ("walk_out", "farewell"):
        return True
    return plan.moment is not None and plan.moment not in OPEN_MOMENTS


def _fresh(lines: list[Candidate], said_before: frozenset[str]) -> list[Candidate]:
    """Those that this trainee has not heard of late; all of them where none is left."""
    return [line for line in lines if line.text not in said_before] or lines


def _of_line(offer: Offer, plan: Plan) -> Candidate:
    evidence = Evidence(0.0, rule=1.0 if plan.moment else offer.fit, words=len(offer.text.split()))
    return Candidate(offer.text, "authored", offer.act, offer.fact, LINE_SPREAD * offer.fit, evidence=evidence)


def _of_bank(found: Found, plan: Plan, state: State) -> Candidate:
    reply = found.reply
    fact = reply.fact if reply.fact in plan.facts and reply.fact not in state.told else None
    evidence = Evidence(found.fit, moment=found.moment, words=len(reply.text.split()))
    return Candidate(reply.text, "bank", reply.act, fact, found.nearness, defence=reply.defence, evidence=evidence)


def _may(found: Found, plan: Plan, state: State, stale: frozenset[str]) -> bool:
    """Whether a reply of the bank may be said now: its act, its fact, and not again so soon."""
    reply = found.reply
    if reply.text in stale or (plan.moment and found.moment < NEARLY_THE_SAME):
        return False
    if reply.act in PLANNED_ONLY and reply.act != plan.act:
        return False
    return _may_tell(reply, plan, state)


def _may_tell(reply: BankReply, plan: Plan, state: State) -> bool:
    if reply.fact is None or reply.fact in plan.facts:
        return True
    return reply.fact in state.told and reply.stance == "change"


def _wanted(near: Sequence[Found], plan: Plan) -> list[Found]:
    """The nearest of all, and the nearest of the planned stance."""
    half = MOST_BANKED // 2
    of_stance = [each for each in near if str(ACTS[each.reply.act].stance) == plan.stance][:half]
    rest = (each for each in near if each not in of_stance)
    return [*of_stance, *islice(rest, MOST_BANKED - len(of_stance))]


__all__ = ["MOST", "ranked", "with_evidence", "written"]

"""Choices that are none: a threat dressed as one, or two ways of doing the same as told. A client notices.

A rule on words. What lays out topics to talk about, holds both sides of an ambivalence, or has a way out in it (carry
on, leave it, something else) is a real choice. Obeying is leaving off or going where one is sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from app.scoring.codes import FAMILIES

_OBEY = (
    r"(?:quit(?:ting)?|stop(?:ping)?|giv(?:e|ing) (?:it |that )?up|sign(?:ing)?|comply(?:ing)?|cooperat(?:e|ing)"
    r"|obey(?:ing)?"
    r"|detox|rehab|treatment|counsell?ing|pack(?:ing)? it in|hand(?:ing)? (?:it|them) over|behav(?:e|ing)"
    r"|admit(?:ting)?"
    r"|start(?:ing)? (?:the |your |a )?(?:treatment|programme|program|course|pills|medication|tablets|diet|insulin)"
    r"|(?:tak(?:e|ing)|do(?:ing)?) (?:the |your )?(?:pills|medication|meds|tablets|test|course|programme|program)"
    r"|do(?:ing)? (?:as|what|it|this)|get(?:ting)? (?:help|sober|clean)|chang(?:e|ing)|go(?:ing)? to (?:meetings"
    r"|aa|the group)"
    r"|join(?:ing)? (?:aa|a group|the group)|apologis(?:e|ing)|apologiz(?:e|ing)|com(?:e|ing) clean|own(?:ing)? up)"
)
_HARM = (
    r"(?:jail|prison|lock(?:ed)? up|custody|die|dead|grave|fired|sacked|the sack|expelled|kicked out|thrown out"
    r"|evicted|homeless"
    r"|los(?:e|ing) (?:your|the|her|him|them|everything|it all)|tak(?:e|en) away|suffer|consequences|divorce"
    r"|liver|stroke|amputat\w+"
    r"|report(?:ing)? (?:you|this|it|that)|tell(?:ing)? (?:the judge|your (?:boss|wife|husband|mother|mum|mom"
    r"|parents|probation))"
    r"|call(?:ing)? (?:the|your) (?:judge|police|court|probation|school)|back (?:to|in front of|before) (?:court"
    r"|the judge|jail|prison)"
    r"|writ(?:e|ing) (?:you|this|it) up|leav(?:e|ing) you(?! (?:till|until|to|the|with|be))|never see (?!me)"
    r"|go blind|hospital|court|we're done|end up alone|regret it"
    r"|a cell|foster|graveyard|the (?:bench|register|magistrates?)|on oxygen|by (?:forty|fifty|sixty|[3-6]0)\b"
    r"|for good)"
)
_SOON = r"(?:today|now|right away|this (?:week|minute|morning|evening)|tonight|straight away|immediately)"
_LATER = r"(?:tomorrow|next (?:week|month)|on \w+day|later|after (?:the )?\w+|at the weekend|in the morning)"
_ALTERNATIVE = r"(?:,? or (?:else )?(?:you|i|we|they|he|she|it|go|it's|end|face|lose|risk)\b|,? or (?:else )?)"

#: A threat as one of two ways, whatever is said about freedom beside it.
_THREATS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bor else\b(?=\s*[.!?…]|\s*$)|\bmy way or the highway\b",
        rf"\beither\b[^.?!]*\b{_OBEY}\b[^.?!]*\bor\b[^.?!]*\b{_HARM}",
        rf"\beither\b[^.?!]*\b{_HARM}\b[^.?!]*\bor\b[^.?!]*\b{_OBEY}\b",
        rf"\b{_OBEY}\b[^.?!]*{_ALTERNATIVE}[^.?!]*\b{_HARM}",
        rf"\b{_HARM}\b[^.?!,]*,? or (?:do )?(?:you |you'll |you can |will you )?(?:just )?\b{_OBEY}\b",
        r"\b(?:it's |it is )?your (?:choice|call|decision)\b[^?]*\b(?:but|and|only|just (?:know|remember))\b[^?]*"
        rf"\b(?:if (?:you|u) (?:don't|do not|won't|keep|carry on|refuse|drink|smoke)|when you)\b[^?]*\b{_HARM}",
        rf"\byour (?:choice|call)\b\W+[^.?!]*\b{_HARM}[^.?!]*\bor\b|\byour (?:choice"
        rf"|call)\b\W+[^.?!]*\bor\b[^.?!]*\b{_HARM}",
        rf"\b(?:unless you|if you don't)\b[^.?!]*\b{_OBEY}\b[^.?!]*\b{_HARM}",
        r"\bor (?:else )?(?:i|we)(?:'ll| will|'m going to| am going to)? (?:just )?(?:have to )?"
        r"(?:report you|stop (?:the|your)|write (?:that|you up|to (?:the|your))|call your (?:super|boss|mother"
        r"|parent))",
        r"\b(?:your|ur) (?:choice|call|decision)\b.*\b(?:don't|dont) (?:come crying|blame|ring|call)",
        r"\bdo you (?:want|wanna) to (?:live|see your \w+ grow up)\b[^.?!]*\bor\b|\bdo you want to (?:die"
        r"|lose)\b[^.?!]*\bor\b",
    )
)
#: Two ways that both mean doing as told: now or later, here or there.
_SAME = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_OBEY}\b[^.?!]*\b{_SOON}\b[^.?!]*\bor\b[^.?!]*\b{_LATER}",
        rf"\b{_SOON}\b,? or {_LATER}\b[^.?!]*\b{_OBEY}\b",
        rf"\b(?:do|would|will|shall|should|can) (?:you|u|we|i)\b[^.?!]*\b{_OBEY}\b[^.?!]*\bor\b[^.?!]*\b{_OBEY}\b",
        rf"\beither\b[^.?!]*\b{_OBEY}\b[^.?!]*\bor\b[^.?!]*\b{_OBEY}\b",
        rf"\b(?:when|which day|how soon) (?:are|will|do) you\b[^.?!]*\b{_OBEY}\b[^?]*\b(?:{_SOON}"
        rf"|monday)\b[^?]*\bor\b",
        rf"\byou (?:can|could|may) (?:choose|pick|decide)\b[^.?!]*\b{_OBEY}\b[^.?!]*\bor\b[^.?!]*\b{_OBEY}\b",
    )
)
#: What makes a threat of a turn that was coded as pressure: freedom in one breath with it, or “… or I'll …”.
_PRESSED = re.compile(
    r"(?<!any )\bchoices?\b|\byou (?:can choose|choose|decide|can pick)\b|\b(?:two|your|ur) (?:options|ways"
    r"|endings)\b|\btake your pick\b"
    r"|\beither\b[^.?!]*\bor\b|\bup to you\b|\bor (?:else )?(?:i|we|you|it|they|he|she)(?:'ll|'s)\b|\bor (?:i"
    r"|we) \w+|\bdo (?:you|u) want\b[^.!]*\bor\b"
    r"|\boptions?\b[^.!?]*\bor\b|\byou can \w+[^.?!]*\bor you can\b",
    re.IGNORECASE,
)
_TOPICS = re.compile(
    r"\b(?:talk(?:ing)?|speak|hear|tell me|say more|discuss|chat|begin with|start with|look at|focus|spend (?:our"
    r"|the|this) time)\b",
    re.IGNORECASE,
)
_BOTH_SIDES = re.compile(
    r"^\W*(?:so,? |and )?(?:you(?:'re| are)? (?:feel|felt|torn|see|seem|sound|think|thinking|told|said|say|hear"
    r"|heard)|(?:it|that) (?:feels|sounds|seems)"
    r"|(?:they|the judge|he|she|people|everybody|everyone) (?:told|tell|tells|said|say|says|gave|give)"
    r"|on the one hand|part of you|did (?:they|he|she|the))",
    re.IGNORECASE,
)
_WAY_OUT = re.compile(
    r"\b(?:something else|neither|none of|not at all|stay(?:ing)? as|as (?:it is|things are|you are|they are)"
    r"|carry(?:ing)? on|keep(?:ing)? on"
    r"|leav(?:e|ing) (?:it|things)|nothing|do(?:ing)? without|no change|not (?:just )?(?:now|yet)|up to you"
    r"|yours to|or not|what (?:else|would|do) you|any other"
    r"|keep (?:things|drinking|smoking|going)|another (?:way|idea)|did you|have you|used to|last (?:time|year"
    r"|week)|when you (?:quit|stopped)|what (?:helped|worked))\b",
    re.IGNORECASE,
)


def is_false_choice(text: str, codes: Collection[str] = ()) -> bool:
    """Whether a turn offers a choice that is none. `codes`: the turn's; what only reflects lays nothing out."""
    if codes and set(codes) <= {*FAMILIES["reflection"], "reframe", "affirmation", "support"}:
        return False
    plain = text.replace("’", "'")
    sentences = re.split(r"(?<=[.!?…])\s+", plain)
    if "confront" in codes and _PRESSED.search(plain):
        return True
    if any(_threatens(sentence) for sentence in [*sentences, plain] if sentence):
        return True
    return not _WAY_OUT.search(plain) and any(_same_either_way(sentence) for sentence in sentences)


def _threatens(sentence: str) -> bool:
    if _BOTH_SIDES.search(sentence) or _TOPICS.search(sentence):
        return False
    return any(pattern.search(sentence) for pattern in _THREATS)


def _same_either_way(sentence: str) -> bool:
    if _BOTH_SIDES.search(sentence) or _TOPICS.search(sentence):
        return False
    return any(pattern.search(sentence) for pattern in _SAME)


__all__ = ["is_false_choice"]

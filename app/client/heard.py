"""What the client hears in a trainee turn: its codes, the topics it touches, what it reflects, and special moments.

Rules only, on words: nothing here needs a model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from app.client.acts import Stance
from app.client.beliefs import argued_with, met
from app.client.closed import touched
from app.client.false_choice import is_false_choice
from app.client.machine import ASKS_WHAT_IT_IS, addresses_the_machine
from app.client.persona import Persona
from app.client.words import content_words
from app.scoring.codes import FAMILIES


@dataclass(frozen=True)
class Said:
    """One earlier turn of the conversation; `act` and `stance` of client turns."""

    speaker: str
    text: str
    act: str | None = None
    stance: str | None = None


@dataclass(frozen=True)
class Heard:
    """A trainee turn as the client hears it. `codes` are its utterances' codes in order, each once.

    `reflected` is the stance of the client words that a reflection took up, None where nothing was reflected.
    `belief` is the one argued with, `met` the one that a reflection takes up (ids); `touches` are the closed topics
    spoken of, `gently` when by asking leave. `backs_off`: leaves the client free, or says sorry. `after_act` is the
    client act that the turn follows; `silences` counts the counsellor's silent turns in a row, this one included.
    """

    text: str
    codes: tuple[str, ...]
    last_code: str
    topics: tuple[str, ...] = ()
    moment: str | None = None
    reflected: Stance | None = None
    false_choice: bool = False
    belief: str | None = None
    met: str | None = None
    touches: tuple[str, ...] = ()
    gently: bool = False
    backs_off: bool = False
    after_act: str | None = None
    silences: int = 0

    @property
    def pressed(self) -> bool:
        """Whether the turn argues, advises unasked or offers a choice that is none."""
        return self.false_choice or bool(set(self.codes) & set(FAMILIES["non_adherent"]))

    @property
    def asks(self) -> bool:
        """Whether the turn ends in a question that wants an answer."""
        return self.last_code in (*FAMILIES["questions"], "seek_collaboration") or self.text.rstrip().endswith("?")

    @property
    def wants_more_than_yes(self) -> bool:
        """Whether the turn ends in a question that yes or no does not answer: how much, what, when, who."""
        last = _last_sentence(self.text)
        return (last.endswith("?") or _is_bare(last)) and _WH.search(last) is not None


_WH = re.compile(
    r"^(?:\W*(?:and|so|but|ok(?:ay)?|then|well|now),?)*\W*(?:how|what|when|where|who|whose|why|which|wh?at)(?:'?s)?\b",
    re.I,
)
_CHOICE = re.compile(r"\b(?:would (?:you|u) (?:rather|prefer|like to start)|which (?:one|of)\b).*\bor\b", re.IGNORECASE)
#: Words that stand for what was spoken of before.
_LEANS_BACK = re.compile(r"\b(?:it|that|this|them|those|they|he|him|his|she|her)\b", re.IGNORECASE)


#: Below this probability a client does not take an utterance for pressure.
SURE_OF_PRESSURE = 0.5


def hear(text: str, codes: Sequence[str], persona: Persona, history: Sequence[Said]) -> Heard:
    """Read one trainee turn. `codes`: one per utterance, in order; `history`: the turns before it."""
    unique = tuple(dict.fromkeys(codes)) or ("other",)
    own = topics_in(text, persona)
    topics = own or _topics_before(text, persona, history)
    moment = moment_of(text, unique, first=not any(said.speaker == "counsellor" for said in history))
    named = topics_in(last_client(history).text, persona)
    heard = Heard(
        text=text,
        codes=unique,
        last_code=_last_code(text, codes),
        topics=topics,
        moment=moment,
        reflected=_reflected(text, unique, history),
        false_choice=is_false_choice(text, unique),
        belief=argued_with(text, unique, own, persona),
        met=met(text, unique, own, persona),
        backs_off="emphasize_autonomy" in unique or _APOLOGY.search(text) is not None,
        after_act=last_client(history).act,
        silences=_silences(history) + 1 if moment == "silence" else 0,
    )
    gently = moment == "ask_permission" or "seek_collaboration" in unique
    into = () if heard.backs_off else own or (topics if heard.asks and _goes_on(text) else ())
    return replace(heard, touches=touched(persona, unique, into, named, asks=heard.asks), gently=gently)


def _goes_on(text: str) -> bool:
    """Whether a turn can only be about what was spoken of before: “Why not?”, “How was that for you?”."""
    return not content_words(text) or _LEANS_BACK.search(text) is not None


def last_client(history: Sequence[Said]) -> Said:
    """The client's last turn; an empty one where nothing was said yet."""
    return next((said for said in reversed(history) if said.speaker == "client"), Said("client", ""))


def _silences(history: Sequence[Said]) -> int:
    """How many of the counsellor's last turns in a row were silent."""
    turns = [said.text for said in reversed(history) if said.speaker == "counsellor"]
    return len(list(takewhile(lambda text: _SILENT.search(text) is not None, turns)))


def _is_bare(text: str) -> bool:
    """Whether a text is a follow-up of a few words: “Why not?”, “like what”, “hm”."""
    return len(text.split()) <= 4


def _last_code(text: str, codes: Sequence[str]) -> str:
    """The last utterance's code; a bare “Why not?” is answered as the open question it is, whatever it was coded."""
    if _CHOICE.search(_last_sentence(text)):
        return "offer_choices"
    if _is_bare(text) and _WH.search(text) and (not codes or codes[-1] != "closed_question"):
        return "open_question"
    if text.rstrip().endswith("?") and _WH.search(_last_sentence(text)) and codes and codes[-1] in _REFLECTIVE:
        return "open_question"  # “Why a 3 and not a 0?”
    return codes[-1] if codes else "other"


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?…])\s+", text.strip())[-1]


def _topics_before(text: str, persona: Persona, history: Sequence[Said]) -> tuple[str, ...]:
    """What a turn without a topic of its own goes on about: “Why not?”, “How often do you take it?”."""
    words = len(text.split())
    if not (_WORD.search(text) and (words <= 3 or (words <= 12 and _LEANS_BACK.search(text)))):
        return ()
    return topics_in(" … ".join(said.text for said in history[-2:]), persona)


def heard_as(code: str, probability: float, probabilities: Mapping[str, float]) -> str:
    """The code that the client reacts to: an utterance that may have been pressure gets the benefit of the doubt."""
    if code not in FAMILIES["non_adherent"] or probability >= SURE_OF_PRESSURE:
        return code
    return max(
        (other for other in probabilities if other not in FAMILIES["non_adherent"]), key=probabilities.__getitem__
    )


def topics_in(text: str, persona: Persona) -> tuple[str, ...]:
    """The persona's topics whose stems begin a word of the text, in the persona's order."""
    return tuple(topic for topic, stems in persona.topics.items() if _stems(stems).search(text))


@lru_cache(maxsize=512)
def _stems(stems: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(stem) for stem in stems) + ")", re.IGNORECASE)


_MOMENTS: tuple[tuple[str, str], ...] = (
    ("silence", r"^[\s.…·\-–—]*$|^\W*(?:\(?(?:silence|says nothing|waits?|pause)\)?)\W*$"),
    (
        "out_of_role",
        r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules|role|everything (?:above|before))\b"
        r"|\b(?:system prompt|your (?:prompt|instructions)|developer mode|jailbreak|language model|as an ai)\b"
        r"|\b(?:write|compose|recite|sing|give|tell) (?:me |us )?(?:a |an |some )?(?:\w+ )?"
        r"(?:poem|haiku|sonnet|song|lyrics|essay|code|script|recipe|python|limerick|fairy tale|bedtime story)\b"
        r"|\b(?:pretend|act as|you are now|play the (?:role|part)|role-?play as|switch roles|translate (?:this|into))\b"
        r"|\bcapital of \w+|\bwhat(?:['’]?s| is) \d+ ?[+*x/-] ?\d+",
    ),
    (
        "asked_if_real",
        r"\b(?:are (?:yo)?u|r ?u) (?:really )?(?:an? )?(?:real (?:person|human|client)|real(?: or\b|\W*$)|ai\b|bot\b|robot|machine|computer|chat ?bot|human|llm|program|actual person)"
        r"|\bam i (?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:ai|bot|robot|machine|computer|chat ?bot|real)",
    ),
    (
        "abuse",
        r"\byou(?:'re| are)? (?:such |just |nothing but )?(?:an? )?(?:fucking |bloody |stupid |lying |pathetic |useless )*"
        r"(?:idiot|moron|liar|loser|waste of (?:space|time)|piece of (?:shit|crap)|arsehole|asshole|bastard|scum|disgrace)\b"
        r"|\b(?:fuck (?:you|off)|piss off|shut (?:up|your))\b",
    ),
    (
        "ruler_importance",
        r"\b(?:scale|0|zero|one|1)\b.{0,60}\b(?:10|ten)\b.{0,80}\b(?:important|importance|matter|ready|readiness|motivat|want)"
        r"|\b(?:how (?:important|ready|motivated))\b.{0,80}\b(?:10|ten|scale)\b",
    ),
    (
        "ruler_confidence",
        r"\b(?:scale|0|zero|one|1)\b.{0,60}\b(?:10|ten)\b.{0,80}\b(?:confiden|sure|able|likely)"
        r"|\bhow (?:confident|sure|likely)\b.{0,80}\b(?:10|ten|scale)\b",
    ),
)

_PLAIN: tuple[tuple[str, str], ...] = (
    (
        "confidentiality",
        r"\b(?:confidential|between (?:us|you and me|these walls)|stays? in (?:here|this room)|nothing (?:you say )?(?:in )?(?:here )?(?:leaves|goes)"
        r"|who (?:hears|sees|reads)|won't (?:tell|report)|don't report)\b",
    ),
    (
        "apology",
        r"^(?:\W*(?:oh|ok(?:ay)?|no|yeah|right|look),?)?\W*(?:i'm |i am )?(?:so |really |very )?sorry\b(?! (?:to hear|that (?:happened|you)|for (?:your|what)|you(?:'re| are| had| went)|things))|\bi apologi[sz]e\b|\bmy apologies\b",
    ),
    ("thanks", r"^\W*(?:ok(?:ay)?,? |well,? )?(?:thanks|thank you|cheers|i appreciate (?:you|that|it))\b"),
    (
        "small_talk",
        r"\b(?:weather|raining|parking|park(?:ed)? ok|traffic|find (?:us|the place|it) (?:ok|okay|all right|alright)|get here|your (?:drive|journey)"
        r"|tea or coffee|coffee\?|glass of water)\b",
    ),
    (
        "greeting",
        r"^\W*(?:hi|hiya|hello|hey|yo|sup|good (?:morning|afternoon|evening)|morning|afternoon|nice to meet|pleased to meet|welcome)\b"
        r"|^\W*all? ?right(?:,? mate)?\W*$|\bmy name(?:'s| is)\b|\bhow are you\b|\b(?:have|take) a seat\b|\bsit down\b",
    ),
)

_ASK_PERMISSION = re.compile(
    r"\b(?:would it be|is it|would that be|is that) (?:ok(?:ay)?|all ?right|alright|fine)\b|\bdo you mind if\b|\bmind if i\b"
    r"|\b(?:may|can|could) i (?:just )?(?:ask|tell|share|say|check|explain)\b|\bok(?:ay)? (?:if|to) (?:i|we|ask|talk)\b",
    re.IGNORECASE,
)
_MAY_I = re.compile(r"\b(?:may|can|could|mind if) i\b", re.IGNORECASE)
_HOW_ARE_YOU = re.compile(
    r"^[^?]*\b(?:how(?:'s it going| are (?:you|things)| have you been| do you do)|how's things)\b[^?]{0,24}\??\W*$",
    re.IGNORECASE,
)
_WEATHER = re.compile(r"^[^?]*\bhow(?:'?s| is| was) (?:the|your) (?:weather|traffic|drive|journey)\b", re.IGNORECASE)
_ALWAYS = tuple((name, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for name, pattern in _MOMENTS)
_SILENT, _APOLOGY = _ALWAYS[0][1], re.compile(dict(_PLAIN)["apology"], re.IGNORECASE)
_LIGHT = tuple((name, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for name, pattern in _PLAIN)
_WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)
_VOWEL = re.compile(r"[aeiouyà-ÿ]", re.IGNORECASE)


def moment_of(text: str, codes: Sequence[str], *, first: bool) -> str | None:
    """The special moment the turn makes, or None. Light ones (thanks, weather) only where nothing else is asked."""
    for name, pattern in _ALWAYS:
        if pattern.search(text):
            return name
    if _unintelligible(text):
        return "unintelligible"
    if kind := addresses_the_machine(text):
        return "asked_if_real" if kind == ASKS_WHAT_IT_IS else "out_of_role"
    last = codes[-1] if codes else "other"
    asked = last == "seek_collaboration" or (last == "closed_question" and _MAY_I.search(text) is not None)
    if asked and _ASK_PERMISSION.search(text):
        return "ask_permission"
    rest = set(codes) - {
        "other",
        "give_information",
        "support",
        "seek_collaboration",
        "emphasize_autonomy",
        "closed_question",
    }
    if (first and _HOW_ARE_YOU.search(text)) or _WEATHER.search(text):
        rest -= {"open_question"}
    if rest:
        return None
    for name, pattern in _LIGHT:
        if pattern.search(text) and (first or name != "greeting"):
            return name
    return None


def _unintelligible(text: str) -> bool:
    """No word that could be a word: random keys, bare symbols, another script than the persona reads."""
    words = _WORD.findall(text)
    readable = [
        word for word in words if _VOWEL.search(word) or word.lower() in ("mm", "hm", "hmm", "mhm", "nth", "tv")
    ]
    consonants = [word for word in words if re.search(r"[bcdfghjklmnpqrstvwxz]{6,}", word, re.IGNORECASE)]
    short = re.fullmatch(r"\W*(?:\w|\d+)\W*", text) is not None
    return (not readable and not short) or (bool(words) and len(consonants) * 2 >= len(words))


_REFLECTIVE = (*FAMILIES["reflection"], "reframe")


def _reflected(text: str, codes: Sequence[str], history: Sequence[Said]) -> Stance | None:
    """The stance that a reflection took up: of the recent client turn that shares most words with it, else the last."""
    if "amplified_reflection" in codes:
        return Stance.SUSTAIN
    if "double_sided_reflection" in codes:
        return Stance.CHANGE
    if not set(codes) & set(_REFLECTIVE):
        return None
    recent = [said for said in history if said.speaker == "client" and said.stance][-3:][::-1]
    if not recent:
        return None
    best = max(recent, key=lambda said: len(content_words(said.text) & content_words(text)))
    return Stance(best.stance or Stance.NEUTRAL)


__all__ = ["Heard", "Said", "content_words", "hear", "heard_as", "last_client", "moment_of", "topics_in"]

"""What a client's turn is about: the step that is refused or wished for, and the thing that is spoken of.

Rules on clauses that were turned round already (`mirror`): "you're not seeing any doctor" → the step "see any doctor".
Only verbs that name a step somebody could take are known; where nothing is found the caller has other forms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.mirror import VERB, Heard, best_first

#: Steps by their -ing form: the verbs of which "whether you …" and "the time to …" make sense.
_STEPS = {
    "stopping": "stop", "quitting": "quit", "giving": "give", "cutting": "cut", "changing": "change",
    "starting": "start", "beginning": "begin", "taking": "take", "seeing": "see", "going": "go", "signing": "sign",
    "talking": "talk", "telling": "tell", "doing": "do", "joining": "join", "using": "use", "attending": "attend",
    "trying": "try", "wearing": "wear", "testing": "test", "moving": "move", "apologising": "apologise",
    "apologizing": "apologize", "checking": "check", "filling": "fill", "writing": "write", "reading": "read",
    "answering": "answer", "ringing": "ring", "calling": "call", "booking": "book", "asking": "ask",
    "opening": "open", "sitting": "sit", "keeping": "keep", "coming": "come", "showing": "show", "bringing": "bring",
    "sharing": "share", "cooking": "cook", "eating": "eat", "paying": "pay", "selling": "sell", "training": "train",
    "drinking": "drink", "smoking": "smoke", "vaping": "vape", "flossing": "floss", "walking": "walk",
    "swallowing": "swallow", "having": "have", "getting": "get", "putting": "put", "letting": "let",
    "living": "live", "sleeping": "sleep", "calming": "calm", "dropping": "drop", "setting": "set",
}  # fmt: skip
_BASES = frozenset(_STEPS.values())
#: Of these steps only some are steps: "have a coffee" is one, "have it" is not.
_NARROW = {
    "have": r"have (?:a |any |the )?(?:coffee|jab|needle|operation|scan|test|vaccine|injection|drink|tea|meeting)",
    "get": r"get (?:into|help|involved|tested|rid|a job|a sponsor|vaccinated|the jab|it checked|out)",
    "put": r"put (?:it|that|the|your|any)",
    "let": r"let (?:them|him|her|anyone|anybody) (?:in|see|know|help|put|do|near|touch|look)",
    "see": r"see (?:a|an|any|the|him|her|them|your|some)(?! (?:point|problem|need|use|harm|reason|sense))",
    "set": r"set (?:a|an|any|the)",
    "give": r"give (?:up|it|that|them|him|her|the|any|your|everything)",
    "calm": r"calm down", "drop": r"drop (?:it|that|the|your|out)",
}  # fmt: skip
_NARROW["go"] = (
    r"go (?!to )|"
    r"go to (?:any|the|an?|your|that|this|some|see|rehab|school|college|work|meetings|court|church|hospital)\b"
)
#: Steps that need no object.
_ALONE = frozenset((
    "stop", "quit", "sign", "go", "talk", "change", "come", "start", "apologise", "apologize", "move", "smoke", "drink",
    "vape", "cook", "share", "walk", "eat", "join", "answer", "floss", "try",
))  # fmt: skip
#: Steps whose refusal is no refusal of change: nobody comes alongside "not the time to keep the job".
_NO_CHANGE = frozenset(("keep", "eat", "live", "sleep", "drink", "smoke", "vape", "let", "sit", "put", "get"))
_REFUSED = re.compile(
    r"""^(?:you(?:'re|\ are)\ (?:just\ |really\ |simply\ )?not\ (?:going\ to|about\ to|here\ to)|you\ (?:won't|
    will\ not|'ll\ not|would\ never|will\ never|refuse\ to|don't\ want\ to|do\ not\ want\ to|don't\ need\ to|
    don't\ have\ to|wouldn't|would\ not|don't\ plan\ to|don't\ intend\ to|shouldn't\ have\ to)|you'(?:ll|
    d)\ (?:never|not)|you'd\ rather\ not|you\ would\ rather\ not|you'd\ sooner\ not)\ (?:ever\ |even\ |
    just\ )?(?P<do>\w.+)$""",
    re.IGNORECASE | re.VERBOSE,
)
_REFUSED_ING = re.compile(
    r"^you(?:'re| are) (?:just |really |simply )?not (?:even )?(?P<ing>[a-z]+ing)\b(?P<rest>.*)$", re.I
)
_NOT_DONE = re.compile(
    r"^you don't (?P<do>do (?!that|it|this|any|nothing|well|much|so\b|what)\w+.*|go to\b.*)$", re.IGNORECASE
)
_WANTED = re.compile(
    r"""^(?:you\ (?:just\ |only\ |really\ |still\ )?(?:want\ to|need\ to|have\ to|hope\ to|mean\ to|plan\ to|
    would\ like\ to|might|could|should|will)|you'd\ (?:like|love|want)\ to|you'll|you(?:'re|\ are)\ (?:going|trying|
    hoping|planning)\ to|you've\ got\ to|you\ wish\ you\ could)\ (?:just\ |maybe\ |probably\ )?(?P<do>\w.+)$""",
    re.IGNORECASE | re.VERBOSE,
)
_CUT = re.compile(
    r"\s*[,;:–—]|\s+(?:because|but|so|until|till|unless|if|when|while|since|before|after|then|and|or|just|like|whatever|"
    r"no matter|as long|though|in front|for your|for her|for his|is|are)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:any ?more|either|yet|ever|now|today|tonight|at all|no more|really|anyway|tomorrow|this time|"
    r"right now|for now|a \w+ time)$",
    re.I,
)
_CLOSED = (
    "of|in|on|at|for|with|by|to|from|about|into|over|under|up|down|off|out|and|or|but|because|so|if|when|while|than|as|"
    "is|are|was|were|be|been|has|have|had|do|does|did|can|can't|could|will|won't|would|isn't|wasn't|aren't|don't|"
    "doesn't|didn't|that|who|which|what|where|how|it|he|she|they|you|your|the|a|an|my|them|him|her|me|us|all|"
    "every|any|some|no|not|too|either|now|again|today|tonight|yesterday|anyway|more|back|just|only|even|still|always|never|"
    "really|then|there|here|this|these|those|his|their"
)
_NOUN = rf"(?!(?:{_CLOSED})\b)[a-z][a-z-]*"
_THING = re.compile(
    rf"\b(?P<det>your|the|his|their)\s+(?P<noun>(?:{_NOUN}\s+)?{_NOUN})(?=$|[,.;:!?]|\s+(?:{_CLOSED})\b)", re.IGNORECASE
)
#: People are nobody's topic: "stay with your wife" says something else.
_PEOPLE = frozenset((
    "wife", "husband", "partner", "mum", "mam", "mom", "mama", "mother", "dad", "daddy", "father", "parents",
    "kids", "children", "son", "daughter", "boys", "girls", "lad", "brother", "brothers", "sister", "sisters",
    "nan", "gran", "grandma", "grandmother", "grandfather", "grandad", "aunt", "aunties", "uncle", "cousin",
    "cousins", "boss", "manager", "coach", "supervisor", "teacher", "doctor", "nurse", "solicitor", "girlfriend",
    "boyfriend", "gf", "bf", "ex", "exes", "mate", "mates", "friend", "friends", "girlfriends", "missus",
    "neighbour", "roommate", "customers", "family", "weans", "mother-in-law", "team", "people",
))  # fmt: skip
_NO_THING = frozenset((
    "time", "times", "way", "ways", "point", "end", "day", "days", "week", "weeks", "month", "months", "year",
    "years", "morning", "night", "nights", "thing", "things", "one", "ones", "bit", "lot", "rest", "same", "first",
    "last", "other", "kind", "sort", "fact", "reason", "idea", "question", "word", "words", "whole", "only",
    "minute", "moment", "place", "side", "hand", "hands", "people", "world", "best", "worst", "answer", "own",
    "mind", "head", "business", "fault", "choice", "turn", "matter", "mouth", "face", "name", "back", "number",
    "numbers", "others", "next", "second", "third", "top", "bottom", "middle", "front", "truth", "hell", "most",
    "least", "stuff", "problem", "use", "difference", "sake", "entertainment", "attention", "weekend", "ground",
    "floor", "wall", "air", "sky", "record", "eyes", "ears", "ear", "nose", "feet", "shoe", "shoes", "pocket",
    "sleeve", "legs", "lads", "two", "three", "four", "five", "six", "half", "course", "guts", "life", "bloke",
    "state", "part", "pair", "picture", "shoulder", "arm", "arms", "go", "chances", "buttons", "stomach", "finger",
    "bra", "socks", "ham", "roof", "ride", "aunties", "alarm", "company", "sense", "sound", "look", "feel", "bus",
    "door", "doors", "drawer", "hours", "hour", "evening", "afternoon",
))  # fmt: skip
#: Things that people come to talk about, when they are named without an article.
_BARE = re.compile(
    r"\b(?P<noun>drinking|smoking|vaping|gambling|betting|dieting|insulin|methadone|medication|meds|tablets|pills|gummies|weed|"
    r"cannabis|spice|school|counselling|counseling|therapy|rehab|detox|probation|chemo|dialysis|physio|injections|patches|"
    r"cigarettes|fags|beer|wine|cider|whiskey|vodka|exercise|homework)\b",
    re.IGNORECASE,
)
_NO_ARTICLE = frozenset(("school", "probation", "chemo", "dialysis", "physio", "rehab", "detox", "counselling",
                         "counseling", "therapy", "homework", "exercise"))  # fmt: skip
_VERBISH = re.compile(r"(?:ed|ly|ing)$")
_ING_NOUNS = frozenset((
    "drinking", "smoking", "vaping", "gambling", "betting", "meeting", "training", "warning", "spending", "driving",
    "temper", "feeling", "shopping", "cooking", "hearing", "building",
))  # fmt: skip


@dataclass(frozen=True)
class Step:
    """Something the client could do, as after "to": "see a doctor". `refused` is False where it is wished for."""

    do: str
    refused: bool

    @property
    def change(self) -> bool:
        """Whether refusing it is talk against change, so that somebody may come alongside."""
        return self.refused and self.do.split()[0] not in _NO_CHANGE and not re.match(r"do (?:that|it) \w", self.do)


def step_in(heard: Sequence[Heard]) -> Step | None:
    """The step that the client's clauses name, the clause that says most about the client first."""
    ranked = best_first(heard)
    return next((step for clause in ranked if (step := _step(clause.you))), None)


def is_step(do: str) -> bool:
    """Whether a verb phrase names a step that somebody could take or leave."""
    verb = do.split()[0].lower() if do.split() else ""
    return verb in _BASES and (verb not in _NARROW or re.match(_NARROW[verb], do, re.IGNORECASE) is not None)


def thing_in(heard: Sequence[Heard], elsewhere: str = "", *, strict: bool = False) -> str | None:
    """The thing that the clauses are about, with its article: "your kids"; None where none is plain.

    "The scanner" counts only where the noun comes up `elsewhere` in the talk too; where `strict`, "your scanner" too.
    """
    ranked = best_first(heard)
    context = {word.lower() for word in re.findall(r"[\w-]+", elsewhere)}
    things = (thing for clause in ranked for thing in _things(clause.you, context, strict))
    if strict:
        return next(things, None)
    bare = (_with_article(found["noun"].lower()) for clause in ranked if (found := _BARE.search(clause.you)))
    return next(things, None) or next(bare, None)


def _things(clause: str, context: set[str], strict: bool) -> list[str]:
    """The noun phrases of a clause that somebody could come to talk about, the last one first."""
    found = []
    for match in _THING.finditer(clause):
        words = match["noun"].lower().split()
        known = (match["det"].lower() == "your" and not strict) or words[-1] in context
        verbish = any(_VERBISH.search(word) and word not in _ING_NOUNS for word in words) or VERB.fullmatch(words[-1])
        if known and not verbish and not (_NO_THING | _PEOPLE) & {*words}:
            found.append(" ".join((match["det"].lower(), *words)))
    return found[::-1]


def as_step(aim: str) -> str | None:
    """What a change would be, as a step: "stopping the shouting, at work and at home" → "stop the shouting"."""
    first = re.split(r"\s*(?:,|;|\band\b|\bor\b)\s*", " ".join(aim.split()), maxsplit=1)[0].rstrip(".")
    verb, _, rest = first.partition(" ")
    do = re.sub(r"\b(?:his|her|their)\b", "your", f"{_STEPS.get(verb.lower(), verb.lower())} {rest}".strip())
    words = do.split()
    return do if words and words[0] in _BASES and (len(words) > 1 or do in _ALONE) and len(words) <= 8 else None


def _with_article(noun: str) -> str:
    return noun if noun in _NO_ARTICLE else f"the {noun}"


def _step(clause: str) -> Step | None:
    ing = _REFUSED_ING.match(clause)
    base = _STEPS.get(ing["ing"].lower()) if ing else None
    refused = [found["do"] for found in (_REFUSED.match(clause), _NOT_DONE.match(clause)) if found]
    if ing and base:
        refused.append(base + ing["rest"])
    wanted = _WANTED.match(clause)
    steps = (*(_made(do, refused=True) for do in refused), _made(wanted["do"], refused=False) if wanted else None)
    return next((step for step in steps if step), None)


def _made(do: str, *, refused: bool) -> Step | None:
    do = _CUT.split(do)[0].strip()
    while (shorter := _TAIL.sub("", do)) != do:
        do = shorter
    words = do.split()
    whole = len(words) > 1 or do in _ALONE
    if not whole or len(words) > 6 or not is_step(do) or words[-1].lower() in ("to", "of", "for", "the", "a", "your"):
        return None
    return Step(do, refused)


__all__ = ["Step", "as_step", "is_step", "step_in", "thing_in"]

"""A client's sentence in plain standard English: no fillers, no false starts, the apostrophes that chat leaves out.

What is said back to somebody keeps their words and drops their stumbles. Dialect becomes standard ("ain't", "I done"),
since a counsellor who copies it sounds as if mocking. Rules and word lists, no model.
"""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"""^(?:(?:well|yeah|yeh|yep|yup|yes|no|nah|nope|ok|okay|oh|ah|look|listen|right|so|and|but|honestly|like|
    i\ mean|you\ know|i\ don't\ know|idk|to\ be\ honest|tbh|ngl|lol|haha|actually|anyway|alright|all\ right|fine|
    sure|see|because|because\ like|cos|'cause|cause|mm|hm|um|uh|er|erm|quite|correct|exactly|as\ i\ said|
    like\ i\ said|i\ guess|i\ suppose|don't\ get\ me\ wrong|if\ you\ must|sir|miss|ma'am|mate|man|bro|dude|doc|
    doctor|love|mama|pal|then|plus|honest|trust\ me|believe\ me|basically|obviously|also|please|thing\ is|
    the\ thing\ is|fact\ is|or)(?:\s*[,.;:–—-]+\s*|\s+(?=(?:i|i'm|i've|i'd|i'll|im|ive|my|it|it's|its|there's|they|
    well|he|she|we|nobody|everybody|everyone)\b)))+""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    r"""(?:\s*,\s*(?:you\ know|mate|love|pal|buddy|man|sir|miss|ma'am|doc|doctor|dear|really|right|eh|ok|okay|bro|
    dude|to\ be\ honest|i\ think|i\ suppose|i\ guess|frankly|honestly|you\ see|as\ it\ goes|huh|yes|no|please|then|
    mind|mostly|supposedly|thanks|believe\ me|i\ swear|at\ least|like|anyway|if\ you\ want\ to\ know|
    if\ you\ must\ know)|\s*,?\s*\b(?:innit|lol|lmao|haha|tbh|ngl|thanks|thank\ you|is\ all|that's\ all|though|tho|
    eh|tbf|(?<!\ my)(?<!\ a)(?<!\ your)\ (?:mate|bro|pal|fam|sir|miss|doc|ma'am)))+$""",
    re.IGNORECASE | re.VERBOSE,
)
_ASIDE = re.compile(r"\([^)]*\)|\*[^*]*\*|\[[^\]]*\]")
_BREAK = re.compile(r"\s+(?:lol|haha|lmao|tbh|ngl|idk|smh)\s+", re.IGNORECASE)
_CALLED = re.compile(r",\s*(?:love|mate|man|doc|sir|miss|bro|pal),", re.IGNORECASE)
_FILLED = re.compile(r",\s*(?:like|you know|i mean|honestly|um|uh|er),", re.IGNORECASE)
_TAG = re.compile(
    r",\s*(?:do|does|did|is|are|was|were|has|have|can|could|will|would|wo)(?:n't)?\s(?:i|it|they|he|she|we|you)(?=[,.])",
    re.IGNORECASE,
)
_STRENGTH = re.compile(
    r"\b(?:bloody|sodding|flipping|effing|frigging|freaking|damn|goddamn|fucking|literally)\s+", re.I
)
_STUTTER = re.compile(r"\b((?:[\w'’]+ ){0,2}[\w'’]+),\s+(?=\1\b)", re.IGNORECASE)
_TWICE = re.compile(r"\b(i|it|he|she|we|they|my|the|a|and|that's|it's) \1\b", re.IGNORECASE)
_RESTART = re.compile(
    r"^(?:i|it|that|they|he|she|we)(?:['’]\w+)?(?: (?:not|don't|just|can't|do))?,\s+(?=(?:i|it|that|they|he|she|we)\b)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\blike (?=\d|a (?:million|hundred|thousand|couple)\b|(?:one|two|three|four|five|six|ten|twenty)\b)"
)
#: "me" for "my": followed by something that one has.
_MY = re.compile(
    r"""\bme\ (?=(?:own|mum|mam|dad|nan|mates?|missus|wife|husband|kids?|lads?|brother|sister|head|back|legs?|
    knees?|hands?|feet|spot|job|house|flat|car|phone|tea|dinner|money|life|age|teeth|pills|meds|fags?|bed|room|door|
    boots)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_SPELLINGS = {
    "dont": "don't", "cant": "can't", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't",
    "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't",
    "wont": "won't", "arent": "aren't", "werent": "weren't", "im": "I'm", "ive": "I've", "thats": "that's",
    "theyre": "they're", "hes": "he's", "shes": "she's", "theres": "there's", "theyve": "they've", "hadnt": "hadn't",
    "itll": "it'll", "weve": "we've", "whats": "what's", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "cos": "because", "coz": "because", "bc": "because", "n": "and", "tho": "though", "cuz": "because", "w": "with",
    "meself": "myself", "summat": "something", "owt": "anything", "nowt": "nothing", "kinda": "kind of",
    "sorta": "sort of", "abt": "about", "rn": "right now", "ppl": "people", "cannae": "can't", "dinnae": "don't",
}  # fmt: skip
_STANDARD: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (r"\bi ain't got\b", "I haven't got"),
        (r"\bi ain't (?=been|done|had|seen|touched|told|taken)", "I haven't "),
        (r"\bi ain't (?=(?!even\b)\w+(?:ed|en|pt|ne|ght|ld)\b)", "I haven't "),
        (r"\bi ain't\b", "I'm not"),
        (r"\b(they|we) ain't\b", r"\1 aren't"),
        (r"\b(he|she|it|that|there) ain't\b", r"\1 isn't"),
        (r"\b(he|she|it|that|mama|mum|mom|dad|daddy) don't\b", r"\1 doesn't"),
        (r"\b(we|they) was\b", r"\1 were"),
        (r"\b(he|she|it) were\b", r"\1 was"),
        (r"\bi've (?=(?:my|an?|the|no|two|three|four|five)\b)", "I have "),
        (r"\bi (done|seen|been) (?=\w)", r"I've \1 "),
        (r"\b(would|could|should|might|i'd|he'd|she'd|they'd) of\b", r"\1 have"),
        (r"('ve|\bhave|\bhas|'s) took\b", r"\1 taken"),
        (r"('ve|\bhave|\bhas) went\b", r"\1 gone"),
        (r"('ve|\bhave|\bhas) drank\b", r"\1 drunk"),
        (r"\bi got (?=a bad|two kids|three kids|a job|a family|bills|work|to )", "I've got "),
        (r"\boff of\b", "off"),
        (r"\bits (?=(?:my|not|an?|the|like|for|on|at|just|only|so|too|all|in|been|fine|stupid|hard)\b)", "it's "),
    )
)
_NOT = re.compile(r"\b(?:not|never|nobody|\w+n't)\b", re.IGNORECASE)
_NONE = {"nobody": "anybody", "nothing": "anything", "none": "any", "nowhere": "anywhere", "no-one": "anyone"}


def tidy(text: str) -> str:
    """A whole turn without asides, stutters and mid-sentence noises; its sentences stay where they were."""
    said = _ASIDE.sub(" ", text.replace("’", "'"))
    said = _TAG.sub("", _BREAK.sub(". ", said))
    return _TWICE.sub(r"\1", _STUTTER.sub("", _CALLED.sub(",", _FILLED.sub("", said))))


def plain(sentence: str) -> str:
    """One sentence without what stands before and after its point, in standard spelling; no end mark."""
    text = _STRENGTH.sub("", " ".join(sentence.split())).rstrip(".!, ;:-–")
    text = _RESTART.sub("", _AFTER.sub("", _BEFORE.sub("", text)))
    text = _MY.sub("my ", _ABOUT.sub("", text)).rstrip(".!, ;:-–")
    text = " ".join(_spelled(word) for word in text.split(" "))
    for pattern, better in _STANDARD:
        text = pattern.sub(better, text)
    return _one_negation(text)


def _spelled(word: str) -> str:
    bare = word.rstrip(",;:")
    return _SPELLINGS.get(bare.lower(), bare) + word[len(bare) :]


def _one_negation(text: str) -> str:
    """ "not hurting nobody" → "not hurting anybody": two negations are one in the client's mouth."""
    first = _NOT.search(text)
    if first is None or first.group().lower() == "nobody":
        return text
    head, tail = text[: first.end()], text[first.end() :]
    tail = re.sub(r"\b(?:nobody|nothing|none|nowhere|no-one)\b", lambda m: _NONE[m.group().lower()], tail)
    return head + re.sub(r"^( \w+)? no (?=\w+\b)(?!\w+ (?:and|or)\b)", r"\1 any ", tail)


__all__ = ["plain", "tidy"]

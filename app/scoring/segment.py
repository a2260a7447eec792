"""Splits a counsellor turn into utterances: complete thoughts, in practice sentences and some clauses.

Pure text work with exact offsets: `text[start:end]` is the utterance without surrounding space. What belongs to one
thought stays together: a tag question with its statement, an "Or …" fragment with its menu, a list with the line that
introduces it, an emoji with the sentence it colours. Sources: MISC 2.5 on parsing (a complete thought ends where a
speaker changes, or a new idea begins); the rules for typed chat are the project's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE_END = re.compile(r"""(?:[.!?…؟۔。？！।]+)["'”’)\]»]*""")
_NO_SPACE_NEEDED = frozenset("。？！")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s("'“‘])(?:dr|mr|mrs|ms|mx|st|prof|sgt|rev|vs|etc|approx|dept|e\.g|i\.e|a\.k\.a|p\.s|[a-z])\.$""",
    re.IGNORECASE,
)
_MERIDIEM = re.compile(r"(?:\d\s?|\s)(?:a\.m|p\.m)\.$", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"(?:^|\n|[.!?:;,]\s)\s*\(?\d{1,2}\.$")
_BULLET = re.compile(r"\s*(?:[-*•–—]|\(?\d{1,2}[.)]|\(?[a-h]\))\s")
_WORD = re.compile(r"[^\W_](?:[\w'’\-]*\w)?")
_OR = re.compile(r"\s*or\b(?!\s+(?:what|how|why)\b)", re.IGNORECASE)
_TAG = re.compile(
    r"""\s*(?:(?:is|are|was|were|do|does|did|has|have|had|ca|wo|would|could|should|will|can)(?:n['’]?t)?\s(?:it|you|they|he|she|we|i|that|there)
    |right|yeah|yes|no|ok|okay|hey|eh|huh|innit|correct|hm+|see|fair\senough)\s*\?+\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_PICTURES = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
_ASIDE = re.compile(rf"\s*(?:[{_PICTURES}\s]+|[:;=8]-?[)(DPp/\\]+\s*)")
_CLAUSE = re.compile(
    r"""(?<=[^\s,;:\-–—])\s*(?:,|;|\s[-–—]|[–—])\s*
    (?=(?:(?:and|but|so)\s+)?(?:what|how|why|where|when|who|which)(?:['’](?:s|d|re|ll))?\s+
    (?:(?:else|kind|sort|part|parts|things?|way|ways|one|much|many|long|often|important|confident|ready|come)\s+)*
    (?:of\s+\w+\s+)?(?:is|are|was|were|do|does|did|has|have|had|would|could|should|will|can|might|made|makes|happens|happened|brings|brought|keeps|gets|worries|you|your|that|it|the|about|if)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE_QUESTION_BEFORE = re.compile(
    r"""^\s*(?:(?:and|but|so|well|ok|okay|now|then|alright|right|oh)[,\s]+)*
    (?:what|how|why|where|when|who|which|whose|if|because|since|once|after|before|while|tell|is|are|was|were|do|does|did|has|have|had|would|could|should|will|can|may|might|i\swonder|i['’]m\swondering|i['’]m\scurious|i['’]d\slike)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPLEMENT = re.compile(
    r"\b(?:know|knows|see|tell|told|ask|asked|wonder|wondering|say|said|understand|matter|matters|about|of|decide|think|figure|find|out)$",
    re.IGNORECASE,
)
_SEMICOLON = re.compile(r";\s+")


def segment(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) character offsets of the utterances of `text`, in order, never empty, never overlapping.

    Text without a letter, digit or symbol (blank, "…") has no utterances unless it holds some mark: "…" is one.
    """
    spans = [part for span in _sentences(text) for part in _clauses(text, span)]
    return _joined(text, [span for span in (_stripped(text, *span) for span in spans) if span[0] < span[1]])


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or not text[start].isprintable()):
        start += 1
    while end > start and (text[end - 1].isspace() or not text[end - 1].isprintable()):
        end -= 1
    return start, end


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in sorted({*_punctuation_cuts(text), *_line_cuts(text)}):
        if cut > start:
            yield start, cut
            start = cut
    if start < len(text):
        yield start, len(text)


def _punctuation_cuts(text: str) -> Iterator[int]:
    quoted = _quoted(text)
    line = 0
    for match in _SENTENCE_END.finditer(text):
        cut = match.end()
        line = text.rfind("\n", line, match.start()) + 1 or line
        rest = text[cut : cut + 80]
        if cut >= len(text) or any(start < match.start() and cut < end for start, end in quoted):
            continue
        if not rest[:1].isspace() and text[match.start()] not in _NO_SPACE_NEEDED and not _ASIDE.match(rest):
            continue
        if _ends_sentence(match.group(), text[max(line, match.start() - 40) : match.start() + 1], rest.lstrip()):
            yield cut


def _ends_sentence(mark: str, before: str, after: str) -> bool:
    lower = after[:1].islower()
    closed_quote = mark[-1] in "\"'”’»)"
    if closed_quote and lower:
        return False
    if mark.startswith("…") or mark.startswith("..") or before.endswith(".."):
        return not lower
    if mark[0] == "." and len(mark.rstrip("\"'”’)]»")) == 1:
        if _LIST_NUMBER.search(before):
            return False
        if _MERIDIEM.search(before):
            return not lower
        return not _is_abbreviation(before, after)
    return True


def _is_abbreviation(before: str, after: str) -> bool:
    found = _ABBREVIATION.search(before)
    if not found:
        return False
    word = found.group().strip("\"'“‘( \t\n").lower()
    # "plan B. So …" and "you and I. What …" end a sentence, "J. Smith" does not
    single = len(word) == 2
    return not single or (
        before[-2].isupper()
        and before[-2] != "I"
        and bool(re.match(r"[A-Z][a-z]+\b", after))
        and not re.match(r"(?:So|And|But|What|How|You|It|That|We|I)\b", after)
    )


def _quoted(text: str) -> list[tuple[int, int]]:
    """Spans of quoted speech inside a turn, where a full stop does not end the counsellor's own sentence."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"“[^“”]{1,200}”", text)]
    if text.count('"') % 2 == 0:
        spans += [(m.start(), m.end()) for m in re.finditer(r'"[^"]{1,200}"', text)]
    return [(start, end) for start, end in spans if text[:start].strip() or text[end:].strip()]


def _line_cuts(text: str) -> Iterator[int]:
    for match in re.finditer(r"[ \t]*\n\s*", text):
        before, after = text[: match.start()], text[match.end() :]
        if _BULLET.match(after) and not _BULLET.match(before[before.rfind("\n") + 1 :] + " "):
            continue
        if _BULLET.match(after):
            continue
        line = before[before.rfind("\n") + 1 :]
        wrapped = "\n" not in match.group().strip(" \t")[1:] and len(line) > 60 and after[:1].islower()
        if not (wrapped and not _SENTENCE_END.search(line[-3:])):
            yield match.end()


def _clauses(text: str, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Split a question off the statement it follows, and a sentence at a semicolon, where both halves stand alone."""
    start, end = span
    cuts = [m.end() for m in _SEMICOLON.finditer(text, start, end) if _stands(text, start, m.start(), end, m.end())]
    if "?" in text[start:end]:
        for match in _CLAUSE.finditer(text, start, end):
            head = text[max([start, *cuts]) : match.start()]
            if _words(head) >= 3 and not _CLAUSE_QUESTION_BEFORE.match(head) and not _COMPLEMENT.search(head):
                cuts.append(match.end())
                break
    for cut in sorted(cuts):
        yield start, cut
        start = cut
    yield start, end


def _stands(text: str, start: int, head_end: int, end: int, tail_start: int) -> bool:
    return _words(text[start:head_end]) >= 3 and _words(text[tail_start:end]) >= 3


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give back to the thought before it what is no thought of its own: "Or not.", "Right?", an emoji, "-"."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        part = text[start:end]
        if joined and (_leans_back(part) or not _words(text[joined[-1][0] : joined[-1][1]])):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _leans_back(part: str) -> bool:
    if _OR.match(part) or _TAG.fullmatch(part) or _ASIDE.fullmatch(part):
        return True
    return not _words(part)


__all__ = ["segment"]

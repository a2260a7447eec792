"""Measures of how things are said: length, variety, openings, and clients who talk like counsellors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean, median, quantiles

from training.checks import bounds
from training.checks.language import commonest_opening, counsellor_talk, distinct, repeated
from training.checks.measure import Measure, by_hand, over_all_and_by_hand
from training.checks.texts import Role, Text

CLIENT, COUNSELLOR, ANSWERED = (Role.CLIENT,), (Role.COUNSELLOR,), (Role.ANSWERED,)


def saying(said: Sequence[Text]) -> list[Measure]:
    """All measures of how things are said."""
    return [
        *_lengths(said),
        *_variety(said),
        *_openings(said),
        *_by_code(said),
        *_known(said),
        *_like_counsellors(said),
    ]


def _lengths(said: Sequence[Text]) -> Iterator[Measure]:
    name = "words of a client turn, median"
    yield from over_all_and_by_hand(name, _median, said, CLIENT, bounds.MEDIAN_LENGTH, bounds.MEDIAN_LENGTH_HAND)
    name = f"share of client turns of {bounds.SHORT} words or fewer"
    yield from over_all_and_by_hand(name, _short, said, CLIENT, bounds.SHORT_SHARE, bounds.SHORT_SHARE_HAND)
    name = "words of the longest tenth of client turns, at least"
    yield from over_all_and_by_hand(name, _long, said, CLIENT, bounds.LONG_LENGTH, bounds.LONG_LENGTH_HAND)
    name = "words of a client turn that is answered, median"
    # a hand has one for each moment, and a median is steady sooner than a share
    few = bounds.FEWEST_TEXTS // 4
    yield from over_all_and_by_hand(
        name, _median, said, ANSWERED, bounds.ANSWERED_LENGTH, bounds.ANSWERED_LENGTH_HAND, few
    )


def _median(texts: Sequence[Text]) -> tuple[float, str]:
    return median(len(text.words) for text in texts), ""


def _short(texts: Sequence[Text]) -> tuple[float, str]:
    return mean(len(text.words) <= bounds.SHORT for text in texts), ""


def _long(texts: Sequence[Text]) -> tuple[float, str]:
    lengths = [len(text.words) for text in texts]
    return quantiles(lengths, n=10, method="inclusive")[-1] if len(lengths) > 1 else lengths[0], ""


def _variety(said: Sequence[Text]) -> Iterator[Measure]:
    for roles, what in ((CLIENT, "client turns"), (COUNSELLOR, "counsellor utterances")):
        for hand, texts in by_hand(said, roles):
            words = [text.words for text in texts]
            for n, limits in bounds.DISTINCT.items():
                if (value := distinct(words, n)) is not None:
                    yield Measure(f"distinct {n}-grams of {what}", hand, value, limits)
            if len(texts) >= bounds.FEWEST_TEXTS:
                yield Measure(f"share of {what} said twice", hand, repeated(words), bounds.REPEATED)


def _openings(said: Sequence[Text]) -> Iterator[Measure]:
    for roles, what, limits in (
        (CLIENT, "client turns", bounds.OPENING_CLIENT),
        (COUNSELLOR, "counsellor utterances", bounds.OPENING_COUNSELLOR),
    ):
        for hand, texts in by_hand(said, roles):
            if len(texts) >= bounds.FEWEST_TEXTS and hand not in bounds.OPENS_ALIKE:
                opening, share = commonest_opening([text.words for text in texts])
                yield Measure(f"share of {what} with the commonest opening", hand, share, limits, opening)


def _by_code(said: Iterable[Text]) -> Iterator[Measure]:
    by_code: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for text in said:
        if text.role is Role.COUNSELLOR and len(text.codes) == 1 and text.entry.folder != "test":
            by_code[text.codes[0]].append(text.words)
    for code, words in sorted(by_code.items()):
        if len(words) >= bounds.FEWEST_TEXTS:
            opening, share = commonest_opening(words)
            name = "share of a code's utterances with the commonest opening"
            yield Measure(name, code, share, bounds.OPENING_CODE, opening)


def _known(said: Sequence[Text]) -> Iterator[Measure]:
    """How much of what is set apart stands word for word in training; long texts are refused one by one (alike.py)."""
    trained = {text.words for text in said if text.entry.folder != "test"}
    apart = [text for text in said if text.entry.folder == "test" and len(text.words) >= bounds.FEWEST_WORDS_REPEATED]
    same = [text for text in apart if text.words in trained]
    if apart:
        example = same[0].said if same else ""
        yield Measure(
            "share of texts also in training", "set apart", len(same) / len(apart), bounds.IN_TRAINING, example
        )


def _like_counsellors(said: Sequence[Text]) -> Iterator[Measure]:
    name = "share of client turns with counsellor talk"
    limits = bounds.COUNSELLOR_TALK, bounds.COUNSELLOR_TALK_HAND
    yield from over_all_and_by_hand(name, _heard, said, (Role.CLIENT, Role.ANSWERED), *limits)


def _heard(texts: Sequence[Text]) -> tuple[float, str]:
    heard = [text.said for text in texts if counsellor_talk(text.words)]
    return len(heard) / len(texts), " / ".join(heard[:3])


__all__ = ["saying"]

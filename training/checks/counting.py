"""Measures of what there is: sizes, and how often each code, talk type and act is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.client.acts import ACTS
from app.scoring.codes import CODES, TALK_TYPES
from training.checks import bounds
from training.checks.bounds import Bounds
from training.checks.measure import Measure, by_hand
from training.checks.models import AnswerMoment, Conversation, ReplyMoment
from training.checks.reading import Entry
from training.checks.texts import Role, Text

CLIENT, COUNSELLOR = (Role.CLIENT,), (Role.COUNSELLOR,)


def counting(entries: Sequence[Entry], said: Sequence[Text]) -> list[Measure]:
    """All measures of what there is."""
    trained = [text for text in said if text.entry.folder != "test"]
    apart = [text for text in said if text.entry.folder == "test"]
    return [
        *_sizes([entry for entry in entries if entry.folder != "test"]),
        *_codes(trained, "training", bounds.CODE_COUNT),
        *_codes(apart, "test", bounds.CODE_COUNT_TEST),
        *_codes_by_hand(said),
        *_talk(trained),
        *_talk_by_hand(said),
        *_acts(trained),
    ]


def _sizes(trained: Sequence[Entry]) -> Iterator[Measure]:
    items = [entry.item for entry in trained]
    replies = [item for item in items if isinstance(item, ReplyMoment)]
    counts = {
        "moments of client replies": len(replies),
        "client replies": sum(len(moment.replies) for moment in replies),
        "coded counsellor answers": sum(len(item.answers) for item in items if isinstance(item, AnswerMoment)),
        "conversations": sum(isinstance(item, Conversation) for item in items),
        "different people": len({entry.person for entry in trained if entry.person}),
        # "sleep, night call centre" and "sleep, new parent" are one field
        "fields": len({item.field.split(",")[0].casefold() for item in items if not isinstance(item, ReplyMoment)}),
    }
    for name, least in bounds.SIZES.items():
        yield Measure(f"size: {name}", "all", counts[name], Bounds(least, None))


def _codes(said: Iterable[Text], part: str, least: Bounds) -> Iterator[Measure]:
    counts = Counter(code for text in said if text.role is Role.COUNSELLOR for code in text.codes)
    for code in CODES:
        yield Measure(f"utterances of a code in {part}", code, counts[code], least)
    for code, share in _shares(counts, CODES):
        yield Measure(f"share of a code in {part}", code, share, bounds.CODE_SHARE)


def _codes_by_hand(said: Iterable[Text]) -> Iterator[Measure]:
    for hand, texts in by_hand(said, COUNSELLOR):
        counts = Counter(code for text in texts for code in text.codes)
        if counts.total() >= bounds.FEWEST_TEXTS:
            code, count = counts.most_common(1)[0]
            yield Measure(
                "share of a hand's commonest code", hand, count / counts.total(), bounds.CODE_SHARE_HAND, code
            )


def _talk(said: Iterable[Text]) -> Iterator[Measure]:
    counts = Counter(text.codes[0] for text in said if text.role is Role.CLIENT)
    for kind, share in _shares(counts, TALK_TYPES):
        yield Measure("share of a talk type", kind, share, bounds.TALK_SHARE)


def _talk_by_hand(said: Iterable[Text]) -> Iterator[Measure]:
    for hand, texts in by_hand(said, CLIENT):
        if len(texts) >= bounds.FEWEST_TEXTS:
            for kind, share in _shares(Counter(text.codes[0] for text in texts), TALK_TYPES):
                yield Measure(f"share of a hand's {kind} talk", hand, share, bounds.TALK_SHARE_HAND)


def _acts(said: Iterable[Text]) -> Iterator[Measure]:
    counts = Counter(text.codes[1] for text in said if text.role is Role.CLIENT)
    for act in ACTS:
        if act not in bounds.ACTS_BY_RULE:
            yield Measure("client turns of an act", act, counts[act], bounds.ACT_COUNT)


def _shares(counts: Mapping[str, int], names: Iterable[str]) -> Iterator[tuple[str, float]]:
    total = sum(counts.values())
    for name in names:
        yield name, counts.get(name, 0) / total if total else 0.0


__all__ = ["counting"]

"""Who is spoken to: names, “you two”, “the rest of you”. Rules on words; nothing here needs a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.client.group import Cast
from app.client.words import content_words

_WHOLE = re.compile(
    r"\b(?:everybody|everyone|every one of you|all (?:three |two )?of you|you all|y['’]?all|you guys|you lot|guys|folks"
    r"|gentlemen|ladies|the (?:whole )?group|as a group|this group|the (?:whole )?room|around the (?:room|circle|table)"
    r"|each of you|you three|the three of you|among you|any of you|one of you|some of you|between you|all together)\b",
    re.IGNORECASE,
)
_TWO = re.compile(r"\b(?:both of you|you both|you two|the two of you|the pair of you)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:the rest of you|the others?|you others|(?:anybody|anyone|somebody|someone|who) else"
    r"|other (?:people|members|views|voices|thoughts))\b",
    re.IGNORECASE,
)
#: What stands before a name that is called, where it does not begin the sentence.
_BEFORE_NAME = r"(?:^|[.!?…,;:–—]\s*|\b(?:you|about|and|or|but|so|ok(?:ay)?|hi|hey|hello|thanks|thank you|well),?\s+)"
_LEADS_IN = r"(?:so|and|but|ok(?:ay)?|well|hi|hey|hello|thanks|thank you)"
_AFTER_NAME = r"(?=\s*(?:$|[,.!?…:;–—]))"
_YOU = re.compile(r"\b(?:you|your|yours|u|ur)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """The members a turn is spoken to, in the group's order; `named` are those whose names it holds.

    `invites`: it asks those to speak who have not just spoken.
    """

    to: tuple[str, ...]
    named: tuple[str, ...] = ()
    invites: bool = False

    @property
    def one(self) -> str | None:
        """The only member spoken to, None where there are several."""
        return self.to[0] if len(self.to) == 1 else None


def address(
    text: str, cast: Cast, present: Sequence[str] | None = None, recent: Sequence[tuple[str, str]] = ()
) -> Address:
    """Who a trainee's turn is spoken to; all where nothing says otherwise. `recent`: (member, words) last said.

    A name that is called (“Ray, …”, “what about you, Ray?”) goes before words for the group, and these before names
    that are only mentioned. A turn without either goes to the one whose words it takes up.
    """
    here = tuple(member for member in cast.group.ids if present is None or member in present)
    called = _called(text, cast, here)
    named = tuple(member for member in here if _name(cast, member).search(text))
    if called:
        return Address(called, named)
    if _TWO.search(text):
        return Address(_two(cast, here, recent), named, invites="?" in text)
    if _OTHERS.search(text):
        last = (recent[-1][0],) if recent else ()
        others = tuple(member for member in here if member not in (named or last))
        return Address(others or here, named, invites=True)
    if _WHOLE.search(text):
        return Address(here, named, invites=len(here) > 1 and "?" in text)
    if named:
        return Address(named, named)
    taken_up = _taken_up(text, [(member, words) for member, words in recent if member in here])
    return Address((taken_up,) if taken_up else here)


def to_one(member: str, cast: Cast) -> Address:
    """The address where the trainee has picked a member. Raises ValueError for somebody who is not in the group."""
    if member not in cast.group.ids:
        raise ValueError(f"{member!r} is not in this group; there are {', '.join(cast.group.ids)}")
    return Address((member,), (member,))


def without_name(text: str, cast: Cast, member: str) -> str:
    """A turn as the one who is called hears it: a name in front is no part of what is asked."""
    return re.sub(rf"^\W*(?:{_names(cast, member)})\s*[,:–—-]\s*", "", text, count=1, flags=re.IGNORECASE) or text


def takes_up(text: str, recent: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The members whose words a turn takes up: two content words or more in common."""
    words = content_words(text)
    found = [member for member, said in recent if len(words & content_words(said)) >= 2]
    return tuple(dict.fromkeys(found))


def _two(cast: Cast, here: tuple[str, ...], recent: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Whom “you two” means: the two who spoke last, else those two who speak at all, else everybody."""
    speaking = [member for member in here if member in cast.group.speaking]
    last = list(dict.fromkeys(member for member, _ in reversed(recent) if member in speaking))[:2]
    two = last if len(last) == 2 else speaking
    return tuple(member for member in here if member in two) if len(two) == 2 else here


def _called(text: str, cast: Cast, here: Sequence[str]) -> tuple[str, ...]:
    found = []
    for member in here:
        names = _names(cast, member)
        first = rf"^\W*(?:{_LEADS_IN},?\s+)?(?:{names})\s*(?:[,:?!…–—]|and\b)"
        inside = rf"{_BEFORE_NAME}(?:{names}){_AFTER_NAME}"
        if re.search(rf"{first}|{inside}", text, re.IGNORECASE):
            found.append(member)
    return tuple(found)


def _taken_up(text: str, recent: Sequence[tuple[str, str]]) -> str | None:
    """The one member whose last words a turn that says “you” takes up."""
    if not _YOU.search(text):
        return None
    words = content_words(text)
    shared = {member: len(words & content_words(said)) for member, said in recent}
    best = max(shared, key=shared.__getitem__, default=None)
    return best if best is not None and shared[best] >= 2 and list(shared.values()).count(shared[best]) == 1 else None


def _name(cast: Cast, member: str) -> re.Pattern[str]:
    """A name that is mentioned: as it is written, for a ray of light is nobody."""
    return re.compile(rf"\b(?:{_names(cast, member)})\b")


def _names(cast: Cast, member: str) -> str:
    """All that a member is called, as alternatives of a pattern, longest first."""
    own = next(other for other in cast.group.members if other.id == member)
    called = {cast.names[member], cast.people[member].name, *own.called}
    return "|".join(re.escape(name) for name in sorted(called, key=len, reverse=True))


__all__ = ["Address", "address", "takes_up", "to_one", "without_name"]

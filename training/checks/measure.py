"""One measure of the written corpus beside its bounds, and taking it over all texts and hand by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from training.checks.bounds import FEWEST_TEXTS, Bounds
from training.checks.texts import Role, Text


@dataclass(frozen=True)
class Measure:
    """One figure: what it is, of what ("all", a hand, a code), its bounds, and an example of what made it."""

    name: str
    of: str
    value: float
    bounds: Bounds
    example: str = ""

    @property
    def ok(self) -> bool:
        """Whether it lies within its bounds."""
        low, high = self.bounds.low, self.bounds.high
        return (low is None or self.value >= low) and (high is None or self.value <= high)

    @property
    def shown(self) -> str:
        """The figure for people."""
        return self._figure(self.value)

    @property
    def allowed(self) -> str:
        """The bounds for people."""
        low, high = self.bounds.low, self.bounds.high
        if low is None:
            return "anything" if high is None else f"at most {self._figure(high)}"
        return f"at least {self._figure(low)}" if high is None else f"{self._figure(low)} to {self._figure(high)}"

    def __str__(self) -> str:
        example = f" (“{self.example}”)" if self.example else ""
        return f"{self.of}: {self.name}: {self.shown}{example}; right would be {self.allowed}"

    def _figure(self, value: float) -> str:
        if self.name.startswith("share"):
            return f"{100 * value:.1f} %"
        return f"{value:.3f}" if self.name.startswith("distinct") else f"{value:,.10g}"


def by_hand(said: Iterable[Text], roles: Collection[Role]) -> list[tuple[str, list[Text]]]:
    """The texts of some roles, hand by hand."""
    hands: defaultdict[str, list[Text]] = defaultdict(list)
    for text in said:
        if text.role in roles:
            hands[text.hand].append(text)
    return sorted(hands.items())


def over_all_and_by_hand(
    name: str,
    figure: Callable[[Sequence[Text]], tuple[float, str]],
    said: Sequence[Text],
    roles: Collection[Role],
    of_all: Bounds,
    of_hand: Bounds,
    fewest: int = FEWEST_TEXTS,
) -> Iterator[Measure]:
    """A figure, with an example, of what is trained on, and of each hand (of the test too) that wrote enough."""
    trained = [text for text in said if text.role in roles and text.entry.folder != "test"]
    for of, texts, limits in (
        ("all", trained, of_all),
        *((hand, texts, of_hand) for hand, texts in by_hand(said, roles) if len(texts) >= fewest),
    ):
        if texts:
            value, example = figure(texts)
            yield Measure(name, of, value, limits, example)


__all__ = ["Measure", "by_hand", "over_all_and_by_hand"]

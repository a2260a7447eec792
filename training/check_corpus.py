"""Checks the written corpus: `python -m training.check_corpus`.

Prints the measures beside their bounds, then one line for each violation; exit status 1 if there is any. It needs
nothing but the corpus.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from training.checks.alike import near_duplicates
from training.checks.apart import identities
from training.checks.bounds import Bounds
from training.checks.counting import counting
from training.checks.labels import read_labels
from training.checks.measure import Measure
from training.checks.reading import read
from training.checks.saying import saying
from training.checks.texts import texts
from training.written import CORPUS


def check(corpus: Path) -> tuple[list[Measure], list[str]]:
    """All measures, and a line for each violation: of the shape, of identities, of likeness, and of the bounds."""
    entries, wrong = read(corpus)
    wrong += read_labels(corpus / "labels" / "mibot.csv")[1]
    said = texts(entries)
    found = [*counting(entries, said), *saying(said)]
    outside = [str(measure) for measure in found if not measure.ok]
    return found, [*wrong, *identities(entries), *near_duplicates(said), *outside]


def table(found: Iterable[Measure]) -> Table:
    """The measures beside their bounds; of several hands or codes the lowest and the highest that a bound looks at."""
    shown = Table("measure", "of", "is", "should be", "real sessions", title="The written corpus")
    groups: defaultdict[tuple[str, Bounds], list[Measure]] = defaultdict(list)
    for measure in found:
        groups[measure.name, measure.bounds].append(measure)
    for group in groups.values():
        for measure in _ends(group):
            style = "" if measure.ok else "bold red"
            of = f"{measure.of} “{measure.example}”" if 0 < len(measure.example) <= 30 else measure.of
            shown.add_row(measure.name, of, measure.shown, measure.allowed, measure.bounds.real, style=style)
    return shown


def _ends(group: Sequence[Measure]) -> Iterator[Measure]:
    lowest, highest = min(group, key=lambda one: one.value), max(group, key=lambda one: one.value)
    if lowest.bounds.low is not None:
        yield lowest
    if highest.bounds.high is not None and (highest is not lowest or lowest.bounds.low is None):
        yield highest


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m training.check_corpus", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the corpus's folder")
    corpus = parser.parse_args(arguments).corpus
    found, wrong = check(corpus)
    Console().print(table(found))
    for line in wrong:
        # not through rich, which would wrap it
        print(line)
    print(f"{len(wrong)} violation{'' if len(wrong) == 1 else 's'} in {corpus}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

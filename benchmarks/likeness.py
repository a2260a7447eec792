"""The table of `make realism`: each figure of the client beside the prompt-only baseline, real clients and the aim."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.realism import talk
from app.realism.sessions import RealSession
from app.realism.sheets import REAL, SENSE, VOICE, Tally
from benchmarks.common import median, quantile, share_text, short, table
from benchmarks.sessions import Run

#: Replies that do next to nothing: these acts, and whatever has no more words than this.
SMALL_ACTS, SMALL = ("silent", "small_talk", "farewell", "walk_out"), 2
SESSIONS = 100

#: One figure of some sessions, as text; None where it does not apply.
Figure = Callable[[Sequence[Run]], str | None]


@dataclass(frozen=True)
class Row:
    """A line of the table. `policies`: whose sessions it is of; none: all."""

    name: str
    figure: Figure
    policies: tuple[str, ...] = ()
    real: str = ""
    published: str = ""
    aim: str = ""
    real_figure: Callable[[Sequence[RealSession]], str] | None = None


def _counted(hits: Sequence[bool]) -> str | None:
    return share_text(sum(hits), len(hits)) if hits else None


def _motivated(runs: Sequence[Run]) -> str | None:
    return _counted([talk.motivated(run.heard) for run in runs])


def _motivated_state(runs: Sequence[Run]) -> str | None:
    return _counted([talk.motivated_state(run.resistance) for run in runs if run.resistance])


def _never(runs: Sequence[Run]) -> int:
    return max(len(run.rows) for run in runs) + 1


def _turn(values: Sequence[int], never: int) -> str:
    middle = median(values)
    return f"> {never - 1}" if middle >= never else f"{middle:g}"


def _leaves(runs: Sequence[Run]) -> str | None:
    never = _never(runs)
    return _turn([talk.leaves(run.heard, never) for run in runs], never)


def _leaves_state(runs: Sequence[Run]) -> str | None:
    never = _never(runs)
    found = [talk.leaves_state(run.resistance, never) for run in runs if run.resistance]
    return _turn(found, never) if found else None


def _stays(sessions: Sequence[Sequence[str]]) -> str | None:
    return share_text(*talk.stays(sessions, "sustain")) if any(sessions) else None


def _mix(sessions: Sequence[Sequence[str]]) -> str | None:
    together = [kind for session in sessions for kind in session]
    if not together:
        return None
    found = talk.shares(together)
    return f"{' '.join(map(short, found))}, TV {short(talk.total_variation(found, talk.REAL_MIX))}"


def _peak(sessions: Sequence[Sequence[str]]) -> str | None:
    return short(talk.mid_peak(sessions)) if any(sessions) else None


def _words(runs: Sequence[Run]) -> str:
    counts = [len(reply.split()) for run in runs for reply in run.replies]
    return f"{median(counts):.0f} / {quantile(counts, 0.9):.0f}"


def _apart(runs: Sequence[Run], end: Callable[[Run], float | None], sign: int) -> str | None:
    """How far good and poor sessions of the same person end apart."""
    groups: dict[str, dict[str, list[float]]] = {}
    for run in runs:
        value = end(run)
        if value is not None:
            groups.setdefault(run.persona, {}).setdefault(run.policy, []).append(sign * value)
    d = talk.effect_size([(found.get("good", []), found.get("poor", [])) for found in groups.values()])
    return None if math.isnan(d) else f"{d:.1f}"


def _by_state(runs: Sequence[Run]) -> str | None:
    return _apart(runs, lambda run: run.resistance[-1] if run.resistance else None, -1)


def _by_text(runs: Sequence[Run]) -> str | None:
    return _apart(runs, lambda run: talk.leaning(run.heard), 1)


def _distinct(runs: Sequence[Run], least: int = 0) -> str:
    """The share of replies that differ in their words, among the first sessions."""
    replies = [" ".join(re.findall(r"\w+", reply.lower())) for run in runs[:SESSIONS] for reply in run.replies]
    counted = [reply for reply in replies if len(reply.split()) >= least]
    few = f" (of {len(runs)})" if len(runs) < SESSIONS else ""
    return f"{short(len(set(counted)) / len(counted))}{few}" if counted else "–"


def _source(row: Mapping[str, Mapping[str, str]]) -> str:
    client = row["client"]
    if client["act"] in SMALL_ACTS or len(client["text"].split()) <= SMALL:
        return "small act"
    return {"authored": "sheet", "bank": "bank", "adapted": "adapted", "model": "free", "prompt": "prompt"}.get(
        client["source"], client["source"]
    )


def _sources(runs: Sequence[Run]) -> str:
    counts = Counter(_source(row) for run in runs for row in run.rows)
    return ", ".join(f"{name} {short(count / counts.total())}" for name, count in counts.most_common())


def _considered(runs: Sequence[Run]) -> str | None:
    """Candidates a reply, and the share that was refused."""
    found: Counter[str] = sum((Counter(row.get("candidates") or {}) for run in runs for row in run.rows), Counter())
    if not found:
        return None
    replies = sum(len(run.rows) for run in runs)
    return f"{found.total() / replies:.1f}, {short(1 - found[''] / found.total())} refused"


def _real_motivated(found: Sequence[RealSession]) -> str:
    return share_text(sum(talk.motivated(session.talk) for session in found), len(found))


def _real_leaves(found: Sequence[RealSession]) -> str:
    return f"{median([talk.leaves(session.talk, len(session.talk) + 1) for session in found]):g}"


def _heard(figure: Callable[[Sequence[Sequence[str]]], str | None]) -> Figure:
    return lambda runs: figure([run.heard for run in runs])


def _meant(figure: Callable[[Sequence[Sequence[str]]], str | None]) -> Figure:
    return lambda runs: figure([run.meant for run in runs if run.meant])


_A, _G, _P, _NOT_POOR = ("average",), ("good",), ("poor",), ("good", "average", "neutral")
_MIX = ".25 .64 .11"
ROWS: tuple[Row, ...] = (
    Row("motivated within 20 turns, by what is said", _motivated, _A, ".48", ".69", ".40–.60", _real_motivated),
    Row("… by the state", _motivated_state, _A, ".48", ".69", ".40–.60"),
    Row("leaves precontemplation, turn, by what is said", _leaves, _A, "11", "", "8–14", _real_leaves),
    Row("… by the state", _leaves_state, _A, "11", "", "8–14"),
    Row("sustain → sustain, as heard", _heard(_stays), _NOT_POOR, ".41", "", ".33–.49"),
    Row("… as meant", _meant(_stays), _NOT_POOR, ".41", "", ".33–.49"),
    Row("talk, good counselling, as heard", _heard(_mix), _G, _MIX, "", "TV ≤ .08"),
    Row("… as meant", _meant(_mix), _G, _MIX, "", "TV ≤ .08"),
    Row("peak sustain, middle, poor, as heard", _heard(_peak), _P, ".31", "", "≥ .25"),
    Row("… as meant", _meant(_peak), _P, ".31", "", "≥ .25"),
    Row("words a reply, median / 90th", _words, (), "7 / 38", "", "6–12 / 25–45"),
    Row("end, good against poor, d, by the state", _by_state, (), "", "", "≥ 1.5"),
    Row("… by what is said", _by_text, (), "", "", "≥ 1.5"),
    Row("distinct replies in 100 sessions", _distinct, (), "", "", "≥ .90"),
    Row("… of three words or more", lambda runs: _distinct(runs, 3), (), "", "", ""),
)  # fmt: skip


def seconds(runs: Sequence[Run]) -> str | None:
    """The median time of a whole turn in sessions played alone; the first turn warms up."""
    found = [float(row["seconds"]) for run in runs if run.timed for row in run.rows[1:]]
    return f"{median(found):.2f} s" if found else None


def report(runs: Sequence[Run], real: Sequence[RealSession] = (), tallies: Sequence[Tally] = ()) -> str:
    """The table. `real` sessions are measured by the same definitions; `tallies` are the blind readings."""
    long_enough = [session for session in real if len(session.talk) >= 8]
    rows = [_line(row, runs, long_enough) for row in ROWS]
    rows += _blind(tallies)
    rows.append(("a whole turn, median", *(seconds(_of(runs, who)) or "–" for who in WHOS), "", "", "≤ 2.0 s"))
    counts = [f"{who}: {sum(not run.timed for run in _of(runs, who))} sessions" for who in WHOS]
    notes = [f"{name}: {text}" for name, text in _notes(runs) if text]
    shown = table(("", "rollwith", "prompt only", "real", "published", "aim"), rows)
    return "\n".join((shown, "", ", ".join(counts), *notes))


WHOS = ("client", "baseline")


def _line(row: Row, runs: Sequence[Run], real: Sequence[RealSession]) -> tuple[str, ...]:
    cells = []
    for who in WHOS:
        fit = [run for run in _of(runs, who) if not run.timed and (not row.policies or run.policy in row.policies)]
        cells.append((row.figure(fit) if fit else None) or "–")
    shown = f"{row.real} ({row.real_figure(real)} here)" if row.real_figure and real else row.real
    return (row.name, *cells, shown, row.published, row.aim)


def _of(runs: Sequence[Run], who: str) -> list[Run]:
    return [run for run in runs if run.who == who]


def _blind(tallies: Sequence[Tally]) -> list[tuple[str, ...]]:
    """The rows that people judge; dashes where no sheet was given."""
    asked = (
        ("makes sense, read blind", SENSE, "≥ .90"),
        ("taken for real, read blind", REAL, "≥ .35"),
        ("voices told apart (chance .25)", VOICE, ""),
    )
    rows: list[tuple[str, ...]] = []
    for name, share, aim in asked:
        found = [tally.shares[share] for tally in tallies if share in tally.shares]
        hits, judged = (sum(part) for part in zip(*found, strict=True)) if found else (0, 0)
        rows.append((name, share_text(hits, judged), "–", "", "", aim))
    return rows


def _notes(runs: Sequence[Run]) -> list[tuple[str, str | None]]:
    own = [run for run in _of(runs, "client") if not run.timed]
    if not own:
        return []
    left = share_text(sum(run.walked_out for run in own), len(own))
    return [("where replies come from", _sources(own)), ("candidates a reply", _considered(own)), ("walked out", left)]


__all__ = ["ROWS", "report"]

"""The finer tables of `make realism --details`: by counsellor, by the counsellor's code, by person.

Talk types are those of the acts, so these show state and plan, not how well a reply reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from app.practice.policies import POLICIES
from app.realism import talk
from benchmarks.common import short, table
from benchmarks.sessions import Run

#: Next client turn after a counsellor turn: change, neutral, sustain (docs/client.md).
REAL_AFTER = {
    "open_question": (0.363, 0.513, 0.125),
    "closed_question": (0.183, 0.715, 0.102),
    "simple_reflection": (0.234, 0.683, 0.083),
    "complex_reflection": (0.243, 0.631, 0.127),
    "give_information": (0.133, 0.765, 0.102),
    "persuade": (0.227, 0.609, 0.164),
}
REAL_STAYS = {"change": 0.56, "neutral": 0.77, "sustain": 0.41}


def details(runs: Sequence[Run]) -> str:
    """All tables, of this room's client alone."""
    own = [run for run in runs if run.who == "client" and not run.timed]
    return "\n\n".join((by_policy(own), by_code(own), by_person(own)))


def by_policy(runs: Sequence[Run]) -> str:
    """One column a policy, the real figures last."""
    groups = [[run for run in runs if run.policy == policy] for policy in POLICIES]

    def row(name: str, figure: Callable[[list[Run]], str], real: str = "") -> tuple[str, ...]:
        return (name, *(figure(group) if group else "–" for group in groups), real)

    rows = [
        row("sessions", lambda group: str(len(group)), "133"),
        row("change neutral sustain", lambda group: _mix([kind for run in group for kind in run.meant]), ".25 .64 .11"),
        *(row(f"{kind} → {kind}", lambda group, kind=kind: _stays(group, kind), short(REAL_STAYS[kind]))  # type: ignore[misc]
          for kind in talk.TALK),
        row("first fifth", lambda group: _mix(talk.fifth([run.meant for run in group], 0)), "good: .14 – .13"),
        row("last fifth", lambda group: _mix(talk.fifth([run.meant for run in group], 4)), "good: .35 – .05"),
        row("resistance at the start", lambda group: _mean([run.start for run in group])),
        row("resistance at the end", lambda group: _mean([run.resistance[-1] for run in group])),
        row("distinct replies within a session", lambda group: _mean([_distinct(run) for run in group])),
        row("walked out", lambda group: _mean([float(run.walked_out) for run in group])),
    ]  # fmt: skip
    return table(("", *POLICIES, "real"), rows)


def by_code(runs: Sequence[Run]) -> str:
    """Next client turn by the counsellor's primary code, in all sessions but poor ones."""
    found: dict[str, list[str]] = {code: [] for code in REAL_AFTER}
    for run in runs:
        for row, kind in zip(run.rows, run.meant, strict=True):
            if run.policy != "poor" and row["counsellor"]["primary"] in found:
                found[row["counsellor"]["primary"]].append(kind)
    rows = [(code, len(kinds), _mix(kinds), " ".join(map(short, REAL_AFTER[code]))) for code, kinds in found.items()]
    return table(("after (not in poor sessions)", "n", "change neutral sustain", "real"), rows)


def by_person(runs: Sequence[Run]) -> str:
    """Resistance at start and end by persona and policy."""
    rows = []
    for person in dict.fromkeys(run.persona for run in runs):
        own = [run for run in runs if run.persona == person]
        ends = [_mean([run.resistance[-1] for run in own if run.policy == policy]) for policy in POLICIES]
        walked = [sum(run.walked_out for run in own if run.policy == policy) for policy in POLICIES]
        rows.append((person, short(own[0].start), *ends, "/".join(map(str, walked))))
    return table(("resistance at the end", "start", *POLICIES, "walked out"), rows)


def _mix(kinds: Sequence[str]) -> str:
    return " ".join(map(short, talk.shares(kinds))) if kinds else "–"


def _stays(runs: Sequence[Run], kind: str) -> str:
    again, followed = talk.stays([run.meant for run in runs], kind)
    return short(again / followed) if followed else "–"


def _mean(values: Sequence[float]) -> str:
    return short(float(np.mean(values))) if values else "–"


def _distinct(run: Run) -> float:
    return len(set(run.replies)) / len(run.replies)


__all__ = ["details"]

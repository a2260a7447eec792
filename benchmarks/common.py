"""What the measurements share: where the model lies, quantiles and intervals, plain tables, the machine's own line."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
#: The folder that the tests keep the converted model in; taken before the user's own, which it is a copy of.
KEPT = ROOT / ".cache" / "test-data"


def model_home() -> Path:
    """A data folder with the converted embedded model: the tests' where it is there, else that of the settings.

    Converts the model first where neither has it. Raises EngineError where it cannot be had.
    """
    from app.llm.embedded import ensure, model_dir
    from app.settings import Settings

    home = KEPT if model_dir(KEPT).is_dir() else Settings().data_dir
    ensure(home, print)
    return home


def median(values: Sequence[float]) -> float:
    """The median; nan of nothing."""
    return quantile(values, 0.5)


def quantile(values: Sequence[float], share: float) -> float:
    """The quantile by linear interpolation; nan of nothing."""
    return float(np.quantile(np.array(values), share)) if values else math.nan


def wilson(hits: float, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not trials:
        return 0.0, 1.0
    z = 1.96
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2)) / (1 + z * z / trials)
    return middle - half, middle + half


def share_text(hits: float, trials: int) -> str:
    """`.62 [.52–.71]`."""
    low, high = wilson(hits, trials)
    return " ".join((short(hits / trials), f"[{short(low)}–{short(high)}]")) if trials else "–"


def short(value: float) -> str:
    """A share in two places without its zero."""
    text = f"{value:.2f}"
    return text[1:] if text.startswith("0.") else text


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A plain table, the first column to the left, the others to the right."""
    cells = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    lines.insert(1, "-" * (sum(widths) + 2 * (len(widths) - 1)))
    return "\n".join(lines)


def machine() -> str:
    """Processor, cores, what it knows of small number formats, and how busy it is."""
    flags = _flags()
    known = [name for name in ("avx2", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16") if name in flags]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "?"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.machine()}, {cores} cores, {' '.join(known) or 'no such flags'}; load {load}"


def _flags() -> set[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return set()
    return next((set(line.split(":")[1].split()) for line in text.splitlines() if line.startswith("flags")), set())


__all__ = ["KEPT", "ROOT", "machine", "median", "model_home", "quantile", "share_text", "short", "table", "wilson"]

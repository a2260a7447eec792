"""What coding costs on this machine: milliseconds a turn and megabytes, in a process of its own, on one thread."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from training.figures import Figures, answers

WARM_UP, TURNS = 10, 200


def cost_figures() -> Figures:
    """Median and 95th percentile of coding one turn, and the memory that the coder adds."""
    done = subprocess.run(
        [sys.executable, "-m", "training.cost"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def measured() -> Figures:
    """The figures, measured in this very process."""
    # a server has these anyway: only what the coder itself adds is counted
    import torch
    from transformers import BertModel, LlamaModel  # noqa: F401

    from app.scoring.coder import load_coder

    torch.set_num_threads(1)
    before = _resident()
    coder = load_coder()
    turns = [(" ".join(text for text, _ in said), previous) for previous, said in answers()][: WARM_UP + TURNS]
    seconds = [_timed(partial(coder.code, *each)) for each in turns][WARM_UP:]
    talk = [_timed(partial(coder.talk, previous or "")) for _, previous in turns][WARM_UP:]
    return {
        "a turn of a counsellor, median, ms": 1000 * median(seconds),
        "… 95th percentile, ms": 1000 * sorted(seconds)[int(0.95 * len(seconds))],
        "a turn of a client, median, ms": 1000 * median(talk),
        "memory added, MB": _resident() - before,
    }


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _resident() -> float:
    """Resident memory in MB (Linux: /proc/self/status)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise OSError("this system does not tell its resident memory in /proc/self/status")


__all__ = ["cost_figures", "measured"]

if __name__ == "__main__":
    print(json.dumps(measured()))

"""The engine's benchmark runs and measures both sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.engine import Row, measure, table


@pytest.mark.anyio
async def test_benchmark_measures_engine_and_generate(tiny_folder: Path) -> None:
    rows = await measure(tiny_folder, requests=(1, 3), candidates=2, tokens=8, prompt=50, rounds=1, device="cpu")
    assert [row.requests for row in rows] == [1, 3]
    for row in rows:
        assert row.generate_tokens_per_second > 0
        assert row.tokens_per_second * row.slowest_reply == pytest.approx(row.requests * 2 * 8), (
            "every token is counted"
        )


def test_table_shows_the_ratio() -> None:
    console = Console(width=120)
    with console.capture() as shown:
        console.print(table([Row(4, 210.0, 30.0, 3.25)]))
    assert "7.0" in shown.get()

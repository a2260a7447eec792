"""`python -m benchmarks` is `make bench`."""

from __future__ import annotations

from benchmarks.bench import main

main()

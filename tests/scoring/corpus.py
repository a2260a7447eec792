"""What clients say in the written corpus, for tests that read much of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[2] / "training" / "corpus"


def moments() -> Iterator[dict[str, Any]]:
    """The moments that counsellors answered: each a `field` and a `history` that ends with the client."""
    for path in sorted((CORPUS / "answers").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            moment = json.loads(line)
            if moment["history"] and moment["history"][-1]["speaker"] == "client":
                yield moment


def client_turns() -> Iterator[str]:
    """Every client turn before an answer, and every reply that was written for a client."""
    for moment in moments():
        yield from (said["text"] for said in moment["history"] if said["speaker"] == "client")
    for path in sorted((CORPUS / "replies").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield from (reply["text"] for reply in json.loads(line)["replies"])


__all__ = ["client_turns", "moments"]

"""Lines that anybody could say: what people with few lines of their own speak from beside them.

Made from the written corpus by `training/client/common.py`, with vectors by the retriever that ships.
"""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np

from app.client.retrieve import Bank, BankReply
from app.client.vectors import MODEL_DIR

LINES, VECTORS = MODEL_DIR / "common.jsonl", MODEL_DIR / "common.safetensors"
#: A person with fewer written replies than this speaks from the common lines too.
FEW = 250


@lru_cache(maxsize=1)
def common_bank() -> Bank:
    """The bank of common lines."""
    # here, because they bring torch
    from safetensors.torch import load_file

    from app.bert import unpacked

    rows = [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()]
    replies = tuple(
        BankReply(reply["text"], reply["act"], moment=number)
        for number, row in enumerate(rows)
        for reply in row["replies"]
    )
    tables = {name: np.asarray(table.numpy(), dtype=np.float32) for name, table in unpacked(load_file(VECTORS)).items()}
    return Bank(replies, tables["moments"], tables["replies"])


__all__ = ["FEW", "LINES", "VECTORS", "common_bank"]

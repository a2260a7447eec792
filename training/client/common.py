"""Lines that anybody could say, for people with few lines of their own: `python -m training.client.common`.

`anybody.txt` lists the corpus' replies that claim nothing about a life, picked by a reader; `anybody_more.jsonl` has
more.
Both go to `app/client/model/` with the counsellor turns they answer and their vectors by the retriever that ships.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from app.bert import quantized
from app.client.common import LINES, VECTORS
from app.client.embed import load_embedder
from app.client.vectors import moment_text, reply_text
from training.client.material import Moment, conversations, to_learn, written

PICKED, MORE = (Path(__file__).with_name(name) for name in ("anybody.txt", "anybody_more.jsonl"))


def picked(path: Path = PICKED) -> set[str]:
    """The texts of the lines that were picked."""
    return {line.split(" | ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines() if " | " in line}


def common(moments: Sequence[Moment], texts: set[str]) -> Iterator[dict[str, Any]]:
    """The moments with those of their replies that anybody could give, each line once."""
    left = set(texts)
    for moment in moments:
        fit = [answer for answer in moment.answers if answer.text in left]
        left -= {answer.text for answer in fit}
        if fit:
            last = moment.history[-1] if moment.history else None
            yield {
                "before": last.text if last and last.speaker == "client" else "",
                "counsellor": moment.counsellor,
                "replies": [{"act": answer.act, "text": answer.text} for answer in fit],
            }


def main() -> int:
    """Write lines and vectors. Returns the exit status."""
    rows = list(common([*to_learn(written()), *to_learn(conversations())], picked()))
    rows += [json.loads(line) for line in MORE.read_text(encoding="utf-8").splitlines()]
    LINES.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    embed = load_embedder()
    replies = [reply["text"] for row in rows for reply in row["replies"]]
    tables = {
        "moments": embed([moment_text(row["before"], row["counsellor"]) for row in rows]),
        "replies": embed([reply_text(text) for text in replies]),
    }
    tensors = {}
    for name, table in tables.items():
        tensors[name], tensors[f"{name}:scale"] = quantized(torch.from_numpy(table))
    save_file(tensors, VECTORS)
    VECTORS.chmod(0o644)
    print(f"{len(replies)} replies of {len(rows)} moments")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Reads all that is written for the people who ship, once: `python -m training.client.known`.

Run it when a persona, a bank or the retriever has changed; a test says when.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from app.client.embed import load_embedder
from app.client.known import FILE, encoder_digest, key_of, rounded
from app.client.loading import load_personas
from app.client.persona import Persona
from app.client.vectors import MODEL_DIR, moment_text, reply_text
from app.resources import PERSONAS_DIR


def texts_of(persona: Persona) -> Iterator[str]:
    """All that the retriever reads of a person: moments, replies, lines."""
    for moment in persona.bank:
        yield moment_text(moment.before, moment.counsellor)
        yield from (reply_text(reply.text) for reply in moment.replies)
    yield from (reply_text(line.text) for lines in persona.lines.values() for line in lines)


def main() -> int:
    """Write the file and say how much it holds."""
    people = load_personas([PERSONAS_DIR]).values()
    by_key = {key_of(text): text for person in people for text in texts_of(person)}
    keys = sorted(by_key)
    vectors, scales = rounded(load_embedder()([by_key[key] for key in keys]))
    tensors: dict[str, Any] = {"keys": np.array(keys, dtype=np.int64), "vectors": vectors, "scales": scales}
    save_file(tensors, MODEL_DIR / FILE, {"encoder": encoder_digest()})
    print(f"{FILE}: {len(keys)} texts, {(MODEL_DIR / FILE).stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What each trainee turn met and what it did to the simulated client, out of the stored states."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from app.practice.faces import Client, face_of
from app.scoring.standing import Shift, Standing
from app.store.queries import Transcript
from app.store.tables import Speaker


def shifts_of(transcript: Transcript, client: Client) -> dict[int, Shift]:
    """By the index of the trainee's turn: the client's act and state before it, and the state after hearing it."""
    reactance = face_of(client).reactance
    turns = transcript.turns
    return {
        index: Shift(_standing(before.state), _standing(turn.state), before.act or "", reactance)
        for index, (before, turn) in enumerate(pairwise(turns), start=1)
        if turn.speaker == Speaker.COUNSELLOR
    }


def _standing(state: dict[str, Any]) -> Standing:
    return Standing(state["resistance"], state["trust"], state["importance"], state["confidence"])


__all__ = ["shifts_of"]

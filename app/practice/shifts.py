"""What each trainee turn met and what it did to the simulated client, out of the stored states."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from app.client.heard import heard_as
from app.practice.faces import Client, face_of
from app.scoring.standing import Shift, Standing
from app.scoring.types import CodedUtterance
from app.store.queries import Transcript
from app.store.tables import Speaker, Utterance


def shifts_of(transcript: Transcript, client: Client) -> dict[int, Shift]:
    """By the index of the trainee's turn: the client's act and state before it, and the state after hearing it."""
    reactance = face_of(client).reactance
    turns = transcript.turns
    return {
        index: Shift(standing_of(before.state), standing_of(turn.state), before.act or "", reactance)
        for index, (before, turn) in enumerate(pairwise(turns), start=1)
        if turn.speaker == Speaker.COUNSELLOR
    }


def codes_heard(utterances: Sequence[CodedUtterance | Utterance]) -> list[str]:
    """The codes of a turn's utterances as the client takes them, in order."""
    return [heard_as(coded.code, coded.probability, coded.probabilities) for coded in utterances]


def standing_of(state: dict[str, Any]) -> Standing:
    """Where a stored state says that the client stands."""
    return Standing(state["resistance"], state["trust"], state["importance"], state["confidence"])


__all__ = ["codes_heard", "shifts_of", "standing_of"]

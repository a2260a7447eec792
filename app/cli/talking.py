"""A conversation with the engine and the coder of the settings, for `chat` and `simulate`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.cli.common import say, working

if TYPE_CHECKING:
    from app.client.persona import Persona
    from app.practice.simulate import Conversation
    from app.settings import Settings


@asynccontextmanager
async def open_conversation(
    settings: Settings, persona: Persona, seed: int, patience: float
) -> AsyncIterator[Conversation]:
    """Everything loaded, and freed at the end. `patience` is for one reply, in seconds.

    Raises StartError, EngineError.
    """
    from app.client.actor import Actor
    from app.practice.house import judge_of, open_coder, open_engine, prepare_data_dir
    from app.practice.simulate import Conversation

    prepare_data_dir(settings.data_dir)
    engine = open_engine(settings, say)
    try:
        with working("Loading the coder …"):
            coder = open_coder()
        say(f"Loading the client's voice: {engine.name}")
        await engine.ready()
        actor = Actor(engine, judge_of(coder), settings.proposals, patience)
        yield Conversation(persona, coder, actor, seed)
    finally:
        await engine.close()


__all__ = ["open_conversation"]

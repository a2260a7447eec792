"""A conversation with the engine and the coder of the settings, for `chat`, `simulate` and whatever plays sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.cli.common import say, working

if TYPE_CHECKING:
    from app.client.actor import Actor
    from app.client.persona import Persona
    from app.practice.simulate import Conversation
    from app.scoring.types import Coder
    from app.settings import Settings

#: A reply that is cut off by the clock would not be the same the next time, so there is hardly any clock.
PATIENCE = 3600.0


@asynccontextmanager
async def open_actor(settings: Settings, patience: float = PATIENCE) -> AsyncIterator[tuple[Coder, Actor]]:
    """The coder and the client's actor, loaded, and freed at the end. `patience` is for one reply, in seconds.

    Raises StartError, EngineError.
    """
    from app.practice.house import make_actor, open_coder, open_engine, prepare_data_dir

    prepare_data_dir(settings.data_dir)
    engine = open_engine(settings, say)
    try:
        with working("Loading the coder …"):
            coder = open_coder()
        say(f"Loading the client's voice: {engine.name}")
        await engine.ready()
        yield coder, make_actor(engine, coder, settings.proposals, patience)
    finally:
        await engine.close()


@asynccontextmanager
async def open_conversation(
    settings: Settings, persona: Persona, seed: int, patience: float
) -> AsyncIterator[Conversation]:
    """One person in one conversation. Raises StartError, EngineError."""
    from app.practice.simulate import Conversation

    async with open_actor(settings, patience) as (coder, actor):
        yield Conversation(persona, coder, actor, seed)


__all__ = ["PATIENCE", "open_actor", "open_conversation"]

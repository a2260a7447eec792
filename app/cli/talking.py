"""A conversation with the engine and the coder of the settings, for `chat`, `simulate` and whatever plays sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.common import say, working

if TYPE_CHECKING:
    from app.client.actor import Actor
    from app.client.group import Cast
    from app.client.persona import Persona
    from app.practice.simulate import Talking
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
    settings: Settings, client: Persona | Cast, seed: int, patience: float
) -> AsyncIterator[Talking]:
    """One person, or a group, in one conversation. Raises StartError, EngineError."""
    from app.client.group import Cast
    from app.practice.group_talk import GroupConversation
    from app.practice.simulate import Conversation

    async with open_actor(settings, patience) as (coder, actor):
        if isinstance(client, Cast):
            yield GroupConversation(client, coder, actor, seed)
        else:
            yield Conversation(client, coder, actor, seed)


def find_client(name: str, settings: Settings) -> Persona | Cast:
    """The persona or the group of this id, or in this file. Raises PersonaError."""
    from app.cli.personas import find_persona, persona_folders
    from app.client.group_loading import group_files, is_group_file, load_group

    folders = persona_folders(settings)
    if name.endswith((".yaml", ".yml")) or "/" in name:
        path = Path(name)
        return load_group(path, folders) if is_group_file(path.resolve()) else find_persona(name, settings)
    found = [path for path in group_files(folders) if path.stem == name]
    return load_group(found[0], folders) if found else find_persona(name, settings)


__all__ = ["PATIENCE", "find_client", "open_actor", "open_conversation"]

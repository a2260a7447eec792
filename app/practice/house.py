"""The house: everything a practice room needs, checked and made once when the server or a command starts."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from weakref import WeakValueDictionary

from pydantic import ValidationError

from app.client.actor import Actor
from app.client.choose import Judge
from app.client.group import Cast
from app.client.group_loading import load_groups
from app.client.loading import PersonaError, load_personas
from app.client.persona import Persona
from app.client.retrieve import Retriever
from app.client.sense import VOICE
from app.llm.embedded import NAME as EMBEDDED
from app.llm.engine import Engine, EngineError
from app.llm.make import make_engine
from app.practice.errors import StartError
from app.practice.faces import Client, people_of
from app.practice.sandboxes import Sandboxes
from app.practice.written import WrittenRewrites
from app.resources import PERSONAS_DIR
from app.scoring.types import Coder
from app.settings import Settings
from app.store.database import Database, StoreError

logger = logging.getLogger(__name__)

Report = Callable[[str], None]
#: Seconds that the model may take to judge the lines for one reply: in a full room nobody waits longer for it.
JUDGING = 6.0
#: New objects after which the garbage collector looks at them; a page of a large class makes a hundred thousand.
YOUNG = 100_000


@dataclass(frozen=True)
class FromFiles:
    """Whom the files gave, before anything that was published in the browser."""

    personas: dict[str, Persona]
    groups: dict[str, Cast]


@dataclass(frozen=True)
class House:
    """What a turn needs. Made by `open_house`, or by hand in a test."""

    settings: Settings
    database: Database
    engine: Engine
    coder: Coder
    personas: dict[str, Persona]
    groups: dict[str, Cast] = field(default_factory=dict)
    written: WrittenRewrites = field(default_factory=WrittenRewrites, repr=False)
    files: FromFiles = field(init=False, repr=False)
    sandboxes: Sandboxes = field(default_factory=Sandboxes, repr=False)
    edited: frozenset[str] = frozenset()
    troubles: dict[str, str] = field(default_factory=dict, repr=False)
    _locks: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", FromFiles(self.personas, self.groups))

    def use(self, edited: Mapping[str, Persona], casts: Mapping[str, Cast]) -> None:
        """Let these people and groups stand before those of the same id from files from now on; in groups too."""
        personas = dict(sorted({**self.files.personas, **edited}.items()))
        groups = {name: with_people(cast, edited, self.files.personas) for name, cast in self.files.groups.items()}
        groups = dict(sorted({**groups, **casts}.items()))
        # the only change that an open house knows; whole dictionaries, so that nobody sees half of it
        object.__setattr__(self, "personas", personas)
        object.__setattr__(self, "groups", groups)
        object.__setattr__(self, "edited", frozenset((*edited, *casts)))

    @cached_property
    def actor(self) -> Actor:
        """The client's actor on this house's engine."""
        settings = self.settings
        return make_actor(self.engine, self.coder, settings.proposals, settings.reply_timeout, JUDGING)

    @property
    def clients(self) -> dict[str, Client]:
        """All whom one can talk with, people first."""
        return {**self.personas, **self.groups}

    def prepare(self, client_id: str) -> None:
        """Read a client's banks, which takes seconds, while the trainee still reads the first words."""
        client, retriever = self.clients.get(client_id), self.actor.retriever
        if client is not None and retriever is not None:
            for persona in people_of(client):
                retriever.bank(persona)

    def reply_lock(self, turn_id: int) -> asyncio.Lock:
        """One lock a trainee turn, so that two tabs do not make the same reply at once."""
        return self._locks.setdefault(turn_id, asyncio.Lock())


def with_people(cast: Cast, edited: Mapping[str, Persona], known: Mapping[str, Persona]) -> Cast:
    """A group with the edited people in place of those from the same files; as it was where they do not fit."""
    people = {
        member: edited.get(member, person) if member in known else person for member, person in cast.people.items()
    }
    try:
        return cast if people == cast.people else Cast(group=cast.group, people=people)
    except ValidationError as error:
        logger.warning("the group %s keeps its people as they were: %s", cast.group.id, error.errors()[0]["msg"])
        return cast


def make_actor(engine: Engine, coder: Coder, proposals: int | None, timeout: float, judging: float = 3600.0) -> Actor:
    """An actor with the retriever that ships. Raises as `open_retriever` does."""
    return Actor(engine, judge_of(coder), proposals, timeout, judging, open_retriever(), tuned=is_tuned(engine))


@cache
def open_retriever() -> Retriever:
    """The retriever that ships, one a process, so that each bank is read once. Raises StartError on damaged files."""
    # here, because it brings torch
    from app.client.embed import RetrieverFilesError, load_embedder
    from app.client.known import with_known

    try:
        return Retriever(with_known(load_embedder()))
    except RetrieverFilesError as error:
        raise StartError(str(error)) from error


def is_tuned(engine: Engine) -> bool:
    """Whether this is the embedded model with the part that was trained for the client."""
    return engine.name == f"local:{EMBEDDED}" and VOICE.is_file()


def judge_of(coder: Coder) -> Judge:
    """The coder's word on a client's stance, as the actor asks for it."""

    def judge(text: str, previous: str) -> dict[str, float]:
        talk = coder.talk(text, previous)
        return {"change": talk.change, "neutral": talk.neutral, "sustain": talk.sustain}

    return judge


def open_house(settings: Settings, report: Report) -> House:
    """Check and load all that is needed, telling `report` what happens. Raises StartError with one clear line.

    The engine itself is loaded by `await house.engine.ready()`.
    """
    from app.practice.persona_edits import use_published  # here: it knows the house

    try:
        prepare_data_dir(settings.data_dir)
        personas = read_personas(settings)
        groups = read_groups(settings, personas)
        report(f"{len(personas)} personas, {len(groups)} groups")
        database = open_database(settings)
        coder = open_coder()
        house = House(settings, database, open_engine(settings, report), coder, personas, groups)
        for trouble in use_published(house).values():
            report(f"left out, since it cannot be used any more: {trouble}")
        return house
    except (EngineError, PersonaError, StoreError) as error:
        raise StartError(str(error)) from error


def prepare_data_dir(folder: Path) -> None:
    """Make the data folder, for this user's eyes only, and see that it can be written. Raises StartError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartError(
            f"the data folder {folder} cannot be written: {error.strerror}. "
            "Give this user the right to write there, or set ROLLWITH_DATA_DIR to another folder."
        ) from error


def read_personas(settings: Settings) -> dict[str, Persona]:
    """The personas that ship, and those of ROLLWITH_PERSONAS_DIR. Raises PersonaError."""
    return load_personas(persona_folders(settings))


def read_groups(settings: Settings, personas: dict[str, Persona]) -> dict[str, Cast]:
    """The groups beside these personas. Raises PersonaError."""
    return load_groups(persona_folders(settings), personas)


def persona_folders(settings: Settings) -> list[Path]:
    """Where persona files lie, those that ship first. Raises PersonaError."""
    extra = [settings.personas_dir] if settings.personas_dir else []
    for folder in extra:
        if not folder.is_dir():
            raise PersonaError(f"ROLLWITH_PERSONAS_DIR: there is no folder {folder}")
    return [PERSONAS_DIR, *extra]


def open_database(settings: Settings) -> Database:
    """The database, migrated. Raises StoreError."""
    database = Database(settings.resolved_database_url)
    database.migrate()
    return database


def open_coder() -> Coder:
    """The coder that ships. Raises StartError where its files are damaged."""
    # here, because it brings torch, and commands on the database alone are to start at once
    import torch

    from app.scoring.coder import load_coder
    from app.scoring.weights import CoderFilesError

    # a turn is too short to share: on a busy machine two threads took seven times as long as one; engines set their own
    torch.set_num_threads(1)
    try:
        return load_coder()
    except CoderFilesError as error:
        raise StartError(str(error)) from error


def open_engine(settings: Settings, report: Report) -> Engine:
    """The client's voice, not loaded yet. Raises EngineError, or StartError for a model name that says nothing."""
    try:
        return make_engine(
            settings.model,
            data_dir=settings.data_dir,
            device=None if settings.device == "auto" else settings.device,
            threads=settings.threads or os.cpu_count() or 1,
            dtype=settings.dtype,
            queue=settings.queue,
            timeout=settings.reply_timeout,
            api_key=settings.api_key.get_secret_value() or None,
            adapter=VOICE if VOICE.is_file() else None,
            report=report,
        )
    except ValueError as error:
        raise StartError(f"ROLLWITH_MODEL: {error}") from error


def settle() -> None:
    """Let the garbage collector pass over all that is loaded by now, since it stays.

    Looking through the models' modules again and again took half a second each time, in the middle of somebody's page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)  # with little left to look through it would look ever more often


async def close_house(house: House) -> None:
    """Stop the engine and close the database."""
    await house.engine.close()
    house.database.close()


__all__ = [
    "FromFiles",
    "House",
    "close_house",
    "is_tuned",
    "judge_of",
    "make_actor",
    "open_coder",
    "open_database",
    "open_engine",
    "open_house",
    "open_retriever",
    "persona_folders",
    "prepare_data_dir",
    "read_groups",
    "read_personas",
    "settle",
]

"""The embedded model with its trained part, for the commands that ask it."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.client.sense import VOICE
from app.llm.engine import Engine
from app.llm.make import make_engine
from training.client.tune import MODELS


def add_model(parser: argparse.ArgumentParser) -> None:
    """The options that say which model and how many threads."""
    parser.add_argument("--data", type=Path, default=MODELS, help="where the embedded model lies")
    parser.add_argument("--voice", type=Path, default=VOICE)
    parser.add_argument("--threads", type=int, default=2)


@asynccontextmanager
async def voiced(options: argparse.Namespace) -> AsyncIterator[Engine]:
    """The engine that the options name, loaded, and freed at the end."""
    engine = make_engine("embedded", data_dir=options.data, threads=options.threads, adapter=options.voice)
    await engine.ready()
    try:
        yield engine
    finally:
        await engine.close()


__all__ = ["add_model", "voiced"]

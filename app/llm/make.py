"""From the setting that names a model to the engine that speaks with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.llm.engine import Engine

__all__ = ["make_engine"]

_HUB = re.compile(r"[\w.-]+/[\w.-]+")
_REMOTE = re.compile(r"openai:(?P<model>.+)@(?P<url>https?://\S+)")


def make_engine(
    model: str,
    *,
    data_dir: Path,
    device: str | None = None,
    threads: int = 0,
    dtype: str = "auto",
    queue: int = 32,
    timeout: float = 60.0,
    api_key: str | None = None,
    adapter: Path | None = None,
    report: Callable[[str], None] = print,
) -> Engine:
    """The engine for a model string: "embedded", a folder, "org/name" on the hub, "openai:MODEL@http://host:port/v1".

    Nothing is loaded or called before `ready`. `device`, `threads` (0: torch decides) and `dtype` ("auto", "float32",
    "bfloat16", "float16") are for local models; `timeout` (seconds without a word from the server) and `api_key` for
    remote ones; `queue` is how many requests may wait; `adapter` is a difference trained for the embedded
    model. `report` is told, line by line, what takes long.
    ValueError for any other string, with what is allowed.
    """
    if model.startswith("openai:"):
        match = _REMOTE.fullmatch(model)
        if match is None:
            raise ValueError(f"{model!r}: a remote model is written openai:MODEL@http://host:port/v1")
        from app.llm.remote import RemoteEngine

        return RemoteEngine(match["model"], match["url"], api_key=api_key, timeout=timeout, queue=queue)

    from app.llm import embedded
    from app.llm.local import LocalEngine, from_hub

    local = partial(LocalEngine, device=device, threads=threads, dtype=dtype, queue=queue)
    if model == "embedded":
        return local(embedded.NAME, partial(embedded.ensure, data_dir, report), improvises=False, adapter=adapter)
    if model and (folder := Path(model).expanduser()).is_dir():
        if not (folder / "config.json").is_file():
            raise ValueError(f"{model!r} holds no model: there is no config.json in that folder")
        return local(folder.resolve().name, lambda: folder)
    if _HUB.fullmatch(model) and not model.startswith("."):
        return local(model, partial(from_hub, model))
    raise ValueError(
        f"{model!r} is no model: write embedded, the folder of a model, a hub id such as org/name, "
        "or openai:MODEL@http://host:port/v1"
    )

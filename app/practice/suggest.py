"""Rewrites by the model, for the points of a report: asked for when the report is first looked at, within a time limit.

Only a model that improvises is asked, and none where ROLLWITH_CANDIDATES is 0. What it writes is tidied here and coded
by the coder before it is shown (`app.scoring.feedback`); where it writes nothing of use in time, the phrases stand.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.client.voice import tidy
from app.llm.engine import Engine, EngineError, Message, Request, complete
from app.practice import report as reports
from app.practice.house import House
from app.practice.written import Place
from app.resources import PROMPTS_DIR
from app.scoring.advice import AT_RISK_ONLY
from app.scoring.feedback import ALTERNATIVES, Feedback
from app.scoring.rows import Row
from app.store.tables import User

logger = logging.getLogger(__name__)

#: Seconds that a report waits for the model, and texts asked for each technique: the coder refuses some.
PATIENCE, CANDIDATES = 12.0, 3
#: Texts asked for at once for one report: those who are talking come first.
AT_ONCE = 3
#: Words of a reply that is no speech, and letters of a turn that the model is shown.
LONGEST, SHOWN = 45, 600
#: Client turns before the last one that are shown.
EARLIER = 2
_NO_REPLY = re.compile(
    r"""[<>\[\]{}|*_`#@\\]|https?:|\b(?:ai|json|language\ model|technique|trainee|counsell?or|client|reflection|prompt|
    instructions?)\b|^\w+:\s""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Wanted:
    """One text to write: where, with which technique, and what had been said."""

    place: Place
    earlier: tuple[str, ...]
    client: str
    trainee: str

    def request(self, seed: int) -> Request:
        """The question to the model; what people said goes in as quoted data."""
        said = {
            "client_earlier": [text[:SHOWN] for text in self.earlier],
            "client": self.client[:SHOWN],
            "trainee": self.trainee[:SHOWN],
        }
        moment = json.dumps(said, ensure_ascii=False)
        asked = _templates().get_template("rewrite_moment.j2").render(moment=moment, technique=self.place[1])
        system = _templates().get_template("rewrite_system.j2").render()
        return Request(
            messages=(Message("system", system), Message("user", asked.strip())),
            candidates=CANDIDATES,
            max_tokens=80,
            temperature=0.7,
            stop=("\n",),
            seed=seed,
        )


async def suggest(house: House, user: User, session_id: uuid.UUID, patience: float = PATIENCE) -> None:
    """Have the model write rewrites for the report of an ended session; points asked for already are left.

    Waits `patience` seconds at most, and not at all where no capable model is set. A model that fails or is too slow
    is left alone for a while. Raises NotFound and Conflict as the report does.
    """
    if not house.engine.improvises or house.settings.proposals == 0 or house.written.rests(session_id):
        return
    rows, feedback = await asyncio.to_thread(reports.points_of, house, user, session_id)
    asked = {row for row, _ in house.written.of(session_id)}
    missing = [want for point in feedback.try_next if point.row not in asked for want in wanted(rows, point)]
    if not missing:
        return
    # each text is kept as it comes, so that what was written in time is not lost with the rest
    at_once = asyncio.Semaphore(AT_ONCE)
    tasks = [asyncio.create_task(_write(house, session_id, want, at_once)) for want in missing]
    try:
        async with asyncio.timeout(min(patience, house.settings.reply_timeout)):
            await asyncio.gather(*tasks)
    except (EngineError, TimeoutError) as error:
        logger.info("no rewrites by the model: %s", str(error) or f"none within {patience:g} s")
        house.written.rest(session_id)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def wanted(rows: Sequence[Row], point: Feedback) -> list[Wanted]:
    """What to ask for one point: the techniques that fit best there, and those that the phrases show.

    Nothing where a client may be in danger.
    """
    said = [row.text for row in rows[: point.row] if row.speaker == "client" and row.text.strip()]
    if not said or {fit.code for fit in point.fits} <= AT_RISK_ONLY:
        return []
    earlier, trainee = tuple(said[:-1][-EARLIER:]), rows[point.row].text
    best = (fit.code for fit in point.fits[:ALTERNATIVES])
    codes = dict.fromkeys((*best, *(rewrite.code for rewrite in point.rewrites)))
    return [Wanted((point.row, code), earlier, said[-1], trainee) for code in codes]


def presentable(text: str, trainee: str) -> str | None:
    """A model's reply as it may be shown: tidied, a sentence or two of plain talk, not the trainee's own; else None."""
    reply = tidy(text, cut=not text.rstrip().endswith((".", "?", "!", "…", '"', "”")))
    words = reply.split()
    if not 3 <= len(words) <= LONGEST or _NO_REPLY.search(reply) or reply.casefold() == trainee.strip().casefold():
        return None
    return reply[:1].upper() + reply[1:]


async def _write(house: House, session_id: uuid.UUID, want: Wanted, at_once: asyncio.Semaphore) -> None:
    seed = zlib.crc32(f"{session_id} {want.place}".encode())
    async with at_once:
        texts = await _texts(house.engine, want, seed % 2**31)
    house.written.put(session_id, want.place, texts)


async def _texts(engine: Engine, want: Wanted, seed: int) -> list[str]:
    replies = [presentable(text, want.trainee) for text in await complete(engine, want.request(seed))]
    return list(dict.fromkeys(reply for reply in replies if reply))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(PROMPTS_DIR)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True)


__all__ = ["CANDIDATES", "PATIENCE", "Wanted", "presentable", "suggest", "wanted"]

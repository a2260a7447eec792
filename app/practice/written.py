"""Rewrites that a model wrote, kept in memory so that a report does not ask for them again.

They are kept by session, for the sessions looked at last; after a restart, or when a session has been forgotten, they
are written again. Nothing hangs on them: without them a report shows the phrases' rewrites.
"""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: Sessions remembered, and seconds after a failure before a model is asked for the same session again.
SESSIONS, REST = 256, 300.0

#: A row of the session and a technique.
Place = tuple[int, str]


@dataclass
class _Texts:
    texts: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    rests_until: float = 0.0


class WrittenRewrites:
    """Texts by session, row and technique. An empty entry says that a model was asked and had nothing of use."""

    def __init__(self, sessions: int = SESSIONS, rest: float = REST) -> None:
        self._sessions, self._rest = sessions, rest
        self._kept: OrderedDict[uuid.UUID, _Texts] = OrderedDict()

    def of(self, session_id: uuid.UUID) -> Mapping[Place, Sequence[str]]:
        """What is there for a session; empty where nothing is."""
        kept = self._kept.get(session_id)
        return dict(kept.texts) if kept else {}

    def put(self, session_id: uuid.UUID, place: Place, texts: Sequence[str]) -> None:
        """Keep what was written for a place; the session looked at longest ago is forgotten for it."""
        self._touched(session_id).texts[place] = tuple(texts)

    def rest(self, session_id: uuid.UUID) -> None:
        """Ask no model for this session for a while: it failed, or was too slow."""
        self._touched(session_id).rests_until = time.monotonic() + self._rest

    def rests(self, session_id: uuid.UUID) -> bool:
        """Whether no model is to be asked for this session just now."""
        kept = self._kept.get(session_id)
        return kept is not None and time.monotonic() < kept.rests_until

    def _touched(self, session_id: uuid.UUID) -> _Texts:
        kept = self._kept.setdefault(session_id, _Texts())
        self._kept.move_to_end(session_id)
        while len(self._kept) > self._sessions:
            self._kept.popitem(last=False)
        return kept


__all__ = ["REST", "SESSIONS", "Place", "WrittenRewrites"]

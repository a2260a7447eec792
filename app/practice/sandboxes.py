"""Conversations with a draft, kept in memory for as long as somebody tries it out; nothing of them is stored."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.practice.simulate import Conversation

#: Conversations kept at a time; the one used longest ago goes for a new one.
KEPT = 40


@dataclass(frozen=True)
class Sandbox:
    """One conversation of one instructor with the persona of a text."""

    id: str
    owner_id: uuid.UUID
    conversation: Conversation
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Sandboxes:
    """Those that are going on. An instructor has one for each persona."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._most, self._lock = OrderedDict[str, Sandbox](), kept, Lock()

    def open(self, owner_id: uuid.UUID, conversation: Conversation) -> Sandbox:
        """A new one, in place of the owner's last with the same persona."""
        made = Sandbox(secrets.token_urlsafe(12), owner_id, conversation)
        with self._lock:
            for old in list(self._kept.values()):
                if (old.owner_id, old.conversation.persona.id) == (owner_id, conversation.persona.id):
                    del self._kept[old.id]
            self._kept[made.id] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def get(self, owner_id: uuid.UUID, sandbox_id: str) -> Sandbox | None:
        """The owner's own, if it is still kept."""
        with self._lock:
            found = self._kept.get(sandbox_id)
            if found is None or found.owner_id != owner_id:
                return None
            self._kept.move_to_end(sandbox_id)
            return found


__all__ = ["KEPT", "Sandbox", "Sandboxes"]

"""Rules of role: what an assistant, a counsellor, a narrator or a client who is done would say, and this one does not.

The turns of phrase are in `words/role.txt`. They are whole ones: a client may well say “help”, “robot” or “session”.
"""

from __future__ import annotations

import unicodedata

from app.client.patterns import patterns

#: What a reply breaks only when it is whole: half a sentence may still go on from “thanks”.
_AT_THE_END = frozenset({"sounds like a client who is done (ends on thanks)"})


def out_of_role(text: str, *, whole: bool = True) -> str | None:
    """Who a text sounds like, and by what, or None. `whole`: False while it is still being written."""
    plain = unicodedata.normalize("NFKC", text)
    for reason, pattern in patterns("role").items():
        if (whole or reason not in _AT_THE_END) and pattern.search(plain):
            return reason
    return None


__all__ = ["out_of_role"]

"""Passwords: hashed by pwdlib (Argon2id), judged by NIST SP 800-63B.

Length is asked for, no mixture of characters; what is common, or made of the person's own names, is refused. That is
told by zxcvbn, which knows the usual lists and patterns.
"""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from zxcvbn import zxcvbn

from app.i18n import gettext as _
from app.practice.errors import Invalid

MIN_PASSWORD = 8
MAX_PASSWORD = 200
#: The hash of those who have no password: nothing matches it.
NO_PASSWORD = "!"
#: zxcvbn's grades 0 and 1: fewer than a million guesses.
TOO_EASY = 1
#: zxcvbn looks at no more, and takes longer the more it sees.
LOOKED_AT = 72

_hasher = PasswordHash.recommended()


def hash_of(password: str, *own: str) -> str:
    """The hash of a password that is good enough; `own`: words that people would guess. Raises Invalid."""
    check(password, *own)
    return _hasher.hash(password)


def check(password: str, *own: str) -> None:
    """Raises Invalid for a password that is too short, too long or too easily guessed."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        words = _("A password has %(least)s to %(most)s characters.")
        raise Invalid("password", words % {"least": MIN_PASSWORD, "most": MAX_PASSWORD})
    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*filter(None, own), "rollwith"])
    if found["score"] <= TOO_EASY:
        raise Invalid(
            "password",
            _("This password is among the first that others would guess. A few words in a row make a good one."),
        )


def matches(password: str, known: str) -> tuple[bool, str | None]:
    """Whether the password has this hash, and a fresh hash where the kept one is of an older make.

    None to compare with costs as much time, so that neither can be told from outside.
    """
    if known == NO_PASSWORD:
        _hasher.verify(password[:MAX_PASSWORD], nobodys_hash())
        return False, None
    return _hasher.verify_and_update(password[:MAX_PASSWORD], known)


@cache
def nobodys_hash() -> str:
    """A hash to compare with where there is none; made once, since making one takes as long as comparing."""
    return _hasher.hash("nobody")


__all__ = ["MAX_PASSWORD", "MIN_PASSWORD", "NO_PASSWORD", "check", "hash_of", "matches", "nobodys_hash"]

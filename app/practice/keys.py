"""The key that signs one-time links and short-lived cookies: as set, else made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.practice.errors import StartError
from app.settings import Settings

FILE = "secret.key"


def secret_key(settings: Settings) -> str:
    """The key. Raises StartError where the data folder cannot keep one."""
    return settings.secret_key.get_secret_value() or _kept(settings.data_dir / FILE)


def _kept(path: Path) -> str:
    try:
        return _read(path) or _make(path)
    except OSError as error:
        raise StartError(f"{path} cannot be used: {error.strerror}. Or set ROLLWITH_SECRET_KEY.") from error


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def _make(path: Path) -> str:
    """A new key, for this user's eyes only. Written aside and linked, so that nobody reads half, and the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        if not _read(path):  # an empty file is no key
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return _read(path)


__all__ = ["secret_key"]

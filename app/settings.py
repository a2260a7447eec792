"""Settings: read once from the environment, prefix `ROLLWITH_`. A test holds `docs/settings.md` to this."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_data_dir() -> Path:
    return Path("data").resolve()


class Settings(BaseSettings):
    """Everything that can be set. Each field is the environment variable `ROLLWITH_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="ROLLWITH_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default_factory=_default_data_dir, description="Folder of the database and the converted model."
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL, e.g. postgresql+psycopg://user@host/db; empty: SQLite in the data folder.",
    )
    model: str = Field(
        default="embedded",
        description="The client's voice: `embedded`, a folder, a hub id `org/name`, or `openai:MODEL@http://host:port/v1`.",
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="Key for a remote model server, if it wants one.")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(default="auto", description="Where a local model runs.")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        default="auto", description="Number format of a local model; auto measures what pays on this processor."
    )
    threads: int = Field(default=0, ge=0, le=256, description="Processor threads for the model; 0: all cores.")
    queue: int = Field(
        default=32,
        ge=1,
        le=10_000,
        description="Client replies that may wait for the model before new ones get “busy”.",
    )
    reply_timeout: float = Field(
        default=60.0, gt=0, le=600, description="Seconds after which a reply is spoken from the written lines instead."
    )
    candidates: Literal["auto"] | Annotated[int, Field(ge=0, le=16)] = Field(
        default="auto",
        description="Replies the model proposes for each turn; 0: none; auto: 4, by the embedded one only at need.",
    )
    personas_dir: Path | None = Field(default=None, description="A folder of further personas (YAML).")
    secure_cookies: bool = Field(default=False, description="Send cookies over HTTPS only; set it behind HTTPS.")
    session_days: int = Field(default=14, ge=1, le=365, description="Days a sign-in lasts.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")

    @property
    def proposals(self) -> int | None:
        """The number of candidates that was set, None where the engine decides."""
        return None if self.candidates == "auto" else self.candidates

    @property
    def resolved_database_url(self) -> str:
        """The URL in force: the one given, else the SQLite file in the data folder."""
        from sqlalchemy import URL  # here: most commands need no database

        return self.database_url or str(URL.create("sqlite", database=str(self.data_dir / "rollwith.db")))


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings.

    Raises pydantic.ValidationError naming the variable when a value is not valid.
    """
    return Settings()


__all__ = ["Settings", "get_settings"]

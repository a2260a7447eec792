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
    base_url: str = Field(
        default="", description="Where people reach the room, e.g. https://practice.example.org; for links in mail."
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="Signs links and short-lived cookies; empty: made once, in the data folder."
    )
    smtp_host: str = Field(default="", description="Mail server; empty: no mail is sent.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the way to the mail server is kept secret."
    )
    smtp_user: str = Field(default="", description="Name to sign in to the mail server with, if it wants one.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password for the mail server.")
    smtp_from: str = Field(default="", description="Sender of the mail, e.g. Practice room <room@example.org>.")
    oidc_issuer: str = Field(
        default="", description="OpenID Connect provider, e.g. https://login.example.org/realms/school; empty: none."
    )
    oidc_client_id: str = Field(default="", description="What the provider calls this room.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="The room's secret at the provider.")
    oidc_name: str = Field(default="", description="The provider's name on the button; empty: its host name.")
    oidc_sign_up: Literal["no", "code", "yes"] = Field(
        default="code", description="Whether new people come in by the provider: not, with a class code, or freely."
    )
    oidc_link_by_email: bool = Field(
        default=False, description="Whether an address that the provider has verified opens the account that has it."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")

    @property
    def proposals(self) -> int | None:
        """The number of candidates that was set, None where the engine decides."""
        return None if self.candidates == "auto" else self.candidates

    @property
    def public_url(self) -> str:
        """Where people reach the room, without a slash at the end: as set, else the address listened on.

        Never the address that a request names, which whoever sends the request can make up.
        """
        everywhere = self.host in ("", "0.0.0.0", "::", "127.0.0.1", "::1")
        host = "localhost" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

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

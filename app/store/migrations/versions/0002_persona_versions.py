"""persona versions, what clients remember, pauses"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

import app.store.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_sessions = sa.table(
    "practice_sessions",
    sa.column("id", sa.Uuid()),
    sa.column("persona_id", sa.String()),
    sa.column("persona", sa.JSON()),
    sa.column("version_id", sa.String()),
    sa.column("started_at", app.store.tables.UtcDateTime(timezone=True)),
)
_versions = sa.table(
    "persona_versions",
    sa.column("id", sa.String()),
    sa.column("persona_id", sa.String()),
    sa.column("name", sa.Text()),
    sa.column("field", sa.Text()),
    sa.column("persona", sa.JSON()),
    sa.column("created_at", app.store.tables.UtcDateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "persona_versions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("persona_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("persona", sa.JSON(), nullable=False),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_persona_versions_persona_id", "persona_versions", ["persona_id"], unique=False)
    op.add_column("practice_sessions", sa.Column("version_id", sa.String(length=64), nullable=True))
    _move_personas_out()
    with op.batch_alter_table("practice_sessions", schema=None) as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.String(length=64), nullable=False)
        batch_op.add_column(sa.Column("memory", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("arrival", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("homework", sa.Boolean(), nullable=True))
        batch_op.create_index("ix_practice_sessions_version_id", ["version_id"], unique=False)
        batch_op.create_foreign_key("fk_practice_sessions_version", "persona_versions", ["version_id"], ["id"])
        batch_op.drop_column("persona")
    _create_asides()


def downgrade() -> None:
    op.drop_index("ix_asides_session_id", "asides")
    op.drop_table("asides")
    op.add_column("practice_sessions", sa.Column("persona", sa.JSON(), nullable=True))
    _move_personas_back()
    with op.batch_alter_table("practice_sessions", schema=None) as batch_op:
        batch_op.alter_column("persona", existing_type=sa.JSON(), nullable=False)
        batch_op.drop_constraint("fk_practice_sessions_version", type_="foreignkey")
        batch_op.drop_index("ix_practice_sessions_version_id")
        for name in ("homework", "arrival", "memory", "version_id"):
            batch_op.drop_column(name)
    op.drop_index("ix_persona_versions_persona_id", "persona_versions")
    op.drop_table("persona_versions")


def _create_asides() -> None:
    op.create_table(
        "asides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("browser_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["practice_sessions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "browser_id"),
    )
    op.create_index("ix_asides_session_id", "asides", ["session_id"], unique=False)


def _move_personas_out() -> None:
    """Each persona once, under the hash of its JSON, with the time of the first session that ran with it."""
    connection = op.get_bind()
    known: set[str] = set()
    for session_id, persona_id, persona, started_at in _one_by_one():
        version = _digest(persona)
        if version not in known:
            known.add(version)
            names = {"name": str(persona.get("name", persona_id)), "field": str(persona.get("field", ""))}
            row = {"id": version, "persona_id": persona_id, "persona": persona, "created_at": started_at}
            connection.execute(_versions.insert().values(row | names))
        connection.execute(_sessions.update().where(_sessions.c.id == session_id).values(version_id=version))


def _one_by_one() -> Iterator[Any]:
    """The sessions, oldest first, one in memory at a time: each holds a hundred kilobytes of JSON."""
    connection, at = op.get_bind(), _sessions.c
    for (session_id,) in connection.execute(sa.select(at.id).order_by(at.started_at, at.id)).all():
        query = sa.select(at.id, at.persona_id, at.persona, at.started_at).where(at.id == session_id)
        yield connection.execute(query).one()


def _move_personas_back() -> None:
    connection = op.get_bind()
    for (version,) in connection.execute(sa.select(_versions.c.id)).all():
        persona = connection.execute(sa.select(_versions.c.persona).where(_versions.c.id == version)).scalar_one()
        connection.execute(_sessions.update().where(_sessions.c.version_id == version).values(persona=persona))


def _digest(persona: dict[str, Any]) -> str:
    text = json.dumps(persona, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

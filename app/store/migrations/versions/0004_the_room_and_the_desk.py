"""modes and tries, assignments, invitations, milestones, double coding, persona edits, sign-in by provider"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.store.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"], unique=False)

    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reached_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_milestones_user_id", "milestones", ["user_id"], unique=False)

    op.create_table(
        "persona_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("persona_id", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("persona_id", "revision"),
    )
    op.create_table(
        "snippets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_snippets_owner_id", "snippets", ["owner_id"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("classroom_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("goal", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("min_turns", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("due_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(["classroom_id"], ["classrooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_assignments_classroom_id", "assignments", ["classroom_id"], unique=False)

    op.create_table(
        "assistants",
        sa.Column("classroom_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["classroom_id"], ["classrooms.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("classroom_id", "user_id"),
    )
    op.create_index("ix_assistants_user_id", "assistants", ["user_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("classroom_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["classroom_id"], ["classrooms.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("classroom_id", "email"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_invitations_classroom_id", "invitations", ["classroom_id"], unique=False)

    op.create_table(
        "codings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", app.store.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", app.store.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_by"],
            ["users.id"],
        ),
        sa.ForeignKeyConstraint(["coder_id"], ["users.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["practice_sessions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "coder_id"),
    )
    op.create_index("ix_codings_coder_id", "codings", ["coder_id"], unique=False)

    op.create_table(
        "coded_by_hand",
        sa.Column("coding_id", sa.Uuid(), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["coding_id"], ["codings.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["utterance_id"], ["utterances.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("coding_id", "utterance_id"),
    )
    op.create_index("ix_coded_by_hand_utterance_id", "coded_by_hand", ["utterance_id"], unique=False)

    with op.batch_alter_table("asides", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="pause"))

    with op.batch_alter_table("classrooms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assistant_code", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("archived_at", app.store.tables.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint("uq_classrooms_assistant_code", ["assistant_code"])

    with op.batch_alter_table("practice_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=20), nullable=False, server_default="coached"))
        batch_op.add_column(sa.Column("goal", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("mood", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hints", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reflection", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reflected_at", app.store.tables.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("figures", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("unsure", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("assignment_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("parent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("branched_at", sa.Integer(), nullable=True))
        batch_op.create_index("ix_practice_sessions_assignment_id", ["assignment_id"], unique=False)
        batch_op.create_index("ix_practice_sessions_parent_id", ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_practice_sessions_assignment", "assignments", ["assignment_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            "fk_practice_sessions_parent", "practice_sessions", ["parent_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.add_column(sa.Column("globals_given", sa.JSON(), nullable=True))

    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("seen_at", app.store.tables.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column("informed_at", app.store.tables.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint("uq_users_email", ["email"])


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint("uq_users_email", type_="unique")
        batch_op.drop_column("informed_at")
        batch_op.drop_column("email")

    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_column("seen_at")
        batch_op.drop_column("agent")

    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_column("globals_given")

    with op.batch_alter_table("practice_sessions", schema=None) as batch_op:
        batch_op.drop_constraint("fk_practice_sessions_assignment", type_="foreignkey")
        batch_op.drop_constraint("fk_practice_sessions_parent", type_="foreignkey")
        batch_op.drop_index("ix_practice_sessions_parent_id")
        batch_op.drop_index("ix_practice_sessions_assignment_id")
        batch_op.drop_column("branched_at")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("assignment_id")
        batch_op.drop_column("unsure")
        batch_op.drop_column("figures")
        batch_op.drop_column("reflected_at")
        batch_op.drop_column("reflection")
        batch_op.drop_column("hints")
        batch_op.drop_column("mood")
        batch_op.drop_column("goal")
        batch_op.drop_column("mode")

    with op.batch_alter_table("classrooms", schema=None) as batch_op:
        batch_op.drop_constraint("uq_classrooms_assistant_code", type_="unique")
        batch_op.drop_column("archived_at")
        batch_op.drop_column("assistant_code")

    with op.batch_alter_table("asides", schema=None) as batch_op:
        batch_op.drop_column("kind")

    op.drop_index("ix_coded_by_hand_utterance_id", "coded_by_hand")
    op.drop_table("coded_by_hand")
    op.drop_index("ix_codings_coder_id", "codings")
    op.drop_table("codings")
    op.drop_index("ix_invitations_classroom_id", "invitations")
    op.drop_table("invitations")
    op.drop_index("ix_assistants_user_id", "assistants")
    op.drop_table("assistants")
    op.drop_index("ix_assignments_classroom_id", "assignments")
    op.drop_table("assignments")
    op.drop_index("ix_snippets_owner_id", "snippets")
    op.drop_table("snippets")
    op.drop_table("persona_edits")
    op.drop_index("ix_milestones_user_id", "milestones")
    op.drop_table("milestones")
    op.drop_index("ix_identities_user_id", "identities")
    op.drop_table("identities")

"""Media sent to the bot in the chat."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contributions",
        sa.Column("id", IDENTITY, sa.Identity(), primary_key=True),
        sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), nullable=False),
        number("chat_id"),
        sa.Column("album", sa.Text),
        number("sent_by"),
        number("first_message_id"),
        moment("sent_at"),
        moment("ready_at"),
        member("stage", "gathering", "answered"),
        sa.Column("version", sa.Integer, nullable=False),
        text("caption"),
        text("category"),
        sa.Column("needs", sa.JSON(none_as_null=True), nullable=False),
        member("wish", "plan", "library", "discard"),
        sa.Column("on_date", sa.Date),
        sa.Column("is_carousel", sa.Boolean, nullable=False),
        member("panel", "main", "category", "needs", "when"),
        number("message_id", nullable=True),
        moment("touched_at"),
        moment("swept_at", nullable=True),
        sa.UniqueConstraint("chat_id", "album"),
    )
    op.create_index("ix_contributions_message", "contributions", ["chat_id", "message_id"])
    partial_index("ix_contributions_gathering", "contributions", ["ready_at"], "stage = 'gathering'")
    partial_index("ix_contributions_unswept", "contributions", ["touched_at"], "swept_at IS NULL")
    op.create_table(
        "contributed_files",
        sa.Column("id", IDENTITY, sa.Identity(), primary_key=True),
        sa.Column("contribution_id", sa.BigInteger, sa.ForeignKey("contributions.id"), nullable=False),
        number("chat_id"),
        number("message_id"),
        member("form", "photo", "video", "document"),
        text("file_id"),
        text("unique_id"),
        text("name"),
        number("size_bytes", nullable=True),
        text("caption"),
        member("stage", "waiting", "taken", "known", "refused", "replaced", "removed"),
        sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id")),
        text("detail"),
        sa.Column("tries", sa.Integer, nullable=False),
        moment("next_try_at"),
        sa.UniqueConstraint("chat_id", "message_id"),
    )
    for column in ("contribution_id", "unique_id", "media_id"):
        op.create_index(f"ix_contributed_files_{column}", "contributed_files", [column])
    partial_index("ix_contributed_files_waiting", "contributed_files", ["next_try_at"], "stage = 'waiting'")


def downgrade() -> None:
    op.drop_table("contributed_files")
    op.drop_table("contributions")


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def member(name: str, *members: str) -> sa.Column[str]:
    listed = ", ".join(f"'{value}'" for value in members)
    return sa.Column(name, sa.Text, sa.CheckConstraint(f"{name} IN ({listed})", name=name), nullable=False)


def partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))

"""Prepared copies of media."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "prepared_files",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True)),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("made_at", at, nullable=False),
        sa.Column("last_used_at", at, nullable=False),
        sa.Column("deleted_at", at),
    )
    op.create_index("ix_prepared_files_last_used_at", "prepared_files", ["last_used_at"])
    op.create_table(
        "prepared_uses",
        sa.Column(
            "publication_id",
            sa.BigInteger,
            sa.ForeignKey("publications.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column(
            "media_id",
            sa.BigInteger,
            sa.ForeignKey("media_items.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("key", sa.Text, nullable=False),
    )
    op.create_index("ix_prepared_uses_key", "prepared_uses", ["key"])


def downgrade() -> None:
    op.drop_table("prepared_uses")
    op.drop_table("prepared_files")

"""What the library knows of its files: where they lie, when they changed, what they look like."""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_COLUMNS = ("said", "search", "path_key", "modified_ns", "fingerprint", "near_of", "missing_since")


def upgrade() -> None:
    op.add_column("media_items", sa.Column("said", sa.JSON))
    op.add_column("media_items", sa.Column("search", sa.Text, nullable=False, server_default=""))
    op.add_column("media_items", sa.Column("path_key", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("media_items", sa.Column("modified_ns", sa.BigInteger))
    op.add_column("media_items", sa.Column("fingerprint", sa.BigInteger))
    op.add_column("media_items", sa.Column("near_of", sa.BigInteger))
    op.add_column("media_items", sa.Column("missing_since", sa.DateTime(timezone=True)))
    op.create_index("ix_media_items_path", "media_items", ["workspace_id", "path_key"])
    is_near = sa.text("near_of IS NOT NULL")
    op.create_index(
        "ix_media_items_near",
        "media_items",
        ["workspace_id", "id"],
        postgresql_where=is_near,
        sqlite_where=is_near,
    )
    op.create_table("media_bands", key("workspace_id", "workspaces"), band(), key("media_id", "media_items"))
    make_what_is_there_findable()


def downgrade() -> None:
    op.drop_table("media_bands")
    op.drop_index("ix_media_items_near", "media_items")
    op.drop_index("ix_media_items_path", "media_items")
    for column in NEW_COLUMNS:
        op.drop_column("media_items", column)


def key(name: str, table: str) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id")
    return sa.Column(name, sa.BigInteger, target, primary_key=True, autoincrement=False, nullable=False)


def band() -> sa.Column[int]:
    return sa.Column("band", sa.Integer, primary_key=True, autoincrement=False, nullable=False)


def make_what_is_there_findable() -> None:
    """Store what each item is found by, but for what it looks like: the next import sees to that."""
    items = sa.table(
        "media_items",
        sa.column("id", sa.BigInteger),
        sa.column("path", sa.Text),
        sa.column("description", sa.JSON),
        sa.column("path_key", sa.BigInteger),
        sa.column("search", sa.Text),
    )
    known = sa.select(items.c.id, items.c.path, items.c.description)
    for item_id, path, description in op.get_bind().execute(known).all():
        op.execute(
            sa.update(items)
            .where(items.c.id == item_id)
            .values(path_key=path_key(path), search=search(path, description))
        )


def path_key(path: str) -> int:
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), signed=True)


def search(path: str, description: dict[str, Any]) -> str:
    words = (path.rpartition("/")[2], description.get("caption", ""), *description.get("tags", ()))
    return "\n".join(words).casefold()

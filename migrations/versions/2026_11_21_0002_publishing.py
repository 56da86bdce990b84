"""What publishing everywhere needs: details and variants of posts, content keys, tokens that end, alerts."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_TABLES = ("daily_figures", "switches", "quota_readings", "alerts")


def text(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def reference(name: str, table: str, *, primary_key: bool = False) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id")
    return sa.Column(
        name, sa.BigInteger, target, primary_key=primary_key, autoincrement=False, nullable=False
    )


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    extend_accounts()
    extend_posts()
    extend_publications()
    extend_tokens()
    create_alerts()
    create_quota_readings()
    create_switches()
    create_daily_figures()


def downgrade() -> None:
    for table in NEW_TABLES:
        op.drop_table(table)
    for column in (
        "version",
        "issued_at",
        "data_access_expires_at",
        "source_sealed",
        "source_expires_at",
        "refresh_after",
        "refresh_tries",
    ):
        op.drop_column("tokens", column)
    op.drop_index("ix_publications_begun", "publications")
    op.drop_index("ix_publications_content", "publications")
    op.drop_column("publications", "is_forced")
    op.drop_column("publications", "content_key")
    op.drop_index("ix_posts_variant_of", "posts")
    op.drop_column("posts", "variant_of")
    op.drop_column("posts", "details")
    op.drop_column("accounts", "usage_percent")
    op.drop_column("accounts", "closed_until")


def extend_accounts() -> None:
    op.add_column("accounts", moment("closed_until", nullable=True))
    op.add_column("accounts", sa.Column("usage_percent", sa.Integer, nullable=False, server_default="0"))


def extend_posts() -> None:
    op.add_column("posts", sa.Column("details", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("posts", sa.Column("variant_of", sa.BigInteger))
    op.create_index("ix_posts_variant_of", "posts", ["variant_of"])


def extend_publications() -> None:
    op.add_column("publications", sa.Column("content_key", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "publications", sa.Column("is_forced", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("ix_publications_content", "publications", ["account_id", "content_key"])
    is_begun = sa.text("state = 'scheduled' AND CAST(checkpoint AS TEXT) != '{}'")
    op.create_index(
        "ix_publications_begun",
        "publications",
        ["account_id", "due_at"],
        postgresql_where=is_begun,
        sqlite_where=is_begun,
    )


def extend_tokens() -> None:
    op.add_column("tokens", sa.Column("version", sa.Integer, nullable=False, server_default="0"))
    op.add_column("tokens", moment("issued_at", nullable=True))
    op.add_column("tokens", moment("data_access_expires_at", nullable=True))
    op.add_column("tokens", text("source_sealed", nullable=True))
    op.add_column("tokens", moment("source_expires_at", nullable=True))
    op.add_column("tokens", moment("refresh_after", nullable=True))
    op.add_column("tokens", sa.Column("refresh_tries", sa.Integer, nullable=False, server_default="0"))
    renew_what_was_renewed_by_hand()


def renew_what_was_renewed_by_hand() -> None:
    """Let tokens of Instagram Login be renewed once they are a day old; nobody knows when they end."""
    at = sa.DateTime(timezone=True)
    tokens = sa.table(
        "tokens",
        sa.column("account_id", sa.BigInteger),
        sa.column("updated_at", at),
        sa.column("refresh_after", at),
    )
    accounts = sa.table("accounts", sa.column("id", sa.BigInteger), sa.column("login", sa.Text))
    given = sa.select(tokens.c.account_id, tokens.c.updated_at).where(
        tokens.c.account_id == accounts.c.id, accounts.c.login == "instagram"
    )
    for account_id, updated_at in op.get_bind().execute(given).all():
        op.execute(
            sa.update(tokens)
            .where(tokens.c.account_id == account_id)
            .values(refresh_after=updated_at + dt.timedelta(days=1))
        )


def create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True
        ),
        reference("workspace_id", "workspaces"),
        text("kind"),
        text("subject"),
        count("level"),
        text("detail"),
        moment("raised_at"),
        moment("ended_at", nullable=True),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["workspace_id", "kind", "subject"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )


def create_quota_readings() -> None:
    op.create_table(
        "quota_readings",
        reference("account_id", "accounts", primary_key=True),
        count("used"),
        count("total"),
        moment("read_at"),
    )


def create_switches() -> None:
    op.create_table("switches", text("name", primary_key=True), text("reason"), text("actor"), moment("at"))


def create_daily_figures() -> None:
    op.create_table(
        "daily_figures",
        reference("workspace_id", "workspaces", primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        count("by_bot"),
        count("by_hand"),
        count("failed_tries"),
        count("fallbacks"),
        count("unconfirmed"),
    )

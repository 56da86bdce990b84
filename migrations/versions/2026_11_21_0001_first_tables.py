"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def identity() -> sa.Column[int]:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", big, sa.Identity(), primary_key=True)


def reference(name: str, table: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    target = sa.ForeignKey(f"{table}.id")
    return sa.Column(
        name, sa.BigInteger, target, primary_key=primary_key, autoincrement=False, nullable=nullable
    )


def text(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def document(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=nullable)


def member(name: str, *members: str, nullable: bool = False) -> sa.Column[str]:
    listed = ", ".join(f"'{member}'" for member in members)
    return sa.Column(name, sa.Text, sa.CheckConstraint(f"{name} IN ({listed})", name=name), nullable=nullable)


def partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def upgrade() -> None:
    create_workspaces()
    create_settings()
    create_people()
    create_memberships()
    create_accounts()
    create_tokens()
    create_media_items()
    create_media_locks()
    create_posts()
    create_post_media()
    create_publications()
    create_publication_events()
    create_attempts()
    create_cards()
    create_outbox()
    create_inbox()
    create_uploads()
    create_audit_log()


def downgrade() -> None:
    for table in (
        "audit_log",
        "uploads",
        "inbox",
        "outbox",
        "cards",
        "attempts",
        "publication_events",
        "publications",
        "post_media",
        "posts",
        "media_locks",
        "media_items",
        "tokens",
        "accounts",
        "memberships",
        "people",
        "settings",
        "workspaces",
    ):
        op.drop_table(table)


def create_workspaces() -> None:
    op.create_table(
        "workspaces",
        identity(),
        text("name"),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        moment("paused_at", nullable=True),
        moment("created_at"),
        sa.UniqueConstraint("chat_id"),
    )


def create_settings() -> None:
    op.create_table(
        "settings",
        reference("workspace_id", "workspaces", primary_key=True),
        text("key", primary_key=True),
        text("value"),
        moment("updated_at"),
    )


def create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        text("name"),
        text("username"),
        moment("updated_at"),
    )


def create_memberships() -> None:
    op.create_table(
        "memberships",
        reference("workspace_id", "workspaces", primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        member("role", "viewer", "poster", "approver", "admin", nullable=True),
        moment("found_at"),
    )


def create_accounts() -> None:
    op.create_table(
        "accounts",
        identity(),
        reference("workspace_id", "workspaces"),
        text("platform"),
        text("external_id"),
        text("name"),
        text("login"),
        member("state", "active", "needs_reconnect", "paused", "removed"),
        text("state_reason"),
        moment("checked_at", nullable=True),
        moment("created_at"),
        sa.UniqueConstraint("workspace_id", "platform", "external_id"),
    )


def create_tokens() -> None:
    op.create_table(
        "tokens",
        reference("account_id", "accounts", primary_key=True),
        text("sealed"),
        moment("expires_at", nullable=True),
        moment("updated_at"),
    )


def create_media_items() -> None:
    op.create_table(
        "media_items",
        identity(),
        reference("workspace_id", "workspaces"),
        text("path"),
        text("sha256"),
        document("facts"),
        document("description"),
        moment("added_at"),
        sa.Column("is_retired", sa.Boolean, nullable=False),
        sa.UniqueConstraint("workspace_id", "sha256"),
    )


def create_media_locks() -> None:
    op.create_table(
        "media_locks",
        reference("media_id", "media_items", primary_key=True),
        reference("account_id", "accounts", primary_key=True),
        text("reason", primary_key=True),
        moment("until", nullable=True),
        moment("locked_at"),
    )


def create_posts() -> None:
    op.create_table(
        "posts",
        identity(),
        reference("workspace_id", "workspaces"),
        text("caption"),
        text("link"),
        document("needs"),
        moment("created_at"),
    )


def create_post_media() -> None:
    op.create_table(
        "post_media",
        reference("post_id", "posts", primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        reference("media_id", "media_items"),
    )
    op.create_index("ix_post_media_media_id", "post_media", ["media_id"])


def create_publications() -> None:
    op.create_table(
        "publications",
        identity(),
        reference("workspace_id", "workspaces"),
        reference("post_id", "posts"),
        reference("account_id", "accounts"),
        text("platform"),
        text("placement"),
        member(
            "state",
            "draft",
            "awaiting_approval",
            "scheduled",
            "publishing",
            "unconfirmed",
            "with_team",
            "published",
            "skipped",
            "rejected",
            "cancelled",
            "missed",
            "failed",
        ),
        sa.Column("version", sa.Integer, nullable=False),
        moment("planned_at"),
        moment("due_at"),
        member("lane", "auto", "manual", nullable=True),
        member(
            "lane_reason",
            "api",
            "asked_for",
            "api_off",
            "needs_person",
            "not_expressible",
            "reconnect",
            "quota",
            "daily_cap",
            "category",
            "failed",
            nullable=True,
        ),
        text("lane_detail"),
        member("lane_wish", "auto", "manual", nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        document("checkpoint"),
        moment("intent_at", nullable=True),
        moment("last_intent_at", nullable=True),
        moment("asked_at", nullable=True),
        text("platform_post_id", nullable=True),
        text("permalink", nullable=True),
        moment("posted_at", nullable=True),
        sa.Column("posted_by", sa.BigInteger, nullable=True),
        document("failure", nullable=True),
        sa.Column("slot_date", sa.Date, nullable=True),
        sa.Column("slot_number", sa.Integer, nullable=True),
        text("worker", nullable=True),
        moment("lease_until", nullable=True),
        moment("created_at"),
        moment("updated_at"),
    )
    partial_index(
        "ix_publications_intent",
        "publications",
        ["account_id", "last_intent_at"],
        "last_intent_at IS NOT NULL",
    )
    op.create_index("ix_publications_listed", "publications", ["workspace_id", "state", "due_at", "id"])
    partial_index(
        "ix_publications_next_due", "publications", ["due_at"], "state IN ('scheduled', 'unconfirmed')"
    )
    op.create_index("ix_publications_post", "publications", ["post_id"])
    partial_index(
        "ix_publications_posted", "publications", ["account_id", "posted_at"], "posted_at IS NOT NULL"
    )
    partial_index(
        "ix_publications_scheduled", "publications", ["account_id", "due_at", "id"], "state = 'scheduled'"
    )
    partial_index(
        "ix_publications_unasked",
        "publications",
        ["account_id", "due_at"],
        "state = 'unconfirmed' AND asked_at IS NULL",
    )
    op.create_index("ix_publications_updated", "publications", ["workspace_id", "updated_at"])
    partial_index(
        "uq_publications_publishing", "publications", ["account_id"], "state = 'publishing'", unique=True
    )
    partial_index(
        "uq_publications_slot",
        "publications",
        ["slot_date", "account_id", "slot_number"],
        "slot_date IS NOT NULL",
        unique=True,
    )


def create_publication_events() -> None:
    op.create_table(
        "publication_events",
        reference("publication_id", "publications", primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        member(
            "event",
            "submitted",
            "queued",
            "approved",
            "returned",
            "claimed",
            "deferred",
            "released",
            "lost",
            "succeeded",
            "asked",
            "found_live",
            "found_absent",
            "handed_off",
            "taken_over",
            "given_back",
            "postponed",
            "posted_by_hand",
            "skipped",
            "rejected",
            "cancelled",
            "expired",
            "gave_up",
            "retried",
            "undone",
        ),
        member(
            "state",
            "draft",
            "awaiting_approval",
            "scheduled",
            "publishing",
            "unconfirmed",
            "with_team",
            "published",
            "skipped",
            "rejected",
            "cancelled",
            "missed",
            "failed",
        ),
        moment("at"),
        text("actor"),
        text("reason"),
    )


def create_attempts() -> None:
    op.create_table(
        "attempts",
        identity(),
        reference("publication_id", "publications"),
        moment("at"),
        text("outcome"),
        document("calls"),
        document("failure", nullable=True),
    )
    op.create_index("ix_attempts_publication_id", "attempts", ["publication_id"])


def create_cards() -> None:
    op.create_table(
        "cards",
        identity(),
        reference("publication_id", "publications"),
        member("kind", "post", "approval", "question", "prompt_time", "prompt_link"),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        member("panel", "main", "later", "confirm_reject"),
        sa.Column("message_id", sa.BigInteger, nullable=True),
        document("media_message_ids"),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("asked_of", sa.BigInteger, nullable=True),
        moment("created_at"),
    )
    op.create_index("ix_cards_message", "cards", ["chat_id", "message_id"])
    op.create_index("ix_cards_publication_id", "cards", ["publication_id"])
    partial_index("ix_cards_undelivered", "cards", ["id"], "message_id IS NULL")


def create_outbox() -> None:
    op.create_table(
        "outbox",
        identity(),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        text("kind"),
        document("body"),
        reference("card_id", "cards", nullable=True),
        sa.Column("urgency", sa.Integer, nullable=False),
        member("stage", "waiting", "sending", "sent", "failed"),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("unclear", sa.Boolean, nullable=False),
        moment("not_before"),
        moment("created_at"),
        moment("begun_at", nullable=True),
        moment("done_at", nullable=True),
        text("error"),
    )
    partial_index("ix_outbox_sending", "outbox", ["id"], "stage = 'sending'")
    partial_index("ix_outbox_waiting", "outbox", ["urgency", "id"], "stage = 'waiting'")
    partial_index(
        "uq_outbox_redraw",
        "outbox",
        ["card_id"],
        "stage = 'waiting' AND card_id IS NOT NULL AND tries = 0",
        unique=True,
    )


def create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        text("body"),
        moment("received_at"),
        moment("handled_at", nullable=True),
        text("error"),
    )
    partial_index("ix_inbox_unhandled", "inbox", ["update_id"], "handled_at IS NULL")


def create_uploads() -> None:
    op.create_table(
        "uploads",
        identity(),
        reference("publication_id", "publications"),
        reference("media_id", "media_items"),
        text("provider"),
        text("url"),
        text("reference"),
        moment("created_at"),
        moment("deleted_at", nullable=True),
        sa.UniqueConstraint("publication_id", "media_id"),
    )
    partial_index("ix_uploads_there", "uploads", ["created_at"], "deleted_at IS NULL")


def create_audit_log() -> None:
    op.create_table(
        "audit_log",
        identity(),
        moment("at"),
        text("actor"),
        text("action"),
        reference("workspace_id", "workspaces", nullable=True),
        reference("publication_id", "publications", nullable=True),
        document("detail"),
    )
    op.create_index("ix_audit_log_newest", "audit_log", ["workspace_id", "id"])

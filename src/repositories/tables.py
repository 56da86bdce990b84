"""The tables. What must always hold stands here as a constraint, so that no code path can break it."""

import enum
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from domain.account import AccountState
from domain.card import CardKind, CardPanel
from domain.contribution import ContributionPanel, ContributionStage, FileForm, FileStage, Wish
from domain.errors import Failure
from domain.lane import Lane, LaneReason
from domain.media import Description, MediaFacts, MediaKind, Need
from domain.post import PostDetails
from domain.publication import Event, State
from domain.season import Season
from domain.workspace import Role
from repositories.columns import (
    identity,
    member,
    metadata,
    moment,
    partial_index,
    reference,
    text,
    written_out,
)
from repositories.types import Document, UtcDateTime
from services.repositories.publications import RemoteCall


class OutboxStage(enum.StrEnum):
    """Where a message is on its way to the chat."""

    WAITING = "waiting"
    SENDING = "sending"
    """Begun; after a crash nobody knows whether it arrived."""
    SENT = "sent"
    FAILED = "failed"
    """Given up."""


workspaces = sa.Table(
    "workspaces",
    metadata,
    identity(),
    text("name"),
    sa.Column("chat_id", sa.BigInteger, nullable=False, unique=True),
    moment("paused_at", nullable=True),
    moment("created_at"),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    text("value"),
    moment("updated_at"),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    text("name"),
    text("username"),
    moment("updated_at"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True),
    # No reference to `people`: of somebody who is no member, nothing but this answer is kept.
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    member("role", Role, nullable=True),
    moment("found_at"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    identity(),
    reference("workspaces"),
    text("platform"),
    text("external_id"),
    text("name"),
    text("login"),
    member("state", AccountState),
    text("state_reason"),
    # Until when the platform wants to be left alone, and what it said of how much of its limits is used.
    moment("closed_until", nullable=True),
    sa.Column("usage_percent", sa.Integer, nullable=False, server_default="0"),
    moment("checked_at", nullable=True),
    moment("created_at"),
    sa.UniqueConstraint("workspace_id", "platform", "external_id"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column(
        "account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    ),
    text("sealed"),
    moment("expires_at", nullable=True),
    moment("updated_at"),
    # Grows with every token; compared by who refreshes one, so that no older answer takes a newer's place.
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    moment("issued_at", nullable=True),
    moment("data_access_expires_at", nullable=True),
    # The token of a person from which this one was derived.
    text("source_sealed", nullable=True),
    moment("source_expires_at", nullable=True),
    # When it is to be renewed, or tried again; a leader that begins moves it, so that no other one does.
    moment("refresh_after", nullable=True),
    sa.Column("refresh_tries", sa.Integer, nullable=False, server_default="0"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    identity(),
    reference("workspaces"),
    text("kind"),
    # What it is about: an account, a publication, a platform.
    text("subject"),
    # How bad it is; what gets worse is told again.
    sa.Column("level", sa.Integer, nullable=False),
    text("detail"),
    moment("raised_at"),
    moment("ended_at", nullable=True),
)
ALERT_IS_OPEN = alerts.c.ended_at.is_(None)
partial_index(
    "uq_alerts_open",
    alerts.c.workspace_id,
    alerts.c.kind,
    alerts.c.subject,
    where=ALERT_IS_OPEN,
    unique=True,
)

quota_readings = sa.Table(
    "quota_readings",
    metadata,
    sa.Column(
        "account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    moment("read_at"),
)

switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    text("reason"),
    text("actor"),
    moment("at"),
)

daily_figures = sa.Table(
    "daily_figures",
    metadata,
    sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("by_bot", sa.Integer, nullable=False),
    sa.Column("by_hand", sa.Integer, nullable=False),
    sa.Column("failed_tries", sa.Integer, nullable=False),
    sa.Column("fallbacks", sa.Integer, nullable=False),
    sa.Column("unconfirmed", sa.Integer, nullable=False),
)

media_items = sa.Table(
    "media_items",
    metadata,
    identity(),
    reference("workspaces"),
    text("path"),
    text("sha256"),
    sa.Column("facts", Document(MediaFacts), nullable=False),
    sa.Column("description", Document(Description), nullable=False),
    moment("added_at"),
    sa.Column("is_retired", sa.Boolean, nullable=False),
    # What its sidecars said last; `description` is that, or what people said since by hand.
    sa.Column("said", Document(Description)),
    # Its caption, names and tags in lower case, to be searched.
    text("search", server_default=""),
    # By its hash a file is found by its path; paths are too long for PostgreSQL's indexes.
    sa.Column("path_key", sa.BigInteger, nullable=False, server_default="0"),
    # When the file was changed last, as it was examined: one that is as before is not read again.
    sa.Column("modified_ns", sa.BigInteger),
    # What it looks like: alike pictures differ in few of the 64 bits.
    sa.Column("fingerprint", sa.BigInteger),
    # Without a reference: SQLite cannot add one to a table that is there.
    sa.Column("near_of", sa.BigInteger),
    moment("missing_since", nullable=True),
    sa.UniqueConstraint("workspace_id", "sha256"),
)
sa.Index("ix_media_items_path", media_items.c.workspace_id, media_items.c.path_key)
partial_index(
    "ix_media_items_near",
    media_items.c.workspace_id,
    media_items.c.id,
    where=media_items.c.near_of.is_not(None),
)

media_bands = sa.Table(
    "media_bands",
    metadata,
    sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True),
    # A quarter of a fingerprint, and which.
    sa.Column("band", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), primary_key=True),
)

media_locks = sa.Table(
    "media_locks",
    metadata,
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    # Part of the key: a rejection stands beside the lock of a post, which tells when that was.
    sa.Column("reason", sa.Text, primary_key=True),
    moment("until", nullable=True),
    moment("locked_at"),
)

media_terms = sa.Table(
    "media_terms",
    metadata,
    sa.Column(
        "media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), primary_key=True, autoincrement=False
    ),
    moment("held_until", nullable=True),
    moment("not_after", nullable=True),
    sa.Column("season", Document(Season)),
)

# How each item stands on each account, in the order in which they are chosen. Triggers keep it, whoever
# changes items, locks, terms or accounts; but what rests is free again only when somebody looks at the time.
media_standing = sa.Table(
    "media_standing",
    metadata,
    sa.Column(
        "account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    ),
    sa.Column(
        "media_id",
        sa.BigInteger,
        sa.ForeignKey("media_items.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    text("category"),
    member("kind", MediaKind),
    moment("last_posted_at"),
    # An order of the account's own, which looks random.
    text("shuffle"),
    moment("rests_until", nullable=True),
)
IS_FREE = media_standing.c.rests_until.is_(None)
"""No lock and no term holds it, and it is neither retired nor missing."""
partial_index(
    "ix_media_standing_free",
    media_standing.c.account_id,
    media_standing.c.category,
    media_standing.c.kind,
    media_standing.c.last_posted_at,
    media_standing.c.shuffle,
    media_standing.c.media_id,
    where=IS_FREE,
)
partial_index("ix_media_standing_resting", media_standing.c.rests_until, where=sa.not_(IS_FREE))

# The local dates of each account whose slots are filled, or were looked at, and later recorded as missed.
planned_dates = sa.Table(
    "planned_dates",
    metadata,
    sa.Column(
        "account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
)

category_shares = sa.Table(
    "category_shares",
    metadata,
    sa.Column(
        "workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("valid_from", UtcDateTime, primary_key=True),
    sa.Column("shares", Document(Mapping[str, int]), nullable=False),
    text("actor"),
)

posts = sa.Table(
    "posts",
    metadata,
    identity(),
    reference("workspaces"),
    text("caption"),
    text("link"),
    sa.Column("needs", Document(frozenset[Need]), nullable=False),
    sa.Column("details", Document(PostDetails), nullable=False, server_default="{}"),
    # Without a reference: SQLite cannot add one to a table that is there.
    sa.Column("variant_of", sa.BigInteger),
    moment("created_at"),
)
sa.Index("ix_posts_variant_of", posts.c.variant_of)

COVER = -1
"""The position of the cover picture among the media of a post."""

post_media = sa.Table(
    "post_media",
    metadata,
    sa.Column("post_id", sa.BigInteger, sa.ForeignKey("posts.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), nullable=False, index=True),
)

publications = sa.Table(
    "publications",
    metadata,
    identity(),
    reference("workspaces"),
    reference("posts"),
    reference("accounts"),
    text("platform"),
    text("placement"),
    member("state", State),
    sa.Column("version", sa.Integer, nullable=False),
    moment("planned_at"),
    moment("due_at"),
    member("lane", Lane, nullable=True),
    member("lane_reason", LaneReason, nullable=True),
    text("lane_detail"),
    member("lane_wish", Lane, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("checkpoint", Document(Mapping[str, Any]), nullable=False),
    moment("intent_at", nullable=True),
    # `intent_at` is emptied when the publication goes back to the queue; this one stays, for
    # telling later whether another post may have gone to the account at some time.
    moment("last_intent_at", nullable=True),
    moment("asked_at", nullable=True),
    text("platform_post_id", nullable=True),
    text("permalink", nullable=True),
    moment("posted_at", nullable=True),
    sa.Column("posted_by", sa.BigInteger),
    sa.Column("failure", Document(Failure)),
    sa.Column("content_key", sa.Text, nullable=False, server_default=""),
    sa.Column("is_forced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("slot_date", sa.Date),
    sa.Column("slot_number", sa.Integer),
    text("worker", nullable=True),
    # By the database's clock in real time, unlike every other moment here.
    moment("lease_until", nullable=True),
    moment("created_at"),
    moment("updated_at"),
)


def in_state(*states: State) -> sa.ColumnElement[bool]:
    """Return the condition that a publication is in one of these states, as the partial indexes have it."""
    if len(states) == 1:
        return publications.c.state == written_out(states[0])
    return publications.c.state.in_([written_out(state) for state in states])


UNASKED = sa.and_(in_state(State.UNCONFIRMED), publications.c.asked_at.is_(None))
"""Nobody knows whether it is out, and nobody was asked yet."""
BEGUN = sa.and_(
    in_state(State.SCHEDULED), sa.cast(publications.c.checkpoint, sa.Text) != sa.literal_column("'{}'")
)
"""Work on it was begun, and it waits to go on: it holds a place of its account's quota."""

slot_filled_once = partial_index(
    "uq_publications_slot",
    publications.c.slot_date,
    publications.c.account_id,
    publications.c.slot_number,
    where=publications.c.slot_date.is_not(None),
    unique=True,
)
partial_index(  # An account never has two in `publishing`; also the way to leases that ran out: it is small.
    "uq_publications_publishing",
    publications.c.account_id,
    where=in_state(State.PUBLISHING),
    unique=True,
)
partial_index(  # The claim.
    "ix_publications_scheduled",
    publications.c.account_id,
    publications.c.due_at,
    publications.c.id,
    where=in_state(State.SCHEDULED),
)
partial_index(  # The claim passes their accounts over; they are looked up when due.
    "ix_publications_unasked",
    publications.c.account_id,
    publications.c.due_at,
    where=UNASKED,
)
partial_index(  # Those that hold a place.
    "ix_publications_begun", publications.c.account_id, publications.c.due_at, where=BEGUN
)
partial_index(  # The next due time.
    "ix_publications_next_due",
    publications.c.due_at,
    where=in_state(State.SCHEDULED, State.UNCONFIRMED),
)
partial_index(  # What is already known to be on a profile.
    "ix_publications_posted",
    publications.c.account_id,
    publications.c.posted_at,
    where=publications.c.posted_at.is_not(None),
)
partial_index(
    "ix_publications_intent",
    publications.c.account_id,
    publications.c.last_intent_at,
    where=publications.c.last_intent_at.is_not(None),
)
sa.Index(
    "ix_publications_listed",
    publications.c.workspace_id,
    publications.c.state,
    publications.c.due_at,
    publications.c.id,
)
sa.Index("ix_publications_content", publications.c.account_id, publications.c.content_key)
sa.Index("ix_publications_updated", publications.c.workspace_id, publications.c.updated_at)
sa.Index("ix_publications_post", publications.c.post_id)

publication_events = sa.Table(
    "publication_events",
    metadata,
    sa.Column("publication_id", sa.BigInteger, sa.ForeignKey("publications.id"), primary_key=True),
    # Part of the key: every event makes a version, and no version is made twice.
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    member("event", Event),
    member("state", State),
    moment("at"),
    text("actor"),
    text("reason"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    identity(),
    sa.Column("publication_id", sa.BigInteger, sa.ForeignKey("publications.id"), nullable=False, index=True),
    moment("at"),
    text("outcome"),
    sa.Column("calls", Document(tuple[RemoteCall, ...]), nullable=False),
    sa.Column("failure", Document(Failure)),
)

cards = sa.Table(
    "cards",
    metadata,
    identity(),
    sa.Column("publication_id", sa.BigInteger, sa.ForeignKey("publications.id"), nullable=False, index=True),
    member("kind", CardKind),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    member("panel", CardPanel),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("media_message_ids", Document(tuple[int, ...]), nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("asked_of", sa.BigInteger),
    moment("created_at"),
)
sa.Index("ix_cards_message", cards.c.chat_id, cards.c.message_id)
UNDELIVERED = cards.c.message_id.is_(None)
"""The card stands in no chat."""
partial_index("ix_cards_undelivered", cards.c.id, where=UNDELIVERED)

outbox = sa.Table(
    "outbox",
    metadata,
    identity(),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    text("kind"),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("card_id", sa.BigInteger, sa.ForeignKey("cards.id")),
    sa.Column("urgency", sa.Integer, nullable=False),
    member("stage", OutboxStage),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("unclear", sa.Boolean, nullable=False),
    moment("not_before"),
    moment("created_at"),
    moment("begun_at", nullable=True),
    moment("done_at", nullable=True),
    text("error"),
)


def at_stage(stage: OutboxStage) -> sa.ColumnElement[bool]:
    """Return the condition that a message is at this stage, as the partial indexes have it."""
    return outbox.c.stage == written_out(stage)


FRESH_REDRAW = sa.and_(
    at_stage(OutboxStage.WAITING),
    outbox.c.card_id.is_not(None),
    outbox.c.tries == sa.literal_column("0"),
)
"""A card waits to be drawn as it will be then, and no try of it was begun."""

partial_index("ix_outbox_waiting", outbox.c.urgency, outbox.c.id, where=at_stage(OutboxStage.WAITING))
partial_index("ix_outbox_sending", outbox.c.id, where=at_stage(OutboxStage.SENDING))
partial_index("uq_outbox_redraw", outbox.c.card_id, where=FRESH_REDRAW, unique=True)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    text("body"),
    moment("received_at"),
    moment("handled_at", nullable=True),
    text("error"),
)
partial_index("ix_inbox_unhandled", inbox.c.update_id, where=inbox.c.handled_at.is_(None))

contributions = sa.Table(
    "contributions",
    metadata,
    identity(),
    reference("workspaces"),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    # Telegram's id of the album; null: it is a single message.
    text("album", nullable=True),
    sa.Column("sent_by", sa.BigInteger, nullable=False),
    sa.Column("first_message_id", sa.BigInteger, nullable=False),
    moment("sent_at"),
    moment("ready_at"),
    member("stage", ContributionStage),
    sa.Column("version", sa.Integer, nullable=False),
    text("caption"),
    text("category"),
    sa.Column("needs", Document(frozenset[Need]), nullable=False),
    member("wish", Wish),
    sa.Column("on_date", sa.Date),
    sa.Column("is_carousel", sa.Boolean, nullable=False),
    member("panel", ContributionPanel),
    sa.Column("message_id", sa.BigInteger),
    # When a person last said something of it.
    moment("touched_at"),
    # Since then it was looked whether its files are used; null: that is still to be done.
    moment("swept_at", nullable=True),
    sa.UniqueConstraint("chat_id", "album"),
)
sa.Index("ix_contributions_message", contributions.c.chat_id, contributions.c.message_id)
IS_GATHERING = contributions.c.stage == written_out(ContributionStage.GATHERING)
partial_index("ix_contributions_gathering", contributions.c.ready_at, where=IS_GATHERING)
IS_UNSWEPT = contributions.c.swept_at.is_(None)
partial_index("ix_contributions_unswept", contributions.c.touched_at, where=IS_UNSWEPT)

contributed_files = sa.Table(
    "contributed_files",
    metadata,
    identity(),
    reference("contributions"),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    member("form", FileForm),
    text("file_id"),
    text("unique_id"),
    text("name"),
    sa.Column("size_bytes", sa.BigInteger),
    text("caption"),
    member("stage", FileStage),
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id")),
    text("detail"),
    sa.Column("tries", sa.Integer, nullable=False),
    moment("next_try_at"),
    # A message counts once, however often its update is handled.
    sa.UniqueConstraint("chat_id", "message_id"),
)
sa.Index("ix_contributed_files_contribution_id", contributed_files.c.contribution_id)
sa.Index("ix_contributed_files_unique_id", contributed_files.c.unique_id)
sa.Index("ix_contributed_files_media_id", contributed_files.c.media_id)
IS_WAITING = contributed_files.c.stage == written_out(FileStage.WAITING)
partial_index("ix_contributed_files_waiting", contributed_files.c.next_try_at, where=IS_WAITING)

uploads = sa.Table(
    "uploads",
    metadata,
    identity(),
    reference("publications"),
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), nullable=False),
    text("provider"),
    text("url"),
    text("reference"),
    moment("created_at"),
    # Of what was uploaded: the item itself, or a copy made to fit.
    text("sha256", server_default=""),
    # When the URL stops working; null: not before the upload is deleted.
    moment("expires_at", nullable=True),
    moment("deleted_at", nullable=True),
    sa.UniqueConstraint("publication_id", "media_id"),
)
partial_index("ix_uploads_there", uploads.c.created_at, where=uploads.c.deleted_at.is_(None))

prepared_files = sa.Table(
    "prepared_files",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    text("path"),
    text("sha256"),
    # Null: it could not be made; `failure` says why.
    sa.Column("facts", Document(MediaFacts)),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    text("failure"),
    moment("made_at"),
    moment("last_used_at"),
    # The row outlives the file, because a post is recognised by what went out.
    moment("deleted_at", nullable=True),
)
sa.Index("ix_prepared_files_last_used_at", prepared_files.c.last_used_at)

prepared_uses = sa.Table(
    "prepared_uses",
    metadata,
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
    text("key"),
)
sa.Index("ix_prepared_uses_key", prepared_uses.c.key)

audit_log = sa.Table(
    "audit_log",
    metadata,
    identity(),
    moment("at"),
    text("actor"),
    text("action"),
    reference("workspaces", nullable=True),
    reference("publications", nullable=True),
    sa.Column("detail", Document(Mapping[str, Any]), nullable=False),
)
sa.Index("ix_audit_log_newest", audit_log.c.workspace_id, audit_log.c.id)

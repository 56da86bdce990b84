"""The tables. What must always hold stands here as a constraint, so that no code path can break it."""

import enum
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from domain.account import AccountState
from domain.card import CardKind, CardPanel
from domain.errors import Failure
from domain.lane import Lane, LaneReason
from domain.media import Description, MediaFacts, Need
from domain.publication import Event, State
from domain.workspace import Role
from repositories.types import IDENTITY, Document, EnumText, UtcDateTime
from services.unit_of_work import RemoteCall

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class OutboxState(enum.StrEnum):
    """Where a message is on its way to the chat."""

    WAITING = "waiting"
    SENDING = "sending"
    """Begun; after a crash nobody knows whether it arrived."""
    SENT = "sent"
    FAILED = "failed"
    """Given up."""


def _identity() -> sa.Column[int]:
    return sa.Column("id", IDENTITY, sa.Identity(), primary_key=True)


def _reference(table: str, *, nullable: bool = False) -> sa.Column[int]:
    column = f"{table.removesuffix('s')}_id"
    return sa.Column(column, sa.BigInteger, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _member(name: str, members: type[enum.StrEnum], *, nullable: bool = False) -> sa.Column[Any]:
    allowed = ", ".join(f"'{member}'" for member in members)
    return sa.Column(
        name, EnumText(members), sa.CheckConstraint(f"{name} IN ({allowed})", name=name), nullable=nullable
    )


workspaces = sa.Table(
    "workspaces",
    metadata,
    _identity(),
    _text("name"),
    sa.Column("chat_id", sa.BigInteger, nullable=False, unique=True),
    _moment("paused_at", nullable=True),
    _moment("created_at"),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    _text("value"),
    _moment("updated_at"),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("name"),
    _text("username"),
    _moment("updated_at"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("workspace_id", sa.BigInteger, sa.ForeignKey("workspaces.id"), primary_key=True),
    # No reference to `people`: of somebody who is no member, nothing but this answer is kept.
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _member("role", Role, nullable=True),
    _moment("found_at"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _identity(),
    _reference("workspaces"),
    _text("platform"),
    _text("external_id"),
    _text("name"),
    _text("login"),
    _member("state", AccountState),
    _text("state_reason"),
    _moment("checked_at", nullable=True),
    _moment("hold_until", nullable=True),
    _moment("created_at"),
    sa.UniqueConstraint("workspace_id", "platform", "external_id"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column(
        "account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    ),
    _text("sealed"),
    _moment("expires_at", nullable=True),
    _moment("updated_at"),
)

media_items = sa.Table(
    "media_items",
    metadata,
    _identity(),
    _reference("workspaces"),
    _text("path"),
    _text("sha256"),
    sa.Column("facts", Document(MediaFacts), nullable=False),
    sa.Column("description", Document(Description), nullable=False),
    _moment("added_at"),
    _moment("last_posted_at", nullable=True),
    sa.Column("is_retired", sa.Boolean, nullable=False),
    sa.UniqueConstraint("workspace_id", "sha256"),
)
sa.Index(
    "ix_media_items_in_turn",
    media_items.c.workspace_id,
    media_items.c.last_posted_at,
    media_items.c.id,
)

media_locks = sa.Table(
    "media_locks",
    metadata,
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    # Part of the key, so that taking one reason's lock away uncovers what other reasons still lock.
    sa.Column("reason", sa.Text, primary_key=True),
    _moment("until", nullable=True),
    _moment("created_at"),
)

posts = sa.Table(
    "posts",
    metadata,
    _identity(),
    _reference("workspaces"),
    _text("caption"),
    _text("link"),
    sa.Column("needs", Document(frozenset[Need]), nullable=False),
    _moment("created_at"),
)

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
    _identity(),
    _reference("workspaces"),
    _reference("posts"),
    _reference("accounts"),
    _text("platform"),
    _text("placement"),
    _member("state", State),
    sa.Column("version", sa.Integer, nullable=False),
    _moment("planned_at"),
    _moment("due_at"),
    _member("lane", Lane, nullable=True),
    _member("lane_reason", LaneReason, nullable=True),
    _text("lane_detail"),
    _member("lane_wish", Lane, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("checkpoint", Document(Mapping[str, Any]), nullable=False),
    _moment("intent_at", nullable=True),
    # `intent_at` is emptied when the publication goes back to the queue; this one stays, for
    # telling later whether another post may have gone to the account at some time.
    _moment("last_intent_at", nullable=True),
    _moment("asked_at", nullable=True),
    _text("platform_post_id", nullable=True),
    _text("permalink", nullable=True),
    _moment("posted_at", nullable=True),
    sa.Column("posted_by", sa.BigInteger),
    sa.Column("failure", Document(Failure)),
    sa.Column("slot_date", sa.Date),
    sa.Column("slot_number", sa.Integer),
    _text("worker", nullable=True),
    # By the database's clock in real time, unlike every other moment here.
    _moment("lease_until", nullable=True),
    _moment("created_at"),
    _moment("updated_at"),
)


def _written_out(member: enum.StrEnum) -> sa.ColumnElement[Any]:
    return sa.literal_column(f"'{member}'")


def in_state(*states: State) -> sa.ColumnElement[bool]:
    """Return the condition that a publication is in one of these states, with the states written out.

    A planner uses a partial index only for a condition that it can see to imply the index's; with bound
    values it cannot, so indexes and queries share this text.
    """
    if len(states) == 1:
        return publications.c.state == _written_out(states[0])
    return publications.c.state.in_([_written_out(state) for state in states])


def partial_index(
    name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool], unique: bool = False
) -> sa.Index:
    """Return an index over the rows for which `where` holds, on either database."""
    return sa.Index(name, *columns, unique=unique, postgresql_where=where, sqlite_where=where)


UNASKED = sa.and_(in_state(State.UNCONFIRMED), publications.c.asked_at.is_(None))
"""Nobody knows whether it is out, and nobody was asked yet."""

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
sa.Index("ix_publications_updated", publications.c.workspace_id, publications.c.updated_at)
sa.Index("ix_publications_post", publications.c.post_id)

publication_events = sa.Table(
    "publication_events",
    metadata,
    sa.Column("publication_id", sa.BigInteger, sa.ForeignKey("publications.id"), primary_key=True),
    # Part of the key: every event makes a version, and no version is made twice.
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    _member("event", Event),
    _member("state", State),
    _moment("at"),
    _text("actor"),
    _text("reason"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    _identity(),
    sa.Column("publication_id", sa.BigInteger, sa.ForeignKey("publications.id"), nullable=False, index=True),
    _moment("at"),
    _text("outcome"),
    sa.Column("calls", Document(tuple[RemoteCall, ...]), nullable=False),
    sa.Column("failure", Document(Failure)),
)

cards = sa.Table(
    "cards",
    metadata,
    _identity(),
    sa.Column("publication_id", sa.BigInteger, sa.ForeignKey("publications.id"), nullable=False, index=True),
    _member("kind", CardKind),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    _member("panel", CardPanel),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("media_message_ids", Document(tuple[int, ...]), nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("asked_of", sa.BigInteger),
    _moment("created_at"),
)
sa.Index("ix_cards_message", cards.c.chat_id, cards.c.message_id)

outbox = sa.Table(
    "outbox",
    metadata,
    _identity(),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    _text("kind"),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("card_id", sa.BigInteger, sa.ForeignKey("cards.id")),
    sa.Column("urgency", sa.Integer, nullable=False),
    _member("state", OutboxState),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("unclear", sa.Boolean, nullable=False),
    _moment("not_before"),
    _moment("created_at"),
    _moment("begun_at", nullable=True),
    _moment("done_at", nullable=True),
    _text("error"),
)


def in_outbox_state(state: OutboxState) -> sa.ColumnElement[bool]:
    """Return the condition that a message is in this state, as the partial indexes have it."""
    return outbox.c.state == _written_out(state)


FRESH_REDRAW = sa.and_(
    in_outbox_state(OutboxState.WAITING),
    outbox.c.card_id.is_not(None),
    outbox.c.tries == sa.literal_column("0"),
)
"""A card waits to be drawn as it will be then, and no try of it was begun."""

partial_index("ix_outbox_waiting", outbox.c.urgency, outbox.c.id, where=in_outbox_state(OutboxState.WAITING))
partial_index("ix_outbox_sending", outbox.c.id, where=in_outbox_state(OutboxState.SENDING))
partial_index("uq_outbox_redraw", outbox.c.card_id, where=FRESH_REDRAW, unique=True)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("body"),
    _moment("received_at"),
    _moment("handled_at", nullable=True),
    _text("error"),
)
partial_index("ix_inbox_unhandled", inbox.c.update_id, where=inbox.c.handled_at.is_(None))

uploads = sa.Table(
    "uploads",
    metadata,
    _identity(),
    _reference("publications"),
    sa.Column("media_id", sa.BigInteger, sa.ForeignKey("media_items.id"), nullable=False),
    _text("provider"),
    _text("url"),
    _text("reference"),
    _moment("created_at"),
    _moment("deleted_at", nullable=True),
    sa.UniqueConstraint("publication_id", "media_id"),
)
partial_index("ix_uploads_there", uploads.c.created_at, where=uploads.c.deleted_at.is_(None))

audit_log = sa.Table(
    "audit_log",
    metadata,
    _identity(),
    _moment("at"),
    _text("actor"),
    _text("action"),
    _reference("workspaces", nullable=True),
    _reference("publications", nullable=True),
    sa.Column("detail", Document(Mapping[str, Any]), nullable=False),
)
sa.Index("ix_audit_log_newest", audit_log.c.workspace_id, audit_log.c.id)

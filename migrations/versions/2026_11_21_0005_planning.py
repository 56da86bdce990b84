"""Mixes, terms of items, planned dates, and how each item stands on each account, which triggers keep."""

from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEVER = {"sqlite": "'1970-01-01 00:00:00.000000'", "postgresql": "'1970-01-01 00:00:00+00'::timestamptz"}
FOREVER = {"sqlite": "'9999-12-31 00:00:00.000000'", "postgresql": "'9999-12-31 00:00:00+00'::timestamptz"}
CATEGORY = {
    "sqlite": "coalesce(json_extract(media_items.description, '$.category'), '')",
    "postgresql": "coalesce(media_items.description->>'category', '')",
}
KIND = {
    "sqlite": "json_extract(media_items.facts, '$.kind')",
    "postgresql": "media_items.facts->>'kind'",
}
# The shuffle is a part of the content's hash, and another part for each account: an order of its own, which
# looks random and is always the same. Nothing locks what begins to stand.
BEGIN = """
INSERT INTO media_standing (account_id, media_id, category, kind, last_posted_at, shuffle, rests_until)
SELECT accounts.id, media_items.id, {category}, {kind}, {never},
  substr(media_items.sha256, 1 + CAST(accounts.id * 8 % 56 AS integer), 8),
  CASE WHEN media_items.is_retired OR media_items.missing_since IS NOT NULL THEN {forever}
    ELSE (SELECT held_until FROM media_terms WHERE media_terms.media_id = media_items.id) END
FROM {items} JOIN {accounts} ON accounts.workspace_id = media_items.workspace_id WHERE {where}
"""
RECKON = "UPDATE media_standing SET {columns} WHERE {where}"
RECKONED = {
    "category": "SELECT {category} FROM media_items WHERE media_items.id = media_standing.media_id",
    "last_posted_at": """SELECT coalesce(max(locked_at), {never}) FROM media_locks
  WHERE media_locks.media_id = media_standing.media_id
  AND media_locks.account_id = media_standing.account_id AND media_locks.reason = 'posted'""",
    "rests_until": """SELECT max(ends) FROM (
    SELECT coalesce(until, {forever}) AS ends FROM media_locks
      WHERE media_locks.media_id = media_standing.media_id
      AND media_locks.account_id = media_standing.account_id
    UNION ALL SELECT held_until FROM media_terms WHERE media_terms.media_id = media_standing.media_id
    UNION ALL SELECT {forever} FROM media_items
      WHERE media_items.id = media_standing.media_id
      AND (media_items.is_retired OR media_items.missing_since IS NOT NULL)
  ) AS reasons""",
}
REFRESHED = {
    "media_locks": (
        ("last_posted_at", "rests_until"),
        "media_id = {row}.media_id AND account_id = {row}.account_id",
    ),
    "media_terms": (("rests_until",), "media_id = {row}.media_id"),
    "media_items": (("category", "rests_until"), "media_id = {row}.id"),
}
"""By table: what stands otherwise, and where, when a row of it changes; it is done with each post."""
EVENTS = {
    "media_locks": ("INSERT", "UPDATE", "DELETE"),
    "media_terms": ("INSERT", "UPDATE", "DELETE"),
    "media_items": ("UPDATE OF description, is_retired, missing_since",),
}
CHANGED = {
    "sqlite": " OR ".join(
        f"OLD.{name} IS NOT NEW.{name}" for name in ("description", "is_retired", "missing_since")
    ),
    # JSON has no equality of its own there.
    "postgresql": "(OLD.description::text, OLD.is_retired, OLD.missing_since) "
    "IS DISTINCT FROM (NEW.description::text, NEW.is_retired, NEW.missing_since)",
}
"""Of an item: a file that is looked at again mostly is as it was."""


def upgrade() -> None:
    create_tables()
    op.execute(begin())
    op.execute(reckon())
    if op.get_bind().dialect.name == "sqlite":
        create_sqlite_triggers()
    else:
        create_postgresql_triggers()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, events in EVENTS.items():
            for event in events:
                op.execute(f"DROP TRIGGER {table}_{verb(event)}_reckons")
        op.execute("DROP TRIGGER media_items_begin_to_stand")
        op.execute("DROP TRIGGER accounts_begin_to_stand")
    else:
        for table in EVENTS:
            op.execute(f"DROP FUNCTION {table}_reckon() CASCADE")
        for name in ("media_items_begin_to_stand", "accounts_begin_to_stand", "accounts_come_alone"):
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    for table in ("planned_dates", "media_standing", "media_terms", "category_shares"):
        op.drop_table(table)


def begin(*, items: str = "media_items", accounts: str = "accounts", where: str = "true") -> str:
    return BEGIN.format(items=items, accounts=accounts, where=where, **words())


def reckon(columns: Collection[str] = tuple(RECKONED), where: str = "true") -> str:
    reckoned = (f"{name} = ({RECKONED[name].format(**words())})" for name in columns)
    return RECKON.format(columns=", ".join(reckoned), where=where)


def words() -> dict[str, str]:
    dialect = op.get_bind().dialect.name
    return {
        "category": CATEGORY[dialect],
        "kind": KIND[dialect],
        "never": NEVER[dialect],
        "forever": FOREVER[dialect],
    }


def when(table: str) -> str:
    return f"WHEN ({CHANGED[op.get_bind().dialect.name]}) " if table == "media_items" else ""


def verb(event: str) -> str:
    return event.split(maxsplit=1)[0].lower()


def key(name: str, table: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id"), primary_key=True, autoincrement=False)


def create_tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "category_shares",
        key("workspace_id", "workspaces"),
        sa.Column("valid_from", moment, primary_key=True),
        sa.Column("shares", sa.JSON, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
    )
    op.create_table(
        "media_terms",
        key("media_id", "media_items"),
        sa.Column("held_until", moment),
        sa.Column("not_after", moment),
        sa.Column("season", sa.JSON),
    )
    op.create_table(
        "media_standing",
        key("account_id", "accounts"),
        key("media_id", "media_items"),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column(
            "kind", sa.Text, sa.CheckConstraint("kind IN ('image', 'video')", name="kind"), nullable=False
        ),
        sa.Column("last_posted_at", moment, nullable=False),
        sa.Column("shuffle", sa.Text, nullable=False),
        sa.Column("rests_until", moment),
    )
    op.create_table(
        "planned_dates",
        key("account_id", "accounts"),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
    )
    op.create_index("ix_media_standing_media_id", "media_standing", ["media_id"])
    order = ["account_id", "category", "kind", "last_posted_at", "shuffle", "media_id"]
    for name, columns, where in (
        ("ix_media_standing_free", order, "rests_until IS NULL"),
        ("ix_media_standing_resting", ["rests_until"], "rests_until IS NOT NULL"),
    ):
        condition = sa.text(where)
        op.create_index(name, "media_standing", columns, postgresql_where=condition, sqlite_where=condition)


def create_sqlite_triggers() -> None:
    for table in ("media_items", "accounts"):
        op.execute(
            f"CREATE TRIGGER {table}_begin_to_stand AFTER INSERT ON {table} "
            f"BEGIN {begin(where=f'{table}.id = NEW.id')}; END"
        )
    for table, events in EVENTS.items():
        for event in events:
            columns, where = REFRESHED[table]
            row = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE TRIGGER {table}_{verb(event)}_reckons AFTER {event} ON {table} {when(table)}"
                f"BEGIN {reckon(columns, where.format(row=row))}; END"
            )


def create_postgresql_triggers() -> None:
    """The same for PostgreSQL, where many items that come in at once are one statement."""
    for table, statement in (
        ("media_items", begin(items="added AS media_items")),
        ("accounts", begin(accounts="added AS accounts")),
    ):
        create_function(f"{table}_begin_to_stand", f"{statement}; RETURN NULL;")
        op.execute(
            f"CREATE TRIGGER {table}_begin_to_stand AFTER INSERT ON {table} "
            f"REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {table}_begin_to_stand()"
        )
    # An account and an item that come in at once would not see each other: the account waits for what goes on
    # in its workspace, as every new item holds the workspace's row.
    create_function(
        "accounts_come_alone",
        "PERFORM 1 FROM workspaces WHERE id = NEW.workspace_id FOR UPDATE; RETURN NEW;",
    )
    op.execute(
        "CREATE TRIGGER accounts_come_alone BEFORE INSERT ON accounts "
        "FOR EACH ROW EXECUTE FUNCTION accounts_come_alone()"
    )
    for table, events in EVENTS.items():
        columns, where = REFRESHED[table]
        reckoned = reckon(columns, where.format(row="changed"))
        create_function(
            f"{table}_reckon",
            f"changed := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; {reckoned}; RETURN NULL;",
            declare=f"DECLARE changed {table};",
        )
        op.execute(
            f"CREATE TRIGGER {table}_reckon AFTER {' OR '.join(events)} ON {table} "
            f"FOR EACH ROW {when(table)}EXECUTE FUNCTION {table}_reckon()"
        )


def create_function(name: str, body: str, *, declare: str = "") -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$body$ {declare} BEGIN {body} END $body$"
    )

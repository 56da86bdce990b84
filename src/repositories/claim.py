"""The claim: one statement that takes what is due, at most one publication per account."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from domain.account import AccountState
from domain.publication import TRANSITIONS, Event, State
from repositories.database_time import database_now
from repositories.switches import is_stopped
from repositories.tables import UNASKED, accounts, in_state, publications, workspaces
from repositories.types import UtcDateTime

CLAIMED = TRANSITIONS[State.SCHEDULED, Event.CLAIMED]
_UNIQUE_VIOLATION = "23505"
_DEADLOCK_DETECTED = "40P01"


def claim_values(
    *, now: dt.datetime, limit: int, lease: dt.timedelta, worker: str, min_gap: dt.timedelta
) -> dict[str, Any]:
    """Return what `DUE_CLAIM` is executed with."""
    return {
        "now": now,
        "limit": limit,
        "lease": lease.total_seconds(),
        "claimer": worker,
        "gap_begin": now - min_gap,
        "gap_end": now + min_gap,
    }


def look_up_claim(*, now: dt.datetime, limit: int, lease: dt.timedelta) -> sa.Update:
    """Return the statement that leases what is to be looked up; it returns id and due time, in no order."""
    due = (
        sa.select(publications.c.id)
        .where(
            UNASKED,
            publications.c.due_at <= now,
            sa.or_(publications.c.lease_until.is_(None), publications.c.lease_until <= database_now()),
        )
        .order_by(publications.c.due_at, publications.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        sa.update(publications)
        .where(publications.c.id.in_(sa.select(due.c.id)))
        .values(lease_until=database_now(plus=lease))
        .returning(publications.c.id, publications.c.due_at)
    )


def is_lost_race(error: DBAPIError) -> bool:
    """Whether another claimer took a publication of the same account at the same moment.

    PostgreSQL alone: each then saw its own first publication, and the unique index lets one of them through.
    """
    return getattr(error.orig, "sqlstate", None) in {_UNIQUE_VIOLATION, _DEADLOCK_DETECTED}


def _first_due() -> sa.ScalarSelect[int]:
    return (
        sa.select(publications.c.id)
        .where(
            publications.c.account_id == accounts.c.id,
            in_state(State.SCHEDULED),
            publications.c.due_at <= _moment("now"),
        )
        .order_by(publications.c.due_at, publications.c.id)
        .limit(1)
        .correlate(accounts)
        .scalar_subquery()
    )


def _moment(name: str) -> sa.BindParameter[dt.datetime]:
    return sa.bindparam(name, type_=UtcDateTime)


def _has(condition: sa.ColumnElement[bool]) -> sa.Exists:
    return (
        sa.select(publications.c.id)
        .where(publications.c.account_id == accounts.c.id, condition)
        .correlate(accounts)
        .exists()
    )


def _due_claim() -> sa.Update:
    candidates = (
        sa.select(_first_due().label("id"))
        .select_from(accounts.join(workspaces))
        .where(
            accounts.c.state != AccountState.PAUSED,
            workspaces.c.paused_at.is_(None),
            ~is_stopped(),
            ~_has(in_state(State.PUBLISHING)),
            ~_has(UNASKED),
            # Looked for on both sides: after the clock was put back, the last one lies far ahead.
            ~_has(
                sa.and_(
                    publications.c.last_intent_at > _moment("gap_begin"),
                    publications.c.last_intent_at < _moment("gap_end"),
                )
            ),
        )
        .cte("candidates")
    )
    taken = (
        sa.select(publications.c.id)
        .join_from(candidates, publications, publications.c.id == candidates.c.id)
        # Asked again, for PostgreSQL repeats these alone when the row changed before it could be locked.
        .where(in_state(State.SCHEDULED), publications.c.due_at <= _moment("now"))
        .order_by(publications.c.due_at, publications.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .with_for_update(of=publications, skip_locked=True)
        .cte("taken")
    )
    return (
        sa.update(publications)
        .where(publications.c.id.in_(sa.select(taken.c.id)))
        .values(
            state=CLAIMED,
            version=publications.c.version + 1,
            worker=sa.bindparam("claimer"),
            lease_until=database_now(plus=sa.bindparam("lease", type_=sa.Double)),
            updated_at=_moment("now"),
        )
        .returning(publications.c.id, publications.c.version, publications.c.due_at)
    )


DUE_CLAIM = _due_claim()
"""Takes what is due and returns id, version and due time of what it took, in no order.

It asks each account for its first due publication, so its cost grows with the accounts and not with the
queue. The rows are locked in a common table expression, which runs once: a subquery may run again after
another claimer's commit, and would then take more than its limit. `claim_values` gives what it needs.
"""

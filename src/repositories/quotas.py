"""What the platforms said of their quotas, and what of ours counts towards them."""

import datetime as dt
import functools
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.account import Account
from domain.ids import AccountId, PublicationId
from domain.lane import Lane
from domain.publication import Publication, State
from domain.quota import DAY, HOUR, Posts, Quota, Reading, Standing
from repositories.tables import BEGUN, accounts, in_state, publications, quota_readings
from repositories.upsert import insert_into


class SqlQuotas:
    """The `QuotaRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def standings(
        self, publication_ids: Collection[PublicationId], *, now: dt.datetime, same_within: dt.timedelta
    ) -> dict[PublicationId, Standing]:
        """Return where the account of each publication stands without it: one statement."""
        found = await self._connection.execute(
            _standings(),
            {
                "publication_ids": list(publication_ids),
                "an_hour_ago": now - HOUR,
                "in_an_hour": now + HOUR,
                "same_since": now - same_within,
                "same_until": now + same_within,
            },
        )
        return {
            PublicationId(row.id): Standing(
                reading=None
                if row.read_at is None
                else Reading(quota=Quota(used=row.used, total=row.total), at=row.read_at),
                posted_since=row.posted_since,
                on_their_way=row.on_their_way,
                begun_in_hour=row.begun_in_hour,
                same_content=row.same_content,
            )
            for row in found
        }

    async def begun(self, publication: Publication, *, since: dt.datetime) -> list[dt.datetime]:
        """Return when the other publications of the account made their irreversible call since then."""
        begun = await self._connection.scalars(
            sa.select(publications.c.last_intent_at).where(
                publications.c.account_id == publication.account_id,
                publications.c.id != publication.id,
                publications.c.last_intent_at > since,
            )
        )
        return list(begun)

    async def waiting(self, publication: Publication, *, now: dt.datetime) -> int:
        """Count the others of the account whose planned time is over and that wait for another one."""
        counted = await self._connection.scalar(
            sa.select(sa.func.count(publications.c.id)).where(
                publications.c.account_id == publication.account_id,
                publications.c.id != publication.id,
                in_state(State.SCHEDULED),
                publications.c.due_at > now,
                publications.c.planned_at <= now,
            )
        )
        return int(counted or 0)

    async def store(self, account_id: AccountId, reading: Reading) -> None:
        """Store a reading, unless a later one is there."""
        values = {"used": reading.quota.used, "total": reading.quota.total, "read_at": reading.at}
        await self._connection.execute(
            insert_into(self._connection, quota_readings)
            .values(account_id=account_id, **values)
            .on_conflict_do_update(
                index_elements=[quota_readings.c.account_id],
                set_=values,
                where=quota_readings.c.read_at <= reading.at,
            )
        )

    async def close_account(
        self, account: Account, *, until: dt.datetime, usage_percent: int | None = None
    ) -> None:
        """Close an account to the bot until then, or until a later time that is set already.

        Without a `usage_percent` the stored one stays.
        """
        await self._close(accounts.c.id == account.id, until=until, usage_percent=usage_percent)

    async def close_login(
        self, account: Account, *, until: dt.datetime, usage_percent: int | None = None
    ) -> None:
        """Do the same with all accounts of its login, for they share an app."""
        await self._close(
            accounts.c.platform == account.platform,
            accounts.c.login == account.login,
            until=until,
            usage_percent=usage_percent,
        )

    async def _close(
        self, *which: sa.ColumnElement[bool], until: dt.datetime, usage_percent: int | None
    ) -> None:
        stays_later = accounts.c.closed_until > until
        values: dict[str, Any] = {
            "closed_until": sa.case((stays_later, accounts.c.closed_until), else_=until)
        }
        if usage_percent is not None:
            values["usage_percent"] = usage_percent
        await self._connection.execute(sa.update(accounts).where(*which).values(**values))

    async def readings(self, account_ids: Collection[AccountId] | None = None) -> dict[AccountId, Reading]:
        """Return the last readings of these accounts, or of all."""
        statement = sa.select(quota_readings)
        if account_ids is not None:
            statement = statement.where(quota_readings.c.account_id.in_(list(account_ids)))
        rows = await self._connection.execute(statement)
        return {
            AccountId(row.account_id): Reading(quota=Quota(used=row.used, total=row.total), at=row.read_at)
            for row in rows
        }

    async def posts(self, account_ids: Collection[AccountId], *, now: dt.datetime) -> dict[AccountId, Posts]:
        """Return what the bot posted on accounts within 24 hours, and is to post within 24 hours."""
        of_these = publications.c.account_id.in_(list(account_ids))
        posted = sa.select(
            publications.c.account_id, publications.c.posted_at.label("at"), sa.true().label("is_posted")
        ).where(of_these, publications.c.lane == Lane.AUTO, publications.c.posted_at > now - DAY)
        planned = sa.select(publications.c.account_id, publications.c.due_at, sa.false()).where(
            of_these,
            in_state(State.SCHEDULED),
            publications.c.lane_wish.is_distinct_from(Lane.MANUAL),
            publications.c.due_at <= now + DAY,
        )
        moments: dict[AccountId, tuple[list[dt.datetime], list[dt.datetime]]] = {}
        for row in await self._connection.execute(sa.union_all(posted, planned)):
            past, future = moments.setdefault(AccountId(row.account_id), ([], []))
            (past if row.is_posted else future).append(row.at)
        return {
            account_id: Posts(posted=past, planned=future) for account_id, (past, future) in moments.items()
        }


@functools.cache
def _standings() -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of `standings`, built once, for every post needs it."""
    own = publications.alias("own")
    read_at = quota_readings.c.read_at

    def others(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.count())
            .select_from(publications)
            .where(publications.c.account_id == own.c.account_id, publications.c.id != own.c.id, *conditions)
            .correlate(quota_readings, own)
            .scalar_subquery()
        )

    posted = others(publications.c.lane == Lane.AUTO, publications.c.posted_at >= read_at)
    unclear = others(in_state(State.UNCONFIRMED), publications.c.last_intent_at >= read_at)
    # What a person put off goes on much later, and must not keep the others waiting.
    on_their_way = others(BEGUN, publications.c.due_at <= sa.bindparam("in_an_hour"))
    begun_in_hour = others(publications.c.last_intent_at > sa.bindparam("an_hour_ago"))
    same_content = (
        sa.select(publications.c.id)
        .where(
            publications.c.account_id == own.c.account_id,
            publications.c.id != own.c.id,
            own.c.content_key != sa.literal_column("''"),
            publications.c.content_key == own.c.content_key,
            sa.or_(
                in_state(State.UNCONFIRMED),
                sa.and_(
                    in_state(State.PUBLISHED),
                    publications.c.posted_at.between(sa.bindparam("same_since"), sa.bindparam("same_until")),
                ),
            ),
        )
        .order_by(publications.c.id.desc())
        .limit(1)
        .correlate(own)
        .scalar_subquery()
    )
    return (
        sa.select(
            own.c.id,
            quota_readings.c.used,
            quota_readings.c.total,
            read_at,
            (posted + unclear).label("posted_since"),
            on_their_way.label("on_their_way"),
            begun_in_hour.label("begun_in_hour"),
            same_content.label("same_content"),
        )
        .select_from(own.outerjoin(quota_readings, quota_readings.c.account_id == own.c.account_id))
        .where(own.c.id.in_(sa.bindparam("publication_ids", expanding=True)))
    )

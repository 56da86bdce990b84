"""How the databases go about the statements of every tick, asked of the databases themselves."""

import datetime as dt
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import PublicationId
from repositories.unit_of_work import SqlDatabase
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, add_account, add_backlog
from support.databases import statements_of

LEASE = dt.timedelta(minutes=5)


async def claim(uow: UnitOfWork) -> None:
    await uow.publications.claim_due(
        now=NOW, limit=20, lease=LEASE, worker="one", min_gap=dt.timedelta(minutes=1)
    )


async def look_up(uow: UnitOfWork) -> None:
    await uow.publications.claim_look_ups(now=NOW, limit=20, lease=LEASE)


async def take_over(uow: UnitOfWork) -> None:
    await uow.publications.with_expired_lease(limit=20)


async def plan_wake_up(uow: UnitOfWork) -> None:
    await uow.publications.next_due_at(after=NOW)


async def see_how_an_account_stands(uow: UnitOfWork) -> None:
    await uow.quotas.standings([PublicationId(1)], now=NOW, same_within=LEASE)


async def look_for_what_was_handed_over(uow: UnitOfWork) -> None:
    await uow.publications.posted_without_address(since=NOW - dt.timedelta(days=1), until=NOW)


@pytest.fixture
async def backlog(database: SqlDatabase, engine: AsyncEngine, team: Team) -> None:
    """A queue large enough for the planners to care."""
    async with database.begin() as uow:
        accounts = [await add_account(uow, team.workspace_id, number=number) for number in range(2, 22)]
        await uow.commit()
    await add_backlog(engine, team, accounts, due=200, future=2_000, done=4_000)


@pytest.mark.usefixtures("backlog")
@pytest.mark.parametrize(
    ("act", "indexes"),
    [
        (claim, {"ix_publications_scheduled", "uq_publications_publishing", "ix_publications_unasked"}),
        (look_up, {"ix_publications_unasked"}),
        (take_over, {"uq_publications_publishing"}),
        (plan_wake_up, {"ix_publications_next_due"}),
        (look_for_what_was_handed_over, {"ix_publications_posted"}),
        (
            see_how_an_account_stands,
            {"ix_publications_begun", "ix_publications_intent", "ix_publications_posted"},
        ),
    ],
)
async def test_a_statement_of_every_tick_goes_by_the_partial_indexes_and_reads_no_table_through(
    database: SqlDatabase,
    engine: AsyncEngine,
    act: Callable[[UnitOfWork], Awaitable[None]],
    indexes: set[str],
) -> None:
    with statements_of(engine) as statements:
        async with database.begin() as uow:
            await act(uow)

    plan = await plan_of(engine, statements[-1].text, statements[-1].parameters)

    assert {index for index in indexes if index in plan} == indexes
    assert "Seq Scan on publications" not in plan
    assert "SCAN publications\n" not in plan


async def plan_of(engine: AsyncEngine, text: str, parameters: tuple[object, ...]) -> str:
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    async with engine.connect() as connection:
        rows = await connection.exec_driver_sql(f"{explain} {text}", parameters)
        return "".join(f"{row[-1]}\n" for row in rows)

"""How the databases go about the statements of every tick, asked of the databases themselves."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import AccountId, MediaId, PublicationId, WorkspaceId
from domain.media import Description, MediaKind
from repositories.tables import media_bands, media_items
from repositories.unit_of_work import SqlDatabase
from repositories.upsert import insert_into
from services.repositories.media import SeenFile
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, add_account, add_backlog, image_facts
from support.databases import statements_of

Act = Callable[[UnitOfWork], Awaitable[None]]
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


async def look_for_late_slots(uow: UnitOfWork) -> None:
    await uow.plan.late(AccountId(2), planned_before=NOW)


async def look_which_slots_are_filled(uow: UnitOfWork) -> None:
    await uow.plan.filled_slots(since=NOW.date())


async def look_for_paths(uow: UnitOfWork) -> None:
    await uow.media.known(WorkspaceId(1), paths=["/library/7.jpg"])


async def look_for_contents(uow: UnitOfWork) -> None:
    await uow.media.known(WorkspaceId(1), sha256s=["0" * 64])


async def look_for_what_is_alike(uow: UnitOfWork) -> None:
    await uow.media.mark_near(WorkspaceId(1), [MediaId(1500)])


@pytest.fixture
async def library(database: SqlDatabase, engine: AsyncEngine, team: Team) -> None:
    """A library large enough for the planners to care."""
    files = [
        SeenFile(
            path=f"/library/{number}.jpg",
            sha256=f"{number:064x}",
            facts=image_facts(),
            description=Description(),
            fingerprint=number * 0x9E3779B97F4A7C15 % 2**64,
        )
        for number in range(2, 2000)
    ]
    async with database.begin() as uow:
        await uow.media.add_all(team.workspace_id, files, at=NOW)
        await uow.commit()
    async with engine.begin() as connection:
        first = (await connection.execute(sa.select(sa.func.max(media_items.c.id)))).scalar_one()
        others = {column.name: column for column in media_items.c if column.name != "id"}
        for digit in "123456789":
            row = {
                **others,
                "path": media_items.c.path.concat(digit),
                "sha256": sa.literal(digit).concat(sa.func.substr(media_items.c.sha256, 2)),
            }
            copies = sa.select(*row.values()).where(media_items.c.id <= first)
            await connection.execute(media_items.insert().from_select(list(row), copies))
        more = [
            {"workspace_id": team.workspace_id, "band": number % 2**18, "media_id": 2 + number % 19_900}
            for number in range(0, 2**20, 41)
        ]
        await connection.execute(insert_into(connection, media_bands).on_conflict_do_nothing(), more)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("ANALYZE")


FINDS: Mapping[Act, str] = {
    look_for_paths: "ix_media_items_path",
    look_for_contents: "sha256",
    look_for_what_is_alike: "media_bands",
}
"""The index of each; SQLite does not name its own that stand for unique constraints and keys."""


@pytest.mark.usefixtures("library")
async def test_files_are_found_by_their_indexes_however_large_the_library_is(
    database: SqlDatabase, engine: AsyncEngine
) -> None:
    for act, index in FINDS.items():
        with statements_of(engine) as statements:
            async with database.begin() as uow:
                await act(uow)

        statement = statements[1 if "bands" in index else 0]
        plan = await plan_of(engine, statement.text, statement.parameters)
        assert index in plan
        for table in ("media_items", "media_bands"):
            assert f"Seq Scan on {table}" not in plan
            assert f"SCAN {table}\n" not in plan
            assert f"{table} USING INDEX ix_media_items_path (workspace_id=?)" not in plan


async def choose(uow: UnitOfWork) -> None:
    await uow.selection.choices(AccountId(1), at=NOW, local_date=NOW.date())


async def choose_several(uow: UnitOfWork) -> None:
    await uow.selection.next_items(
        AccountId(1), "food", at=NOW, local_date=NOW.date(), kinds=list(MediaKind), most=5
    )


async def wake_what_rested(uow: UnitOfWork) -> None:
    await uow.selection.wake(NOW)


@pytest.mark.usefixtures("library")
async def test_choosing_reads_no_library_through(database: SqlDatabase, engine: AsyncEngine) -> None:
    for act, index in (
        (choose, "ix_media_standing_free"),
        (choose_several, "ix_media_standing_free"),
        (wake_what_rested, "ix_media_standing_resting"),
    ):
        with statements_of(engine) as statements:
            async with database.begin() as uow:
                await act(uow)

        plan = await plan_of(engine, statements[-1].text, statements[-1].parameters)

        assert index in plan
        for table in ("media_standing", "media_items", "media_locks"):
            assert f"Seq Scan on {table}" not in plan
            assert f"SCAN {table}\n" not in plan


@pytest.fixture
async def backlog(database: SqlDatabase, engine: AsyncEngine, team: Team) -> None:
    """A queue large enough for the planners to care."""
    async with database.begin() as uow:
        accounts = [await add_account(uow, team.workspace_id, number=number) for number in range(2, 22)]
        await uow.commit()
    await add_backlog(engine, team, accounts, due=200, future=2_000, done=4_000)


TICKS: Mapping[Act, set[str]] = {
    claim: {"ix_publications_scheduled", "uq_publications_publishing", "ix_publications_unasked"},
    look_up: {"ix_publications_unasked"},
    take_over: {"uq_publications_publishing"},
    plan_wake_up: {"ix_publications_next_due"},
    look_for_late_slots: set(),
    look_which_slots_are_filled: {"uq_publications_slot"},
    look_for_what_was_handed_over: {"ix_publications_posted"},
    see_how_an_account_stands: {
        "ix_publications_begun",
        "ix_publications_intent",
        "ix_publications_posted",
    },
}


@pytest.mark.usefixtures("backlog")
async def test_a_statement_of_every_tick_goes_by_the_partial_indexes_and_reads_no_table_through(
    database: SqlDatabase, engine: AsyncEngine
) -> None:
    for act, indexes in TICKS.items():
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

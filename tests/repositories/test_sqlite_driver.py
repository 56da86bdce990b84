import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from repositories.engine import create_engine, without_transactions

NOTES = sa.Table("notes", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'notes.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(NOTES.metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
def other(tmp_path: Path, engine: AsyncEngine) -> Callable[[], list[int]]:
    """What another process sees; it fails at once while somebody has the writer's place."""

    def seen() -> list[int]:
        assert engine
        with sqlite3.connect(tmp_path / "notes.db", timeout=0, isolation_level=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute("SELECT id FROM notes ORDER BY id").fetchall()
            connection.execute("ROLLBACK")
        return [number for (number,) in rows]

    return seen


async def test_a_transaction_has_the_writers_place_from_its_first_statement_on(
    engine: AsyncEngine, other: Callable[[], list[int]]
) -> None:
    async with engine.connect() as connection:
        before = other()
        await connection.execute(sa.select(NOTES))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other()
        await connection.execute(sa.insert(NOTES), [{"id": 1}, {"id": 2}])
        await connection.commit()

    assert (before, other()) == ([], [1, 2])


async def test_what_is_not_committed_is_rolled_back(
    engine: AsyncEngine, other: Callable[[], list[int]]
) -> None:
    async with engine.connect() as connection:
        await connection.execute(sa.insert(NOTES).values(id=1))
    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(NOTES))).all()

    assert (rows, other()) == ([], [])


async def test_a_refused_first_statement_leaves_no_transaction_behind(
    engine: AsyncEngine, other: Callable[[], list[int]]
) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.insert(NOTES).values(id=1))

    async with engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(sa.insert(NOTES).values(id=1))

    assert other() == [1]


async def test_a_first_statement_whose_waiting_is_cancelled_leaves_no_transaction_behind(
    engine: AsyncEngine, other: Callable[[], list[int]]
) -> None:
    async def write() -> None:
        async with engine.connect() as connection:
            await connection.execute(sa.insert(NOTES).values(id=1))
            await connection.commit()

    for turns in range(12):  # at each of its first steps
        writing = asyncio.create_task(write())
        for _ in range(turns):
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, not a time
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        async with engine.begin() as connection:
            await connection.execute(sa.delete(NOTES))

    assert other() == []


async def test_one_that_only_reads_takes_nobodys_place(
    engine: AsyncEngine, other: Callable[[], list[int]]
) -> None:
    async with without_transactions(engine).connect() as connection:
        await connection.execute(sa.select(NOTES))
        assert other() == []


async def test_a_savepoint_is_rolled_back_alone(engine: AsyncEngine, other: Callable[[], list[int]]) -> None:
    async with engine.begin() as connection:
        async with connection.begin_nested() as nested:
            await connection.execute(sa.insert(NOTES).values(id=1))
            await nested.rollback()
        await connection.execute(sa.insert(NOTES).values(id=2))

    assert other() == [2]


async def test_rows_of_a_write_are_there_without_another_visit(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        added = await connection.scalars(sa.insert(NOTES).returning(NOTES.c.id).values(id=7))

    assert added.all() == [7]

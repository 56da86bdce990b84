import asyncio
import contextlib
import datetime as dt
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccountState
from domain.ids import ChatId, WorkspaceId
from domain.publication import BOT, Event
from domain.workspace import WorkspaceSettings
from repositories.engine import create_engine, is_sqlite, parse
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.messages import SendText, Urgency
from services.unit_of_work import UnitOfWork
from services.workspaces import workspace_of
from support.builders import NOW, Team, add_team, queue

LEASE = dt.timedelta(minutes=5)
VAULT = TokenVault([Fernet.generate_key().decode()])
SRC = Path(__file__).resolve().parents[2] / "src"
PREPARED_AFTER = 5
"""How often psycopg sends a statement before it has it prepared."""
HELLO = SendText(html="hello")


def count_workspaces(url: str) -> int:
    """Look with a connection that is not the product's."""
    query = "SELECT count(*) FROM workspaces"
    if is_sqlite(url):
        connection = sqlite3.connect(parse(url).database or "")
        [row] = connection.execute(query).fetchall()
        connection.close()
    else:
        with psycopg.connect(url) as session:
            [row] = session.execute("SELECT count(*) FROM workspaces").fetchall()
    return int(row[0])


@contextlib.asynccontextmanager
async def second(database_url: str) -> AsyncGenerator[SqlDatabase]:
    """Open the database as another process would."""
    engine = create_engine(database_url)
    yield SqlDatabase(engine, VAULT)
    await engine.dispose()


async def add_workspace(uow: UnitOfWork, number: int = 1) -> WorkspaceId:
    return await uow.workspaces.add(name="Team", chat_id=ChatId(number), at=NOW)


async def test_what_was_committed_is_there_for_others(database: SqlDatabase, database_url: str) -> None:
    async with database.begin() as uow:
        await add_workspace(uow)
        assert count_workspaces(database_url) == 0

        await uow.commit()
        assert count_workspaces(database_url) == 1


async def test_without_a_commit_nothing_stays(database: SqlDatabase, database_url: str) -> None:
    async with database.begin() as uow:
        await add_workspace(uow)

    assert count_workspaces(database_url) == 0


async def test_after_an_error_nothing_stays(database: SqlDatabase, database_url: str) -> None:
    async def fail() -> None:
        async with database.begin() as uow:
            await add_workspace(uow)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fail()

    assert count_workspaces(database_url) == 0


async def test_what_was_written_after_the_commit_does_not_stay(
    database: SqlDatabase, database_url: str
) -> None:
    async with database.begin() as uow:
        await add_workspace(uow, 1)
        await uow.commit()
        await add_workspace(uow, 2)

    assert count_workspaces(database_url) == 1


async def test_a_look_sees_at_each_statement_what_is_committed_then(
    database: SqlDatabase, database_url: str
) -> None:
    async with database.read() as look:
        assert await look.workspaces.all() == []
        async with second(database_url) as other, other.begin() as uow:
            await add_workspace(uow)
            await uow.commit()

        assert len(await look.workspaces.all()) == 1


async def test_a_look_does_not_wait_for_who_writes(database: SqlDatabase, database_url: str) -> None:
    async with second(database_url) as other, other.begin() as uow:
        await add_workspace(uow)

        async with asyncio.timeout(5), database.read() as look:
            assert await look.workspaces.all() == []


async def test_after_a_look_the_connection_has_transactions_again(
    database: SqlDatabase, database_url: str
) -> None:
    async with database.read() as look:
        await look.workspaces.all()

    async with database.begin() as uow:
        await add_workspace(uow)

    assert count_workspaces(database_url) == 0


async def test_looks_and_commits_let_postgresql_keep_what_it_has_prepared(
    engine: AsyncEngine, database: SqlDatabase
) -> None:
    if engine.dialect.name != "postgresql":
        return  # SQLite's driver keeps its statements by itself
    for _ in range(PREPARED_AFTER + 2):
        async with database.read() as look:
            await look.workspaces.all()
        async with database.begin() as uow:
            await uow.workspaces.all()
            await uow.commit()

    async with engine.connect() as connection:
        prepared = await connection.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements"))
    assert prepared


async def test_a_cancelled_transaction_leaves_no_trace_and_no_lock(
    database: SqlDatabase, database_url: str
) -> None:
    written = asyncio.Event()

    async def write_and_wait() -> None:
        async with database.begin() as uow:
            await add_workspace(uow, 1)
            written.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_and_wait())
    await written.wait()
    writing.cancel()
    await asyncio.wait([writing])

    async with database.begin() as uow:
        await add_workspace(uow, 1)
        await uow.commit()
    assert count_workspaces(database_url) == 1


async def test_transactions_of_one_process_do_not_mix(database: SqlDatabase, database_url: str) -> None:
    async def add(number: int, *, commits: bool) -> None:
        async with database.begin() as uow:
            await add_workspace(uow, number)
            await asyncio.sleep(0)  # noqa: TID251  (lets the others in)
            if commits:
                await uow.commit()

    await asyncio.gather(*(add(number, commits=number % 2 == 0) for number in range(20)))

    assert count_workspaces(database_url) == 10


async def test_on_sqlite_updates_that_read_before_they_write_are_not_lost(sqlite_url: str) -> None:
    processes = [SqlDatabase(create_engine(sqlite_url), VAULT) for _ in range(3)]
    team = await add_team(processes[0])

    async def count_up(database: SqlDatabase) -> None:
        for _ in range(5):
            async with database.begin() as uow:
                posts = (await workspace_of(uow, team.workspace_id)).settings.posts_per_day
                await uow.workspaces.set_setting(team.workspace_id, "posts_per_day", str(posts + 1), at=NOW)
                await uow.commit()

    await asyncio.gather(*(count_up(database) for database in processes))

    async with processes[0].begin() as uow:
        workspace = await workspace_of(uow, team.workspace_id)
    for database in processes:
        await database.close()
    assert workspace.settings.posts_per_day == WorkspaceSettings().posts_per_day + 15


async def test_a_moment_without_a_zone_is_refused(database: SqlDatabase) -> None:
    naive = NOW.replace(tzinfo=None)

    async with database.begin() as uow:
        with pytest.raises(StatementError, match="needs a time zone"):
            await uow.workspaces.add(name="Team", chat_id=ChatId(1), at=naive)


async def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc(
    database: SqlDatabase, team: Team
) -> None:
    tokyo = dt.timezone(dt.timedelta(hours=9))
    moment = dt.datetime(2026, 3, 2, 0, 30, 15, 123456, tzinfo=tokyo)

    async with database.begin() as uow:
        await uow.accounts.checked(team.account_id, at=moment, name="x")
        account = await uow.accounts.get(team.account_id)

    assert account is not None
    assert account.checked_at is not None
    assert account.checked_at.isoformat() == "2026-03-01T15:30:15.123456+00:00"


async def test_no_token_can_be_read_in_the_file(sqlite_url: str) -> None:
    secret = "EAAB-canary-1f0c2d"
    database = SqlDatabase(create_engine(sqlite_url), VAULT)
    await add_team(database, token=secret)
    path = Path(parse(sqlite_url).database or "")

    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    await database.close()

    assert b"profile1" in stored
    assert secret.encode() not in stored


CRASH_BEFORE_THE_SECOND_COMMIT = """
import asyncio, datetime, os, signal, sys
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault

async def main(url, key):
    database = SqlDatabase(create_engine(url), TokenVault([key]))
    for chat_id in (1, 2):
        async with database.begin() as uow:
            await uow.workspaces.add(name="Team", chat_id=chat_id, at=datetime.datetime.now(datetime.UTC))
            if chat_id == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            await uow.commit()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_a_killed_process_had_not_committed_is_not_there_and_locks_nothing(
    database: SqlDatabase, database_url: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CRASH_BEFORE_THE_SECOND_COMMIT,
        database_url,
        Fernet.generate_key().decode(),
        env={"PYTHONPATH": str(SRC)},
    )
    assert await process.wait() == -signal.SIGKILL

    assert count_workspaces(database_url) == 1
    async with database.begin() as uow:
        await add_workspace(uow, 2)
        await uow.commit()
    assert count_workspaces(database_url) == 2


class Woken:
    """Counts wake-ups."""

    def __init__(self) -> None:
        self.due = 0
        self.outbox = 0

    def on_due(self) -> None:
        self.due += 1

    def on_outbox(self) -> None:
        self.outbox += 1


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def waking(engine: AsyncEngine, woken: Woken) -> SqlDatabase:
    """The database under test as the product has it, with wake-ups."""
    return SqlDatabase(engine, VAULT, on_due=woken.on_due, on_outbox=woken.on_outbox)


async def test_queueing_wakes_the_worker_after_the_commit_and_not_before(
    waking: SqlDatabase, woken: Woken, team: Team
) -> None:
    async with waking.begin() as uow:
        await uow.publications.add(team.publication(), at=NOW, actor=BOT)
        assert woken.due == 0
        await uow.commit()

    assert (woken.due, woken.outbox) == (1, 0)


async def test_a_message_wakes_the_sender(waking: SqlDatabase, woken: Woken, team: Team) -> None:
    async with waking.begin() as uow:
        await uow.outbox.add(team.chat_id, HELLO, urgency=Urgency.CARD, at=NOW)
        await uow.commit()

    assert (woken.due, woken.outbox) == (0, 1)


async def test_what_is_rolled_back_wakes_nobody(waking: SqlDatabase, woken: Woken, team: Team) -> None:
    async with waking.begin() as uow:
        await uow.publications.add(team.publication(), at=NOW, actor=BOT)
        await uow.outbox.add(team.chat_id, HELLO, urgency=Urgency.CARD, at=NOW)

    assert (woken.due, woken.outbox) == (0, 0)


async def test_what_adds_nothing_wakes_nobody(waking: SqlDatabase, woken: Woken, team: Team) -> None:
    async with waking.begin() as uow:
        await uow.publications.claim_due(now=NOW, limit=9, lease=LEASE, worker="one")
        await uow.accounts.checked(team.account_id, at=NOW, name="x")
        await uow.commit()

    assert (woken.due, woken.outbox) == (0, 0)


async def resume(uow: UnitOfWork, team: Team) -> None:
    await uow.workspaces.set_paused(team.workspace_id, None)


async def reconnect(uow: UnitOfWork, team: Team) -> None:
    await uow.accounts.set_state(team.account_id, AccountState.ACTIVE)


async def settle(uow: UnitOfWork, team: Team) -> None:
    [job] = await uow.publications.find(team.workspace_id)
    await uow.publications.apply(job.publication, Event.SUCCEEDED, at=NOW, actor=BOT)


@pytest.mark.parametrize("act", [resume, reconnect, settle])
async def test_what_lets_more_be_claimed_wakes_the_worker(
    waking: SqlDatabase, woken: Woken, team: Team, act: Callable[[UnitOfWork, Team], Awaitable[None]]
) -> None:
    await queue(waking, team.publication())
    async with waking.begin() as uow:
        await uow.publications.claim_due(now=NOW, limit=1, lease=LEASE, worker="one")
        await uow.workspaces.set_paused(team.workspace_id, NOW)
        await uow.accounts.set_state(team.account_id, AccountState.PAUSED)
        await uow.commit()
    woken.due = 0

    async with waking.begin() as uow:
        await act(uow, team)
        await uow.commit()

    assert woken.due == 1

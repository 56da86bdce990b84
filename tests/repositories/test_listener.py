import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncGenerator

import psycopg
import pytest
from cryptography.fernet import Fernet

from domain.ids import ChatId
from domain.publication import BOT, Event
from repositories.engine import create_engine
from repositories.listener import listener
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.messages import SendText, Urgency
from support.builders import NOW, Team, add_team, queue
from support.databases import statements_of

LEASE = dt.timedelta(minutes=5)
VAULT = TokenVault([Fernet.generate_key().decode()])
SOON = 3.0
"""Seconds in which a wake-up must have come, on a machine that has other things to do."""


class Heard:
    """What a listener called."""

    def __init__(self) -> None:
        self.due = asyncio.Event()
        self.outbox = asyncio.Event()


@contextlib.asynccontextmanager
async def listening(url: str) -> AsyncGenerator[Heard]:
    """Listen, and yield once the listener is connected and has done its first round."""
    heard = Heard()
    running = asyncio.create_task(listener(url, on_due=heard.due.set, on_outbox=heard.outbox.set).run())
    await within_reach(heard.due)
    await within_reach(heard.outbox)
    heard.due.clear()
    heard.outbox.clear()
    yield heard
    running.cancel()
    await asyncio.wait([running])


async def within_reach(event: asyncio.Event) -> None:
    async with asyncio.timeout(SOON):
        await event.wait()


async def test_queueing_and_sending_wake_the_processes_that_listen(
    database: SqlDatabase, database_url: str, team: Team
) -> None:
    async with listening(database_url) as heard:
        await queue(database, team.publication())
        await within_reach(heard.due)

    async with listening(database_url) as heard:
        async with database.begin() as uow:
            await uow.outbox.add(team.chat_id, SendText(html="x"), urgency=Urgency.CARD, at=NOW)
            await uow.commit()
        await within_reach(heard.outbox)


async def test_a_notification_says_who_is_meant(postgresql_url: str) -> None:
    database = SqlDatabase(create_engine(postgresql_url), VAULT)
    team = await add_team(database)

    async with listening(postgresql_url) as heard:
        async with database.begin() as uow:
            await uow.outbox.add(team.chat_id, SendText(html="x"), urgency=Urgency.CARD, at=NOW)
            await uow.commit()
        await within_reach(heard.outbox)
        assert not heard.due.is_set()

        await queue(database, team.publication())
        await within_reach(heard.due)
    await database.close()


async def test_what_a_worker_gives_back_is_its_own_affair(postgresql_url: str) -> None:
    database = SqlDatabase(create_engine(postgresql_url), VAULT)
    team = await add_team(database)
    await queue(database, team.publication())

    async with listening(postgresql_url) as heard:
        async with database.begin() as uow:
            [claimed] = await uow.publications.claim_due(now=NOW, limit=1, lease=LEASE, worker="one")
            jobs = await uow.publications.jobs([claimed])
            await uow.publications.apply(jobs[claimed].publication, Event.DEFERRED, at=NOW, actor=BOT)
            await uow.outbox.add(team.chat_id, SendText(html="x"), urgency=Urgency.CARD, at=NOW)
            await uow.commit()
        await within_reach(heard.outbox)
        assert not heard.due.is_set()
    await database.close()


async def test_after_a_lost_connection_everybody_is_woken_for_what_may_have_been_missed(
    postgresql_url: str,
) -> None:
    async with listening(postgresql_url) as heard:
        with psycopg.connect(postgresql_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        await within_reach(heard.due)
        await within_reach(heard.outbox)


@pytest.mark.parametrize("sends_here", [True, False])
async def test_no_other_process_is_told_of_messages_that_are_sent_here(
    postgresql_url: str,
    sends_here: bool,  # noqa: FBT001
) -> None:
    engine = create_engine(postgresql_url)
    database = SqlDatabase(engine, VAULT, sends_here=lambda: sends_here)

    with statements_of(engine) as statements:
        async with database.begin() as uow:
            await uow.outbox.add(ChatId(-1), SendText(html="Hello"), urgency=Urgency.ALERT, at=NOW)
            await uow.commit()
    await database.close()

    assert any("pg_notify" in statement.text for statement in statements) is not sends_here

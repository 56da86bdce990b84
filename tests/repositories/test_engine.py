import datetime as dt

import psycopg
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.exc import DBAPIError

from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from support.builders import add_team

VAULT = TokenVault([Fernet.generate_key().decode()])


async def test_the_server_ends_the_transaction_of_a_process_that_stops_in_it(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)

    async with engine.connect() as connection:
        first = await connection.scalar(sa.text("SHOW idle_in_transaction_session_timeout"))
    async with engine.connect() as connection:
        again = await connection.scalar(sa.text("SHOW idle_in_transaction_session_timeout"))
    await engine.dispose()

    assert (first, again) == ("15s", "15s")


async def test_a_transaction_that_the_server_ended_costs_no_more_than_itself(postgresql_url: str) -> None:
    database = SqlDatabase(create_engine(postgresql_url), VAULT)

    async with database.begin() as uow:
        await uow.workspaces.all()
        with psycopg.connect(postgresql_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND state = 'idle in transaction'"
            )
        with pytest.raises(DBAPIError):
            await uow.workspaces.all()

    team = await add_team(database)
    await database.close()
    assert team.workspace_id == 1


@pytest.mark.parametrize("rested_long", [True, False])
async def test_a_connection_that_died_at_rest_costs_nothing_after_long_and_one_transaction_before(
    postgresql_url: str, *, rested_long: bool
) -> None:
    asked_after = dt.timedelta(0) if rested_long else dt.timedelta(hours=1)
    engine = create_engine(postgresql_url, asked_after=asked_after)
    async with engine.connect() as first, engine.connect() as second:
        await first.scalar(sa.select(1))
        await second.scalar(sa.select(1))

    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
    if not rested_long:
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError):
                await connection.scalar(sa.select(1))

    async with engine.connect() as first, engine.connect() as second:
        answers = await first.scalar(sa.select(1)), await second.scalar(sa.select(1))
    await engine.dispose()
    assert answers == (1, 1)

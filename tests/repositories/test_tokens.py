import datetime as dt

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccessToken, AccountState
from domain.token import Grant
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.repositories.accounts import Resealed
from support.builders import NOW, Team, add_team

DAY = dt.timedelta(days=1)
GRANT = Grant(
    token=AccessToken("EAAB-of-a-page"),
    issued_at=NOW,
    expires_at=NOW + 60 * DAY,
    data_access_expires_at=NOW + 90 * DAY,
    source=AccessToken("EAAB-of-a-person"),
    source_expires_at=NOW + 59 * DAY,
)


async def test_access_comes_back_with_all_that_is_known_of_it(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        await uow.accounts.set_token(team.account_id, GRANT, refresh_after=NOW, at=NOW)

        [held] = await uow.accounts.claim_refreshes(now=NOW, until=NOW + DAY, limit=10)

    assert held.grant == GRANT
    assert held.account.id == team.account_id
    assert held.refresh_tries == 0


async def test_access_is_given_out_for_renewal_when_it_is_due_and_to_one_alone(
    database: SqlDatabase, team: Team
) -> None:
    other = await add_team(database, number=2)
    async with database.begin() as uow:
        await uow.accounts.set_token(team.account_id, GRANT, refresh_after=NOW, at=NOW)
        await uow.accounts.set_token(other.account_id, GRANT, refresh_after=NOW + DAY, at=NOW)

        claims = [
            [held.account.id for held in await uow.accounts.claim_refreshes(now=at, until=at + DAY, limit=10)]
            for at in (NOW - DAY, NOW, NOW + DAY / 2, NOW + DAY)
        ]

    assert claims == [[], [team.account_id], [], [team.account_id, other.account_id]]


@pytest.mark.parametrize("state", [AccountState.REMOVED, AccountState.NEEDS_RECONNECT])
async def test_what_has_no_access_is_neither_renewed_nor_checked(
    database: SqlDatabase, team: Team, state: AccountState
) -> None:
    async with database.begin() as uow:
        await uow.accounts.set_token(team.account_id, GRANT, refresh_after=NOW, at=NOW)
        await uow.accounts.set_state(team.account_id, state)

        assert await uow.accounts.claim_refreshes(now=NOW, until=NOW, limit=10) == []
        assert await uow.accounts.unchecked_tokens(since=NOW + DAY) == []


async def test_what_was_seen_to_work_since_is_not_unchecked(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        assert await uow.accounts.unchecked_tokens(since=NOW) == []
        assert len(await uow.accounts.unchecked_tokens(since=NOW + DAY)) == 1

        await uow.accounts.worked([team.account_id], at=NOW + DAY)

        assert await uow.accounts.unchecked_tokens(since=NOW + DAY) == []
        assert len(await uow.accounts.unchecked_tokens(since=NOW + 2 * DAY)) == 1


async def test_old_keys_can_go_when_all_tokens_are_sealed_anew(team: Team, engine: AsyncEngine) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    async with SqlDatabase(engine, TokenVault([old])).begin() as uow:
        await uow.accounts.set_token(team.account_id, GRANT, refresh_after=NOW, at=NOW)
        await uow.commit()

    async with SqlDatabase(engine, TokenVault([new, old])).begin() as uow:
        assert await uow.accounts.reseal_tokens() == Resealed(sealed=1, lost=0)
        await uow.commit()

    async with SqlDatabase(engine, TokenVault([new])).begin() as uow:
        [held] = await uow.accounts.claim_refreshes(now=NOW, until=NOW, limit=10)
    assert held.grant == GRANT


async def test_a_token_that_no_key_opens_is_counted_and_kept(team: Team, engine: AsyncEngine) -> None:
    stranger = TokenVault([Fernet.generate_key().decode()])

    async with SqlDatabase(engine, stranger).begin() as uow:
        assert await uow.accounts.reseal_tokens() == Resealed(sealed=0, lost=1)


async def test_no_token_and_no_source_can_be_read_in_the_database(
    database: SqlDatabase, team: Team, engine: AsyncEngine
) -> None:
    async with database.begin() as uow:
        await uow.accounts.set_token(team.account_id, GRANT, at=NOW)
        await uow.commit()

    async with engine.connect() as connection:
        stored = str((await connection.exec_driver_sql("SELECT * FROM tokens")).all())

    assert "EAAB" not in stored

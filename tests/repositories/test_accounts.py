import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccessToken, AccountState
from domain.ids import AccountId
from domain.token import Grant
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from support.builders import INSTAGRAM, NOW, Team, add_account, add_team

HOUR = dt.timedelta(hours=1)
SECRET = "EAAB-canary-1f0c2d"


async def test_a_profile_that_is_added_again_is_the_same_account_and_active(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        await uow.accounts.set_state(team.account_id, AccountState.REMOVED, reason="left")
        again = await uow.accounts.add(
            team.workspace_id,
            platform=INSTAGRAM,
            external_id="17841",
            name="renamed",
            login="instagram",
            at=NOW + HOUR,
        )
        account = await uow.accounts.get(again)

    assert again == team.account_id
    assert account is not None
    assert (account.name, account.login, account.state, account.state_reason) == (
        "renamed",
        "instagram",
        AccountState.ACTIVE,
        "",
    )


async def test_the_accounts_of_a_workspace_are_its_own_and_not_the_removed_ones(
    database: SqlDatabase, team: Team
) -> None:
    stranger = await add_team(database, number=2)
    async with database.begin() as uow:
        second = await add_account(uow, team.workspace_id, number=3)
        removed = await add_account(uow, team.workspace_id, number=4)
        await uow.accounts.set_state(removed, AccountState.REMOVED)

        found = await uow.accounts.find(team.workspace_id)
        everywhere = await uow.accounts.all()

    assert [account.id for account in found] == [team.account_id, second]
    assert [account.id for account in everywhere] == [team.account_id, stranger.account_id, second]


async def test_an_unknown_account_is_none(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        assert await uow.accounts.get(AccountId(99)) is None
        assert await uow.accounts.token(AccountId(99)) is None


async def test_setting_the_same_state_again_changes_nothing(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        assert await uow.accounts.set_state(team.account_id, AccountState.PAUSED, reason="holidays")
        assert not await uow.accounts.set_state(team.account_id, AccountState.PAUSED, reason="again")
        account = await uow.accounts.get(team.account_id)

    assert account is not None
    assert account.state_reason == "holidays"


@pytest.mark.parametrize("again", ["connected", "resumed"])
async def test_an_account_that_a_person_takes_up_again_is_open(
    database: SqlDatabase, team: Team, again: str
) -> None:
    async with database.begin() as uow:
        await uow.accounts.set_state(team.account_id, AccountState.PAUSED)
        paused = await uow.accounts.get(team.account_id)
        assert paused is not None
        await uow.quotas.close_account(paused, until=NOW + HOUR, usage_percent=90)
        if again == "resumed":
            await uow.accounts.set_state(team.account_id, AccountState.ACTIVE)
        else:
            await add_account(uow, team.workspace_id)
        account = await uow.accounts.get(team.account_id)

    assert account is not None
    assert (account.state, account.closed_until, account.usage_percent) == (AccountState.ACTIVE, None, 0)


async def test_a_check_is_remembered_with_the_name_that_it_found(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        await uow.accounts.checked(team.account_id, at=NOW + HOUR, name="found")
        account = await uow.accounts.get(team.account_id)

    assert account is not None
    assert (account.checked_at, account.name) == (NOW + HOUR, "found")


async def test_a_token_comes_back_as_it_was_and_a_newer_one_takes_its_place(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        account_id = await add_account(uow, team.workspace_id, number=2)
        assert await uow.accounts.token(account_id) is None

        await uow.accounts.set_token(account_id, Grant(token=AccessToken("first"), expires_at=NOW), at=NOW)
        await uow.accounts.set_token(account_id, Grant(token=AccessToken("second")), at=NOW)
        account = await uow.accounts.get(account_id)

        assert await uow.accounts.token(account_id) == AccessToken("second")
    assert account is not None
    assert account.has_token


async def test_no_token_can_be_read_in_the_database(database: SqlDatabase, engine: AsyncEngine) -> None:
    await add_team(database, token=SECRET)

    async with engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT * FROM tokens")
        stored = str(rows.all())

    assert "sealed" not in stored
    assert len(stored) > len(SECRET)
    assert SECRET not in stored


async def test_a_token_that_no_key_opens_counts_as_missing(
    database: SqlDatabase, engine: AsyncEngine
) -> None:
    team = await add_team(database, token=SECRET)
    with_another_key = SqlDatabase(engine, TokenVault(["B" * 43 + "="]))

    async with with_another_key.begin() as uow:
        assert await uow.accounts.token(team.account_id) is None

import dataclasses
from typing import Any

import pytest

from domain.account import AccessToken, Account, AccountState
from domain.errors import AuthorizationError, StorylineError
from domain.ids import ChatId, PlatformName
from services.repositories.records import AuditEntry
from support.posting_world import PostingWorld

TOKEN = AccessToken("EAAB-a-token-of-the-tests")


async def connected(world: PostingWorld, **changes: Any) -> Account:
    wanted: dict[str, Any] = {
        "platform": "fake",
        "external_id": "2",
        "name": "second",
        "login": None,
        "token": TOKEN,
        "by": "test",
    }
    return await world.accounts.add(world.workspace.id, **(wanted | changes))


async def newest_audit(world: PostingWorld) -> AuditEntry:
    async with world.database.begin() as uow:
        return (await uow.audit.find(world.workspace.id, limit=1))[0]


async def test_an_account_is_connected_with_its_token_and_the_first_login(world: PostingWorld) -> None:
    account = await connected(world)

    async with world.database.begin() as uow:
        token = await uow.accounts.token(account.id)
    assert (account.login, account.state, account.has_token) == ("fake", AccountState.ACTIVE, True)
    assert token == TOKEN
    assert await world.accounts.find(world.workspace.id) == [world.account, account]


async def test_connecting_is_in_the_log_without_the_token(sqlite_world: PostingWorld) -> None:
    await connected(sqlite_world)

    audited = await newest_audit(sqlite_world)
    assert audited.action == "account_connected"
    assert audited.detail == {"platform": "fake", "name": "second", "with_token": True}


async def test_another_login_of_the_platform_may_be_chosen(sqlite_world: PostingWorld) -> None:
    assert (await connected(sqlite_world, login="other")).login == "other"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"platform": "elsewhere"}, "There is no platform “elsewhere”. There are: fake."),
        ({"login": "magic"}, "fake has no login “magic”, only fake and other."),
    ],
)
async def test_what_cannot_be_connected_is_refused_in_a_sentence(
    sqlite_world: PostingWorld, changes: dict[str, Any], sentence: str
) -> None:
    before = await sqlite_world.rows()

    with pytest.raises(StorylineError) as refusal:
        await connected(sqlite_world, **changes)

    assert str(refusal.value) == sentence
    assert await sqlite_world.rows() == before


async def test_connecting_a_known_account_again_renews_it(world: PostingWorld) -> None:
    await world.accounts.set_state(
        world.account, AccountState.NEEDS_RECONNECT, reason="it was revoked", by="test"
    )

    account = await connected(world, external_id=world.account.external_id, name="harbour_new")

    async with world.database.begin() as uow:
        token = await uow.accounts.token(account.id)
    assert (account.id, account.name) == (world.account.id, "harbour_new")
    assert (account.state, account.state_reason, token) == (AccountState.ACTIVE, "", TOKEN)


async def test_an_account_without_a_token_works_by_hand(sqlite_world: PostingWorld) -> None:
    account = await connected(sqlite_world, token=None)

    check = await sqlite_world.accounts.check(account)

    assert not account.has_token
    assert (check.facts, check.problem) == (None, "it has no access token")


async def test_a_check_that_is_answered_is_remembered_with_the_name_as_it_is_now(world: PostingWorld) -> None:
    check = await world.accounts.check(world.account)

    account = await world.accounts.named(world.workspace.id, "HARBOUR")
    assert check.facts is not None
    assert (check.facts.name, check.problem) == ("HARBOUR", "")
    assert account.checked_at == world.clock.now()


async def test_a_check_that_fails_tells_why_and_changes_nothing(sqlite_world: PostingWorld) -> None:
    sqlite_world.publisher.check_error = AuthorizationError("the session has expired", code=190)
    before = await sqlite_world.rows()

    check = await sqlite_world.accounts.check(sqlite_world.account)

    assert (check.facts, check.problem) == (None, "the session has expired")
    assert await sqlite_world.rows() == before


async def test_an_account_of_a_platform_that_is_gone_cannot_be_checked(sqlite_world: PostingWorld) -> None:
    gone = dataclasses.replace(sqlite_world.account, platform=PlatformName("gone"))

    assert (await sqlite_world.accounts.check(gone)).facts is None


@pytest.mark.parametrize("state", [AccountState.PAUSED, AccountState.REMOVED, AccountState.NEEDS_RECONNECT])
async def test_a_state_is_set_once_and_is_in_the_log(sqlite_world: PostingWorld, state: AccountState) -> None:
    world = sqlite_world

    assert await world.accounts.set_state(world.account, state, reason="so", by="user:1")
    audited = await newest_audit(world)
    assert not await world.accounts.set_state(world.account, state, reason="so", by="user:1")

    assert (audited.action, audited.actor) == (f"account_{state}", "user:1")
    assert audited.detail == {"account": "harbour"}
    assert await newest_audit(world) == audited


@pytest.mark.parametrize("name", ["harbour", "1"])
async def test_an_account_is_found_by_its_name_or_id(sqlite_world: PostingWorld, name: str) -> None:
    assert await sqlite_world.accounts.named(sqlite_world.workspace.id, name) == sqlite_world.account


async def test_an_unknown_name_is_refused_with_the_known_ones(sqlite_world: PostingWorld) -> None:
    others = await sqlite_world.workspaces.add(name="Others", chat_id=ChatId(-2), by="test")

    with pytest.raises(StorylineError, match=r"No account is called harbor\. There are: harbour"):
        await sqlite_world.accounts.named(sqlite_world.workspace.id, "harbor")
    with pytest.raises(StorylineError, match="There are: none"):
        await sqlite_world.accounts.named(others.id, "harbour")


async def test_an_account_that_needs_a_new_token_is_not_resumed_without_one(world: PostingWorld) -> None:
    await world.accounts.set_state(world.account, AccountState.NEEDS_RECONNECT, reason="dead", by="test")
    (account,) = await world.accounts.find(world.workspace.id)

    with pytest.raises(StorylineError, match="needs a new access token"):
        await world.accounts.set_state(account, AccountState.ACTIVE, reason="", by="test")

"""What becomes of a token that a person pastes."""

import dataclasses
import datetime as dt

import pytest

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, PublishingError, StorylineError, TransientError
from domain.token import Grant
from services.accounts.connect import AccountService, Reached
from services.ports import Offer, Received
from support.fake_clock import FakeChance
from support.fake_network import FAKE
from support.posting_world import PostingWorld

PASTED = AccessToken("what a person pasted")
FAR = dt.datetime(2026, 3, 6, 12, tzinfo=dt.UTC)


def page(external_id: str) -> Offer:
    token = AccessToken(f"token-of-page-{external_id}")
    return Offer(
        external_id=external_id,
        name=f"Page {external_id}",
        grant=Grant(token=token, source=PASTED, source_expires_at=FAR),
    )


@dataclasses.dataclass
class Offering:
    """A platform that answers every token alike."""

    received: Received | PublishingError

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        if isinstance(self.received, PublishingError):
            raise self.received
        return self.received

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        return grant

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        return grant


def accounts(world: PostingWorld, received: Received | PublishingError) -> AccountService:
    network = dataclasses.replace(world.publisher.network(), tokens=Offering(received), logins=("fake",))
    return AccountService(
        database=world.database,
        clock=world.clock,
        randomness=FakeChance(),
        networks={FAKE: network},
        alerts=world.alerts,
    )


async def connect(world: PostingWorld, service: AccountService, external_id: str) -> Account:
    return await service.add(
        world.workspace.id,
        platform=FAKE,
        external_id=external_id,
        name="pots",
        login=None,
        token=PASTED,
        by="test",
    )


async def test_of_all_that_a_persons_token_reaches_the_account_gets_its_own(
    sqlite_world: PostingWorld,
) -> None:
    world = sqlite_world
    received = Received(grant=Grant(token=PASTED), offers=(page("11"), page("12")))

    account = await connect(world, accounts(world, received), "12")

    async with world.database.begin() as uow:
        [held] = await uow.accounts.claim_refreshes(now=FAR, until=FAR, limit=10)
    assert held.account == account
    assert held.grant == page("12").grant


async def test_a_token_that_reaches_others_alone_is_refused_with_what_it_reaches(
    sqlite_world: PostingWorld,
) -> None:
    world = sqlite_world
    received = Received(grant=Grant(token=PASTED), offers=(page("11"), page("12")))
    before = await world.rows()

    with pytest.raises(StorylineError) as refusal:
        await connect(world, accounts(world, received), "13")

    assert str(refusal.value) == ("The token does not reach 13. It reaches: 11 (Page 11), 12 (Page 12).")
    assert await world.rows() == before


@pytest.mark.parametrize("error", [AuthorizationError("It is dead."), TransientError("Nobody answers.")])
async def test_a_token_that_is_not_taken_changes_nothing(
    sqlite_world: PostingWorld, error: PublishingError
) -> None:
    before = await sqlite_world.rows()

    with pytest.raises(StorylineError, match=f"The token is not taken: {error}"):
        await connect(sqlite_world, accounts(sqlite_world, error), "11")

    assert await sqlite_world.rows() == before


async def test_what_a_token_reaches_is_offered_before_anything_is_connected(
    sqlite_world: PostingWorld,
) -> None:
    received = Received(grant=Grant(token=PASTED), offers=(page("11"),))

    reached = await accounts(sqlite_world, received).reach(PASTED)

    assert reached == [Reached(platform=FAKE, login="fake", external_id="11", name="Page 11")]


async def test_a_token_that_no_platform_takes_is_refused_with_every_reason(
    sqlite_world: PostingWorld,
) -> None:
    with pytest.raises(StorylineError) as refusal:
        await accounts(sqlite_world, AuthorizationError("It is dead.")).reach(PASTED)

    assert str(refusal.value) == "The token is not taken.\nfake, login fake: It is dead."

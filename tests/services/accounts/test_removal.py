from domain.account import AccountState
from domain.errors import AuthorizationError
from domain.media import Need
from domain.publication import State
from support.fake_network import FAKE
from support.posting_world import PostingWorld


async def test_what_was_to_go_out_on_a_removed_account_is_cancelled(world: PostingWorld) -> None:
    scheduled = await world.queued()
    awaiting = await world.queued(approval=True)

    await world.accounts.set_state(world.account, AccountState.REMOVED, reason="", by="test")

    assert await world.state(scheduled) is State.CANCELLED
    assert await world.state(awaiting) is State.CANCELLED


async def test_what_the_team_has_in_hand_stays_with_it(world: PostingWorld) -> None:
    with_team = await world.queued(needs=frozenset({Need.STICKER}))
    await world.work()

    await world.accounts.set_state(world.account, AccountState.REMOVED, reason="", by="test")

    assert await world.state(with_team) is State.WITH_TEAM


async def test_an_account_that_is_removed_while_something_goes_out_stays_so_whatever_comes_of_that(
    world: PostingWorld,
) -> None:
    async def remove() -> None:
        await world.accounts.set_state(world.account, AccountState.REMOVED, reason="", by="test")

    in_hand = await world.queued()
    world.publisher.while_publishing = remove
    world.publisher.publish_error = AuthorizationError("the access was taken back", platform=FAKE)

    await world.work()

    assert await world.state(in_hand) is State.WITH_TEAM
    assert await world.accounts.find(world.workspace.id) == []


async def test_a_paused_account_keeps_its_queue(world: PostingWorld) -> None:
    scheduled = await world.queued()

    await world.accounts.set_state(world.account, AccountState.PAUSED, reason="", by="test")

    assert await world.work() == []
    assert await world.state(scheduled) is State.SCHEDULED

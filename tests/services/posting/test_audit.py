import datetime as dt

from domain.account import AccountState
from domain.errors import AuthorizationError
from domain.publication import State
from support.posting_world import PostingWorld


async def actions(world: PostingWorld) -> list[str]:
    async with world.database.begin() as uow:
        return [entry.action for entry in reversed(await uow.audit.find(world.workspace.id))]


async def test_a_dead_token_is_in_the_audit_log_once(world: PostingWorld) -> None:
    world.publisher.prepare_error = AuthorizationError("the token has expired", platform="fake")
    await world.queued()
    await world.queued()

    await world.work()
    await world.work()

    assert (await actions(world)).count("token_health_alert") == 1


async def test_what_nobody_will_work_on_any_more_is_in_the_audit_log(world: PostingWorld) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()
    (claimed,) = await world.dispatch.claim(limit=1)
    await world.accounts.set_state(world.account, AccountState.REMOVED, reason="", by="test")
    await world.publishing.publish(claimed)

    world.clock.advance(dt.timedelta(hours=1))
    await world.work()

    assert await world.state(publication_id) is State.FAILED
    assert (await actions(world))[-1] == "post_dead_lettered"


async def test_a_start_with_the_kill_switch_on_is_in_the_audit_log(world: PostingWorld) -> None:
    await world.workspaces.posting_is_off(by="start")

    assert (await actions(world))[-1] == "kill_switch_triggered"

import pytest

from domain.errors import StorylineError
from domain.publication import State
from domain.switch import POSTING_OFF, platform_off
from services.switches import SwitchService
from support.fake_network import FAKE
from support.posting_world import PostingWorld


def switches_of(world: PostingWorld) -> SwitchService:
    networks = {FAKE: world.publisher.network(publisher=world.publisher)}
    return SwitchService(database=world.database, clock=world.clock, networks=networks)


async def test_the_kill_switch_stops_every_process_at_its_next_claim_and_lets_them_go_on(
    world: PostingWorld,
) -> None:
    switches, other_process = switches_of(world), world.restarted()
    publication_id = await world.queued()

    assert await switches.stop_posting(by="test", reason="a wrong caption")
    assert not await switches.stop_posting(by="test")
    assert await world.work() == []
    assert await other_process.work() == []
    assert await world.state(publication_id) is State.SCHEDULED
    assert (await switches.all())[POSTING_OFF].reason == "a wrong caption"

    assert await switches.go_on_posting(by="test")
    assert not await switches.go_on_posting(by="test")
    await other_process.work()
    assert await world.state(publication_id) is State.PUBLISHED


async def test_in_a_dry_run_every_process_goes_the_whole_way_but_for_the_last_call(
    world: PostingWorld,
) -> None:
    switches, other_process = switches_of(world), world.restarted()
    rehearsed = await world.queued()

    assert await switches.begin_dry_run(by="test")
    assert not await switches.begin_dry_run(by="test")
    await other_process.work()
    publication = await world.publication(rehearsed)
    assert (publication.state, publication.platform_post_id) == (State.PUBLISHED, f"dry-run-{rehearsed}")
    assert world.publisher.posts == []

    assert await switches.end_dry_run(by="test")
    assert not await switches.end_dry_run(by="test")
    meant = await world.queued()
    await other_process.work()
    assert await world.state(meant) is State.PUBLISHED
    assert world.publisher.posts == [meant]


async def test_what_was_claimed_before_a_dry_run_ends_as_it_was_begun(world: PostingWorld) -> None:
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)

    await switches_of(world).begin_dry_run(by="test")
    await world.publishing.publish(job)

    assert world.publisher.posts == [publication_id]


async def test_a_platform_that_is_off_waits_and_the_others_go_on(world: PostingWorld) -> None:
    switches = switches_of(world)
    publication_id = await world.queued()

    await switches.switch_platform_off(FAKE, by="test")
    assert await world.work() == []
    assert set(await switches.all()) == {platform_off(FAKE)}

    await switches.switch_platform_on(FAKE, by="test")
    await world.work()
    assert await world.state(publication_id) is State.PUBLISHED


async def test_a_platform_that_nobody_knows_cannot_be_switched(sqlite_world: PostingWorld) -> None:
    with pytest.raises(StorylineError, match=r"There is no platform “myspace”\. There are: fake\."):
        await switches_of(sqlite_world).switch_platform_off("myspace", by="test")


async def test_who_stopped_posting_is_in_the_audit_log(world: PostingWorld) -> None:
    switches = switches_of(world)

    await switches.stop_posting(by="user:7", reason="wrong caption")
    await switches.go_on_posting(by="user:7")

    async with world.database.begin() as uow:
        entries = await uow.audit.find(None, limit=2)
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("kill_switch_released", "user:7"),
        ("kill_switch_triggered", "user:7"),
    ]
    assert entries[1].detail == {"switch": "posting_off", "reason": "wrong caption"}

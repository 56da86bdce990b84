"""A team whose settings cannot be read here is held and told; the others go on."""

from domain.ids import ChatId
from domain.publication import State
from domain.workspace import Workspace
from services.messages import AlertKind, SendAlert
from services.posting.dispatch import HELD_FOR
from services.posting.plan import PlanningService
from services.settings_watch import SettingsWatch
from support.fake_network import FAKE
from support.posting_world import CHAT, PostingWorld

OTHER_CHAT = ChatId(-7)


def watch(world: PostingWorld) -> SettingsWatch:
    return SettingsWatch(database=world.database, clock=world.clock, alerts=world.alerts)


async def zone_is(world: PostingWorld, workspace: Workspace, zone: str) -> None:
    """Store a zone as another machine would, that may know others."""
    async with world.database.begin() as uow:
        await uow.workspaces.set_setting(workspace.id, "zone", zone, at=world.clock.now())
        await uow.commit()


async def told(world: PostingWorld) -> list[tuple[ChatId, bool, str]]:
    async with world.database.read() as look:
        waiting = await look.outbox.waiting(now=world.clock.now(), limit=100)
    return [
        (each.chat_id, each.message.is_over, each.message.detail)
        for each in waiting
        if isinstance(each.message, SendAlert) and each.message.kind is AlertKind.SETTINGS
    ]


async def test_only_the_team_whose_zone_nobody_knows_here_is_paused_and_told_once(
    sqlite_world: PostingWorld,
) -> None:
    world = sqlite_world
    other = await world.workspaces.add(name="Second", chat_id=OTHER_CHAT, by="test")
    await zone_is(world, other, "Mars/Olympus")
    publication_id = await world.queued()

    await watch(world).watch()
    await watch(world).watch()
    await world.work()

    paused = {each.chat_id: each.paused_at is not None for each in await world.workspaces.all()}
    assert paused == {CHAT: False, OTHER_CHAT: True}
    assert await told(world) == [
        (OTHER_CHAT, False, "zone takes an IANA zone such as Europe/Berlin, not “Mars/Olympus”.")
    ]
    assert await world.state(publication_id) is State.PUBLISHED


async def test_who_resumes_it_too_early_is_told_again_and_who_mended_it_that_it_is_over(
    sqlite_world: PostingWorld,
) -> None:
    world = sqlite_world
    await zone_is(world, world.workspace, "Mars/Olympus")
    await watch(world).watch()

    await world.workspaces.resume(world.workspace.id, by="test")
    await watch(world).watch()
    (paused,) = await world.workspaces.all()
    await zone_is(world, world.workspace, "Europe/Berlin")
    await watch(world).watch()

    assert paused.paused_at is not None
    assert [is_over for _, is_over, _ in await told(world)] == [False, False, True]


async def test_what_is_due_before_the_pause_waits_and_goes_out_when_all_can_be_read(
    sqlite_world: PostingWorld,
) -> None:
    world = sqlite_world
    publication_id = await world.queued()
    await zone_is(world, world.workspace, "Mars/Olympus")

    await world.work()
    held = await world.state(publication_id)
    await zone_is(world, world.workspace, "Europe/Berlin")
    world.clock.advance(HELD_FOR)
    await world.work()

    assert (held, await world.state(publication_id)) == (State.SCHEDULED, State.PUBLISHED)


async def test_nothing_is_planned_by_settings_that_stand_in_for_others(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    await world.media()
    planning = PlanningService(database=world.database, networks={FAKE: world.publisher.network()})
    await zone_is(world, world.workspace, "Mars/Olympus")

    held = await planning.fill(world.clock.now())
    await zone_is(world, world.workspace, "Europe/Berlin")

    assert (held.planned, (await planning.fill(world.clock.now())).planned) == (0, 1)

import asyncio

import pytest

from domain.errors import StorylineError
from domain.ids import ChatId, WorkspaceId
from domain.workspace import WorkspaceSettings
from services.repositories.records import AuditEntry
from services.workspaces import workspace_of
from support.posting_world import CHAT, PostingWorld

NEW_CHAT = ChatId(-100777)


async def newest_audit(world: PostingWorld) -> AuditEntry:
    async with world.database.begin() as uow:
        return (await uow.audit.find(world.workspace.id, limit=1))[0]


async def settings_now(world: PostingWorld) -> WorkspaceSettings:
    async with world.database.begin() as uow:
        return (await workspace_of(uow, world.workspace.id)).settings


async def test_a_chat_is_connected_with_its_first_settings(world: PostingWorld) -> None:
    first = {"zone": "Europe/Berlin", "posts_per_day": "5"}

    added = await world.workspaces.add(name="Pottery", chat_id=NEW_CHAT, by="test", first_settings=first)

    assert (added.name, added.chat_id, added.paused_at) == ("Pottery", NEW_CHAT, None)
    assert added.settings == WorkspaceSettings(timezone="Europe/Berlin", posts_per_day=5)
    assert added in await world.workspaces.all()


async def test_a_chat_belongs_to_one_team(sqlite_world: PostingWorld) -> None:
    with pytest.raises(StorylineError, match=f"The chat {CHAT} belongs to a workspace already"):
        await sqlite_world.workspaces.add(name="Second", chat_id=CHAT, by="test")


async def test_a_team_with_a_wrong_first_setting_is_not_connected(sqlite_world: PostingWorld) -> None:
    before = await sqlite_world.rows()

    with pytest.raises(StorylineError, match="zone takes an IANA zone"):
        await sqlite_world.workspaces.add(
            name="Second", chat_id=NEW_CHAT, by="test", first_settings={"zone": "Berlin"}
        )

    assert await sqlite_world.rows() == before


async def test_a_known_chat_keeps_its_settings_at_the_next_start(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    await world.workspaces.set(world.workspace.id, "posts_per_day", "9", by="test")

    known = await world.workspaces.ensure(name="Team", chat_id=CHAT, first_settings={"posts_per_day": "3"})

    assert known.id == world.workspace.id
    assert known.settings.posts_per_day == 9


async def test_processes_that_start_at_once_connect_a_chat_once(world: PostingWorld) -> None:
    starting = [
        process.workspaces.ensure(name="Team", chat_id=NEW_CHAT, first_settings={"posts_per_day": "3"})
        for process in (world.restarted() for _ in range(6))
    ]

    teams = await asyncio.gather(*starting)

    assert len({team.id for team in teams}) == 1
    assert len(await world.workspaces.all()) == 2


async def test_pausing_and_resuming_tell_whether_anything_changed(world: PostingWorld) -> None:
    workspaces, workspace_id = world.workspaces, world.workspace.id

    assert await workspaces.pause(workspace_id, by="user:1")
    assert (await newest_audit(world)).action == "workspace_paused"
    assert not await workspaces.pause(workspace_id, by="user:1")
    assert await workspaces.resume(workspace_id, by="user:1")
    resumed = await newest_audit(world)
    assert not await workspaces.resume(workspace_id, by="user:1")

    assert (resumed.action, resumed.actor) == ("workspace_resumed", "user:1")
    assert await newest_audit(world) == resumed


async def test_a_setting_is_changed_in_its_one_form_and_in_the_log(world: PostingWorld) -> None:
    stored = await world.workspaces.set(world.workspace.id, "window", "08:00 - 20:30", by="user:1")

    audited = await newest_audit(world)
    assert stored == "08:00-20:30"
    assert f"{(await settings_now(world)).window_end:%H:%M}" == "20:30"
    assert (audited.action, audited.detail) == ("setting_changed", {"key": "window", "value": "08:00-20:30"})


@pytest.mark.parametrize(("key", "value"), [("window", "all day"), ("colour", "red")])
async def test_a_wrong_setting_changes_nothing(sqlite_world: PostingWorld, key: str, value: str) -> None:
    before = await sqlite_world.rows()

    with pytest.raises(StorylineError):
        await sqlite_world.workspaces.set(sqlite_world.workspace.id, key, value, by="user:1")

    assert await sqlite_world.rows() == before


async def test_a_team_that_is_not_there_is_told_by_its_number(sqlite_world: PostingWorld) -> None:
    async with sqlite_world.database.begin() as uow:
        with pytest.raises(StorylineError, match="There is no workspace 99"):
            await workspace_of(uow, WorkspaceId(99))

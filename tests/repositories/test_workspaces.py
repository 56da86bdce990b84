import datetime as dt

import pytest

from domain.card import CardKind
from domain.errors import StorylineError
from domain.ids import ChatId, UserId, WorkspaceId
from domain.workspace import Person, Role, Workspace, WorkspaceSettings
from repositories.unit_of_work import SqlDatabase
from services.messages import SendText, ShowCard, Urgency
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, add_team, queue

HOUR = dt.timedelta(hours=1)
ADA = Person(id=UserId(7_000_000_001), name="Ada L.", username="ada")


async def test_a_new_workspace_has_the_default_settings(database: SqlDatabase) -> None:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Bakery", chat_id=ChatId(-1001234567890123), at=NOW)
        workspace = await uow.workspaces.get(workspace_id)

    assert workspace == Workspace(
        id=workspace_id, name="Bakery", chat_id=ChatId(-1001234567890123), settings=WorkspaceSettings()
    )


async def test_a_chat_belongs_to_one_workspace(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        with pytest.raises(StorylineError, match="belongs to a workspace already"):
            await uow.workspaces.add(name="Another", chat_id=team.chat_id, at=NOW)


async def test_a_setting_replaces_the_one_before_and_stays_in_its_workspace(
    database: SqlDatabase, team: Team
) -> None:
    stranger = await add_team(database, number=2)
    async with database.begin() as uow:
        await uow.workspaces.set_setting(team.workspace_id, "zone", "Europe/Paris", at=NOW)
        await uow.workspaces.set_setting(team.workspace_id, "zone", "Europe/Berlin", at=NOW)
        await uow.workspaces.set_setting(team.workspace_id, "posts_per_day", "5", at=NOW)
        mine, theirs = await uow.workspaces.all()

    assert (mine.id, mine.settings.timezone, mine.settings.posts_per_day) == (
        team.workspace_id,
        "Europe/Berlin",
        5,
    )
    assert (theirs.id, theirs.settings) == (stranger.workspace_id, WorkspaceSettings())


async def test_a_workspace_is_found_by_its_chat(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        found = await uow.workspaces.by_chat(team.chat_id)

        assert found is not None
        assert found.id == team.workspace_id
        assert await uow.workspaces.by_chat(ChatId(1)) is None
        assert await uow.workspaces.get(WorkspaceId(99)) is None


async def test_pausing_twice_keeps_the_first_time_and_resuming_twice_changes_nothing(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        assert await uow.workspaces.set_paused(team.workspace_id, NOW)
        assert not await uow.workspaces.set_paused(team.workspace_id, NOW + HOUR)
        paused = await uow.workspaces.get(team.workspace_id)
        assert await uow.workspaces.set_paused(team.workspace_id, None)
        assert not await uow.workspaces.set_paused(team.workspace_id, None)
        resumed = await uow.workspaces.get(team.workspace_id)

    assert paused is not None
    assert resumed is not None
    assert (paused.paused_at, resumed.paused_at) == (NOW, None)


async def test_what_waits_for_a_chat_follows_it_to_its_new_id(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication())
    new_chat = ChatId(-1009999)
    async with database.begin() as uow:
        card_id = await uow.cards.add(publication_id, CardKind.POST, team.chat_id, at=NOW)
        await uow.cards.delivered(card_id, message_id=5, media_message_ids=[3, 4])
        await uow.outbox.add(team.chat_id, ShowCard(card_id=card_id), urgency=Urgency.CARD, at=NOW)
        await uow.outbox.add(team.chat_id, SendText(html="sent"), urgency=Urgency.PRESS, at=NOW)
        [sent, _] = await uow.outbox.waiting(now=NOW, limit=9)
        await uow.outbox.sent(sent.id, at=NOW)

        await uow.workspaces.set_chat(team.workspace_id, new_chat)

        waiting = await uow.outbox.waiting(now=NOW, limit=9)
        card = await uow.cards.get(card_id)
        assert (await uow.workspaces.by_chat(new_chat)) is not None
    assert [message.chat_id for message in waiting] == [new_chat]
    assert card is not None
    assert (card.chat_id, card.message_id, card.media_message_ids) == (new_chat, None, ())


async def test_a_chat_that_moves_to_another_workspaces_chat_is_answered_there(
    database: SqlDatabase, team: Team
) -> None:
    other = await add_team(database, number=2)
    async with database.begin() as uow:
        await uow.outbox.add(team.chat_id, SendText(html="waits"), urgency=Urgency.CARD, at=NOW)

        await uow.workspaces.set_chat(team.workspace_id, other.chat_id)

        [waiting] = await uow.outbox.waiting(now=NOW, limit=9)
        there = await uow.workspaces.by_chat(other.chat_id)
    assert waiting.chat_id == other.chat_id
    assert there is not None
    assert there.id == other.workspace_id


async def found(uow: UnitOfWork, team: Team) -> tuple[Role | None, dt.datetime | None]:
    membership = await uow.workspaces.membership(team.chat_id, ADA.id)
    assert membership is not None
    assert membership.workspace.id == team.workspace_id
    return membership.role, membership.found_at


async def test_a_chat_without_a_workspace_has_no_members(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        assert await uow.workspaces.membership(ChatId(team.chat_id - 1), ADA.id) is None


async def test_a_role_is_remembered_with_the_time_it_was_found(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        assert await found(uow, team) == (None, None)

        await uow.workspaces.remember(team.workspace_id, ADA, Role.POSTER, at=NOW)
        await uow.workspaces.remember(team.workspace_id, ADA, Role.ADMIN, at=NOW + HOUR)

        assert await found(uow, team) == (Role.ADMIN, NOW + HOUR)
        assert await uow.workspaces.names([ADA.id, UserId(8)]) == {ADA.id: "Ada L."}


async def test_somebody_who_is_no_member_is_known_as_such_and_by_nothing_else(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        await uow.workspaces.forget(team.workspace_id, ADA.id, at=NOW)

        assert await found(uow, team) == (None, NOW)
        assert await uow.workspaces.names([ADA.id]) == {}

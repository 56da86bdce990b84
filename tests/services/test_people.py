import dataclasses
import datetime as dt

import pytest

from domain.ids import ChatId, UserId
from domain.workspace import Person, Role
from services.people import ROLE_HOLDS, PeopleService, Standing, UnansweredError
from support.posting_world import PostingWorld

ANNA = Person(id=UserId(1), name="Anna", username="anna")
MOMENT = dt.timedelta(microseconds=1)


@dataclasses.dataclass
class Chat:
    """Answers as it is told, and counts the questions."""

    answer: Standing | None = Standing.MEMBER
    asked: list[tuple[ChatId, UserId]] = dataclasses.field(default_factory=list[tuple[ChatId, UserId]])

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Standing | None:
        self.asked.append((chat_id, user_id))
        return self.answer


@pytest.fixture
def chat() -> Chat:
    return Chat()


def people(world: PostingWorld, chat: Chat, *admin_ids: UserId) -> PeopleService:
    return PeopleService(
        database=world.database, clock=world.clock, chat_members=chat, admin_ids=frozenset(admin_ids)
    )


@pytest.mark.parametrize(
    ("standing", "role"),
    [
        (Standing.ADMINISTRATOR, Role.ADMIN),
        (Standing.MEMBER, Role.POSTER),
        (Standing.NONE, None),
    ],
)
async def test_the_chat_says_who_somebody_is(
    world: PostingWorld, chat: Chat, standing: Standing, role: Role | None
) -> None:
    chat.answer = standing

    assert await people(world, chat).role_of(world.workspace, ANNA) is role

    assert chat.asked == [(world.workspace.chat_id, ANNA.id)]


async def test_while_nobody_can_tell_who_somebody_is_nothing_is_remembered(
    sqlite_world: PostingWorld, chat: Chat
) -> None:
    service = people(sqlite_world, chat)
    chat.answer = None
    with pytest.raises(UnansweredError):
        await service.role_of(sqlite_world.workspace, ANNA)

    chat.answer = Standing.MEMBER

    assert await service.role_of(sqlite_world.workspace, ANNA) is Role.POSTER


async def test_a_configured_admin_is_one_whatever_the_chat_says(
    sqlite_world: PostingWorld, chat: Chat
) -> None:
    chat.answer = Standing.NONE

    assert await people(sqlite_world, chat, ANNA.id).role_of(sqlite_world.workspace, ANNA) is Role.ADMIN

    assert chat.asked == []


async def test_somebody_made_admin_by_configuration_is_one_at_once(
    sqlite_world: PostingWorld, chat: Chat
) -> None:
    await people(sqlite_world, chat).role_of(sqlite_world.workspace, ANNA)

    assert await people(sqlite_world, chat, ANNA.id).role_of(sqlite_world.workspace, ANNA) is Role.ADMIN


@pytest.mark.parametrize("standing", Standing)
async def test_an_answer_is_believed_for_five_minutes(
    sqlite_world: PostingWorld, chat: Chat, standing: Standing
) -> None:
    service = people(sqlite_world, chat)
    chat.answer = standing
    first = await service.role_of(sqlite_world.workspace, ANNA)

    sqlite_world.clock.advance(ROLE_HOLDS - MOMENT)
    assert await service.role_of(sqlite_world.workspace, ANNA) is first
    assert len(chat.asked) == 1

    sqlite_world.clock.advance(MOMENT)
    await service.role_of(sqlite_world.workspace, ANNA)
    assert len(chat.asked) == 2


async def test_who_left_the_chat_is_nobody_after_that(sqlite_world: PostingWorld, chat: Chat) -> None:
    service = people(sqlite_world, chat)
    await service.role_of(sqlite_world.workspace, ANNA)
    sqlite_world.clock.advance(ROLE_HOLDS)
    chat.answer = Standing.NONE

    assert await service.role_of(sqlite_world.workspace, ANNA) is None


@pytest.mark.parametrize(("before", "role"), [(Standing.MEMBER, Role.POSTER), (Standing.NONE, None)])
async def test_while_the_chat_does_not_answer_its_last_answer_holds(
    sqlite_world: PostingWorld, chat: Chat, before: Standing, role: Role | None
) -> None:
    service = people(sqlite_world, chat)
    chat.answer = before
    await service.role_of(sqlite_world.workspace, ANNA)
    sqlite_world.clock.advance(ROLE_HOLDS)
    chat.answer = None

    assert await service.role_of(sqlite_world.workspace, ANNA) is role


async def test_a_role_in_one_team_is_none_in_another(sqlite_world: PostingWorld, chat: Chat) -> None:
    other = await sqlite_world.workspaces.add(name="Others", chat_id=ChatId(-2), by="test")
    service = people(sqlite_world, chat)
    await service.role_of(sqlite_world.workspace, ANNA)
    chat.answer = Standing.NONE

    assert await service.role_of(other, ANNA) is None
    assert await service.role_of(sqlite_world.workspace, ANNA) is Role.POSTER


async def test_a_members_name_is_remembered_and_a_strangers_is_not(
    sqlite_world: PostingWorld, chat: Chat
) -> None:
    service = people(sqlite_world, chat)
    await service.role_of(sqlite_world.workspace, ANNA)
    chat.answer = Standing.NONE
    stranger = Person(id=UserId(2), name="Mallory")
    await service.role_of(sqlite_world.workspace, stranger)

    async with sqlite_world.database.begin() as uow:
        assert await uow.workspaces.names([ANNA.id, stranger.id]) == {ANNA.id: "Anna"}

"""What people press on the answer to what was sent, and the caption they answer it with."""

import datetime as dt

import pytest

from domain.contribution import ContributionAction, Wish
from domain.ids import ChatId
from domain.media import Need
from domain.publication import Event
from domain.workspace import Role
from services.contributions.decide import Pressed, code_of
from support.chat_media import ANNA, CHAT, ContributionWorld


async def test_needs_are_added_and_taken_away_of_items_and_of_what_is_planned(
    team: ContributionWorld,
) -> None:
    contribution = await team.sent(1, 2)

    with_music = await team.pressed(contribution, ContributionAction.NEED, Need.MUSIC)
    assert [job.post.needs for job in await team.planned()] == [{Need.MUSIC}] * 2
    await team.pressed(with_music, ContributionAction.NEED, Need.MUSIC)

    assert [job.post.needs for job in await team.planned()] == [frozenset()] * 2
    assert [item.description.needs for item in await team.library()] == [frozenset()] * 2


async def test_a_category_of_the_team_is_chosen(team: ContributionWorld) -> None:
    await team.add_to_library(1)
    contribution = await team.sent(1)

    changed = await team.pressed(contribution, ContributionAction.CATEGORY_IS, code_of("coast"))

    assert changed.category == "coast"
    assert [item.description.category for item in await team.library()] == ["coast", "coast"]


async def test_a_caption_that_answers_the_answer_is_said_by_all_and_keeps_their_times(
    team: ContributionWorld,
) -> None:
    contribution = await team.sent(1, 2, caption="Before")
    times = [job.publication.planned_at for job in await team.planned()]
    await team.delivered(contribution, message_id=500)

    outcome = await team.decisions.caption(
        CHAT, 500, "After", by=ANNA, roles={team.workspace_id: Role.POSTER}, update_id=await team.update()
    )

    jobs = await team.planned()
    assert outcome is Pressed.DONE
    assert [(job.publication.planned_at, job.post.caption) for job in jobs] == [
        (times[0], "After"),
        (times[1], "After"),
    ]
    assert [item.description.caption for item in await team.library()] == ["After", "After"]


async def test_an_answer_to_another_message_is_left_to_others(team: ContributionWorld) -> None:
    await team.sent(1)
    update_id = await team.update()

    outcome = await team.decisions.caption(
        CHAT, 77, "18:30", by=ANNA, roles={team.workspace_id: Role.POSTER}, update_id=update_id
    )

    async with team.database.read() as look:
        waiting = [number for number, _ in await look.inbox.unhandled(limit=10)]
    assert outcome is Pressed.UNKNOWN
    assert waiting == [update_id]


async def test_a_chosen_day_is_begun_with_and_the_next_ones_take_the_rest(team: ContributionWorld) -> None:
    contribution = await team.sent(1, 2, 3, 4)

    await team.pressed(contribution, ContributionAction.WHEN_ON, "2026-01-08")

    dates = [job.publication.planned_at.date() for job in await team.planned()]
    assert dates == [dt.date(2026, 1, 8)] * 3 + [dt.date(2026, 1, 9)]


async def test_one_carousel_and_single_posts_again(team: ContributionWorld) -> None:
    contribution = await team.sent(1, 2, 3)

    as_one = await team.pressed(contribution, ContributionAction.CAROUSEL)
    (job,) = await team.planned()
    assert (job.publication.placement, len(job.post.media)) == ("carousel", 3)
    await team.pressed(as_one, ContributionAction.CAROUSEL)

    assert [job.publication.placement for job in await team.planned()] == ["story"] * 3


async def test_what_is_only_kept_leaves_the_plan_and_is_not_put_back_into_it(team: ContributionWorld) -> None:
    contribution = await team.sent(1, 2)

    kept = await team.pressed(contribution, ContributionAction.LIBRARY)
    await team.planning.fill(team.clock.now())

    assert kept.wish is Wish.LIBRARY
    assert await team.planned() == []
    assert [item.is_retired for item in await team.library()] == [False, False]


async def test_what_is_discarded_leaves_the_plan_and_comes_back_when_it_is_taken_back(
    team: ContributionWorld,
) -> None:
    contribution = await team.sent(1, 2)

    discarded = await team.pressed(contribution, ContributionAction.DISCARD)
    await team.planning.fill(team.clock.now())
    assert await team.planned() == []
    assert [item.is_retired for item in await team.library()] == [True, True]
    await team.pressed(discarded, ContributionAction.PLAN)

    assert len(await team.planned()) == 2


async def test_what_is_out_of_the_queue_already_is_left_as_it_is(team: ContributionWorld) -> None:
    contribution = await team.sent(1, 2)
    first, second = await team.planned()
    async with team.database.begin() as uow:
        await uow.publications.apply(first.publication, Event.TAKEN_OVER, at=team.clock.now(), actor="user:1")
        await uow.commit()

    await team.pressed(contribution, ContributionAction.DISCARD)

    jobs = (await team.outlook(contribution)).jobs
    assert [job.publication.id for job in jobs] == [first.publication.id]
    assert second.publication.id not in {job.publication.id for job in await team.planned()}


async def test_a_button_of_an_older_answer_does_nothing_but_redraw_it(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    await team.pressed(contribution, ContributionAction.NEEDS)
    drawn = len(await team.told())

    outcome = await team.press(contribution, ContributionAction.DISCARD)

    assert outcome is Pressed.STALE
    assert len(await team.planned()) == 1
    assert len(await team.told()) == drawn + 1


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        (ContributionAction.NEED, "gold"),
        (ContributionAction.CATEGORY_IS, "0000000000"),
        (ContributionAction.WHEN_ON, "soon"),
    ],
)
async def test_an_argument_that_means_nothing_changes_nothing(
    team: ContributionWorld, action: ContributionAction, argument: str
) -> None:
    contribution = await team.sent(1)

    assert await team.press(contribution, action, argument) is Pressed.STALE
    assert (await team.outlook(contribution)).contribution == contribution


async def test_who_only_looks_decides_nothing_and_neither_does_another_chat(team: ContributionWorld) -> None:
    contribution = await team.sent(1)

    viewer = await team.press(contribution, ContributionAction.DISCARD, role=Role.VIEWER)
    elsewhere = await team.press(contribution, ContributionAction.DISCARD, chat_id=ChatId(-2))

    assert (viewer, elsewhere) == (Pressed.FORBIDDEN, Pressed.UNKNOWN)
    assert len(await team.planned()) == 1


async def test_decisions_follow_a_group_that_became_a_supergroup(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    await team.delivered(contribution, message_id=500)
    async with team.database.begin() as uow:
        await uow.workspaces.set_chat(team.workspace_id, ChatId(-2))
        await uow.commit()

    outcome = await team.press(contribution, ContributionAction.DISCARD, chat_id=ChatId(-2))

    moved = (await team.outlook(contribution)).contribution
    assert outcome is Pressed.DONE
    assert (moved.chat_id, moved.message_id, moved.first_message_id) == (ChatId(-2), None, 0)

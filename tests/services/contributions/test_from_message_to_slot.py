"""What is sent to the bot is fetched once, becomes items of the library, and fills the next slots."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import errno

import pytest

from domain.contribution import ContributionAction, ContributionStage, FileStage
from services.contributions.decide import Pressed
from services.contributions.fetch import MOST_TRIES, ChatFileDelayedError, ChatFileRefusedError
from services.contributions.take import QUIET
from services.messages import SendLookalikes, ShowContribution
from support.boundaries import Boundaries, ProcessDiedError, WatchedDatabase
from support.chat_media import ContributionWorld, picture
from support.crashes import at_every_place


async def test_an_album_of_five_becomes_five_planned_posts_with_its_caption(team: ContributionWorld) -> None:
    contribution = await team.sent(1, 2, 3, 4, 5, caption="Harbour at dawn")

    jobs = await team.planned()
    assert [job.post.caption for job in jobs] == ["Harbour at dawn"] * 5
    assert [job.post.media[0].path.rpartition("-")[2] for job in jobs] == [f"{n}.jpg" for n in range(1, 6)]
    assert len({job.publication.planned_at for job in jobs}) == 5
    assert await team.told() == [ShowContribution(contribution_id=contribution.id)]


async def test_the_next_free_slots_are_taken_in_order(team: ContributionWorld) -> None:
    await team.sent(1, 2, 3)

    times = [job.publication.planned_at for job in await team.planned()]
    today = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    assert times == [today.replace(hour=15), today.replace(hour=19), today.replace(day=6, hour=11)]


async def test_where_the_week_is_full_what_the_planner_chose_makes_way(team: ContributionWorld) -> None:
    await team.add_to_library(40)
    before = (await team.planning.fill(team.clock.now())).planned
    times = {job.publication.planned_at for job in await team.planned()}

    contribution = await team.sent(1, 2)

    jobs = await team.planned()
    sent = {item.id for item in (await team.outlook(contribution)).taken}
    assert len(jobs) == before
    assert {job.publication.planned_at for job in jobs} == times
    assert [job.post.media[0].id in sent for job in jobs[:3]] == [True, True, False]


async def test_what_was_sent_never_makes_way_for_what_is_sent_later(team: ContributionWorld) -> None:
    await team.add_to_library(40)
    await team.planning.fill(team.clock.now())

    await team.sent(1, 2)
    later = await team.sent(3, 4)

    jobs = await team.planned()
    second = {item.id for item in (await team.outlook(later)).taken}
    assert [job.post.media[0].id in second for job in jobs[:5]] == [False, False, True, True, False]


async def test_the_planner_and_what_is_sent_fill_each_slot_once(team: ContributionWorld) -> None:
    await team.add_to_library(40)

    await team.send(1, 2, 3)
    team.clock.advance(QUIET)
    await asyncio.gather(team.fetcher.work(), team.planning.fill(team.clock.now()))
    await team.planning.fill(team.clock.now())

    jobs = await team.planned()
    assert len({job.publication.planned_at for job in jobs}) == len(jobs) == 20
    assert len({job.post.media[0].id for job in jobs}) == 20
    assert len(await team.library()) == 43


async def test_messages_of_an_album_are_gathered_however_they_come(team: ContributionWorld) -> None:
    await team.send(1, album="pier", caption="Both")
    await team.fetcher.work()
    team.clock.advance(QUIET / 2)
    await team.send(2, album="pier")
    team.clock.advance(QUIET / 2)

    await team.fetcher.work()
    assert await team.told() == []
    await team.settle()

    (contribution,) = await team.contributions()
    assert [item.description.caption for item in (await team.outlook(contribution)).taken] == ["Both"] * 2


async def test_a_message_of_an_album_that_comes_late_joins_what_was_answered(team: ContributionWorld) -> None:
    await team.send(1, album="pier", caption="Both")
    await team.settle()

    await team.send(2, album="pier")
    await team.settle()

    (contribution,) = await team.contributions()
    assert contribution.stage is ContributionStage.ANSWERED
    assert [job.post.caption for job in await team.planned()] == ["Both"] * 2
    assert await team.told() == [ShowContribution(contribution_id=contribution.id)] * 2


async def test_an_update_that_is_handled_twice_counts_once(team: ContributionWorld) -> None:
    (sent,) = await team.send(1)
    await team.take(sent)
    await team.intake.take(dataclasses.replace(sent, message_id=99), update_id=2)  # handled before

    await team.settle()

    assert len(await team.library()) == len(await team.planned()) == 1


async def test_a_process_that_dies_anywhere_on_the_way_fetches_and_plans_each_file_once(
    team: ContributionWorld,
) -> None:
    albums = 0
    async with team.database.begin() as uow:
        await uow.workspaces.set_setting(team.workspace_id, "posts_per_day", "20", at=team.clock.now())
        await uow.commit()

    async def one(boundaries: Boundaries) -> None:
        nonlocal albums
        albums += 1
        await team.send(2 * albums, 2 * albums + 1, caption=f"Album {albums}")
        team.clock.advance(QUIET)
        team.restart(WatchedDatabase(team.database, boundaries))
        with contextlib.suppress(ProcessDiedError):
            await team.fetcher.work()
        team.restart()
        await team.settle()

        assert len(await team.library()) == 2 * albums
        captions = [job.post.caption for job in await team.planned()]
        assert captions[-2:] == [f"Album {albums}"] * 2
        assert len(captions) == 2 * albums

    await at_every_place(one)


async def test_a_press_that_is_handled_twice_counts_once(team: ContributionWorld) -> None:
    contribution = await team.sent(1, 2)
    update_id = await team.update()

    first = await team.press(contribution, ContributionAction.DISCARD, update_id=update_id)
    again = await team.press(contribution, ContributionAction.DISCARD, update_id=update_id)

    assert (first, again) == (Pressed.DONE, Pressed.REPEATED)


async def test_the_very_same_file_is_answered_with_where_it_is(team: ContributionWorld) -> None:
    first = await team.sent(1)
    (item,) = (await team.outlook(first)).taken

    again = await team.sent(1)

    (file,) = await team.files_of(again)
    assert (file.stage, file.media_id) == (FileStage.KNOWN, item.id)
    assert len(await team.planned()) == 1
    assert team.files.fetched == ["file 1"]


async def test_a_file_that_telegram_names_anew_is_known_by_its_content(team: ContributionWorld) -> None:
    await team.sent(1)
    (sent,) = await team.send(2)
    team.files.contents[sent.file_id] = picture(1)

    await team.settle()

    (file,) = await team.files_of((await team.contributions())[-1])
    assert file.stage is FileStage.KNOWN
    assert len(list(team.folder.rglob("*.jpg"))) == 1


async def test_what_telegram_does_not_give_now_is_fetched_later(team: ContributionWorld) -> None:
    await team.send(1)
    team.files.failures["file 1"] = [ChatFileDelayedError("HTTP 500")] * 3

    await team.settle()

    assert team.files.fetched == ["file 1"] * 4
    assert len(await team.planned()) == 1


async def test_what_telegram_never_gives_is_given_up_with_a_sentence(team: ContributionWorld) -> None:
    await team.send(1)
    team.files.failures["file 1"] = [ChatFileDelayedError("HTTP 500")] * (MOST_TRIES + 5)

    await team.settle(within=dt.timedelta(days=1))

    (file,) = await team.files_of((await team.contributions())[0])
    assert (file.stage, file.detail) == (
        FileStage.REFUSED,
        "Telegram did not give it; send it again",
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ChatFileRefusedError("too large"), "too large"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "it could not be stored here: No space left on device",
        ),
    ],
)
async def test_each_file_of_an_album_that_cannot_be_had_is_told_and_the_others_are_taken(
    team: ContributionWorld, error: Exception, sentence: str
) -> None:
    await team.send(1, 2)
    team.files.failures["file 2"] = [error]

    await team.settle()

    refused, taken = await team.files_of((await team.contributions())[0])
    assert (refused.stage, refused.detail) == (FileStage.REFUSED, sentence)
    assert taken.stage is FileStage.TAKEN
    assert len(await team.planned()) == 1


async def test_what_is_no_picture_is_told_and_deleted(team: ContributionWorld) -> None:
    await team.send(1, content=b"just words")

    await team.settle()

    (file,) = await team.files_of((await team.contributions())[0])
    assert (file.stage, file.detail) == (FileStage.REFUSED, "it is neither an image nor a video")
    assert list(team.folder.rglob("*.jpg")) == []


async def test_pictures_that_look_alike_are_shown_side_by_side(team: ContributionWorld) -> None:
    first = await team.sent(1)

    alike = await team.sent_as(picture(1) + b"another end")

    (older,) = (await team.outlook(first)).taken
    ((found, new),) = (await team.outlook(alike)).lookalikes
    assert (found.id, new.id) == (older.id, older.id + 1)
    assert SendLookalikes(contribution_id=alike.id) in await team.told()


async def test_a_file_with_which_something_unforeseen_happens_keeps_no_other_waiting(
    team: ContributionWorld,
) -> None:
    await team.send(1)
    await team.send(2)
    team.files.failures["file 1"] = [ZeroDivisionError("a bug")]

    with pytest.raises(ZeroDivisionError):
        await team.fetcher.work()

    first, second = await team.contributions()
    assert (first.stage, second.stage) == (ContributionStage.GATHERING, ContributionStage.ANSWERED)
    await team.settle()
    assert len(await team.planned()) == 2

"""What people decide about media of which something is out already, or has begun to go out."""

import datetime as dt

import pytest

from domain.contribution import Contribution, ContributionAction, FileForm
from domain.publication import Event
from domain.workspace import Role
from services.media.library import LibraryService
from services.ports import Job
from services.posting.settle import lock_after_post
from services.repositories.publications import NewPublication
from support.chat_media import ANNA, CHAT, ContributionWorld, blocks, picture
from support.fake_network import FAKE

CONTAINER = {"container": "as it was before"}


async def posted(team: ContributionWorld, job: Job) -> None:
    """Let a publication go out by the bot at its time."""
    now = team.clock.now()
    async with team.database.begin() as uow:
        (claimed,) = await uow.publications.claim_due(
            now=job.publication.due_at, limit=1, lease=dt.timedelta(minutes=5), worker="w"
        )
        (out,) = (await uow.publications.jobs([claimed])).values()
        await uow.publications.apply(out.publication, Event.SUCCEEDED, at=now, actor="bot")
        await lock_after_post(uow, out, at=now)
        await uow.commit()


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        (ContributionAction.WHEN_ON, "2026-01-08"),
        (ContributionAction.CAROUSEL, ""),
    ],
)
async def test_what_is_out_already_is_not_planned_again_with_the_rest(
    team: ContributionWorld, action: ContributionAction, argument: str
) -> None:
    contribution = await team.sent(1, 2, 3)
    first, *rest = await team.planned()
    await posted(team, first)

    await team.pressed(contribution, action, argument)

    planned = [item.id for job in await team.planned() for item in job.post.media]
    assert sorted(planned) == sorted(job.post.media[0].id for job in rest)


async def begun(team: ContributionWorld, job: Job, *, was_unclear: bool = False) -> None:
    """Let the platform have begun a publication; `was_unclear`: it once seemed to be out."""
    now, due_at, lease = team.clock.now(), job.publication.due_at, dt.timedelta(minutes=5)
    async with team.database.begin() as uow:
        await uow.publications.claim_due(now=due_at, limit=1, lease=lease, worker="w")
        claimed = (await uow.publications.jobs([job.publication.id]))[job.publication.id].publication
        if not was_unclear:
            await uow.publications.apply(
                claimed, Event.DEFERRED, at=now, actor="bot", due_at=due_at, checkpoint=CONTAINER
            )
        else:
            assert await uow.publications.record_intent(claimed, CONTAINER, at=now, lease=lease)
            lost = await uow.publications.apply(claimed, Event.LOST, at=now, actor="bot", due_at=due_at)
            assert lost is not None
            await uow.publications.apply(lost, Event.FOUND_ABSENT, at=now, actor="bot", due_at=due_at)
        await uow.commit()


async def said(team: ContributionWorld, contribution: Contribution, caption: str) -> None:
    """Answer the bot's answer with a caption."""
    await team.delivered(contribution, message_id=500)
    roles, update_id = {team.workspace_id: Role.POSTER}, await team.update()
    await team.decisions.caption(CHAT, 500, caption, by=ANNA, roles=roles, update_id=update_id)


async def test_what_was_begun_with_other_words_begins_anew(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    (job,) = await team.planned()
    await begun(team, job)

    await said(team, contribution, "After")

    (job,) = await team.planned()
    assert (job.post.caption, dict(job.publication.checkpoint)) == ("After", {})


async def test_what_may_be_out_with_other_words_keeps_them(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    (before,) = await team.planned()
    await begun(team, before, was_unclear=True)

    await said(team, contribution, "After")

    (job,) = await team.planned()
    assert (job.post.caption, dict(job.publication.checkpoint)) == (before.post.caption, CONTAINER)


async def test_what_was_begun_with_a_photo_begins_anew_with_its_original(team: ContributionWorld) -> None:
    await team.sent_as(blocks(1, (90, 160)), form=FileForm.PHOTO)
    (job,) = await team.planned()
    await begun(team, job)

    await team.sent_as(blocks(1, (900, 1600)))

    (job,) = await team.planned()
    assert (job.post.media[0].facts.width, dict(job.publication.checkpoint)) == (900, {})


async def test_a_post_that_another_account_gets_too_keeps_its_words(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    (job,) = await team.planned()
    async with team.database.begin() as uow:
        other = await uow.accounts.add(
            team.workspace_id,
            platform=FAKE,
            external_id="2",
            name="pier.lane",
            login="fake",
            at=team.clock.now(),
        )
        shared = NewPublication(
            workspace_id=team.workspace_id,
            post_id=job.post.id,
            account_id=other,
            platform=FAKE,
            placement="story",
            due_at=job.publication.due_at,
            content_key="",
        )
        await uow.publications.add(shared, at=team.clock.now(), actor="user:1")
        await uow.commit()

    await said(team, contribution, "After")

    assert [each.post.caption for each in await team.planned()] == [job.post.caption] * 2


async def test_what_was_sent_and_looks_like_another_is_not_posted_once_it_is_retired(
    team: ContributionWorld,
) -> None:
    await team.sent(1)
    alike = await team.sent_as(picture(1) + b"another end")
    ((older, new),) = (await team.outlook(alike)).lookalikes
    library = LibraryService(database=team.database, clock=team.clock)

    await library.settle(new.id, is_kept=False, workspace_id=team.workspace_id, by="user:1")

    assert [job.post.media[0].id for job in await team.planned()] == [older.id]

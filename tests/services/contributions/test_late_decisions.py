"""What people decide about media of which something is out already, or has begun to go out."""

import datetime as dt

import pytest

from domain.contribution import ContributionAction
from domain.publication import Event
from services.ports import Job
from services.posting.settle import lock_after_post
from support.chat_media import ContributionWorld


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

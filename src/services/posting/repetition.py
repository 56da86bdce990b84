"""The guard against the same content on the same account within an hour."""

import datetime as dt
from collections.abc import Collection, Mapping

from domain.errors import Failure, FailureKind, StorylineError
from domain.ids import AccountId
from domain.publication import FINAL, Publication, State
from services.ports import Job
from services.posting.compose import Composition
from services.unit_of_work import UnitOfWork

WITHIN = dt.timedelta(hours=1)
STILL_TO_COME = frozenset(state for state in State if state not in FINAL)
MAYBE_OUT = frozenset({State.PUBLISHED, State.UNCONFIRMED})


async def refuse_repetition(
    uow: UnitOfWork, composition: Composition, *, placement: str, due_at: dt.datetime
) -> None:
    """Compare what is to be queued with what an account gets or got within an hour of that time.

    Raises:
        StorylineError: it is the same; the sentence names the other publication.
    """
    keys = {account.id: composition.of(account).key(account, placement) for account in composition.accounts}
    earlier = await uow.publications.with_content(
        keys, states=STILL_TO_COME | {State.PUBLISHED}, since=due_at - WITHIN, until=due_at + WITHIN
    )
    for account in composition.accounts:
        if other := earlier.get(account.id):
            when = other.posted_at or other.due_at
            raise StorylineError(
                f"{account.name} has the same in publication {other.id} "
                f"({other.state.replace('_', ' ')}, {when:%Y-%m-%d %H:%M} UTC); "
                "--force posts it all the same."
            )


async def repetitions(
    uow: UnitOfWork, jobs: Collection[Job], *, now: dt.datetime
) -> Mapping[AccountId, Publication]:
    """Return, by account, what went out within the hour, or may have, with the content of one of the jobs.

    A job that was begun before is none: it is the same publication's next try, and was let through once.
    """
    keys = {
        job.account.id: job.publication.content_key
        for job in jobs
        if job.publication.content_key
        and not job.publication.is_forced
        and not job.publication.attempts
        and not job.publication.checkpoint
    }
    if not keys:
        return {}
    return await uow.publications.with_content(
        keys,
        states=MAYBE_OUT,
        since=now - WITHIN,
        until=now + WITHIN,
        others_than=[job.publication.id for job in jobs],
    )


def repeated(job: Job, other: Publication) -> Failure:
    """Return why a job is not posted by the bot."""
    when = (other.posted_at or other.due_at).astimezone(job.workspace.settings.zone)
    said = "went out" if other.state is State.PUBLISHED else "may have gone out"
    return Failure(
        kind=FailureKind.REJECTED,
        message=f"The same {said} on {job.account.name} at {when:%H:%M} (publication {other.id}). "
        "Skip this one, or let the bot post it if it is meant twice.",
        platform=job.publication.platform,
    )

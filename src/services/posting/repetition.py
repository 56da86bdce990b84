"""The guard against the same content on the same account within an hour."""

import datetime as dt

from domain.errors import Failure, FailureKind, StorylineError
from domain.publication import FINAL, State
from domain.quota import Standing
from services.ports import Job
from services.posting.compose import Composition
from services.unit_of_work import UnitOfWork

WITHIN = dt.timedelta(hours=1)
STILL_TO_COME = frozenset(state for state in State if state not in FINAL)


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


async def repetition_of(uow: UnitOfWork, job: Job, standing: Standing) -> Failure | None:
    """Return why the bot does not post a job: the same went out within the hour, or may have.

    None: it did not, or a person means it twice. A retry is the same publication, and never compared.
    """
    if standing.same_content is None or job.publication.is_forced or job.publication.attempts:
        return None
    other = await uow.publications.get(standing.same_content)
    if other is None:
        return None
    when = (other.posted_at or other.due_at).astimezone(job.workspace.settings.zone)
    said = "went out" if other.state is State.PUBLISHED else "may have gone out"
    return Failure(
        kind=FailureKind.REJECTED,
        message=f"The same {said} on {job.account.name} at {when:%H:%M} (publication {other.id}). "
        "Skip this one, or let the bot post it if it is meant twice.",
        platform=job.publication.platform,
    )

"""The queue on both databases."""

import datetime as dt

from domain.publication import COMMAND_LINE, Event, State
from repositories.unit_of_work import SqlDatabase
from support.builders import NOW, add_team, queue

LEASE = dt.timedelta(seconds=300)


async def test_what_is_added_is_scheduled_and_has_its_first_history_entry(database: SqlDatabase) -> None:
    team = await add_team(database)

    [added] = await queue(database, team.publication())

    async with database.begin() as uow:
        publication = await uow.publications.get(added)
        assert publication is not None
        assert (publication.state, publication.version, publication.due_at) == (State.SCHEDULED, 1, NOW)
        [entry] = await uow.publications.history(added)
        assert (entry.event, entry.state, entry.version, entry.at, entry.actor) == (
            Event.QUEUED,
            State.SCHEDULED,
            1,
            NOW,
            COMMAND_LINE,
        )


async def test_of_two_due_publications_of_an_account_the_earlier_one_is_claimed(
    database: SqlDatabase,
) -> None:
    team = await add_team(database)
    first, _ = await queue(database, team.publication(), team.publication(due_at=NOW - dt.timedelta(hours=1)))
    async with database.begin() as uow:
        claimed = await uow.publications.claim_due(now=NOW, limit=5, lease=LEASE, worker="w")
        await uow.commit()
    assert claimed == [first]

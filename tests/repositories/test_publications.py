import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccessToken
from domain.errors import Failure, FailureKind
from domain.ids import PublicationId, UserId
from domain.lane import Lane, LaneReason
from domain.media import Description, Need
from domain.publication import (
    BOT,
    COMMAND_LINE,
    Event,
    Publication,
    State,
    TransitionRefusedError,
    person,
)
from domain.schedule import Slot
from repositories.rows import read
from repositories.tables import attempts
from repositories.unit_of_work import SqlDatabase
from services.repositories.publications import Attempt, NewPost, RemoteCall
from support.builders import NOW, Team, add_account, add_media, add_post, add_team, image_facts, queue
from support.databases import statements_of

HOUR = dt.timedelta(hours=1)
LEASE = dt.timedelta(minutes=5)


async def publication_of(database: SqlDatabase, team: Team) -> Publication:
    [publication_id] = await queue(database, team.publication())
    async with database.begin() as uow:
        publication = await uow.publications.get(publication_id)
    assert publication is not None
    return publication


async def test_what_is_queued_is_scheduled_and_says_who_queued_it(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication(due_at=NOW + HOUR, lane_wish=Lane.MANUAL))

    async with database.begin() as uow:
        publication = await uow.publications.get(publication_id)
        history = await uow.publications.history(publication_id)

    assert publication == Publication(
        id=publication_id,
        workspace_id=team.workspace_id,
        post_id=team.post_id,
        account_id=team.account_id,
        platform=team.publication().platform,
        placement="story",
        state=State.SCHEDULED,
        version=1,
        planned_at=NOW + HOUR,
        due_at=NOW + HOUR,
        lane_wish=Lane.MANUAL,
    )
    assert [(entry.event, entry.state, entry.version, entry.at, entry.actor) for entry in history] == [
        (Event.QUEUED, State.SCHEDULED, 1, NOW, COMMAND_LINE)
    ]


async def test_what_needs_approval_waits_for_it(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication(needs_approval=True))

    async with database.begin() as uow:
        publication = await uow.publications.get(publication_id)

    assert publication is not None
    assert publication.state is State.AWAITING_APPROVAL


async def test_an_unknown_publication_is_none(database: SqlDatabase, team: Team) -> None:
    publication = await publication_of(database, team)

    async with database.begin() as uow:
        assert await uow.publications.get(PublicationId(publication.id + 1)) is None


async def test_a_slot_is_filled_once(database: SqlDatabase, team: Team) -> None:
    slot = Slot(local_date=dt.date(2026, 3, 1), number=0, at=NOW, placement="story")
    [_, next_in_day] = await queue(
        database,
        team.publication(slot=slot),
        team.publication(slot=dataclasses.replace(slot, number=1)),
    )

    async with database.begin() as uow:
        again = await uow.publications.add(team.publication(slot=slot), at=NOW, actor=BOT)
        found = await uow.publications.find(team.workspace_id)

    assert again is None
    assert [job.publication.id for job in found] == [next_in_day - 1, next_in_day]


async def test_an_event_is_written_with_its_changes_and_its_history(
    database: SqlDatabase, team: Team
) -> None:
    before = await publication_of(database, team)
    failure = Failure(kind=FailureKind.REJECTED, message="Too wide.", platform="instagram", code=36003)

    async with database.begin() as uow:
        after = await uow.publications.apply(
            before,
            Event.TAKEN_OVER,
            at=NOW + HOUR,
            actor=person(UserId(7)),
            reason="by hand",
            lane=Lane.MANUAL,
            lane_reason=LaneReason.ASKED_FOR,
            lane_detail="asked",
            attempts=2,
            checkpoint={"container": "17890", "steps": [1, {"deep": True}]},
            failure=failure,
        )
        await uow.commit()
    async with database.begin() as uow:
        stored = await uow.publications.get(before.id)
        history = await uow.publications.history(before.id)

    assert stored == after
    assert after is not None
    assert (after.state, after.version, after.failure) == (State.WITH_TEAM, 2, failure)
    assert [(entry.event, entry.actor, entry.reason) for entry in history] == [
        (Event.QUEUED, COMMAND_LINE, ""),
        (Event.TAKEN_OVER, "user:7", "by hand"),
    ]


async def test_every_event_costs_one_statement_and_the_history_of_a_transaction_one_more(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    with statements_of(engine) as statements:
        async with database.begin() as uow:
            added = await uow.publications.add(team.publication(), at=NOW, actor=BOT)
            assert added is not None
            publication = await uow.publications.get(added)
            assert publication is not None
            await uow.publications.apply(publication, Event.SKIPPED, at=NOW, actor=BOT)
            await uow.commit()

    verbs = [statement.text.split()[0] for statement in statements]
    assert verbs[:4] == ["INSERT", "SELECT", "UPDATE", "INSERT"]
    assert "publication_events" in statements[3].text


async def test_an_event_that_cannot_happen_is_refused(database: SqlDatabase, team: Team) -> None:
    before = await publication_of(database, team)

    async with database.begin() as uow:
        with pytest.raises(TransitionRefusedError):
            await uow.publications.apply(before, Event.SUCCEEDED, at=NOW, actor=BOT)


async def test_the_second_of_two_who_saw_the_same_version_is_too_late(
    database: SqlDatabase, team: Team
) -> None:
    before = await publication_of(database, team)
    async with database.begin() as uow:
        await uow.publications.apply(before, Event.SKIPPED, at=NOW, actor=BOT)
        await uow.commit()

    async with database.begin() as uow:
        second = await uow.publications.apply(before, Event.CANCELLED, at=NOW, actor=BOT)
        history = await uow.publications.history(before.id)

    assert second is None
    assert [entry.event for entry in history] == [Event.QUEUED, Event.SKIPPED]


async def test_jobs_have_all_that_belongs_to_them_in_one_statement(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    async with database.begin() as uow:
        await uow.workspaces.set_setting(team.workspace_id, "zone", "Europe/Berlin", at=NOW)
        second = await add_media(uow, team.workspace_id, number=2)
        post_id = await add_post(uow, team.workspace_id, second, team.media_id)
        bare = await add_post(uow, team.workspace_id)
        other_account = await add_account(uow, team.workspace_id, number=2)
        await uow.commit()
    ids = await queue(
        database,
        team.publication(post_id=post_id),
        team.publication(),
        team.publication(post_id=bare, account_id=other_account),
    )

    with statements_of(engine) as statements:
        async with database.begin() as uow:
            jobs = await uow.publications.jobs(ids)

    assert len(statements) == 1
    album, single, text = (jobs[publication_id] for publication_id in ids)
    assert [item.id for item in album.post.media] == [second, team.media_id]
    assert [item.id for item in single.post.media] == [team.media_id]
    assert single.post.media[0].facts == image_facts()
    assert text.post.media == ()
    assert album.workspace.settings.timezone == "Europe/Berlin"
    assert album.token == AccessToken("EAAB-a-token-of-the-tests")
    assert (album.account.has_token, text.account.has_token, text.token) == (True, False, None)


async def test_a_post_needs_what_it_was_given_and_what_its_media_need(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        media_id = await uow.media.add(
            team.workspace_id,
            path="/library/poll.jpg",
            sha256="ab" * 32,
            facts=image_facts(),
            description=Description(needs=frozenset({Need.POLL})),
            at=NOW,
        )
        assert media_id is not None
        post_id = await uow.posts.add(
            NewPost(
                workspace_id=team.workspace_id,
                caption="",
                link="",
                needs=frozenset({Need.MUSIC}),
                media=(media_id,),
            ),
            at=NOW,
        )
        await uow.commit()
    [publication_id] = await queue(database, team.publication(post_id=post_id))

    async with database.begin() as uow:
        jobs = await uow.publications.jobs([publication_id])

    assert jobs[publication_id].post.needs == {Need.MUSIC, Need.POLL}


async def test_publications_are_found_by_state_and_due_time_or_last_change_within_their_workspace(
    database: SqlDatabase, team: Team
) -> None:
    stranger = await add_team(database, number=2)
    late, early, skipped, _ = await queue(
        database,
        team.publication(due_at=NOW + 2 * HOUR),
        team.publication(due_at=NOW + HOUR),
        team.publication(),
        stranger.publication(),
    )
    async with database.begin() as uow:
        jobs = await uow.publications.jobs([skipped, late])
        await uow.publications.apply(jobs[skipped].publication, Event.SKIPPED, at=NOW, actor=BOT)
        await uow.publications.apply(jobs[late].publication, Event.POSTPONED, at=NOW + HOUR, actor=BOT)
        await uow.commit()

    async with database.begin() as uow:

        async def ids(*states: State, newest_first: bool = False, limit: int = 100) -> list[int]:
            found = await uow.publications.find(
                team.workspace_id, states=states, newest_first=newest_first, limit=limit
            )
            return [job.publication.id for job in found]

        assert await ids() == [skipped, early, late]
        assert await ids(State.SCHEDULED) == [early, late]
        assert await ids(State.SCHEDULED, newest_first=True) == [late, early]
        assert await ids(State.SCHEDULED, State.SKIPPED, limit=2) == [skipped, early]


async def test_counts_have_all_that_is_open_and_what_ended_since_then(
    database: SqlDatabase, team: Team
) -> None:
    _, *others = await queue(database, *[team.publication() for _ in range(3)])
    async with database.begin() as uow:
        jobs = await uow.publications.jobs(others)
        for hours, job in enumerate(jobs.values()):
            await uow.publications.apply(
                job.publication, Event.CANCELLED, at=NOW + hours * HOUR, actor=BOT, lane=Lane.MANUAL
            )
        await uow.commit()

    async with database.begin() as uow:
        counts = await uow.publications.counts(team.workspace_id, since=NOW + HOUR)

    assert counts == {(State.SCHEDULED, None): 1, (State.CANCELLED, Lane.MANUAL): 1}


async def test_the_next_due_time_is_of_what_is_scheduled_and_later_than_now(
    database: SqlDatabase, team: Team
) -> None:
    await queue(
        database,
        team.publication(),
        team.publication(due_at=NOW + HOUR),
        team.publication(due_at=NOW + 2 * HOUR),
        team.publication(due_at=NOW + HOUR / 2, needs_approval=True),
    )

    async with database.begin() as uow:
        assert await uow.publications.next_due_at(after=NOW) == NOW + HOUR
        assert await uow.publications.next_due_at(after=NOW + HOUR) == NOW + 2 * HOUR
        assert await uow.publications.next_due_at(after=NOW + 2 * HOUR) is None


async def test_an_attempt_is_kept_with_its_calls_and_its_failure(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    publication = await publication_of(database, team)
    attempt = Attempt(
        publication_id=publication.id,
        at=NOW,
        outcome=Event.DEFERRED,
        calls=(RemoteCall(operation="create container", duration_ms=812),),
        failure=Failure(kind=FailureKind.TRANSIENT, message="It was busy."),
    )

    async with database.begin() as uow:
        await uow.publications.add_attempt(attempt)
        await uow.commit()

    async with engine.connect() as connection:
        [row] = (await connection.execute(sa.select(attempts))).mappings()
    assert read(Attempt, attempts, row) == attempt


async def test_a_permalink_is_added_to_what_is_out(database: SqlDatabase, team: Team) -> None:
    publication = await publication_of(database, team)

    async with database.begin() as uow:
        await uow.publications.set_permalink(publication.id, "https://instagram.example/p/1")
        stored = await uow.publications.get(publication.id)

    assert stored == dataclasses.replace(publication, permalink="https://instagram.example/p/1")

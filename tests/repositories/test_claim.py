import asyncio
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccountState
from domain.ids import AccountId, PublicationId
from domain.publication import BOT, Event, Publication, State
from domain.schedule import Slot
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, add_account, add_team, queue
from support.databases import statements_of

HOUR = dt.timedelta(hours=1)
LEASE = dt.timedelta(minutes=5)
OVER = dt.timedelta()
"""A lease that is over at once."""
VAULT = TokenVault([Fernet.generate_key().decode()])


async def claim(
    database: SqlDatabase,
    *,
    now: dt.datetime = NOW,
    limit: int = 100,
    lease: dt.timedelta = LEASE,
    min_gap: dt.timedelta = OVER,
) -> list[PublicationId]:
    async with database.begin() as uow:
        claimed = await uow.publications.claim_due(
            now=now, limit=limit, lease=lease, worker="worker", min_gap=min_gap
        )
        await uow.commit()
    return claimed


async def get(uow: UnitOfWork, publication_id: PublicationId) -> Publication:
    publication = await uow.publications.get(publication_id)
    assert publication is not None
    return publication


async def claimed_one(database: SqlDatabase, team: Team, *, lease: dt.timedelta = LEASE) -> Publication:
    await queue(database, team.publication())
    [claimed] = await claim(database, lease=lease)
    async with database.begin() as uow:
        return await get(uow, claimed)


async def unconfirmed_one(database: SqlDatabase, team: Team) -> Publication:
    publication = await claimed_one(database, team)
    async with database.begin() as uow:
        await uow.publications.record_intent(publication, {"container": "1"}, at=NOW, lease=LEASE)
        await uow.publications.apply(publication, Event.LOST, at=NOW, actor=BOT, due_at=NOW + HOUR)
        await uow.commit()
        return await get(uow, publication.id)


async def add_accounts(database: SqlDatabase, team: Team, count: int) -> list[AccountId]:
    async with database.begin() as uow:
        added = [await add_account(uow, team.workspace_id, number=number) for number in range(10, 10 + count)]
        await uow.commit()
    return added


@pytest.fixture
async def rivals(database_url: str, database: SqlDatabase) -> AsyncGenerator[list[SqlDatabase]]:
    """Eight connections of their own to the database under test, as eight processes would have."""
    rivals = [SqlDatabase(create_engine(database_url), VAULT) for _ in range(8)]
    yield rivals
    for rival in rivals:
        await rival.close()


async def test_what_is_due_is_claimed_earliest_first_and_one_of_each_account(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    [second_account, third_account] = await add_accounts(database, team, 2)
    early = NOW + HOUR
    [_, first, third, second, _] = await queue(
        database,
        team.publication(due_at=early + 4 * HOUR),
        team.publication(due_at=early),
        team.publication(due_at=early + 2 * HOUR, account_id=third_account),
        team.publication(due_at=early + HOUR, account_id=second_account),
        team.publication(due_at=early + 3 * HOUR, account_id=second_account),
    )

    with statements_of(engine) as statements:
        claimed = await claim(database, now=early + 3 * HOUR)

    assert claimed == [first, second, third]
    assert len(statements) == 2
    async with database.begin() as uow:
        publication = await get(uow, first)
        [*_, entry] = await uow.publications.history(first)
    assert (publication.state, publication.version) == (State.PUBLISHING, 2)
    assert (entry.event, entry.state, entry.version, entry.actor) == (
        Event.CLAIMED,
        State.PUBLISHING,
        2,
        BOT,
    )


async def test_no_more_than_asked_for_is_claimed(database: SqlDatabase, team: Team) -> None:
    others = await add_accounts(database, team, 3)
    ids = await queue(database, *[team.publication(account_id=account) for account in others])

    assert await claim(database, limit=2) == ids[:2]
    assert await claim(database, limit=2) == ids[2:]


async def test_nothing_is_claimed_before_it_is_due(database: SqlDatabase, team: Team) -> None:
    await queue(database, team.publication(due_at=NOW + HOUR))

    assert await claim(database, now=NOW + HOUR - dt.timedelta(microseconds=1)) == []
    assert len(await claim(database, now=NOW + HOUR)) == 1


@pytest.mark.parametrize(
    ("state", "count"),
    [
        (AccountState.ACTIVE, 1),
        (AccountState.NEEDS_RECONNECT, 1),
        (AccountState.PAUSED, 0),
        (AccountState.REMOVED, 1),  # for whoever claims it to report
    ],
)
async def test_of_all_accounts_a_paused_one_alone_is_passed_over(
    database: SqlDatabase, team: Team, state: AccountState, count: int
) -> None:
    await queue(database, team.publication())
    async with database.begin() as uow:
        await uow.accounts.set_state(team.account_id, state)
        await uow.commit()

    assert len(await claim(database)) == count


async def test_a_paused_workspace_is_passed_over_until_it_is_resumed(
    database: SqlDatabase, team: Team
) -> None:
    await queue(database, team.publication())
    async with database.begin() as uow:
        await uow.workspaces.set_paused(team.workspace_id, NOW)
        await uow.commit()
    assert await claim(database) == []

    async with database.begin() as uow:
        await uow.workspaces.set_paused(team.workspace_id, None)
        await uow.commit()
    assert len(await claim(database)) == 1


async def test_an_account_is_passed_over_during_its_gap(database: SqlDatabase, team: Team) -> None:
    publication = await claimed_one(database, team)
    async with database.begin() as uow:
        await uow.publications.record_intent(publication, {}, at=NOW, lease=LEASE)
        await uow.publications.apply(publication, Event.SUCCEEDED, at=NOW, actor=BOT)
        await uow.commit()
    await queue(database, team.publication())

    within = await claim(database, now=NOW + HOUR - dt.timedelta(seconds=1), min_gap=HOUR)
    after = await claim(database, now=NOW + HOUR, min_gap=HOUR)

    assert within == []
    assert len(after) == 1


async def test_an_account_has_one_in_publishing_at_a_time(database: SqlDatabase, team: Team) -> None:
    publication = await claimed_one(database, team)
    [following] = await queue(database, team.publication())
    assert await claim(database) == []

    async with database.begin() as uow:
        await uow.publications.apply(publication, Event.SUCCEEDED, at=NOW, actor=BOT)
        await uow.commit()
    assert await claim(database) == [following]


async def test_an_account_waits_until_the_team_was_asked_about_an_unclear_one(
    database: SqlDatabase, team: Team
) -> None:
    unclear = await unconfirmed_one(database, team)
    [following] = await queue(database, team.publication())
    assert await claim(database) == []

    async with database.begin() as uow:
        await uow.publications.apply(unclear, Event.ASKED, at=NOW, actor=BOT, asked_at=NOW)
        await uow.commit()
    assert await claim(database) == [following]


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
async def test_a_loser_of_a_race_for_an_account_claims_nothing_and_keeps_what_it_wrote_before(
    postgresql_url: str, zone: str | None
) -> None:
    # Two claimers see different first publications of one account: one that is due earlier was put into the
    # queue between their looks. Only PostgreSQL lets both look.
    database = SqlDatabase(create_engine(postgresql_url), VAULT)
    team = await add_team(database)
    [first_at_first] = await queue(database, team.publication(due_at=NOW))
    async with database.begin() as fast, database.begin() as slow:
        if zone is not None:
            await slow.workspaces.set_setting(team.workspace_id, "zone", zone, at=NOW)
        claimed = await fast.publications.claim_due(now=NOW, limit=9, lease=LEASE, worker="fast")
        assert claimed == [first_at_first]
        await queue(database, team.publication(due_at=NOW - HOUR), at=NOW - HOUR)
        losing = asyncio.create_task(
            slow.publications.claim_due(now=NOW, limit=9, lease=LEASE, worker="slow")
        )
        await asyncio.wait([losing], timeout=0.05)
        assert not losing.done()
        await fast.commit()

        assert await losing == []
        await slow.commit()

    async with database.begin() as uow:
        workspace = await uow.workspaces.get(team.workspace_id)
    await database.close()
    assert workspace is not None
    assert workspace.settings.timezone == (zone or "UTC")


async def test_of_eight_claimers_at_once_none_gets_what_another_got_and_no_account_is_taken_twice(
    database: SqlDatabase, team: Team, rivals: list[SqlDatabase]
) -> None:
    account_ids = await add_accounts(database, team, 12)
    ids = await queue(
        database, *[team.publication(account_id=account) for account in account_ids for _ in range(4)]
    )
    account_of = dict(zip(ids, [account for account in account_ids for _ in range(4)], strict=True))

    claimed = [
        publication_id
        for _ in range(3)
        for batch in await asyncio.gather(*(claim(rival, limit=5) for rival in rivals))
        for publication_id in batch
    ]

    assert len(claimed) == len(set(claimed)) == len(account_ids)
    assert {account_of[publication_id] for publication_id in claimed} == set(account_ids)


async def test_of_eight_writers_at_once_exactly_one_wins(
    database: SqlDatabase, team: Team, rivals: list[SqlDatabase]
) -> None:
    [publication_id] = await queue(database, team.publication())
    async with database.begin() as uow:
        publication = await get(uow, publication_id)

    async def press(rival: SqlDatabase, event: Event) -> bool:
        async with rival.begin() as uow:
            after = await uow.publications.apply(publication, event, at=NOW, actor=BOT)
            await uow.commit()
        return after is not None

    events = [Event.SKIPPED, Event.CANCELLED, Event.TAKEN_OVER, Event.REJECTED] * 2
    won = await asyncio.gather(*(press(*each) for each in zip(rivals, events, strict=True)))

    assert sum(won) == 1
    async with database.begin() as uow:
        assert [entry.event for entry in await uow.publications.history(publication_id)] == [
            Event.QUEUED,
            events[won.index(True)],
        ]


async def test_of_eight_planners_at_once_one_fills_the_slot(
    database: SqlDatabase, team: Team, rivals: list[SqlDatabase]
) -> None:
    slot = Slot(local_date=dt.date(2026, 3, 1), number=0, at=NOW, placement="story")

    async def plan(rival: SqlDatabase) -> PublicationId | None:
        async with rival.begin() as uow:
            added = await uow.publications.add(team.publication(slot=slot), at=NOW, actor=BOT)
            await uow.commit()
        return added

    added = await asyncio.gather(*(plan(rival) for rival in rivals))

    assert sum(publication_id is not None for publication_id in added) == 1


async def test_a_claim_is_found_by_its_lease_when_that_has_run_out(database: SqlDatabase, team: Team) -> None:
    publication = await claimed_one(database, team, lease=OVER)

    async with database.begin() as uow:
        assert await uow.publications.with_expired_lease(limit=10) == [publication]
        assert await uow.publications.renew_lease(publication, lease=LEASE)
        assert await uow.publications.with_expired_lease(limit=10) == []


async def test_a_lease_counts_in_real_time_whatever_the_products_clock_says(
    database: SqlDatabase, team: Team
) -> None:
    in_a_thousand_years = NOW + 9_000_000 * HOUR
    await queue(database, team.publication(due_at=in_a_thousand_years))
    [publication_id] = await claim(database, now=in_a_thousand_years, lease=LEASE)

    async with database.begin() as uow:
        publication = await get(uow, publication_id)
        held = await uow.publications.with_expired_lease(limit=10)
        await uow.publications.renew_lease(publication, lease=OVER)
        over = await uow.publications.with_expired_lease(limit=10)

    assert held == []
    assert over == [publication]


async def test_a_checkpoint_is_kept_and_renews_the_lease(database: SqlDatabase, team: Team) -> None:
    publication = await claimed_one(database, team, lease=OVER)

    async with database.begin() as uow:
        assert await uow.publications.save_checkpoint(publication, {"container": "17890"}, lease=LEASE)
        stored = await get(uow, publication.id)
        expired = await uow.publications.with_expired_lease(limit=10)

    assert stored == dataclasses.replace(publication, checkpoint={"container": "17890"})
    assert expired == []


async def test_after_the_intent_the_claim_is_neither_renewed_nor_changed(
    database: SqlDatabase, team: Team
) -> None:
    publication = await claimed_one(database, team)

    async with database.begin() as uow:
        assert await uow.publications.record_intent(publication, {"ready": 1}, at=NOW, lease=LEASE)

        assert not await uow.publications.record_intent(publication, {}, at=NOW, lease=LEASE)
        assert not await uow.publications.save_checkpoint(publication, {}, lease=LEASE)
        assert not await uow.publications.renew_lease(publication, lease=LEASE)
        stored = await get(uow, publication.id)
    assert stored == dataclasses.replace(publication, checkpoint={"ready": 1}, intent_at=NOW)


async def test_a_worker_that_lost_its_claim_can_write_nothing(database: SqlDatabase, team: Team) -> None:
    stale = await claimed_one(database, team, lease=OVER)
    async with database.begin() as uow:
        await uow.publications.apply(stale, Event.RELEASED, at=NOW, actor=BOT)
        await uow.commit()
    [again] = await claim(database)
    assert again == stale.id

    async with database.begin() as uow:
        assert not await uow.publications.save_checkpoint(stale, {"stale": 1}, lease=LEASE)
        assert not await uow.publications.renew_lease(stale, lease=LEASE)
        assert not await uow.publications.record_intent(stale, {"stale": 1}, at=NOW, lease=LEASE)
        assert await uow.publications.apply(stale, Event.SUCCEEDED, at=NOW, actor=BOT) is None
        stored = await get(uow, stale.id)
    assert (stored.checkpoint, stored.intent_at, stored.version) == ({}, None, stale.version + 2)


async def test_a_claim_whose_worker_recorded_the_intent_meanwhile_is_not_released(
    database: SqlDatabase, team: Team
) -> None:
    seen_without_intent = await claimed_one(database, team, lease=OVER)
    async with database.begin() as uow:
        await uow.publications.record_intent(seen_without_intent, {}, at=NOW, lease=LEASE)
        await uow.commit()

    async with database.begin() as uow:
        released = await uow.publications.apply(seen_without_intent, Event.RELEASED, at=NOW, actor=BOT)

    assert released is None


async def test_releasing_keeps_the_newest_checkpoint(database: SqlDatabase, team: Team) -> None:
    seen_before = await claimed_one(database, team)
    async with database.begin() as uow:
        await uow.publications.save_checkpoint(seen_before, {"container": "17890"}, lease=LEASE)
        await uow.publications.apply(seen_before, Event.RELEASED, at=NOW, actor=BOT)
        stored = await get(uow, seen_before.id)

    assert (stored.state, stored.checkpoint) == (State.SCHEDULED, {"container": "17890"})


async def test_an_intent_stays_when_the_outcome_is_unknown_and_goes_with_the_way_back_to_the_queue(
    database: SqlDatabase, team: Team
) -> None:
    publication = await unconfirmed_one(database, team)
    assert (publication.state, publication.intent_at) == (State.UNCONFIRMED, NOW)

    async with database.begin() as uow:
        await uow.publications.apply(publication, Event.FOUND_ABSENT, at=NOW, actor=BOT)
        stored = await get(uow, publication.id)
    assert (stored.state, stored.intent_at) == (State.SCHEDULED, None)


async def test_a_worker_that_does_not_know_of_its_intent_takes_it_back_by_deferring(
    database: SqlDatabase, team: Team
) -> None:
    publication = await claimed_one(database, team)
    async with database.begin() as uow:
        await uow.publications.record_intent(publication, {}, at=NOW, lease=LEASE)
        await uow.publications.apply(publication, Event.DEFERRED, at=NOW, actor=BOT, due_at=NOW + HOUR)
        stored = await get(uow, publication.id)

    assert (stored.intent_at, stored.due_at) == (None, NOW + HOUR)


async def test_an_unclear_one_is_leased_for_a_look_up_when_due_and_by_one_at_a_time(
    database: SqlDatabase, team: Team
) -> None:
    publication = await unconfirmed_one(database, team)

    async with database.begin() as uow:

        async def look(hours: int, lease: dt.timedelta = LEASE) -> list[PublicationId]:
            return await uow.publications.claim_look_ups(now=NOW + hours * HOUR, limit=9, lease=lease)

        assert await look(0) == []
        assert await look(1, lease=OVER) == [publication.id]
        assert await look(1) == [publication.id]
        assert await look(1) == []
        assert await get(uow, publication.id) == publication


async def test_the_next_look_is_set_unless_somebody_decided_meanwhile(
    database: SqlDatabase, team: Team
) -> None:
    publication = await unconfirmed_one(database, team)

    async with database.begin() as uow:
        assert await uow.publications.look_again(
            publication, due_at=NOW + 2 * HOUR, checkpoint={"container": "1", "seen": ["5"]}
        )
        assert await uow.publications.next_due_at(after=NOW) == NOW + 2 * HOUR
        later = await get(uow, publication.id)
        await uow.publications.apply(later, Event.ASKED, at=NOW, actor=BOT, asked_at=NOW)

        assert not await uow.publications.look_again(publication, due_at=NOW, checkpoint={})
        assert await uow.publications.next_due_at(after=NOW) is None
        assert await uow.publications.claim_look_ups(now=NOW + 9 * HOUR, limit=9, lease=LEASE) == []
    assert later.checkpoint == {"container": "1", "seen": ["5"]}

"""What may be posted next, and how that follows from all that happens to items."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import MediaId
from domain.media import Description, LockReason
from domain.mix import Mix
from domain.publication import BOT, Event
from domain.season import Season
from domain.terms import FOREVER, Terms
from repositories.tables import media_items
from repositories.unit_of_work import SqlDatabase
from services.unit_of_work import Repositories, UnitOfWork
from support.builders import NOW, Team, add_account, add_post, image_facts, queue
from support.databases import statements_of

DAY = dt.timedelta(days=1)


async def add(uow: UnitOfWork, team: Team, number: int, *, category: str = "") -> MediaId:
    added = await uow.media.add(
        team.workspace_id,
        path=f"/library/{category}/{number}.jpg",
        sha256=f"{number:08x}" * 8,
        facts=image_facts(),
        description=Description(category=category),
        at=NOW,
    )
    assert added is not None
    return added


async def choices(look: Repositories, team: Team, *, at: dt.datetime = NOW) -> dict[str, MediaId]:
    return only(await look.selection.choices(team.account_id, at=at, local_date=at.date()))


def only(choices: dict[str, list[MediaId]]) -> dict[str, MediaId]:
    """Return the choices of a library of one kind of files."""
    return {category: media_id for category, [media_id] in choices.items()}


async def test_each_category_offers_what_was_never_posted_and_then_what_was_longest_ago(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        await uow.media.lock([team.media_id], team.account_id, until=None, reason=LockReason.REJECTED, at=NOW)
        lately, long_ago, never = [await add(uow, team, number, category="food") for number in (5, 6, 7)]
        sole = await add(uow, team, 8, category="quotes")
        for media_id, days in ((lately, 1), (long_ago, 9)):
            await uow.media.lock(
                [media_id], team.account_id, until=NOW, reason=LockReason.POSTED, at=NOW - days * DAY
            )
        await uow.selection.wake(NOW)

        assert await choices(uow, team) == {"food": never, "quotes": sole}

        await uow.media.lock([never], team.account_id, until=None, reason=LockReason.REJECTED, at=NOW)
        assert await choices(uow, team) == {"food": long_ago, "quotes": sole}
        assert await uow.selection.next_of(team.account_id, [lately, long_ago, sole]) == sole


async def test_equals_come_in_an_order_that_is_no_order_of_theirs_and_another_for_each_account(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        other = await add_account(uow, team.workspace_id, number=2)
        added: list[MediaId] = []
        for number in range(20):
            content = f"{(number * 2654435761) % 2**32:08x}"
            added_id = await uow.media.add(
                team.workspace_id,
                path=f"/library/{number}.jpg",
                sha256="".join(f"{int(content, 16) ^ (part * 0x9E3779B9) % 2**32:08x}" for part in range(8)),
                facts=image_facts(),
                description=Description(),
                at=NOW,
            )
            assert added_id is not None
            added.append(added_id)
        mine = [item.id for item in await uow.selection.candidates(team.account_id, now=NOW, limit=99)]
        again = [item.id for item in await uow.selection.candidates(team.account_id, now=NOW, limit=99)]
        theirs = [item.id for item in await uow.selection.candidates(other, now=NOW, limit=99)]

    assert mine == again
    assert set(mine) == set(theirs) == {*added, team.media_id}
    assert mine != theirs
    assert mine != sorted(mine)


async def test_what_rests_is_chosen_again_once_its_time_is_over_and_somebody_looks(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        await uow.media.lock(
            [team.media_id], team.account_id, until=NOW + DAY, reason=LockReason.SKIPPED, at=NOW
        )

        await uow.selection.wake(NOW + DAY - dt.timedelta(microseconds=1))
        assert await choices(uow, team) == {}

        await uow.selection.wake(NOW + DAY)
        assert await choices(uow, team) == {"": team.media_id}


async def test_a_rejection_stands_when_a_shorter_lock_is_over(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        await uow.media.lock([team.media_id], team.account_id, until=NOW, reason=LockReason.POSTED, at=NOW)
        await uow.media.lock([team.media_id], team.account_id, until=None, reason=LockReason.REJECTED, at=NOW)

        await uow.selection.wake(NOW + 10_000 * DAY)

        assert await choices(uow, team) == {}


async def test_what_is_in_the_queue_is_not_offered_for_its_account(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        other = await add_account(uow, team.workspace_id, number=2)
        await uow.commit()
    [queued] = await queue(database, team.publication())

    async with database.begin() as uow:
        assert await choices(uow, team) == {}
        assert await uow.selection.choices(other, at=NOW, local_date=NOW.date()) == {"": [team.media_id]}

        jobs = await uow.publications.jobs([queued])
        await uow.publications.apply(jobs[queued].publication, Event.CANCELLED, at=NOW, actor=BOT)
        assert await choices(uow, team) == {"": team.media_id}


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        (Terms(held_until=NOW + DAY), [False, True]),
        (Terms(held_until=FOREVER), [False, False]),
        (Terms(not_after=NOW), [True, False]),
        (Terms(season=Season(first="03-01", last="03-01")), [True, False]),
        (Terms(season=Season(first="03-02", last="12-31")), [False, True]),
        (Terms(season=Season(first="12-24", last="03-01")), [True, False]),
        (Terms(season=Season(first="12-24", last="02-28")), [False, False]),
        (Terms(), [True, True]),
    ],
)
async def test_the_terms_of_an_item_hold_for_every_account(
    database: SqlDatabase, team: Team, terms: Terms, allowed: list[bool]
) -> None:
    async with database.begin() as uow:
        await uow.selection.set_terms(team.media_id, terms)
        other = await add_account(uow, team.workspace_id, number=2)
        found: list[bool] = []
        for at in (NOW, NOW + DAY):
            await uow.selection.wake(at)
            offered = [
                bool(await uow.selection.choices(account_id, at=at, local_date=at.date()))
                for account_id in (team.account_id, other)
            ]
            assert offered == [terms.allow(at, at.date())] * 2
            found += offered[:1]
        stored = await uow.selection.terms([team.media_id])

    assert found == allowed
    assert stored == {team.media_id: terms}


async def test_a_retired_item_is_not_offered_and_a_restored_one_is_where_it_was(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    offered: list[dict[str, MediaId]] = []
    for is_retired in (True, False):
        async with engine.begin() as connection:
            await connection.execute(
                sa.update(media_items).where(media_items.c.id == team.media_id).values(is_retired=is_retired)
            )
        async with database.read() as look:
            offered.append(await choices(look, team))

    assert offered == [{}, {"": team.media_id}]


async def test_a_new_description_moves_an_item_to_its_new_category(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            sa.update(media_items)
            .where(media_items.c.id == team.media_id)
            .values(description=Description(category="quotes"))
        )

    async with database.read() as look:
        assert await choices(look, team) == {"quotes": team.media_id}


async def test_a_new_account_has_the_whole_library_to_choose_from(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        held = await add(uow, team, 5, category="food")
        await uow.selection.set_terms(held, Terms(held_until=NOW + DAY))

        newcomer = await add_account(uow, team.workspace_id, number=2)

        assert await uow.selection.eligible(newcomer, at=NOW, local_date=NOW.date(), most=9) == {"": 1}


async def test_the_eligible_are_counted_by_category_up_to_a_number(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        for number in range(5):
            await add(uow, team, number + 5, category="food")

        counts = await uow.selection.eligible(team.account_id, at=NOW, local_date=NOW.date(), most=3)

    assert counts == {"": 1, "food": 3}


async def test_posts_count_for_their_category_while_they_wait_and_once_they_are_out(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        food = await add(uow, team, 5, category="food")
        post_id = await add_post(uow, team.workspace_id, food)
        await uow.commit()
    out, _, dropped = await queue(
        database,
        team.publication(post_id=post_id),
        team.publication(),
        team.publication(post_id=post_id),
    )
    async with database.begin() as uow:
        jobs = await uow.publications.jobs([out, dropped])
        by_hand = await uow.publications.apply(
            jobs[out].publication, Event.TAKEN_OVER, at=NOW - DAY, actor=BOT
        )
        assert by_hand is not None
        await uow.publications.apply(by_hand, Event.POSTED_BY_HAND, at=NOW - DAY, actor=BOT)
        await uow.publications.apply(jobs[dropped].publication, Event.CANCELLED, at=NOW, actor=BOT)
        await uow.commit()

    async with database.read() as look:
        used = await look.selection.used(team.workspace_id, team.account_id, since=NOW - DAY)
        later = await look.selection.used(team.workspace_id, team.account_id, since=NOW)
        posted = await look.selection.posted([team.account_id], since=NOW - DAY)
    assert (used, later, posted) == ({"food": 1, "": 1}, {"": 1}, {"food": 1})


async def test_the_latest_wish_stands_and_the_earlier_ones_are_kept(
    database: SqlDatabase, team: Team
) -> None:
    earlier = Mix(shares={"food": 100}, valid_from=NOW, actor="user:1")
    latest = Mix(shares={"food": 60, "quotes": 40}, valid_from=NOW + DAY, actor="user:2")

    async with database.begin() as uow:
        await uow.mixes.wish(team.workspace_id, earlier)
        await uow.mixes.wish(team.workspace_id, latest)

        assert await uow.mixes.current() == {team.workspace_id: latest}
        assert await uow.mixes.history(team.workspace_id) == [latest, earlier]


async def test_a_choice_goes_by_the_index_of_what_is_free(
    database: SqlDatabase, engine: AsyncEngine, team: Team
) -> None:
    library = [
        {
            "workspace_id": team.workspace_id,
            "path": f"/library/{number}.jpg",
            "sha256": f"{number:08x}" * 8,
            "facts": image_facts(),
            "description": Description(category=("food", "quotes")[number % 2]),
            "added_at": NOW,
            "is_retired": False,
        }
        for number in range(5, 5_000)
    ]
    async with engine.begin() as connection:
        await connection.execute(sa.insert(media_items), library)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("ANALYZE")
    with statements_of(engine) as statements:
        async with database.begin() as uow:
            await choices(uow, team)

    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    async with engine.connect() as connection:
        rows = await connection.exec_driver_sql(f"{explain} {statements[-1].text}", statements[-1].parameters)
        plan = "".join(f"{row[-1]}\n" for row in rows)
    assert plan.count("ix_media_standing_free") >= 2
    assert "Seq Scan on media_standing" not in plan
    assert "SCAN media_standing" not in plan

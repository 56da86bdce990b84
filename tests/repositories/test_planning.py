import datetime as dt

from domain.ids import UserId
from domain.publication import BOT, Event, person
from domain.schedule import Slot
from repositories.unit_of_work import SqlDatabase
from services.repositories.planning import FilledSlot
from support.builders import NOW, Team, queue

DAY = dt.date(2026, 3, 1)


def slot(number: int, *, date: dt.date = DAY) -> Slot:
    return Slot(local_date=date, number=number, at=NOW + dt.timedelta(hours=number), placement="story")


async def test_filled_slots_tell_what_fills_them_and_whether_anything_happened_with_it(
    database: SqlDatabase, team: Team
) -> None:
    new = [team.publication(slot=slot(number), due_at=slot(number).at) for number in range(3)]
    async with database.begin() as uow:
        first, second, third = [
            await uow.publications.add(publication, at=NOW, actor=actor)
            for publication, actor in zip(new, (BOT, BOT, person(UserId(1))), strict=True)
        ]
        assert first
        assert second
        assert third
        await uow.commit()
    async with database.begin() as uow:
        jobs = await uow.publications.jobs([second])
        await uow.publications.apply(jobs[second].publication, Event.POSTPONED, at=NOW, actor=BOT)
        await uow.commit()

    async with database.read() as look:
        filled = await look.plan.filled_slots(since=DAY)
        later = await look.plan.filled_slots(since=DAY + dt.timedelta(days=1))

    assert later == []
    assert sorted(filled, key=lambda each: each.number) == [
        FilledSlot(
            account_id=team.account_id,
            local_date=DAY,
            number=number,
            publication_id=publication_id,
            planned_at=slot(number).at,
            placement="story",
            is_untouched=number == 0,
        )
        for number, publication_id in enumerate((first, second, third))
    ]


async def test_a_slot_is_filled_once_until_it_is_released(database: SqlDatabase, team: Team) -> None:
    [first] = await queue(database, team.publication(slot=slot(0)))
    async with database.begin() as uow:
        assert await uow.publications.add(team.publication(slot=slot(0)), at=NOW, actor=BOT) is None
        await uow.plan.release([first])
        await uow.commit()

    async with database.begin() as uow:
        assert await uow.publications.add(team.publication(slot=slot(0)), at=NOW, actor=BOT)


async def test_two_publications_exchange_their_slots(database: SqlDatabase, team: Team) -> None:
    tomorrow = DAY + dt.timedelta(days=1)
    one, other = await queue(
        database, team.publication(slot=slot(0)), team.publication(slot=slot(2, date=tomorrow))
    )

    async with database.begin() as uow:
        await uow.plan.exchange(one, other)
        await uow.commit()

    async with database.read() as look:
        places = {
            each.publication_id: (each.local_date, each.number)
            for each in await look.plan.filled_slots(since=DAY)
        }
    assert places == {one: (tomorrow, 2), other: (DAY, 0)}

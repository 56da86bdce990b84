import datetime as dt

from repositories.unit_of_work import SqlDatabase
from support.builders import NOW


async def test_updates_wait_in_order_until_they_are_handled(database: SqlDatabase) -> None:
    async with database.begin() as uow:
        await uow.inbox.add({12: '{"b": 2}', 11: '{"a": "ü"}', 13: "not even json"}, at=NOW)

        assert await uow.inbox.unhandled(limit=2) == [(11, '{"a": "ü"}'), (12, '{"b": 2}')]

        assert await uow.inbox.handled(11, at=NOW)
        assert await uow.inbox.handled(12, at=NOW, error="KeyError")
        assert not await uow.inbox.handled(11, at=NOW)
        assert await uow.inbox.unhandled(limit=9) == [(13, "not even json")]


async def test_a_known_update_is_ignored_also_after_it_was_handled(database: SqlDatabase) -> None:
    async with database.begin() as uow:
        await uow.inbox.add({11: "first"}, at=NOW)
        await uow.inbox.handled(11, at=NOW)

        await uow.inbox.add({11: "again", 12: "new"}, at=NOW + dt.timedelta(hours=1))

        assert await uow.inbox.unhandled(limit=9) == [(12, "new")]

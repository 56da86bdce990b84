import datetime as dt

from domain.publication import BOT, Event
from repositories.unit_of_work import SqlDatabase
from services.ports import HostedFile
from support.builders import NOW, Team, queue

HOUR = dt.timedelta(hours=1)


def hosted(name: str) -> HostedFile:
    return HostedFile(url=f"https://cloud.example/{name}", reference=name)


async def test_an_upload_is_found_until_it_is_deleted(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication())

    async with database.begin() as uow:
        await uow.uploads.add(publication_id, team.media_id, hosted("a"), provider="cloudinary", at=NOW)
        found = await uow.uploads.find(publication_id)
        [(upload_id, file)] = found.values()
        await uow.uploads.deleted([upload_id], at=NOW)

        assert list(found) == [team.media_id]
        assert file == hosted("a")
        assert await uow.uploads.find(publication_id) == {}


async def test_a_second_upload_of_an_item_takes_the_firsts_place_also_after_that_was_deleted(
    database: SqlDatabase, team: Team
) -> None:
    [publication_id] = await queue(database, team.publication())

    async with database.begin() as uow:
        await uow.uploads.add(publication_id, team.media_id, hosted("a"), provider="cloudinary", at=NOW)
        [(first, _)] = (await uow.uploads.find(publication_id)).values()
        await uow.uploads.deleted([first], at=NOW)

        await uow.uploads.add(publication_id, team.media_id, hosted("b"), provider="s3", at=NOW)
        [(_, file)] = (await uow.uploads.find(publication_id)).values()

    assert file == hosted("b")


async def test_old_uploads_and_those_of_final_publications_are_left_over(
    database: SqlDatabase, team: Team
) -> None:
    old, fresh, final = await queue(database, *[team.publication() for _ in range(3)])
    async with database.begin() as uow:
        for publication_id, name, at in [
            (old, "old", NOW),
            (fresh, "fresh", NOW + HOUR),
            (final, "final", NOW + HOUR),
        ]:
            await uow.uploads.add(publication_id, team.media_id, hosted(name), provider="s3", at=at)
        jobs = await uow.publications.jobs([final])
        await uow.publications.apply(jobs[final].publication, Event.SKIPPED, at=NOW, actor=BOT)

        left_over = await uow.uploads.left_over(before=NOW + HOUR, limit=9)
        oldest = await uow.uploads.left_over(before=NOW + HOUR, limit=1)
        await uow.uploads.deleted(list(left_over), at=NOW)

        assert list(left_over.values()) == ["old", "final"]
        assert list(oldest.values()) == ["old"]
        assert await uow.uploads.left_over(before=NOW + HOUR, limit=9) == {}

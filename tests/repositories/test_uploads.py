import datetime as dt

from domain.publication import BOT, Event
from repositories.unit_of_work import SqlDatabase
from services.ports import HostedFile
from support.builders import NOW, Team, queue

HOUR = dt.timedelta(hours=1)


def hosted(name: str, *, expires_at: dt.datetime | None = None) -> HostedFile:
    return HostedFile(url=f"https://cloud.example/{name}", reference=name, expires_at=expires_at)


async def test_an_upload_is_found_until_it_is_deleted(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication())

    async with database.begin() as uow:
        file = hosted("a", expires_at=NOW + HOUR)
        await uow.uploads.add(publication_id, team.media_id, file, sha256="1f", provider="s3", at=NOW)
        found = await uow.uploads.find(publication_id)
        [upload] = found.values()
        await uow.uploads.deleted([upload.id], at=NOW)

        assert list(found) == [team.media_id]
        assert (upload.provider, upload.sha256, upload.file) == ("s3", "1f", file)
        assert await uow.uploads.find(publication_id) == {}


async def test_a_second_upload_of_an_item_takes_the_firsts_place_also_after_that_was_deleted(
    database: SqlDatabase, team: Team
) -> None:
    [publication_id] = await queue(database, team.publication())

    async with database.begin() as uow:
        await uow.uploads.add(
            publication_id, team.media_id, hosted("a"), sha256="1f", provider="cloudinary", at=NOW
        )
        [first] = (await uow.uploads.find(publication_id)).values()
        await uow.uploads.deleted([first.id], at=NOW)

        await uow.uploads.add(publication_id, team.media_id, hosted("b"), sha256="1f", provider="s3", at=NOW)
        [second] = (await uow.uploads.find(publication_id)).values()

    assert second.file == hosted("b")


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
            await uow.uploads.add(
                publication_id, team.media_id, hosted(name), sha256="1f", provider="s3", at=at
            )
        jobs = await uow.publications.jobs([final])
        await uow.publications.apply(jobs[final].publication, Event.SKIPPED, at=NOW, actor=BOT)

        left_over = await uow.uploads.left_over("s3", before=NOW + HOUR, limit=9)
        first = await uow.uploads.left_over("s3", before=NOW + HOUR, limit=1)
        rest = await uow.uploads.left_over("s3", before=NOW + HOUR, after=max(first), limit=9)
        elsewhere = await uow.uploads.left_over("local", before=NOW + HOUR, limit=9)
        await uow.uploads.deleted(list(left_over), at=NOW)

        assert list(left_over.values()) == ["old", "final"]
        assert (list(first.values()), list(rest.values())) == (["old"], ["final"])
        assert elsewhere == {}
        assert await uow.uploads.left_over("s3", before=NOW + HOUR, limit=9) == {}


async def test_an_old_upload_is_kept_while_its_publication_is_worked_on(
    database: SqlDatabase, team: Team
) -> None:
    (publication_id,) = await queue(database, team.publication(due_at=NOW))
    async with database.begin() as uow:
        await uow.uploads.add(publication_id, team.media_id, hosted("a"), sha256="1f", provider="s3", at=NOW)
        await uow.publications.claim_due(now=NOW, limit=1, lease=HOUR, worker="w")
        claimed = await uow.uploads.left_over("s3", before=NOW + 9 * HOUR, limit=9)

        publication = (await uow.publications.jobs([publication_id]))[publication_id].publication
        fetched_at = NOW + 3 * HOUR
        await uow.publications.apply(publication, Event.DEFERRED, at=fetched_at, actor=BOT)
        put_off = await uow.uploads.left_over("s3", before=NOW + 2 * HOUR, limit=9)
        left = await uow.uploads.left_over("s3", before=NOW + 9 * HOUR, limit=9)

    assert (claimed, put_off, list(left.values())) == ({}, {}, ["a"])

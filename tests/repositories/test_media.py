import datetime as dt

from domain.ids import MediaId
from domain.media import Description, LockReason, MediaFacts, MediaItem, MediaKind, Need
from domain.publication import BOT, Event
from repositories.unit_of_work import SqlDatabase
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, add_account, add_media, add_post, add_team, image_facts, queue

HOUR = dt.timedelta(hours=1)
VIDEO = MediaFacts(
    kind=MediaKind.VIDEO,
    format="MP4",
    size_bytes=9_000_000,
    width=720,
    height=1280,
    duration=dt.timedelta(seconds=12.48),
    video_codec="h264",
    audio_codec="aac",
    frames_per_second=29.97,
    pixel_format="yuv420p",
    bits_per_second=5_800_000,
    is_streamable=False,
)
DESCRIBED = Description(
    caption="Zwölf Brötchen 🥐",
    alt="rolls",
    link="https://bakery.example",
    products=("rolls", "bread"),
    tags=("monday",),
    needs=frozenset({Need.LINK, Need.PRODUCT}),
    category="offers",
    problem="line 3: unknown key",
)


async def test_an_item_comes_back_as_it_was_added(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        added = await uow.media.add(
            team.workspace_id,
            path="/library/a.mp4",
            sha256="ab" * 32,
            facts=VIDEO,
            description=DESCRIBED,
            at=NOW,
        )
        assert added is not None
        found = await uow.media.by_sha256(team.workspace_id, "ab" * 32)

    assert found == MediaItem(
        id=added,
        workspace_id=team.workspace_id,
        path="/library/a.mp4",
        sha256="ab" * 32,
        facts=VIDEO,
        description=DESCRIBED,
        added_at=NOW,
    )


async def test_the_same_content_is_refused_in_a_workspace_and_taken_in_another(
    database: SqlDatabase, team: Team
) -> None:
    stranger = await add_team(database, number=2)
    async with database.begin() as uow:

        async def add(workspace: Team) -> MediaId | None:
            return await uow.media.add(
                workspace.workspace_id,
                path="/elsewhere/b.jpg",
                sha256="cd" * 32,
                facts=image_facts(),
                description=Description(),
                at=NOW,
            )

        assert await add(team) is not None
        assert await add(team) is None
        assert await add(stranger) is not None
        assert await uow.media.by_sha256(team.workspace_id, "ef" * 32) is None


async def test_items_are_found_oldest_first_and_by_id(database: SqlDatabase, team: Team) -> None:
    await add_team(database, number=2)
    async with database.begin() as uow:
        second = await add_media(uow, team.workspace_id, number=3)

        found = await uow.media.find(team.workspace_id)
        first = await uow.media.find(team.workspace_id, limit=1)
        asked_for = await uow.media.get([second])

    assert [item.id for item in found] == [team.media_id, second]
    assert [item.id for item in first] == [team.media_id]
    assert [item.id for item in asked_for] == [second]


async def test_a_known_file_is_described_anew(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        await uow.media.describe(team.media_id, path="/moved.jpg", description=DESCRIBED)
        [item] = await uow.media.get([team.media_id])

    assert (item.path, item.description) == ("/moved.jpg", DESCRIBED)


async def test_a_longer_lock_stands_against_a_shorter_one(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:

        async def lock(until: dt.datetime | None) -> dt.datetime | None:
            await uow.media.lock(
                [team.media_id], team.account_id, until=until, reason=LockReason.POSTED, at=NOW
            )
            locked = await uow.media.locked([team.media_id], team.account_id, now=NOW)
            return locked[team.media_id]

        assert await lock(NOW + HOUR) == NOW + HOUR
        assert await lock(NOW + 3 * HOUR) == NOW + 3 * HOUR
        assert await lock(NOW + 2 * HOUR) == NOW + 3 * HOUR
        assert await lock(None) is None
        assert await lock(NOW + HOUR) is None


async def test_a_lock_ends_with_its_time_and_holds_for_its_account_alone(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        other = await add_account(uow, team.workspace_id, number=2)
        await uow.media.lock(
            [team.media_id], team.account_id, until=NOW + HOUR, reason=LockReason.POSTED, at=NOW
        )

        just_before = NOW + HOUR - dt.timedelta(microseconds=1)
        assert await uow.media.locked([team.media_id], team.account_id, now=just_before) == {
            team.media_id: NOW + HOUR
        }
        assert await uow.media.locked([team.media_id], team.account_id, now=NOW + HOUR) == {}
        assert await uow.media.locked([team.media_id], other, now=NOW) == {}


async def test_candidates_are_those_never_posted_and_then_the_least_recently_posted(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        often, seldom, never = [await add_media(uow, team.workspace_id, number=n) for n in (5, 6, 7)]
        await uow.media.lock([often], team.account_id, until=NOW, reason=LockReason.POSTED, at=NOW)
        await uow.media.lock([seldom], team.account_id, until=NOW, reason=LockReason.POSTED, at=NOW - HOUR)

        assert await candidates(uow, team) == [team.media_id, never, seldom, often]
        assert await candidates(uow, team, limit=1) == [team.media_id]


async def test_what_is_locked_or_in_the_accounts_queue_is_no_candidate_until_that_ends(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        locked = await add_media(uow, team.workspace_id, number=5)
        await uow.media.lock([locked], team.account_id, until=NOW + HOUR, reason=LockReason.POSTED, at=NOW)
        other = await add_account(uow, team.workspace_id, number=2)
        elsewhere = await add_media(uow, team.workspace_id, number=6)
        post_id = await add_post(uow, team.workspace_id, elsewhere)
        await uow.commit()
    [queued, _] = await queue(
        database, team.publication(), team.publication(account_id=other, post_id=post_id)
    )

    async with database.begin() as uow:
        assert await candidates(uow, team) == [elsewhere]
        assert await candidates(uow, team, now=NOW + HOUR) == [elsewhere, locked]

        jobs = await uow.publications.jobs([queued])
        await uow.publications.apply(jobs[queued].publication, Event.CANCELLED, at=NOW, actor=BOT)
        assert await candidates(uow, team) == [team.media_id, elsewhere]


async def candidates(uow: UnitOfWork, team: Team, *, now: dt.datetime = NOW, limit: int = 9) -> list[MediaId]:
    found = await uow.selection.candidates(team.workspace_id, team.account_id, now=now, limit=limit)
    return [item.id for item in found]

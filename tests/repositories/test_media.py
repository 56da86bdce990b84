import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from domain.ids import MediaId
from domain.media import Description, LockReason, MediaFacts, MediaItem, MediaKind, Need
from domain.publication import BOT, Event
from domain.season import Season
from domain.terms import Terms
from repositories.unit_of_work import SqlDatabase
from services.repositories.media import MediaFilter, MediaState, SeenFile
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
        [item] = await uow.media.get([team.media_id])
        await uow.media.seen(team.workspace_id, [(item.id, seen(path="/moved.jpg", description=DESCRIBED))])
        [moved] = await uow.media.get([team.media_id])

    assert (moved.path, moved.description) == ("/moved.jpg", DESCRIBED)


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


async def test_files_are_known_by_their_path_and_by_their_content(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        added = await uow.media.add_all(
            team.workspace_id,
            [
                seen(path="/library/ä.jpg", sha256="a" * 64, modified_ns=5, fingerprint=2**63 + 1),
                seen(path="/library/b.jpg", sha256="b" * 64),
                seen(path="/library/again.jpg", sha256="b" * 64),
            ],
            at=NOW,
        )
        by_path = await uow.media.known(team.workspace_id, paths=["/library/ä.jpg", "/library/c.jpg"])
        by_content = await uow.media.known(team.workspace_id, sha256s=["b" * 64, "c" * 64])

    assert list(added) == ["a" * 64, "b" * 64]
    [known] = by_path
    assert (known.item.id, known.modified_ns, known.fingerprint) == (added["a" * 64], 5, 2**63 + 1)
    assert [known.item.path for known in by_content] == ["/library/b.jpg"]


async def test_what_people_say_by_hand_stands_beside_what_the_sidecars_say(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        [item] = await uow.media.get([team.media_id])
        await uow.media.describe(item, DESCRIBED)
        [known] = await uow.media.known(team.workspace_id, paths=[item.path])

    assert (known.item.description, known.said) == (DESCRIBED, Description())


async def test_an_item_is_missing_until_its_file_is_seen_again(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        await uow.media.missing([team.media_id], at=NOW)
        await uow.media.missing([team.media_id], at=NOW + HOUR)
        [gone] = await uow.media.get([team.media_id])
        await uow.media.seen(team.workspace_id, [(team.media_id, seen(path="/back.jpg"))])
        [back] = await uow.media.get([team.media_id])

    assert (gone.missing_since, back.missing_since, back.path) == (NOW, None, "/back.jpg")


@pytest.mark.parametrize("retired", ["a", "b"])
async def test_what_looks_alike_is_settled_when_one_of_the_two_is_retired(
    database: SqlDatabase, team: Team, retired: str
) -> None:
    files = [seen(path=f"/{name}.jpg", sha256=name * 64, fingerprint=7) for name in ("a", "b")]
    async with database.begin() as uow:
        added = await uow.media.add_all(team.workspace_id, files, at=NOW)
        await uow.media.mark_near(team.workspace_id, list(added.values()))
        before = await uow.media.near(team.workspace_id, limit=9)
        await uow.media.retire([added[retired * 64]], is_retired=True)
        after = await uow.media.near(team.workspace_id, limit=9)

    assert (len(before), len(after)) == (1, 0)


async def test_what_looks_like_an_older_item_is_marked_until_it_is_kept(
    database: SqlDatabase, team: Team
) -> None:
    prints = {"a": 0, "b": 0b111111, "c": 0b1111111 << 40, "d": 2**64 - 1, "e": 2**64 - 1 - 0b1001}
    files = [seen(path=f"/{name}.jpg", sha256=name * 64, fingerprint=bits) for name, bits in prints.items()]
    film = seen(path="/film.mp4", sha256="f" * 64, fingerprint=0, facts=VIDEO)
    async with database.begin() as uow:
        added = await uow.media.add_all(team.workspace_id, [*files, film], at=NOW)
        ids = {sha256[0]: media_id for sha256, media_id in added.items()}

        marked = await uow.media.mark_near(team.workspace_id, list(ids.values()))
        pairs = await uow.media.near(team.workspace_id, limit=9)
        await uow.media.keep([ids["b"]])
        left = await uow.media.near(team.workspace_id, limit=9)

    assert marked == {ids["b"]: ids["a"], ids["e"]: ids["d"]}
    assert [(item.path, original.path) for item, original in pairs] == [
        ("/b.jpg", "/a.jpg"),
        ("/e.jpg", "/d.jpg"),
    ]
    assert [item.path for item, _ in left] == ["/e.jpg"]


async def test_films_are_alike_only_if_they_are_as_long(database: SqlDatabase, team: Team) -> None:
    longer = dataclasses.replace(VIDEO, duration=dt.timedelta(seconds=14))
    as_long = dataclasses.replace(VIDEO, duration=dt.timedelta(seconds=12.9))
    files = [
        seen(path=f"/{number}.mp4", sha256=str(number) * 64, fingerprint=7, facts=facts)
        for number, facts in enumerate([VIDEO, longer, as_long], start=1)
    ]
    async with database.begin() as uow:
        added = await uow.media.add_all(team.workspace_id, files, at=NOW)

        assert await uow.media.mark_near(team.workspace_id, list(added.values())) == {
            added["3" * 64]: added["1" * 64]
        }


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (MediaFilter(), "abcd"),
        (MediaFilter(category="sea"), "b"),
        (MediaFilter(kind=MediaKind.VIDEO), "c"),
        (MediaFilter(need=Need.POLL), "b"),
        (MediaFilter(tag="Öl"), "b"),
        (MediaFilter(tag="Ö"), ""),
        (MediaFilter(search="BRÖT"), "a"),
        (MediaFilter(search="c.MP"), "c"),
        (MediaFilter(search="öl"), "ab"),
        (MediaFilter(search="%"), ""),
        (MediaFilter(state=MediaState.PROBLEM), "a"),
        (MediaFilter(state=MediaState.RETIRED), "b"),
        (MediaFilter(state=MediaState.MISSING), "c"),
        (MediaFilter(state=MediaState.LOCKED), ""),
        (MediaFilter(state=MediaState.AVAILABLE), "d"),
    ],
    ids=str,
)
async def test_items_are_found_by_what_is_known_of_them(
    database: SqlDatabase, team: Team, wanted: MediaFilter, found: str
) -> None:
    sea = Description(category="sea", tags=("Öl", "wind"), needs=frozenset({Need.POLL}))
    files = [
        seen(path="/x/a.jpg", sha256="a" * 64, description=DESCRIBED),
        seen(path="/x/b.jpg", sha256="b" * 64, description=sea, is_retired=True),
        seen(path="/x/c.mp4", sha256="c" * 64, facts=VIDEO),
        seen(path="/x/d.jpg", sha256="d" * 64),
    ]
    async with database.begin() as uow:
        added = await uow.media.add_all(team.workspace_id, files, at=NOW)
        await uow.media.missing([added["c" * 64]], at=NOW)
        after = dataclasses.replace(wanted, after=team.media_id)
        items = await uow.media.find(team.workspace_id, after, now=NOW)

    assert "".join(Path(item.path).stem for item in items) == found


async def test_locked_items_are_found_while_a_lock_holds(database: SqlDatabase, team: Team) -> None:
    wanted = MediaFilter(state=MediaState.LOCKED)
    async with database.begin() as uow:
        await uow.media.lock(
            [team.media_id], team.account_id, until=NOW + HOUR, reason=LockReason.POSTED, at=NOW
        )

        assert len(await uow.media.find(team.workspace_id, wanted, now=NOW)) == 1
        assert await uow.media.find(team.workspace_id, wanted, now=NOW + HOUR) == []


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms(held_until=NOW - HOUR, not_after=NOW + HOUR),
        Terms(held_until=NOW + HOUR),
        Terms(not_after=NOW - HOUR),
        Terms(season=Season(first="01-01", last="12-31")),
        Terms(season=Season(first="02-02", last="02-28")),
        Terms(season=Season(first="12-24", last="02-28")),
        Terms(season=Season(first="04-01", last="03-02")),
        Terms(season=Season(first="02-28", last="02-02")),
    ],
)
async def test_items_are_found_while_their_terms_hold_them(
    database: SqlDatabase, team: Team, terms: Terms
) -> None:
    async with database.begin() as uow:
        await uow.selection.set_terms(team.media_id, terms)

        held = await uow.media.find(team.workspace_id, MediaFilter(state=MediaState.HELD), now=NOW)
        free = await uow.media.find(team.workspace_id, MediaFilter(state=MediaState.AVAILABLE), now=NOW)

    assert (len(held), len(free)) == ((0, 1) if terms.allow(NOW, NOW.date()) else (1, 0))


async def test_items_of_a_folder_are_listed_a_page_at_a_time(database: SqlDatabase, team: Team) -> None:
    paths = ["/m_dia/a.jpg", "/m_dia/b/c.jpg", "/mXdia/d.jpg", "/m_dia2/e.jpg", "/m_dia/gone.jpg"]
    files = [seen(path=path, sha256=str(number) * 64) for number, path in enumerate(paths)]
    async with database.begin() as uow:
        added = await uow.media.add_all(team.workspace_id, files, at=NOW)
        await uow.media.missing([added["4" * 64]], at=NOW)

        first = await uow.media.lying_in(team.workspace_id, "/m_dia", after=None, limit=1)
        rest = await uow.media.lying_in(team.workspace_id, "/m_dia", after=first[0][0], limit=9)

    assert [path for _, path in first + rest] == ["/m_dia/a.jpg", "/m_dia/b/c.jpg"]


def seen(**changes: Any) -> SeenFile:
    """Return a picture without a word about it."""
    file = SeenFile(path="/library/1.jpg", sha256="f" * 64, facts=image_facts(), description=Description())
    return dataclasses.replace(file, **changes)


async def candidates(uow: UnitOfWork, team: Team, *, now: dt.datetime = NOW, limit: int = 9) -> list[MediaId]:
    found = await uow.selection.candidates(team.account_id, now=now, limit=limit)
    return [item.id for item in found]

import dataclasses
import datetime as dt

from domain.publication import BOT, Event
from repositories.unit_of_work import SqlDatabase
from services.ports import Surroundings
from support.builders import NOW, Team, queue

HOUR = dt.timedelta(hours=1)
LEASE = dt.timedelta(minutes=5)


async def test_a_look_up_is_told_of_the_accounts_other_posts(database: SqlDatabase, team: Team) -> None:
    [posted_id, asked_id] = await queue(database, team.publication(), team.publication())
    async with database.begin() as uow:
        await uow.publications.claim_due(now=NOW, limit=1, lease=LEASE, worker="one")
        posted = await uow.publications.get(posted_id)
        assert posted is not None
        await uow.publications.record_intent(posted, {}, at=NOW, lease=LEASE)
        await uow.publications.apply(
            posted, Event.SUCCEEDED, at=NOW + HOUR, actor=BOT, platform_post_id="1790"
        )
        asked = await uow.publications.get(asked_id)
        assert asked is not None

        now = NOW + 2 * HOUR
        during = await uow.publications.surroundings(
            dataclasses.replace(asked, intent_at=NOW + HOUR), now=now
        )
        after = await uow.publications.surroundings(dataclasses.replace(asked, intent_at=now), now=now)
        alone = await uow.publications.surroundings(dataclasses.replace(posted, intent_at=NOW), now=now)

    assert during == Surroundings(known_post_ids=frozenset({"1790"}), others_since_intent=True)
    assert after == Surroundings(known_post_ids=frozenset({"1790"}), others_since_intent=False)
    assert alone == Surroundings(known_post_ids=frozenset(), others_since_intent=False)


async def test_an_intent_that_was_taken_back_still_counts_as_another_post_that_may_be_out(
    database: SqlDatabase, team: Team
) -> None:
    [tried_id, asked_id] = await queue(database, team.publication(), team.publication())
    async with database.begin() as uow:
        await uow.publications.claim_due(now=NOW, limit=1, lease=LEASE, worker="one")
        tried = await uow.publications.get(tried_id)
        assert tried is not None
        await uow.publications.record_intent(tried, {}, at=NOW, lease=LEASE)
        await uow.publications.apply(tried, Event.DEFERRED, at=NOW, actor=BOT, due_at=NOW + HOUR)
        asked = await uow.publications.get(asked_id)
        assert asked is not None

        surroundings = await uow.publications.surroundings(dataclasses.replace(asked, intent_at=NOW), now=NOW)

    assert surroundings.others_since_intent


async def test_what_a_platform_is_to_publish_later_is_no_other_post_before_its_time(
    database: SqlDatabase, team: Team
) -> None:
    [later_id, asked_id] = await queue(database, team.publication(), team.publication())
    async with database.begin() as uow:
        await uow.publications.claim_due(now=NOW, limit=1, lease=LEASE, worker="one")
        later = await uow.publications.get(later_id)
        assert later is not None
        await uow.publications.record_intent(later, {}, at=NOW, lease=LEASE)
        await uow.publications.apply(
            later, Event.SUCCEEDED, at=NOW, actor=BOT, platform_post_id="1790", posted_at=NOW + 9 * HOUR
        )
        asked = await uow.publications.get(asked_id)
        assert asked is not None
        asked = dataclasses.replace(asked, intent_at=NOW + HOUR)

        before = await uow.publications.surroundings(asked, now=NOW + HOUR)
        since = await uow.publications.surroundings(asked, now=NOW + 9 * HOUR)

    assert (before.others_since_intent, since.others_since_intent) == (False, True)
    assert before.known_post_ids == {"1790"}

import datetime as dt
import itertools

from domain.card import CardKind
from domain.errors import OutcomeUnknownError, RateLimitedError
from domain.ids import PublicationId
from domain.publication import State
from services.ports import Live, Receipt, Unknown
from services.posting.reconcile import RELEASES_BEFORE_TEAM
from support.posting_world import GIVE_UP, GRACE, LEASE, PostingWorld


async def unconfirmed(world: PostingWorld, *, went_out: bool) -> PublicationId:
    world.publisher.publish_error = OutcomeUnknownError("no answer")
    world.publisher.posts_despite_error = went_out
    publication_id = await world.queued()
    await world.work()
    world.publisher.publish_error = None
    return publication_id


async def test_nothing_is_asked_before_the_grace_is_over(world: PostingWorld) -> None:
    publication_id = await unconfirmed(world, went_out=True)

    world.clock.advance(GRACE - dt.timedelta(seconds=1))
    await world.look_up()

    assert await world.state(publication_id) is State.UNCONFIRMED


async def test_what_went_out_is_found_and_its_media_rests(world: PostingWorld) -> None:
    publication_id = await unconfirmed(world, went_out=True)

    world.clock.advance(GRACE)
    await world.look_up()

    publication = await world.publication(publication_id)
    assert publication.state is State.PUBLISHED
    assert publication.platform_post_id == f"p{publication_id}"
    assert publication.permalink is not None
    assert world.publisher.posts == [publication_id]
    assert world.store.kept == set()


async def test_a_platform_that_names_a_time_is_not_asked_before(world: PostingWorld) -> None:
    publication_id = await unconfirmed(world, went_out=True)
    world.publisher.look_up_error = RateLimitedError("too many calls", retry_after=dt.timedelta(minutes=10))
    world.clock.advance(GRACE)
    await world.look_up()
    world.publisher.look_up_error = None

    world.clock.advance(dt.timedelta(minutes=9))
    await world.look_up()
    state_before = await world.state(publication_id)
    world.clock.advance(dt.timedelta(minutes=1))
    await world.look_up()

    assert state_before is State.UNCONFIRMED
    assert await world.state(publication_id) is State.PUBLISHED


async def test_what_is_proved_absent_goes_out_once(world: PostingWorld) -> None:
    publication_id = await unconfirmed(world, went_out=False)

    world.clock.advance(GRACE)
    await world.look_up()
    await world.work()

    assert world.publisher.posts == [publication_id]
    assert await world.state(publication_id) is State.PUBLISHED


async def test_the_account_is_held_while_nobody_knows(world: PostingWorld) -> None:
    await unconfirmed(world, went_out=False)
    other = await world.queued()

    assert await world.work() == []

    assert await world.state(other) is State.SCHEDULED


async def test_an_undecided_look_is_repeated_and_then_the_team_is_asked_once(world: PostingWorld) -> None:
    publication_id = await unconfirmed(world, went_out=False)
    world.publisher.look_up_answers = [Unknown(checkpoint={}, why="the reads fail")] * 100

    for _ in range(200):
        world.clock.advance(dt.timedelta(seconds=15))
        await world.look_up()

    questions = await world.cards(publication_id, CardKind.QUESTION)
    publication = await world.publication(publication_id)
    assert len(questions) == 1
    assert publication.state is State.UNCONFIRMED
    assert publication.asked_at is not None
    assert dt.timedelta(0) <= publication.asked_at - (publication.intent_at or publication.due_at) - GIVE_UP
    assert publication.lane_detail == "the reads fail"


async def test_looks_come_at_growing_intervals(world: PostingWorld) -> None:
    await unconfirmed(world, went_out=False)
    world.publisher.look_up_answers = [Unknown(checkpoint={}, why="the reads fail")] * 100
    looks: list[dt.datetime] = []
    step = dt.timedelta(seconds=5)

    for _ in range(GIVE_UP // step):
        world.clock.advance(step)
        before = len(world.publisher.look_up_answers)
        await world.look_up()
        if len(world.publisher.look_up_answers) < before:
            looks.append(world.clock.now())

    waits = [later - earlier for earlier, later in itertools.pairwise(looks)]
    assert len(looks) < 12
    assert waits[:-1] == sorted(waits[:-1])


async def test_once_asked_the_account_is_free_again(world: PostingWorld) -> None:
    await unconfirmed(world, went_out=False)
    world.publisher.look_up_answers = [Unknown(checkpoint={}, why="the reads fail")] * 100
    other = await world.queued()
    for _ in range(200):
        world.clock.advance(dt.timedelta(seconds=15))
        await world.look_up()

    await world.work()

    assert world.publisher.posts == [other]


async def test_a_worker_that_died_before_the_intent_is_replaced_at_its_checkpoint(
    world: PostingWorld,
) -> None:
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)
    async with world.database.begin() as uow:
        await uow.publications.save_checkpoint(
            job.publication, {"container": "c9"}, lease=dt.timedelta(seconds=-1)
        )
        await uow.commit()

    assert await world.reconcile.recover() == 1

    released = await world.publication(publication_id)
    assert released.state is State.SCHEDULED
    assert released.checkpoint == {"container": "c9"}
    await world.work()
    assert world.publisher.posts == [publication_id]


async def test_a_worker_that_died_after_the_intent_leaves_a_question_and_no_second_call(
    world: PostingWorld,
) -> None:
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)
    async with world.database.begin() as uow:
        await uow.publications.record_intent(
            job.publication, {"container": "c9"}, at=world.clock.now(), lease=dt.timedelta(seconds=-1)
        )
        await uow.commit()
    world.publisher.posts.append(publication_id)

    await world.reconcile.recover()
    await world.work()
    assert await world.state(publication_id) is State.UNCONFIRMED
    world.clock.advance(GRACE)
    await world.look_up()

    assert await world.state(publication_id) is State.PUBLISHED
    assert world.publisher.posts == [publication_id]


async def test_a_publication_whose_workers_keep_dying_goes_to_the_team(world: PostingWorld) -> None:
    publication_id = await world.queued()

    for _ in range(RELEASES_BEFORE_TEAM + 1):
        (job,) = await world.dispatch.claim(limit=1)
        async with world.database.begin() as uow:
            await uow.publications.renew_lease(job.publication, lease=dt.timedelta(seconds=-1))
            await uow.commit()
        await world.reconcile.recover()

    assert await world.state(publication_id) is State.WITH_TEAM
    assert len(await world.cards(publication_id)) == 1


async def test_what_its_worker_is_about_to_publish_after_all_is_not_handed_to_the_team(
    world: PostingWorld,
) -> None:
    publication_id = await world.queued()
    for _ in range(RELEASES_BEFORE_TEAM):
        await world.dispatch.claim(limit=1)
        await world.leases_run_out()
        await world.reconcile.recover()
    (job,) = await world.dispatch.claim(limit=1)
    await world.leases_run_out()
    async with world.database.begin() as uow:
        (expired,) = await uow.publications.with_expired_lease(limit=1)
        await uow.publications.record_intent(job.publication, {}, at=world.clock.now(), lease=LEASE)
        await uow.commit()

    # What `recover` does with what it has read just before.
    await world.reconcile._handed_over(expired)  # pyright: ignore[reportPrivateUsage]

    assert await world.state(publication_id) is State.PUBLISHING
    assert await world.cards(publication_id) == []


async def test_a_receipt_that_comes_after_the_lease_is_still_believed(world: PostingWorld) -> None:
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)
    async with world.database.begin() as uow:
        await uow.publications.record_intent(
            job.publication, {"container": "c9"}, at=world.clock.now(), lease=dt.timedelta(seconds=-1)
        )
        await uow.commit()
    await world.reconcile.recover()

    assert await world.settlement.published(job, Receipt(platform_post_id="p77"), ())

    publication = await world.publication(publication_id)
    assert publication.state is State.PUBLISHED
    assert publication.platform_post_id == "p77"


async def test_a_look_up_knows_the_accounts_other_posts(world: PostingWorld) -> None:
    first = await world.queued()
    await world.work()
    world.clock.advance(dt.timedelta(minutes=1))
    await unconfirmed(world, went_out=False)
    world.publisher.look_up_answers = [Live(receipt=Receipt(platform_post_id="p9"))]

    world.clock.advance(GRACE)
    await world.look_up()

    assert world.publisher.surroundings is not None
    assert f"p{first}" in world.publisher.surroundings.known_post_ids
    assert not world.publisher.surroundings.others_since_intent

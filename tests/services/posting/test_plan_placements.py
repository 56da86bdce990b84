"""What the planner makes of a slot: what the placement takes, one item or several."""

from domain.media import Description, MediaKind
from services.posting.plan import PlanningService
from services.unit_of_work import Database
from support.fake_network import CAROUSEL, FAKE, REEL, FakePublisher
from support.plans import NOW, add_media, add_workspace, queued


async def test_an_account_has_slots_of_several_placements_each_with_what_it_takes(database: Database) -> None:
    planning = PlanningService(
        database=database, networks={FAKE: FakePublisher().network(more=(CAROUSEL, REEL))}
    )
    workspace_id, _ = await add_workspace(
        database,
        posts_per_day="2",
        more_times="reel daily 17:00; carousel tue 20:00; feed daily 21:00",
        carousel_items="3",
    )
    images = await add_media(database, workspace_id, count=9)
    [film] = await add_media(database, workspace_id, count=1, kind=MediaKind.VIDEO)

    report = await planning.fill(NOW)

    jobs = await queued(database, workspace_id)
    shown = [
        (job.publication.placement, len(job.post.media), f"{job.publication.planned_at:%d %H}")
        for job in jobs
    ]
    assert shown == [
        ("reel", 1, "10 17"),
        ("story", 1, "10 18"),
        ("carousel", 3, "10 20"),
        ("story", 1, "11 12"),
        ("story", 1, "11 18"),
    ]
    assert jobs[0].post.media[0].id == film
    used = [item.id for job in jobs[1:] for item in job.post.media]
    assert len(set(used)) == len(used) == 6
    assert set(used) <= set(images)
    assert [lack.slots for lack in report.lacks] == [1]


async def test_a_carousel_is_of_one_category_and_waits_for_a_second_item(database: Database) -> None:
    planning = PlanningService(database=database, networks={FAKE: FakePublisher().network(more=(CAROUSEL,))})
    workspace_id, _ = await add_workspace(database, planned_placement="carousel", posts_per_day="1")
    await add_media(database, workspace_id, count=1, description=Description(category="alone"))
    pair = await add_media(database, workspace_id, count=2, description=Description(category="pair"))

    report = await planning.fill(NOW)

    [job] = await queued(database, workspace_id)
    assert {item.id for item in job.post.media} == set(pair)
    assert [lack.slots for lack in report.lacks] == [1]


async def test_another_placement_is_another_schedule(database: Database) -> None:
    planning = PlanningService(database=database, networks={FAKE: FakePublisher().network(more=(REEL,))})
    workspace_id, _ = await add_workspace(database, posts_per_day="1")
    await add_media(database, workspace_id, count=5, kind=MediaKind.VIDEO)
    await add_media(database, workspace_id, count=5)
    await planning.fill(NOW)
    async with database.begin() as uow:
        await uow.workspaces.set_setting(workspace_id, "planned_placement", "reel", at=NOW)
        await uow.commit()

    report = await planning.fill(NOW)

    assert (report.withdrawn, report.planned) == (2, 2)

from services.media.hosting import HostedFiles
from services.ports import Progress, Receipt
from services.posting.dry_run import DryRunPublisher
from support.posting_world import PostingWorld


async def test_a_dry_run_prepares_for_real_and_posts_nothing(world: PostingWorld) -> None:
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)
    publisher = DryRunPublisher(world.publisher)
    files = HostedFiles(
        database=world.database, clock=world.clock, store=world.store, publication_id=publication_id
    )

    step = await publisher.prepare(job, files)
    receipt = await publisher.publish(job.at(step.checkpoint))

    assert isinstance(step, Progress)
    assert world.store.kept
    assert world.publisher.posts == []
    assert receipt == Receipt(platform_post_id=f"dry-run-{publication_id}")
    assert await publisher.permalink(job, f"dry-run-{publication_id}") is None

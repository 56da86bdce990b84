import dataclasses

from domain.publication import State
from services.posting.dry_run import DryRunPublisher
from support.fake_network import FAKE
from support.posting_world import PostingWorld


async def test_a_dry_run_goes_the_whole_path_and_posts_nothing(world: PostingWorld) -> None:
    network = world.publisher.network()
    world.publishing._networks = {
        FAKE: dataclasses.replace(network, publisher=DryRunPublisher(world.publisher))
    }
    publication_id = await world.queued()

    await world.work()

    publication = await world.publication(publication_id)
    assert world.publisher.posts == []
    assert publication.state is State.PUBLISHED
    assert publication.platform_post_id == f"dry-run-{publication_id}"
    assert publication.permalink is None

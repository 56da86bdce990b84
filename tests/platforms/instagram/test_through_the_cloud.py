import datetime as dt
from pathlib import Path

from platforms._shared.http import shared_client
from platforms.instagram.publisher import InstagramPublisher
from platforms.instagram.settings import InstagramSettings
from sandbox import demo
from sandbox.server import running
from services.ports import Progress, Ready, Wait
from storage.cloudinary import CloudinaryStore
from storage.settings import CloudinarySettings
from support.instagram import HostedFiles, WorldClock, instagram_job
from support.made_media import picture


async def test_a_file_goes_from_the_disk_through_the_cloud_to_a_story_and_leaves_the_cloud_again(
    tmp_path: Path,
) -> None:
    account = demo.ACCOUNTS[0]
    path = tmp_path / "window.jpg"
    path.write_bytes(picture())
    async with running() as sandbox, shared_client(timeout=dt.timedelta(seconds=5)) as http:
        settings = InstagramSettings(
            graph_api_base_url=sandbox.urls.facebook_graph,
            instagram_graph_api_base_url=sandbox.urls.instagram_graph,
        )
        publisher = InstagramPublisher(settings=settings, http=http, clock=WorldClock(sandbox.world))
        cloudinary = CloudinarySettings(
            cloudinary_cloud_name=demo.CLOUD_NAME,
            cloudinary_api_key=demo.CLOUD_API_KEY,
            cloudinary_api_secret=demo.CLOUD_API_SECRET,  # type: ignore[arg-type]  # pydantic wraps it
            cloudinary_upload_prefix=sandbox.urls.cloudinary,
        )
        store = CloudinaryStore(cloudinary, timeout=dt.timedelta(seconds=5))

        hosted = await store.upload(path, name="a1b2c3", content_type="image/jpeg")
        job, step = instagram_job(token=account.token), None
        while not isinstance(step, Ready):
            step = await publisher.prepare(job, HostedFiles(hosted.url))
            job = job.at(step.checkpoint)
            match step:
                case Wait(after=after):
                    sandbox.world.clock.advance(after)
                case Progress() | Ready():
                    pass
        receipt = await publisher.publish(job)
        await store.delete(hosted.reference)

        (story,) = sandbox.graph.posts(account.id)
        assert (receipt.platform_post_id, story.surface) == (story.id, "story")
        assert story.media.file.path.read_bytes() == path.read_bytes()
        assert not sandbox.cloudinary.assets()

import dataclasses
from pathlib import Path

from domain.media import MediaKind
from support.instagram import Instagram, instagram_job, media_item
from support.made_media import film, picture
from support.meta import PAGE_ACCOUNT


async def test_a_video_becomes_a_reel(instagram: Instagram, tmp_path: Path) -> None:
    instagram.files.address = instagram.meta.put(
        film(tmp_path / "film.mp4"), name="film.mp4", content_type="video/mp4"
    )
    job = instagram_job(placement="reel", kind=MediaKind.VIDEO, caption="How it is made")

    receipt = await instagram.publisher.publish(await instagram.ready(job))

    (reel,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert (receipt.platform_post_id, reel.surface, reel.caption) == (reel.id, "reel", "How it is made")


async def test_pictures_become_a_carousel(instagram: Instagram) -> None:
    instagram.files.address = instagram.meta.put(picture(100, 100), name="square.jpg")
    job = instagram_job(placement="carousel", caption="Three bowls")
    job = dataclasses.replace(
        job, post=dataclasses.replace(job.post, media=tuple(media_item() for _ in range(3)))
    )

    receipt = await instagram.publisher.publish(await instagram.ready(job))

    (post,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert (receipt.platform_post_id, post.surface, len(post.children)) == (post.id, "carousel", 3)
    assert instagram.calls("media_create") == 4

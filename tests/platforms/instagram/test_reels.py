import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from domain.errors import RejectedError, TransientError
from domain.media import MediaKind
from domain.post import UserTag
from support.instagram import Instagram, instagram_job, posting
from support.meta import OWN_ACCOUNT, PAGE_ACCOUNT


async def test_a_video_becomes_a_reel_with_all_that_goes_with_it(
    instagram: Instagram, tmp_path: Path
) -> None:
    job = posting(
        instagram_job(placement="reel", kind=MediaKind.VIDEO, caption="How it is made"),
        instagram.film(tmp_path),
        thumb_offset=dt.timedelta(milliseconds=1_500),
        user_tags=(UserTag(name="harbour.kids", x=0.1, y=0.2),),
        collaborators=("old.pier",),
        location_id="106000000000001",
        is_ai_generated=True,
    )

    receipt = await instagram.publisher.publish(await instagram.ready(job))

    (reel,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    details = reel.details
    assert (receipt.platform_post_id, reel.surface, reel.caption) == (reel.id, "reel", "How it is made")
    assert (details.thumb_offset_ms, details.shares_to_feed, details.is_ai_generated) == (1500, True, True)
    assert [(tag.username, tag.x) for tag in details.user_tags] == [("harbour.kids", None)]
    assert (details.collaborators, details.location_id) == (("old.pier",), "106000000000001")


async def test_a_reel_may_stay_out_of_the_feed(instagram: Instagram, tmp_path: Path) -> None:
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path), share_to_feed=False)

    await instagram.publisher.publish(await instagram.ready(job))

    assert instagram.meta.graph.posts(PAGE_ACCOUNT)[0].details.shares_to_feed is False


async def test_a_cover_is_uploaded_and_shown(instagram: Instagram, tmp_path: Path) -> None:
    cover = instagram.picture(90, 160)
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path), cover=cover)

    await instagram.publisher.publish(await instagram.ready(job))

    (reel,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    (made,) = [call for call in instagram.meta.world.calls if call.operation == "media_create"]
    assert reel.media.thumbnail is not None
    assert made.params["cover_url"] == instagram.files.own[cover.id]
    assert "thumb_offset" not in made.params


async def test_an_account_of_instagram_login_has_reels_too(instagram: Instagram, tmp_path: Path) -> None:
    job = posting(instagram_job(placement="reel", login="instagram"), instagram.film(tmp_path))

    await instagram.publisher.publish(await instagram.ready(job))

    assert instagram.meta.graph.posts(OWN_ACCOUNT)[0].surface == "reel"


async def test_a_moment_outside_the_film_is_refused_with_what_to_change(
    instagram: Instagram, tmp_path: Path
) -> None:
    job = posting(
        instagram_job(placement="reel"), instagram.film(tmp_path), thumb_offset=dt.timedelta(minutes=1)
    )

    with pytest.raises(RejectedError, match="cover"):
        await instagram.ready(job)


@pytest.mark.parametrize(
    ("fields", "containers"), [({"body": {"subcode": 2207077}}, 2), ({"body": {"subcode": 2207026}}, 1)]
)
async def test_a_film_that_fails_for_good_is_not_made_over_and_over(
    instagram: Instagram, tmp_path: Path, fields: dict[str, Any], containers: int
) -> None:
    instagram.meta.misbehave("container_error", **fields)

    with pytest.raises((RejectedError, TransientError)):
        await instagram.ready(posting(instagram_job(placement="reel"), instagram.film(tmp_path)))

    assert instagram.calls("media_create") == containers

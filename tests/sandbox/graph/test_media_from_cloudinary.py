from pathlib import Path

import pytest

from support.cloud import NAME, cloud_running
from support.made_media import film, picture
from support.meta import PAGE_ACCOUNT, Meta


@pytest.mark.parametrize("kind", ["image", "video"])
async def test_a_story_stays_after_its_signed_upload_was_destroyed(
    meta: Meta, tmp_path: Path, kind: str
) -> None:
    data = picture() if kind == "image" else film(tmp_path / "film.mp4", sound=True)
    async with cloud_running() as cloud:
        asset = (await cloud.upload(data, kind=kind, public_id="story", type="authenticated")).json()
        container = await meta.container(**{"media_type": "STORIES", f"{kind}_url": str(asset["secure_url"])})
        await meta.graph.settle()
        meta.later(seconds=5)
        published = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)
        await cloud.http.post(
            f"{cloud.url}/v1_1/{NAME}/{kind}/destroy",
            data=cloud.signed(public_id="story", type="authenticated"),
        )
        gone = await cloud.http.get(asset["secure_url"])

    [story] = (await meta.get(f"{PAGE_ACCOUNT}/stories", fields="media_url")).json()["data"]
    kept = await meta.http.get(story["media_url"])
    assert (published.json()["id"], gone.status_code) == (story["id"], 404)
    assert kept.content == data

"""Meta's own SDK, in its own environment, posts to a Facebook Page over HTTP."""

from pathlib import Path

from support.driving import driven
from support.made_media import film, picture
from support.meta import PAGE, PAGE_TOKEN, USER_TOKEN, Meta

DRIVER = Path(__file__).with_name("drive_pages.py")


async def test_it_posts_to_a_page_and_reads_back(meta: Meta, python: Path) -> None:
    meta.graph.settings.change({"require_appsecret_proof": True})

    seen = await driven(python, DRIVER, "post", meta.facebook, USER_TOKEN, PAGE, meta.put(picture()))

    words, alone = seen["words"], seen["alone"]
    assert seen["offered"] == PAGE
    assert words["permalink_url"].startswith(f"https://www.facebook.com/{PAGE}/posts/")
    assert seen["published"] == [
        {"message": "Two", "id": seen["album"]},
        {"message": "A vase", "id": alone["post_id"]},
        {"message": "Käse", "id": words["id"]},
    ]
    assert seen["scheduled"] == [{"message": "Later", "id": seen["later"]}]
    assert len(seen["photos"]) == 3
    assert [each["post_id"] for each in seen["stories"]] == [seen["story"]["post_id"]]


async def test_it_posts_videos_reels_and_stories(meta: Meta, python: Path, tmp_path: Path) -> None:
    meta.graph.settings.change({"video_processing_seconds": 0.2, "page_video_part_bytes": 1500})
    path = tmp_path / "film.mp4"
    address = meta.put(film(path, width=540, height=960), name="film.mp4", content_type="video/mp4")

    seen = await driven(python, DRIVER, "film", meta.facebook, PAGE_TOKEN, PAGE, str(path), address)

    assert seen["videos"] == seen["sent"]
    assert seen["reels"] == [{"description": "Spin", "id": seen["reel"]}]
    assert seen["stories"] == [[seen["told"], seen["story"]]]


async def test_it_understands_the_refusals_of_a_page(meta: Meta, python: Path) -> None:
    seen = await driven(
        python, DRIVER, "fail", meta.facebook, PAGE_TOKEN, PAGE, f"{meta.media_url}/photo.jpg"
    )

    assert {name: (error["http"], error["code"]) for name, error in seen.items()} == {
        "twice": (400, 506),
        "nothing": (400, 100),
        "no_photo": (400, 324),
        "no_film": (400, 389),
    }
    assert {error["type"] for error in seen.values()} == {"OAuthException"}

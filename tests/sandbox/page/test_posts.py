import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from support.made_media import film, picture
from support.sandbox_page import Stage, plays
from support.telegram_api import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAGS = json.dumps([{"username": "anna_holm", "x": 0.25, "y": 0.5}])


async def test_a_reel_has_a_page_of_its_own_where_it_plays(stage: Stage, tmp_path: Path) -> None:
    await stage.publish(
        film(tmp_path / "film.mp4", width=540, height=960), kind="reel", caption="A vase turns"
    )
    await expect(stage.find(".grid-tabs [data-tab=reels] .dot")).to_be_visible()

    await expect(stage.find(".grid")).to_contain_text("No posts yet")
    await stage.page.get_by_label("Reels", exact=True).click()
    await stage.find(".tile[data-kind=reel]").click()

    await expect(stage.find(".reel-page .post-caption")).to_have_text("A vase turns")
    await until(lambda: plays(stage.find(".reel-page video")))


async def test_a_reel_that_is_shared_to_the_feed_shows_among_the_posts(stage: Stage, tmp_path: Path) -> None:
    await stage.publish(film(tmp_path / "film.mp4"), kind="reel", share_to_feed="true")

    await expect(stage.find(".grid[data-tab=posts] .tile[data-kind=reel]")).to_be_visible()


async def test_a_reel_shows_its_cover_and_what_went_along(stage: Stage, tmp_path: Path) -> None:
    stage.media.files["/cover.jpg"] = (picture(540, 960), "image/jpeg")
    await stage.publish(
        film(tmp_path / "film.mp4"),
        kind="reel",
        cover_url=f"{stage.media_url}/cover.jpg",
        share_to_feed="true",
        audio_name="Clay sounds",
        collaborators='["ben_okafor"]',
        is_ai_generated="true",
    )

    cover = stage.find(".tile img")
    await expect(cover).to_have_js_property("naturalWidth", 540)
    await cover.click()
    page = stage.find(".reel-page")
    await expect(page.locator(".post-author strong")).to_have_text("harbour.lane and ben_okafor")
    await expect(page.locator(".reel-sound")).to_have_text("Clay sounds")
    await page.locator("summary").click()
    await expect(page.locator(".post-details")).to_contain_text("Made with AI")

    await stage.page.keyboard.press("Escape")
    await expect(page).to_have_count(0)


async def test_a_carousel_is_stepped_through_piece_by_piece(stage: Stage, tmp_path: Path) -> None:
    await stage.publish_carousel(
        picture(600, 600), picture(600, 600), film(tmp_path / "film.mp4"), caption="Three"
    )

    await stage.find(".tile[data-kind=carousel]").click()
    count = stage.find(".carousel-count")
    await expect(count).to_have_text("1/3")
    await expect(stage.find(".carousel-previous")).to_be_hidden()
    await stage.find(".carousel-next").click()
    await expect(count).to_have_text("2/3")
    await stage.find(".carousel-next").click()

    await expect(count).to_have_text("3/3")
    await expect(stage.find(".carousel-next")).to_be_hidden()
    await expect(stage.find(".post-caption")).to_have_text("harbour.lane Three")
    await until(lambda: plays(stage.find(".carousel video")))


async def test_a_post_tells_what_went_along_with_it(stage: Stage) -> None:
    await stage.publish(
        picture(600, 600),
        kind="feed",
        alt_text="A vase on a shelf",
        location_id="106000000000001",
        user_tags=TAGS,
        collaborators='["ben_okafor", "chloe_marin"]',
    )

    await stage.find(".tile").click()
    page = stage.find(".post-page")

    await expect(page.locator(".post-author strong")).to_have_text("harbour.lane and 2 others")
    await expect(page.locator(".post-author small")).to_have_text("Harbour Lane Pottery")
    await expect(page.locator(".post-media")).to_have_attribute("alt", "A vase on a shelf")
    await expect(page.locator(".post-details")).to_contain_text("@ben_okafor, @chloe_marin")


async def test_a_tap_shows_who_is_tagged_and_where(stage: Stage) -> None:
    await stage.publish(picture(600, 600), kind="feed", user_tags=TAGS)
    await stage.find(".tile").click()
    tag = stage.find(".tags span", text="anna_holm")
    await expect(tag).to_be_hidden()

    await stage.page.get_by_label("Show 1 tagged person").click()

    await expect(tag).to_be_visible()
    assert await tag.evaluate("(tag) => [tag.style.left, tag.style.top]") == ["25%", "50%"]


async def test_a_story_names_whom_it_mentions(stage: Stage) -> None:
    await stage.publish(picture(1080, 1920), user_tags='[{"username": "anna_holm"}]')

    await stage.find(".ring[data-state=new]").click()

    await expect(stage.find(".story-tags")).to_have_text("@anna_holm")

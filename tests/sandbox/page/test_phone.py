import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from support.made_media import film, picture
from support.sandbox_page import KIDS, Stage, plays
from support.telegram_api import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_empty_profile_says_what_will_happen(stage: Stage) -> None:
    await expect(stage.find(".ring")).to_be_disabled()
    await expect(stage.find(".hint")).to_contain_text("As soon as a story goes out")
    await expect(stage.find(".grid")).to_contain_text("No posts yet")


async def test_a_story_lights_the_ring_by_itself_and_is_watched_full_size(stage: Stage) -> None:
    await stage.publish(picture(1080, 1920))

    await stage.find(".ring[data-state=new]").click()
    shown = stage.find(".viewer img.story-media")
    await expect(shown).to_have_js_property("naturalWidth", 1080)
    await expect(shown).to_have_js_property("naturalHeight", 1920)

    await stage.page.keyboard.press("Escape")
    await expect(stage.find(".viewer")).to_have_count(0)
    await expect(stage.find(".ring")).to_have_attribute("data-state", "seen")
    await expect(stage.find(".ring")).to_be_focused()


async def test_stories_are_stepped_through_from_the_oldest_to_the_newest(stage: Stage) -> None:
    first = await stage.publish(picture(1080, 1920))
    second = await stage.publish(picture(1080, 1920))
    await expect(stage.find(".ring")).to_have_attribute("aria-label", "Watch 2 stories of harbour.lane")

    await stage.find(".ring").click()
    media = stage.find(".story-media")
    await expect(media).to_have_attribute("src", _ending(first))
    await stage.find(".side-right").click()
    await expect(media).to_have_attribute("src", _ending(second))
    await stage.find(".side-left").click()
    await expect(media).to_have_attribute("src", _ending(first))
    await stage.page.keyboard.press("ArrowRight")
    await stage.page.keyboard.press("ArrowRight")

    await expect(stage.find(".viewer")).to_have_count(0)


async def test_a_story_that_comes_while_one_watches_is_added(stage: Stage) -> None:
    await stage.publish(picture(1080, 1920))
    await stage.find(".ring[data-state=new]").click()
    await stage.page.keyboard.press("Space")
    await expect(stage.find(".bars span")).to_have_count(1)

    await stage.publish(picture(1080, 1920))

    await expect(stage.find(".bars span")).to_have_count(2)


async def test_a_video_story_plays(stage: Stage, tmp_path: Path) -> None:
    await stage.publish(film(tmp_path / "film.mp4", width=540, height=960))

    await stage.find(".ring[data-state=new]").click()

    await expect(stage.find(".viewer video")).to_have_js_property("videoWidth", 540)
    await until(lambda: plays(stage.find(".viewer video")))


async def test_a_story_is_gone_after_a_day(stage: Stage) -> None:
    await stage.publish(picture(1080, 1920))
    await expect(stage.find(".ring")).to_have_attribute("data-state", "new")

    await stage.find("#clock .chip", text="+1 day").click()

    await expect(stage.find(".ring")).to_have_attribute("data-state", "none")


async def test_a_post_of_the_feed_opens_with_its_caption(stage: Stage) -> None:
    await stage.publish(picture(1080, 1350), kind="feed", caption="The tall vase\n<b>is back</b> 😀")

    await stage.find(".tile").click()
    page = stage.find(".post-page")
    await expect(page.locator(".post-caption")).to_have_text("harbour.lane The tall vase\n<b>is back</b> 😀")
    await expect(page.locator("img.post-media")).to_have_js_property("naturalHeight", 1350)
    await page.get_by_label("Back to the profile").click()

    await expect(page).to_have_count(0)
    await expect(stage.find(".tile")).to_be_focused()


async def test_the_other_account_is_one_tap_away_and_marked_when_it_has_news(stage: Stage) -> None:
    await stage.publish(picture(1080, 1920), account=KIDS)
    await expect(stage.find(".switch .dot")).to_be_visible()

    await stage.find(".switch").click()
    await stage.find(".sheet button", text="harbour.kids").click()

    await expect(stage.find(".app-bar strong")).to_have_text("harbour.kids")
    await expect(stage.find(".ring")).to_have_attribute("data-state", "new")
    await expect(stage.find(".bio")).to_contain_text("Instagram Login")


async def test_the_quota_is_shown_as_the_api_counts_it(stage: Stage) -> None:
    await stage.publish(picture(1080, 1920))

    await expect(stage.find(".count", text="quota")).to_contain_text("1/50")


def _ending(media_id: str) -> re.Pattern[str]:
    return re.compile(re.escape(media_id) + "$")

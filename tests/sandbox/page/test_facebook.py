import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from sandbox import demo
from support.made_media import film, picture
from support.sandbox_page import LANE, Stage, plays
from support.telegram_api import until

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGE = demo.PAGE_ID


async def _posted(stage: Stage, edge: str, *, file: bytes | None = None, **data: str) -> dict[str, Any]:
    response = await stage.bot.http.post(
        f"{stage.sandbox.urls.facebook_graph}/v25.0/{PAGE}/{edge}",
        data={"access_token": LANE.token, **data},
        files={"source": ("file", file)} if file else None,
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def _open_page(stage: Stage) -> None:
    await stage.find(".switch").click()
    await stage.find(".sheet button", text="Facebook Page").click()
    await expect(stage.find(".page-name")).to_contain_text("Harbour Lane")


async def test_a_page_is_one_tap_away_and_marked_when_it_has_news(stage: Stage) -> None:
    await _posted(stage, "feed", message="We open at nine <b>sharp</b>")
    await expect(stage.find(".switch .dot")).to_be_visible()

    await _open_page(stage)

    await expect(stage.find(".card")).to_have_count(1)
    await expect(stage.find(".card-text")).to_have_text("We open at nine <b>sharp</b>")
    await expect(stage.find(".switch .dot")).to_have_count(0)


async def test_an_empty_page_says_what_will_happen(stage: Stage) -> None:
    await _open_page(stage)

    await expect(stage.find(".timeline")).to_contain_text("Nothing on the Page yet")
    await expect(stage.find(".ring")).to_be_disabled()


async def test_posts_come_by_themselves_with_their_link_and_their_photos(stage: Stage) -> None:
    await _open_page(stage)

    await _posted(stage, "feed", message="New", link="https://harbour.example/vase")
    await expect(stage.find(".card-link")).to_have_attribute("href", "https://harbour.example/vase")
    ids = [(await _posted(stage, "photos", file=picture(), published="false"))["id"] for _ in range(5)]
    await _posted(stage, "feed", attached_media=json.dumps([{"media_fbid": each} for each in ids]))

    await expect(stage.find(".card[data-kind=album] img")).to_have_count(4)
    await expect(stage.find(".card-photos b")).to_have_text("+1")
    await expect(stage.find(".card").first).to_have_attribute("data-kind", "album")


async def test_a_photo_is_shown_with_its_description(stage: Stage) -> None:
    await _open_page(stage)

    await _posted(stage, "photos", file=picture(400, 300), caption="A vase", alt_text_custom="Tall and blue")

    await expect(stage.find(".card img")).to_have_js_property("naturalWidth", 400)
    await expect(stage.find(".card img")).to_have_attribute("alt", "Tall and blue")


async def test_a_video_plays_once_it_is_processed(stage: Stage, tmp_path: Path) -> None:
    stage.sandbox.graph.settings.change({"video_processing_seconds": 0.5})
    await _open_page(stage)

    await _posted(stage, "videos", file=film(tmp_path / "film.mp4", width=320, height=180))

    video = stage.find(".card[data-kind=video] video")
    await expect(video).to_have_js_property("videoWidth", 320)
    await video.evaluate("(video) => { video.muted = true; video.play(); }")
    await until(lambda: plays(video))


async def test_a_story_of_a_page_lights_its_ring(stage: Stage) -> None:
    await _open_page(stage)
    photo = await _posted(stage, "photos", file=picture(1080, 1920), published="false")

    await _posted(stage, "photo_stories", photo_id=photo["id"])
    await stage.find(".ring[data-state=new]").click()

    await expect(stage.find(".viewer img.story-media")).to_have_js_property("naturalHeight", 1920)
    await stage.page.keyboard.press("Escape")
    await expect(stage.find(".ring")).to_have_attribute("data-state", "seen")
    await expect(stage.find(".ring")).to_be_focused()


async def test_what_is_scheduled_is_announced_and_then_shown(stage: Stage) -> None:
    await _open_page(stage)
    at = str(stage.sandbox.world.clock.timestamp() + 3600)
    await _posted(stage, "feed", message="Later", published="false", scheduled_publish_time=at)
    await expect(stage.find(".waiting")).to_contain_text("1 post scheduled")
    await expect(stage.find(".card")).to_have_count(0)

    await stage.find("#clock .chip", text="+1 day").click()

    await expect(stage.find(".card-text")).to_have_text("Later")
    await expect(stage.find(".waiting")).to_have_count(0)

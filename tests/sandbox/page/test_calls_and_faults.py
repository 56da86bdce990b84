import httpx
import pytest
from playwright.async_api import expect

from sandbox import demo
from sandbox.faults import Effect
from support.made_media import picture
from support.sandbox_page import LANE, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_call_appears_as_it_happens_with_whom_it_is_about(stage: Stage) -> None:
    await stage.send("Hello")

    row = stage.find("#call-list li").first
    await expect(row).to_contain_text("sendMessage")
    await expect(row.locator(".about")).to_have_text(demo.CHAT_TITLE)
    await expect(row.locator(".status")).to_have_text("200")


async def test_an_opened_call_tells_what_went_over_the_wire_without_the_token(stage: Stage) -> None:
    await stage.send("Hello over there")

    await stage.find("#call-list summary", text="sendMessage").click()

    wire = stage.find(".wire")
    await expect(wire).to_contain_text('"text": "Hello over there"')
    await expect(wire).to_contain_text('"message_id": 1')
    await expect(wire).not_to_contain_text(demo.BOT_TOKEN)


async def test_calls_that_were_made_before_the_page_opened_are_there(stage: Stage) -> None:
    await stage.send("Early")

    await stage.page.reload()

    await expect(stage.find("#call-list .about", text=demo.CHAT_TITLE)).to_have_count(1)


async def test_polling_is_hidden_until_asked_for(stage: Stage) -> None:
    await stage.bot.result("getUpdates", timeout=0)
    await stage.send("After it")
    await expect(stage.find("#call-list li")).to_have_count(1)

    await stage.find("#calls-tools .chip", text="Polling").click()

    await expect(stage.find("#call-list .operation")).to_have_text(["sendMessage", "getUpdates"])


async def test_calls_are_filtered_by_service(stage: Stage) -> None:
    await stage.send("Hello")
    await stage.publish(picture(1080, 1920))

    await stage.find("#calls-tools .chip", text="Meta").click()

    await expect(stage.find("#call-list .operation")).to_have_text(["media_publish", "media_create"])


async def test_a_paused_list_stands_still_and_catches_up(stage: Stage) -> None:
    await stage.find("#calls-tools .chip", text="Pause").click()

    await stage.send("Meanwhile")
    resume = stage.find("#calls-tools .chip", text="Resume (1 new)")
    await expect(resume).to_be_visible()
    await expect(stage.find("#call-list .operation")).to_have_count(0)
    await resume.click()

    await expect(stage.find("#call-list .operation")).to_have_text(["sendMessage"])


async def test_a_fault_hits_as_often_as_chosen_and_is_then_gone(stage: Stage) -> None:
    await stage.find(".times .chip", text="the next call").click()
    await stage.find(".preset", text="The answer is lost on the way").click()
    await expect(stage.find(".active-faults li")).to_contain_text("1 call to go")

    with pytest.raises(httpx.RemoteProtocolError):
        await stage.publish(picture(1080, 1920))

    await expect(stage.find(".active-faults li")).to_have_count(0)
    call = stage.find("#call-list li", text="media_publish")
    await expect(call.locator(".fault-mark")).to_have_text("done, answer lost")
    await expect(call.locator(".status")).to_have_text("no answer")
    await expect(stage.find(".ring")).to_have_attribute("data-state", "new")


async def test_a_fault_stays_until_it_is_stopped(stage: Stage) -> None:
    await stage.find(".times .chip", text="until I stop it").click()
    await stage.find(".preset", text="Telegram says 429").click()
    await expect(stage.find(".active-faults li")).to_contain_text("until you stop it")
    refused = await stage.bot.call("sendMessage", chat_id=demo.CHAT_ID, text="No")
    await expect(stage.find(".active-faults li")).to_contain_text("hit 1 so far")

    await stage.page.get_by_label("Stop: Telegram says 429").click()
    await expect(stage.find(".active-faults li")).to_have_count(0)

    assert (refused.status_code, refused.json()["parameters"]) == (429, {"retry_after": 5})
    assert (await stage.send("Yes"))["text"] == "Yes"


async def test_every_preset_can_be_switched_on_and_all_be_stopped_at_once(stage: Stage) -> None:
    presets = stage.find(".preset")
    count = await presets.count()
    for number in range(count):
        await presets.nth(number).click()
    await expect(stage.find("[data-fault]")).to_have_count(count)
    titles = await stage.find("[data-fault] strong").all_text_contents()

    await stage.find(".active-faults .chip", text="Stop all").click()

    await expect(stage.find("[data-fault]")).to_have_count(0)
    assert sorted(titles) == sorted(await presets.locator("strong").all_text_contents())


@pytest.mark.parametrize(
    ("title", "path", "code", "subcode"),
    [("Reads fail", "media", 100, 33), ("The token expired", "", 190, 463)],
)
async def test_a_preset_that_changes_instagram_is_understood_by_it(
    stage: Stage, title: str, path: str, code: int, subcode: int
) -> None:
    await stage.find(".preset", text=title).click()
    await expect(stage.find("[data-fault]")).to_have_count(1)

    url = f"{stage.sandbox.urls.facebook_graph}/v25.0/{LANE.id}/{path}".rstrip("/")
    response = await stage.bot.http.get(url, params={"access_token": LANE.token})

    error = response.json()["error"]
    assert (error["code"], error["error_subcode"]) == (code, subcode)


async def test_a_stuck_container_never_finishes(stage: Stage) -> None:
    await stage.find(".preset", text="The container gets stuck").click()
    await expect(stage.find("[data-fault]")).to_have_count(1)

    with pytest.raises(AssertionError, match="2207027"):
        await stage.publish(picture(1080, 1920))


async def test_a_fault_from_elsewhere_is_shown_too(stage: Stage) -> None:
    fault = {"service": "cloudinary", "operation": "destroy", "effect": Effect.DROP}
    await stage.bot.http.post("/sandbox/faults", json=fault)

    await expect(stage.find("[data-fault] strong")).to_have_text("cloudinary destroy: drop")


async def test_the_clock_runs_at_the_speed_chosen(stage: Stage) -> None:
    await stage.find("#clock .chip", text="60×").click()

    await expect(stage.find("#clock .chip", text="60×")).to_have_attribute("aria-pressed", "true")
    assert stage.sandbox.world.clock.real_seconds(60) == pytest.approx(1)


async def test_on_a_phone_one_part_is_shown_at_a_time(stage: Stage) -> None:
    await stage.page.set_viewport_size({"width": 390, "height": 844})
    await expect(stage.find("#composer-text")).to_be_in_viewport()
    await expect(stage.find("#screen")).to_be_hidden()
    await stage.publish(picture(1080, 1920))
    await expect(stage.find("#tabs [data-tab=phone]")).to_have_class("news")

    await stage.find("#tabs [data-tab=phone]").click()

    await expect(stage.find(".ring[data-state=new]")).to_be_in_viewport()
    await expect(stage.find("#chat")).to_be_hidden()
    wide = await stage.page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390

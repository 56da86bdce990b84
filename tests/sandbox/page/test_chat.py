import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from sandbox import demo
from support.made_media import film, picture
from support.sandbox_page import Stage, plays
from support.telegram_api import button, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANNA, BEN, CHLOE, DAN = (person.id for person in demo.PEOPLE)


async def update(stage: Stage, kind: str) -> Any:
    """Return the next update of this kind, as the bot gets it."""
    offset = 0
    while True:
        for item in await stage.bot.result("getUpdates", offset=offset, timeout=5):
            offset = item["update_id"] + 1
            if kind in item:
                await stage.bot.result("getUpdates", offset=offset, timeout=0)
                return item[kind]


async def card(stage: Stage, caption: str = "A card", **more: Any) -> Any:
    return await stage.bot.result(
        "sendPhoto",
        chat_id=demo.CHAT_ID,
        caption=caption,
        files={"photo": ("photo.jpg", picture(1080, 1920))},
        **more,
    )


async def test_a_card_arrives_by_itself_with_its_picture_and_formatted_caption(stage: Stage) -> None:
    await card(stage, "😀 <b>Story</b> for <i>harbour.lane</i>", parse_mode="HTML")

    bubble = stage.find(".bubble", text="Story for harbour.lane")
    await expect(bubble.locator(".author")).to_have_text("Storyline")
    await expect(bubble.locator("strong")).to_have_text("Story")
    await expect(bubble.locator("em")).to_have_text("harbour.lane")
    await expect(bubble.locator(".picture img")).to_have_js_property("naturalHeight", 1280)


async def test_a_video_plays_without_sound(stage: Stage, tmp_path: Path) -> None:
    await stage.bot.result(
        "sendVideo", chat_id=demo.CHAT_ID, files={"video": ("film.mp4", film(tmp_path / "film.mp4"))}
    )

    video = stage.find(".bubble video")
    await expect(video).to_have_js_property("muted", value=True)
    await expect(video).to_have_js_property("loop", value=True)
    await until(lambda: plays(video))


async def test_a_press_reaches_the_bot_and_its_answer_is_shown(stage: Stage) -> None:
    await card(stage, reply_markup=button("Posted", callback_data="posted:1"))

    await stage.find(".key", text="Posted").click()
    query = await update(stage, "callback_query")
    await stage.bot.result("answerCallbackQuery", callback_query_id=query["id"], text="Noted")

    assert (query["data"], query["from"]["id"]) == ("posted:1", ANNA)
    await expect(stage.find(".toast")).to_have_text("Noted")


async def test_an_alert_has_to_be_acknowledged(stage: Stage) -> None:
    await card(stage, reply_markup=button("Reject"))

    await stage.find(".key", text="Reject").click()
    query = await update(stage, "callback_query")
    await stage.bot.result(
        "answerCallbackQuery", callback_query_id=query["id"], text="Only an approver can.", show_alert=True
    )

    await expect(stage.find("#alert-text")).to_have_text("Only an approver can.")
    await stage.find("#alert button").click()
    await expect(stage.find("#alert")).to_be_hidden()


async def test_one_acts_as_the_person_one_chose(stage: Stage) -> None:
    await card(stage, reply_markup=button("Posted"))

    await stage.find(".person", text="Ben Okafor").click()
    await stage.find(".key", text="Posted").click()
    query = await update(stage, "callback_query")

    assert query["from"]["id"] == BEN


async def test_an_edit_changes_caption_and_buttons_and_leaves_the_picture_alone(stage: Stage) -> None:
    message = await card(stage, reply_markup=button("Posted"))
    shown = stage.find(".picture img")
    await shown.evaluate("(image) => { image.dataset.same = 'yes'; }")

    await stage.bot.result(
        "editMessageCaption",
        chat_id=demo.CHAT_ID,
        message_id=message["message_id"],
        caption="Posted by Anna",
        reply_markup=button("Undo"),
    )

    await expect(stage.find(".bubble .text")).to_have_text("Posted by Anna")
    await expect(stage.find(".bubble .meta")).to_contain_text("edited")
    await expect(stage.find(".key")).to_have_text(["Undo"])
    await expect(shown).to_have_attribute("data-same", "yes")


async def test_a_deleted_message_goes(stage: Stage) -> None:
    message = await stage.send("Soon gone")
    await expect(stage.find(".bubble", text="Soon gone")).to_be_visible()

    await stage.bot.result("deleteMessage", chat_id=demo.CHAT_ID, message_id=message["message_id"])

    await expect(stage.find(".bubble")).to_have_count(0)


async def test_what_is_written_reaches_the_bot_as_an_answer_to_the_message_chosen(stage: Stage) -> None:
    asked = await stage.send("When shall it go out?")

    await stage.find(".bubble", text="When shall").hover()
    await stage.find(".message", text="When shall").get_by_label("Reply").click()
    await stage.page.keyboard.type("Tonight")
    await stage.page.keyboard.press("Enter")
    said = await update(stage, "message")

    assert (said["text"], said["from"]["id"]) == ("Tonight", ANNA)
    assert said["reply_to_message"]["message_id"] == asked["message_id"]
    await expect(stage.find(".mine .quote")).to_contain_text("When shall it go out?")
    await expect(stage.find("#replying")).to_be_hidden()


async def test_a_command_that_is_tapped_is_sent(stage: Stage) -> None:
    await stage.send("See /queue for more")

    await stage.find(".bubble button", text="/queue").click()

    assert (await update(stage, "message"))["text"] == "/queue"


async def test_markup_in_a_message_is_shown_as_text(stage: Stage) -> None:
    attack = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'

    await stage.find("#composer-text").fill(attack)
    await stage.page.keyboard.press("Enter")

    await expect(stage.find(".bubble .text")).to_have_text(attack)
    assert await stage.page.title() == "Storyline sandbox"


async def test_a_link_that_would_run_a_script_is_no_link(stage: Stage) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"}
    await stage.page.route(
        "**/messages?*",
        lambda route: route.fulfill(
            json={"messages": [{"message_id": 1, "date": 0, "text": "Look", "entities": [entity]}]}
        ),
    )

    await stage.send("anything")

    await expect(stage.find(".bubble .text")).to_have_text("Look")
    await expect(stage.find(".bubble a")).to_have_count(0)


async def test_a_copy_button_fills_the_clipboard(stage: Stage) -> None:
    await card(stage, reply_markup=button("Copy caption", copy_text={"text": "New cups\n#stoneware"}))

    await stage.find(".key", text="Copy caption").click()

    await expect(stage.find(".toast")).to_have_text("Copied to the clipboard")
    assert await stage.page.evaluate("navigator.clipboard.readText()") == "New cups\n#stoneware"


async def test_a_link_button_opens_elsewhere(stage: Stage) -> None:
    await card(stage, reply_markup=button("Open Instagram", url="https://www.instagram.com/"))

    key = stage.find(".key", text="Open Instagram")
    await expect(key).to_have_attribute("href", "https://www.instagram.com/")
    await expect(key).to_have_attribute("target", "_blank")


async def test_a_document_can_be_downloaded_as_it_was_sent(stage: Stage) -> None:
    original = picture(1080, 1350)
    await stage.bot.result(
        "sendDocument", chat_id=demo.CHAT_ID, files={"document": ("original.jpg", original)}
    )

    async with stage.page.expect_download() as pending:
        await stage.find(".document", text="original.jpg").click()
    download = await pending.value

    assert download.suggested_filename == "original.jpg"
    downloaded = await download.path()
    assert await asyncio.to_thread(downloaded.read_bytes) == original


async def test_an_album_stands_in_one_bubble(stage: Stage) -> None:
    media = [{"type": "photo", "media": f"attach://{name}"} for name in ("a", "b", "c")]
    await stage.bot.result(
        "sendMediaGroup",
        chat_id=demo.CHAT_ID,
        media=json.dumps(media),
        files={name: (f"{name}.jpg", picture(1080, 1080)) for name in ("a", "b", "c")},
    )

    await expect(stage.find(".bubble")).to_have_count(1)
    await expect(stage.find(".bubble .picture")).to_have_count(3)


async def test_messages_that_come_while_one_reads_above_wait_behind_a_button(stage: Stage) -> None:
    for number in range(30):
        await stage.send(f"Line {number}\nand one more")
        stage.sandbox.world.clock.advance(dt.timedelta(seconds=10))
    await expect(stage.find(".bubble", text="Line 29")).to_be_in_viewport()
    await stage.find("#messages").evaluate("(list) => list.scrollTo(0, 0)")

    await stage.send("The newest")
    await expect(stage.find("#to-bottom")).to_contain_text("1 new message")
    await expect(stage.find(".bubble", text="The newest")).not_to_be_in_viewport()
    await stage.find("#to-bottom").click()

    await expect(stage.find(".bubble", text="The newest")).to_be_in_viewport()
    await expect(stage.find("#to-bottom")).to_be_hidden()


async def test_a_stranger_sees_only_a_private_chat(stage: Stage) -> None:
    await stage.send("For the team only")

    await stage.find(".person", text="Dan Reyes").click()

    await expect(stage.find(".chat-entry")).to_have_count(1)
    await expect(stage.find("#conversation-head")).to_contain_text("Private chat")
    await expect(stage.find(".bubble", text="For the team only")).to_have_count(0)


async def test_a_message_elsewhere_is_counted_at_its_chat(stage: Stage) -> None:
    await stage.bot.result("sendMessage", chat_id=ANNA, text="Just for you")

    await expect(stage.find(".chat-entry", text="Storyline").locator(".badge")).to_have_text("1")


async def test_people_are_chosen_with_the_arrow_keys(stage: Stage) -> None:
    await stage.find(".person[aria-checked=true]").focus()

    await stage.page.keyboard.press("ArrowDown")

    await expect(stage.find(".person[aria-checked=true]")).to_contain_text("Ben Okafor")
    await expect(stage.find(".person[aria-checked=true]")).to_be_focused()


async def test_after_a_gap_in_the_connection_what_was_missed_is_there(stage: Stage) -> None:
    await stage.page.route("**/sandbox/events", lambda route: route.abort())
    await stage.page.reload()
    await expect(stage.find("#connection")).to_have_text("Reconnecting")
    await stage.send("While you were away")

    await stage.page.unroute("**/sandbox/events")

    await expect(stage.find("#connection")).to_have_text("Live")
    await expect(stage.find(".bubble", text="While you were away")).to_be_visible()


async def test_files_are_attached_with_a_caption_and_sent_as_an_album(stage: Stage) -> None:
    files = [
        {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": picture(1600, 1200)} for name in "ab"
    ]
    await stage.page.locator("#composer-files").set_input_files(files)  # type: ignore[arg-type]
    await expect(stage.find("#attached")).to_contain_text("2 files")

    await stage.page.get_by_label("Write a message").fill("Both")
    await stage.page.get_by_role("button", name="Send").click()

    album = stage.find(".bubble", text="Both")
    await expect(album.locator(".picture")).to_have_count(2)
    await expect(stage.find("#attached")).to_be_hidden()


async def test_a_file_is_sent_as_it_is_when_that_is_ticked(stage: Stage) -> None:
    data = picture(1600, 1200)
    await stage.page.locator("#composer-files").set_input_files(
        {"name": "original.jpg", "mimeType": "image/jpeg", "buffer": data}
    )
    await stage.page.get_by_label("as files, not made smaller").check()

    await stage.page.get_by_role("button", name="Send").click()

    await expect(stage.find(".bubble", text="original.jpg")).to_be_visible()

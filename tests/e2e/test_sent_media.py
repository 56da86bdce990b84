"""What a person forwards to the bot is planned by the real product, also when that is killed meanwhile."""

import base64
from typing import Any

from sandbox import demo
from support.office import SOON, World
from support.pictures import picture_of
from support.product import until, words
from support.teams import ANNA, BEN

BOT = int(demo.BOT_TOKEN.partition(":")[0])


def test_a_forwarded_album_of_five_is_in_the_week_although_the_product_was_killed(world: World) -> None:
    office, outside = world.team(), world.outside
    world.run(world.storyline.workspaces.set(office.workspace.id, "posts_per_day", "3", by="test"))
    elsewhere = demo.CHAT_ID - 900
    outside.post("/telegram/chats", id=elsewhere, type="group", title="Photographers")
    for user_id in (ANNA, BEN):
        outside.post("/telegram/members", chat_id=elsewhere, user_id=user_id)
    files = [
        {"name": f"{number}.jpg", "content": base64.b64encode(picture_of(f"Sent {number}")).decode()}
        for number in range(5)
    ]
    sent = outside.post(
        "/telegram/media", chat_id=elsewhere, user_id=ANNA, files=files, caption="Harbour at dawn"
    )
    outside.post("/telegram/members", chat_id=office.chat_id, user_id=BOT, status="administrator")

    outside.post(
        "/telegram/forwards",
        chat_id=office.chat_id,
        user_id=BEN,
        from_chat_id=elsewhere,
        message_ids=[message["message_id"] for message in sent["messages"]],
    )
    world.restart()

    def answers() -> list[dict[str, Any]]:
        return [each for each in office.messages() if words(each).startswith("📥")]

    (answer,) = until(answers, within=SOON, what="the answer to the album")
    assert words(answer).startswith("📥 5 photos")
    assert "Caption: “Harbour at dawn”" in words(answer)
    (week,) = office.answers_to("/week", by=BEN)
    assert words(week).startswith("🗓 5 planned")
    assert office.press(answer, "Discard", by=BEN) == "Done."
    (week,) = office.answers_to("/week", by=BEN)
    assert words(week).startswith("🗓 0 planned")
    assert len(answers()) == 1

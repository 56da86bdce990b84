"""Commands are answered, through the real product; strangers are not."""

import time

from domain.media import Need
from domain.publication import State
from support.office import World
from support.product import button, words
from support.teams import ANNA, BEN, STRANGER


def test_commands_that_show_are_answered_for_every_member(world: World) -> None:
    office = world.team()
    publication_id = office.queue(after=3600)
    posted_id = office.queue()
    office.until_state(posted_id, State.PUBLISHED)

    said = {
        command: "\n".join(words(each) for each in office.answers_to(f"/{command}", by=BEN))
        for command in ("start", "help", "status", "next", "history", "stats")
    }

    assert "/queue" in said["help"]
    assert "/queue" in said["start"]
    assert office.account.name in said["status"]
    assert str(publication_id) in said["next"]
    assert office.account.name in said["history"]
    assert "1" in said["stats"]


def test_the_queue_comes_as_a_picture_with_times(world: World) -> None:
    office = world.team()
    office.queue(after=3600)
    office.queue(after=7200)

    (sheet,) = office.answers_to("/queue", by=BEN)

    assert len(sheet["photo"]) > 0
    assert words(sheet).count("\n") > 0


def test_the_week_comes_as_a_picture_with_what_is_planned(world: World) -> None:
    office = world.team()
    office.stock(3)
    world.run(world.storyline.workspaces.set(office.workspace.id, "posts_per_day", "1", by="test"))
    world.run(world.storyline.planning.fill(world.storyline.clock.now()))

    (week,) = office.answers_to("/week", by=BEN)

    assert len(week["photo"]) > 0
    assert "planned for the next 7 days" in words(week)


def test_an_admin_pauses_and_resumes_posting(world: World) -> None:
    office = world.team()

    (refused,) = office.answers_to("/pause", by=BEN)
    (paused,) = office.answers_to("/pause", by=ANNA)
    publication_id = office.queue()
    time.sleep(0.8)
    while_paused = office.publication(publication_id).state
    (resumed,) = office.answers_to("/resume", by=ANNA)

    assert words(refused) == "Only administrators of this chat can do that."
    assert words(paused).startswith("⏸ Posting is paused.")
    assert while_paused is State.SCHEDULED
    assert words(resumed).startswith("▶️ Posting is on.")
    office.until_state(publication_id, State.PUBLISHED)


def test_an_admin_cancels_by_number(world: World) -> None:
    office = world.team()
    publication_id = office.queue(after=3600)

    (usage,) = office.answers_to("/cancel", by=ANNA)
    (done,) = office.answers_to(f"/cancel {publication_id}", by=ANNA)
    (again,) = office.answers_to(f"/cancel {publication_id}", by=ANNA)

    assert words(usage).startswith("Which one?")
    assert words(done) == f"🗑 {publication_id} is out of the queue."
    assert words(again) == f"{publication_id} stays: it is cancelled."
    assert office.publication(publication_id).state is State.CANCELLED


def test_a_stranger_gets_nothing(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    card = office.card(publication_id)

    world.outside.say("/status", by=STRANGER, chat_id=STRANGER)
    press = world.outside.forge(card, button(card, "Posted"), by=STRANGER, wait_seconds=1)
    office.answers_to("/help", by=BEN)

    assert not press["text"]
    assert office.publication(publication_id).state is State.WITH_TEAM
    assert not [each for each in world.outside.messages(STRANGER) if each["from"]["is_bot"]]

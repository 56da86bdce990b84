"""Every button of a card does what it says, through the real product."""

import datetime as dt

from domain.lane import Lane
from domain.media import Need
from domain.publication import State
from support.office import Office, World
from support.product import buttons, until, words
from support.teams import ANNA, BEN

STICKER = frozenset({Need.STICKER})


def test_posted_says_who_posted_it_and_takes_the_buttons_away(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=STICKER)

    toast = office.press(office.card(publication_id), "Posted", by=BEN)

    assert toast == "Done: posted."
    publication = office.publication(publication_id)
    assert (publication.state, publication.posted_by, publication.lane) == (
        State.PUBLISHED,
        BEN,
        Lane.MANUAL,
    )
    closed = office.card(publication_id, says="Posted by Ben")
    assert not buttons(closed)


def test_skip_passes_it_over_and_a_second_press_is_told_who_was_faster(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=STICKER)
    card = office.card(publication_id)

    first = office.press(card, "Skip", by=ANNA)
    second = office.press(card, "Posted", by=BEN)

    assert first == "Done: skipped."
    assert second == "Anna Holm was faster: skipped."
    assert office.publication(publication_id).state is State.SKIPPED


def test_reject_asks_once_more_and_can_be_taken_back(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=STICKER)

    office.press(office.card(publication_id), "Reject", by=ANNA)
    asked = office.panel(publication_id, "Yes, reject it")
    office.press(asked, "Back", by=ANNA)
    office.press(office.panel(publication_id, "Posted"), "Reject", by=ANNA)
    office.press(office.panel(publication_id, "Yes, reject it"), "Yes, reject it", by=ANNA)

    assert office.publication(publication_id).state is State.REJECTED
    assert "Rejected by Anna" in office.card(publication_id, says="Rejected by")["caption"]


def test_later_offers_times_and_brings_the_card_back_then(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=STICKER)

    office.press(office.card(publication_id), "Later", by=ANNA)
    times = office.panel(publication_id, "In 1 hour")
    toast = office.press(times, "In 1 hour", by=ANNA)

    assert {"In 1 hour", "Tonight", "Tomorrow", "Own time …"} <= buttons(times).keys()
    assert toast.startswith("Moved to ")
    publication = office.publication(publication_id)
    assert publication.state is State.SCHEDULED
    in_an_hour = world.storyline.clock.now() + dt.timedelta(hours=1)
    assert abs(publication.due_at - in_an_hour) < dt.timedelta(minutes=2)


def test_a_time_of_ones_own_is_asked_for_and_taken_from_the_answer(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=STICKER)

    office.press(office.card(publication_id), "Later", by=ANNA)
    office.press(office.panel(publication_id, "Own time"), "Own time", by=ANNA)
    prompt = until(lambda: prompt_in(office), within=10, what="the bot asks for a time")
    world.outside.say("tomorrow 9:00", by=ANNA, chat_id=office.chat_id, reply_to=prompt["message_id"])

    publication = office.until_state(publication_id, State.SCHEDULED)
    assert (publication.due_at.hour, publication.due_at.minute) == (9, 0)
    assert publication.due_at > world.storyline.clock.now()


def prompt_in(office: Office) -> dict[str, object] | None:
    """Return the message that asks somebody to answer it."""
    return next((each for each in office.messages() if "when should it come back?" in words(each)), None)


def test_let_the_bot_post_it_gives_it_to_the_bot(world: World) -> None:
    office = world.team()
    publication_id = office.queue(lane=Lane.MANUAL)

    office.press(office.card(publication_id), "Let the bot post it", by=ANNA)

    office.until_state(publication_id, State.PUBLISHED)
    assert office.times_out(publication_id) == 1
    assert office.publication(publication_id).posted_by is None


def test_what_the_api_cannot_do_is_not_offered_to_the_bot(world: World) -> None:
    office = world.team()

    card = office.card(office.queue(needs=STICKER))

    assert not any("bot" in label for label in buttons(card))


def test_the_original_file_comes_as_a_document(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=STICKER)

    office.press(office.card(publication_id), "Original file", by=BEN)

    document = until(
        lambda: next((each for each in office.messages() if "document" in each), None),
        within=10,
        what="the original file",
    )
    assert document["document"]["mime_type"] == "image/jpeg"
    assert office.publication(publication_id).state is State.WITH_TEAM


def test_a_caption_is_copied_by_its_button_and_a_long_one_comes_as_a_text(world: World) -> None:
    office = world.team()
    short = office.card(office.queue(needs=STICKER, caption="A short one"))
    long_id = office.queue(needs=STICKER, caption="A long one." * 40)

    office.press(office.card(long_id), "Whole caption", by=BEN)

    copied = [each for row in short["reply_markup"]["inline_keyboard"] for each in row if "copy_text" in each]
    assert copied[0]["copy_text"] == {"text": "A short one"}
    until(
        lambda: any("text" in each and "A long one" in words(each) for each in office.messages()),
        within=10,
        what="the whole caption as a text",
    )


def test_what_asks_for_approval_goes_out_only_after_it(world: World) -> None:
    office = world.team()
    publication_id = office.queue(approval=True)
    card = office.card(publication_id)
    assert "May this go out?" in card["caption"]
    assert office.publication(publication_id).state is State.AWAITING_APPROVAL

    refused = office.press(card, "Approve", by=BEN)
    approved = office.press(card, "Approve", by=ANNA)

    assert refused == "Your role does not allow that here."
    assert approved == "Done: in the queue."
    office.until_state(publication_id, State.PUBLISHED)
    assert office.times_out(publication_id) == 1


def test_forged_and_foreign_presses_change_nothing(world: World) -> None:
    office, others = world.team(), world.team()
    publication_id = office.queue(needs=STICKER)
    card = office.card(publication_id)
    foreign = others.card(others.queue(needs=STICKER))

    data = buttons(card)["✅ Posted"]
    from_elsewhere = world.outside.forge(foreign, data, by=ANNA)
    nonsense = world.outside.forge(card, "v1:p:zzzz:1", by=ANNA)

    assert from_elsewhere["text"] == nonsense["text"] == "This card is not known here any more."
    assert office.publication(publication_id).state is State.WITH_TEAM

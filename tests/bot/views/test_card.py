"""What people see of a card, word by word."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from telegram import InlineKeyboardMarkup

from bot.callbacks import CardButton
from bot.html import EMPTY
from bot.views.card import Drawn, card
from domain.card import Action, CardKind, CardPanel
from domain.errors import Failure, FailureKind
from domain.ids import (
    CardId,
    PublicationId,
)
from domain.lane import LaneReason
from domain.media import Need
from domain.publication import BOT, Event, HistoryEntry, State, person
from support.shown import ANNA, AT, job, post_card


def text(drawn: Drawn, *, room: int = 1024) -> str:
    return card(drawn, room=room, note=EMPTY).text.source


def ended(state: State, event: Event, *, by: str = person(ANNA), reason: str = "", **changes: Any) -> str:
    """Return the first line of a closed card."""
    last = HistoryEntry(
        publication_id=PublicationId(12), event=event, state=state, version=5, at=AT, actor=by, reason=reason
    )
    closed = post_card(is_open=False)
    return text(
        Drawn(card=closed, job=job(state=state, **changes), last=last, names={ANNA: "Anna <Holm>"})
    ).split("\n")[0]


def labels(keyboard: InlineKeyboardMarkup | None) -> list[list[str]]:
    return [[button.text for button in row] for row in keyboard.inline_keyboard] if keyboard else []


def test_a_card_says_what_it_is_when_it_was_planned_and_why_it_is_here() -> None:
    assert text(Drawn(card=post_card(), job=job())) == (
        "<b>Story for harbour.lane</b> · Instagram\n"
        "Planned for Sun 1 Mar 13:00\n"
        "<i>Why it is here: automatic posting is off for this team.</i>\n"
        "\n"
        "Fewer &lt;b&gt;tags&lt;/b&gt; &amp; more light"
    )


def test_a_card_says_what_only_a_person_can_add() -> None:
    story = job(
        needs=frozenset(Need),
        link="https://example.com/?a=1&b=2",
        caption="",
        lane_reason=LaneReason.NEEDS_PERSON,
        lane_detail="a sticker and music",
    )

    assert text(Drawn(card=post_card(), job=story)) == (
        "<b>Story for harbour.lane</b> · Instagram\n"
        "Planned for Sun 1 Mar 13:00\n"
        "<i>Why it is here: only a person can do this one: a sticker and music.</i>\n"
        "• Add a sticker\n"
        "• Add the link\n"
        "• Add a poll\n"
        "• Tag Bag, Cap\n"
        "• Add music\n"
        'Link: <a href="https://example.com/?a=1&amp;b=2">https://example.com/?a=1&amp;b=2</a>'
    )


@pytest.mark.parametrize(
    ("reason", "detail", "words"),
    [
        (
            LaneReason.NOT_EXPRESSIBLE,
            "the file is PNG",
            "Instagram would not take it from the bot: the file is PNG.",
        ),
        (LaneReason.RECONNECT, "", "the account needs to be connected again."),
        (LaneReason.QUOTA, "", "Instagram lets the bot post no more for now."),
        (LaneReason.DAILY_CAP, "", "the team's cap of automatic posts is reached for today."),
        (LaneReason.CATEGORY, "", "its category is posted by hand."),
        (LaneReason.ASKED_FOR, "", "somebody asked to post it by hand."),
        (LaneReason.FAILED, "", "the bot tried and could not post it: Media is too small."),
    ],
)
def test_every_reason_has_its_sentence(reason: LaneReason, detail: str, words: str) -> None:
    failure = Failure(kind=FailureKind.REJECTED, message="Media is too small.")
    story = job(lane_reason=reason, lane_detail=detail, failure=failure)

    assert f"<i>Why it is here: {words}</i>" in text(Drawn(card=post_card(), job=story))


def test_a_card_has_the_buttons_of_what_can_be_done() -> None:
    view = card(Drawn(card=post_card(), job=job(), bot_could_post=True), room=1024)

    assert labels(view.keyboard) == [
        ["✅ Posted", "⏭ Skip"],
        ["🕑 Later", "🚫 Reject"],
        ["🤖 Let the bot post it"],
        ["📋 Copy caption", "📎 Original file"],
        ["Open Instagram"],
    ]


def test_every_button_names_the_card_and_the_version_it_showed() -> None:
    view = card(Drawn(card=post_card(), job=job()), room=1024)

    assert view.keyboard is not None
    posted = view.keyboard.inline_keyboard[0][0].callback_data
    assert posted == CardButton(action=Action.POSTED, card_id=CardId(70), version=4).encode()


def test_the_caption_is_copied_as_it_is_while_a_button_holds_it() -> None:
    short = card(Drawn(card=post_card(), job=job(caption="x" * 256)), room=1024).keyboard
    long = card(Drawn(card=post_card(), job=job(caption="x" * 255 + "👍")), room=1024).keyboard

    assert short is not None
    copied = short.inline_keyboard[2][0].copy_text
    assert copied is not None
    assert copied.text == "x" * 256
    assert labels(long)[2] == ["🗒 Whole caption", "📎 Original file"]


def test_instagram_opens_at_the_accounts_profile() -> None:
    keyboard = card(Drawn(card=post_card(), job=job()), room=1024).keyboard

    assert keyboard is not None
    assert keyboard.inline_keyboard[-1][0].url == "https://www.instagram.com/harbour.lane/"


def test_a_long_caption_is_cut_to_the_room_there_is() -> None:
    view = card(Drawn(card=post_card(), job=job(caption="👍 & " * 2000)), room=1024)

    assert view.text.units <= 1024
    assert view.text.source.endswith("…")
    assert view.text.units > 1000


def test_later_and_reject_ask_with_buttons_of_their_own() -> None:
    later = card(Drawn(card=post_card(panel=CardPanel.LATER), job=job()), room=1024)
    reject = card(Drawn(card=post_card(panel=CardPanel.CONFIRM_REJECT), job=job()), room=1024)

    assert labels(later.keyboard) == [["In 1 hour", "Tonight"], ["Tomorrow", "Own time …"], ["← Back"]]
    assert labels(reject.keyboard) == [["🚫 Yes, reject it", "← Back"]]
    assert "<b>Reject it for good? Its media will not be offered again.</b>" in reject.text.source


def test_an_approval_asks_whether_it_may_go_out() -> None:
    view = card(Drawn(card=post_card(CardKind.APPROVAL), job=job(state=State.AWAITING_APPROVAL)), room=1024)

    assert view.text.source.startswith("May this go out?\n<b>Story for harbour.lane</b>")
    assert labels(view.keyboard)[:2] == [["✅ Approve", "⏭ Skip"], ["🕑 Later", "🚫 Reject"]]


def test_a_question_says_what_is_not_known() -> None:
    failure = Failure(kind=FailureKind.OUTCOME_UNKNOWN, message="The answer was lost.")
    view = card(
        Drawn(card=post_card(CardKind.QUESTION), job=job(state=State.UNCONFIRMED, failure=failure)), room=1024
    )

    assert (
        "<i>The bot posted it and does not know whether it arrived: The answer was lost. "
        "Looking it up on Instagram did not decide. Please look yourself.</i>"
    ) in view.text.source
    assert labels(view.keyboard)[:3] == [
        ["✅ It's live", "🔗 Live, with link"],
        ["↩️ It's not there, post again"],
        ["Leave it"],
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            ended(State.PUBLISHED, Event.POSTED_BY_HAND, posted_by=ANNA),
            "✅ Posted by Anna &lt;Holm&gt; · Sun 1 Mar 13:00",
        ),
        (ended(State.PUBLISHED, Event.SUCCEEDED, by=BOT), "✅ Posted by the bot · Sun 1 Mar 13:00"),
        (ended(State.PUBLISHED, Event.FOUND_LIVE, by=BOT), "✅ Found live by the bot · Sun 1 Mar 13:00"),
        (
            ended(State.PUBLISHED, Event.FOUND_LIVE, posted_by=ANNA),
            "✅ Live, says Anna &lt;Holm&gt; · Sun 1 Mar 13:00",
        ),
        (ended(State.SKIPPED, Event.SKIPPED), "⏭ Skipped by Anna &lt;Holm&gt; · Sun 1 Mar 13:00"),
        (ended(State.REJECTED, Event.REJECTED), "🚫 Rejected by Anna &lt;Holm&gt; · Sun 1 Mar 13:00"),
        (
            ended(State.SCHEDULED, Event.POSTPONED, planned_at=AT + dt.timedelta(hours=20)),
            "🕑 Moved to Mon 2 Mar 09:00 by Anna &lt;Holm&gt; · Sun 1 Mar 13:00",
        ),
        (
            ended(State.SCHEDULED, Event.GIVEN_BACK),
            "🤖 Given to the bot by Anna &lt;Holm&gt; · Sun 1 Mar 13:00",
        ),
        (
            ended(State.SCHEDULED, Event.APPROVED),
            "✅ Approved by Anna &lt;Holm&gt; · Sun 1 Mar 13:00, goes out Sun 1 Mar 13:00",
        ),
        (ended(State.WITH_TEAM, Event.HANDED_OFF, by=BOT), "A newer card took the place of this one"),
        (ended(State.MISSED, Event.EXPIRED, by=BOT), "⏰ Missed: nobody posted it in time · Sun 1 Mar 13:00"),
        (ended(State.CANCELLED, Event.CANCELLED, by="user:99"), "🗑 Closed by somebody · Sun 1 Mar 13:00"),
    ],
)
def test_a_closed_card_begins_with_how_it_ended_who_did_it_and_when(line: str, words: str) -> None:
    assert line == f"<b>{words}</b>"


@pytest.mark.parametrize("state", State)
def test_a_closed_card_can_be_drawn_in_every_state(state: State) -> None:
    assert ended(state, Event.CLAIMED, by=BOT).startswith("<b>")
    assert text(Drawn(card=post_card(is_open=False), job=job(state=state)))


def test_a_closed_card_has_no_buttons_but_the_way_to_the_post() -> None:
    closed = post_card(is_open=False)

    assert card(Drawn(card=closed, job=job(state=State.SKIPPED)), room=1024).keyboard is None
    live = job(state=State.PUBLISHED, permalink="https://example.com/p/1")
    assert labels(card(Drawn(card=closed, job=live), room=1024).keyboard) == [["↗️ See the post"]]


def test_a_prompt_speaks_to_the_person_who_is_to_answer() -> None:
    prompt = post_card(CardKind.PROMPT_TIME, asked_of=ANNA)

    assert text(Drawn(card=prompt, job=job(), names={ANNA: "Anna"})) == (
        '<a href="tg://user?id=7001">Anna</a>, when should it come back? Please answer this message '
        "with a time such as 18:30, tomorrow 9:00 or 2026-12-24 18:00."
    )
    assert text(Drawn(card=dataclasses.replace(prompt, is_open=False), job=job())) == (
        "<i>This question is settled.</i>"
    )

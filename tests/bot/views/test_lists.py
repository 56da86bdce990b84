import datetime as dt

from bot.html import MAX_CAPTION_UNITS
from bot.views import lists
from domain.errors import Failure, FailureKind
from domain.lane import Lane
from domain.publication import State
from support.shown import AT, job


def test_the_queue_lists_number_time_and_way() -> None:
    automatic = job(state=State.SCHEDULED, lane=Lane.AUTO, caption="Good\nmorning <3")
    waiting = job(state=State.AWAITING_APPROVAL, planned_at=AT + dt.timedelta(hours=6), caption="")

    assert lists.queue([automatic, waiting]).source == (
        "<b>What comes next</b>\n"
        "<code>12</code> <b>Sun 1 Mar 13:00</b> Story for harbour.lane · by the bot · Good morning &lt;3\n"
        "<code>12</code> <b>Sun 1 Mar 19:00</b> Story for harbour.lane · waiting for approval"
    )


def test_an_empty_queue_says_so() -> None:
    assert lists.queue([]).source == "The queue is empty."
    assert lists.following([]).source == "The queue is empty."
    assert lists.history([]).source == "Nothing has ended yet."


def test_a_list_that_is_too_long_ends_with_how_many_are_left_out() -> None:
    shown = lists.queue([job(caption="👍" * 500)] * 40)

    assert shown.units <= MAX_CAPTION_UNITS
    assert shown.source.endswith(" more")


def test_a_list_that_is_not_all_says_where_the_rest_is() -> None:
    short = lists.queue([job()], has_more=True)
    long = lists.queue([job(caption="👍" * 500)] * 40, has_more=True)

    assert short.source.endswith("\n… and more: /week")
    assert long.source.endswith("\n… and more: /week")
    assert long.units <= MAX_CAPTION_UNITS


def test_history_tells_how_each_ended() -> None:
    live = job(
        state=State.PUBLISHED, posted_at=AT, lane=Lane.AUTO, permalink="https://example.com/p/1", caption=""
    )
    failed = job(
        state=State.FAILED, failure=Failure(kind=FailureKind.REJECTED, message="Too <small>."), caption=""
    )

    assert lists.history([live, failed]).source == (
        "<b>What ended last</b>\n"
        'Sun 1 Mar 13:00 Story for harbour.lane · <a href="https://example.com/p/1">posted</a> by the bot\n'
        "Sun 1 Mar 13:00 Story for harbour.lane · failed<i> (Too &lt;small&gt;)</i>"
    )


def test_the_next_one_stands_alone() -> None:
    shown = lists.following([job(state=State.SCHEDULED, lane=Lane.MANUAL), job()]).source

    assert shown.count("Story for harbour.lane") == 1
    assert "by hand" in shown

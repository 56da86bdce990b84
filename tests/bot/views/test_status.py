import dataclasses
import datetime as dt
from typing import Any

from bot.views.stats import stats
from bot.views.status import status
from domain.account import AccountState
from domain.figures import DailyFigures, Figures
from domain.ids import WorkspaceId
from domain.lane import Lane
from domain.publication import BOT, State
from domain.quota import Quota
from domain.switch import POSTING_OFF, Switch
from services.media.prepare import Underway
from services.queries import StatsView, StatusView
from services.quotas import QuotaOutlook
from services.runway import Runway
from support.shown import AT, job

STORY = job(state=State.SCHEDULED)


def view(**changes: Any) -> StatusView:
    """Return a team whose posting is on."""
    shown = StatusView(
        workspace=STORY.workspace,
        accounts=[dataclasses.replace(STORY.account, has_token=True)],
        counts={State.SCHEDULED: 3, State.WITH_TEAM: 1, State.PUBLISHING: 0},
        next_job=STORY,
        posting_enabled=True,
        dry_run=False,
        switches={},
        quotas={},
        now=AT,
    )
    return dataclasses.replace(shown, **changes)


def test_status_tells_posting_accounts_and_queue() -> None:
    assert status(view()).source == (
        "<b>Harbour Lane</b>\n"
        "▶️ Posting is on, by hand.\n"
        "Instagram harbour.lane · 🟢 connected\n"
        "Now: 3 in the queue, 1 with the team\n"
        "Next: Sun 1 Mar 13:00 for harbour.lane"
    )


def test_status_tells_what_stands_against_posting() -> None:
    paused = dataclasses.replace(STORY.workspace, paused_at=AT)
    cut_off = dataclasses.replace(
        STORY.account, state=AccountState.NEEDS_RECONNECT, state_reason="the token is dead"
    )

    assert (
        "⛔ Posting is switched off for the whole installation." in status(view(posting_enabled=False)).source
    )
    assert "⏸ Posting is paused since Sun 1 Mar 13:00." in status(view(workspace=paused)).source
    assert "This is a dry run: nothing really goes out." in status(view(dry_run=True)).source
    assert "harbour.lane · 🔴 needs to be connected again: the token is dead" in (
        status(view(accounts=[cut_off])).source
    )
    assert "No account is connected yet." in status(view(accounts=[])).source


def test_status_tells_what_was_stopped_for_the_whole_installation() -> None:
    def stopped(name: str, reason: str = "") -> str:
        return status(view(switches={name: Switch(name=name, actor=BOT, at=AT, reason=reason)})).source

    assert "⛔ Posting is switched off for the whole installation." in stopped(POSTING_OFF)
    assert "for the whole installation (a wrong caption)." in stopped(POSTING_OFF, "a wrong caption")
    assert "Instagram is switched off (spam); its" in stopped("platform_off:instagram", "spam")
    assert "⛔ Instagram is switched off; its publications wait." in stopped("platform_off:instagram")
    assert "🌩 Instagram is not available; its publications wait. v19.0 is gone." in stopped(
        "platform_unavailable:instagram", "v19.0 is gone."
    )
    assert "switched off" not in stopped("platform_off:facebook")


def test_status_tells_how_the_quota_stands_and_when_it_runs_out() -> None:
    stands = QuotaOutlook(quota=Quota(used=41, total=50), read_at=AT, runs_out_at=None)
    ending = dataclasses.replace(stands, runs_out_at=AT + dt.timedelta(hours=5))

    told = status(view(quotas={STORY.account.id: stands})).source
    told_ending = status(view(quotas={STORY.account.id: ending})).source

    assert "connected\n   📊 41 of 50 posts of 24 hours used\nNow" in told
    assert "used, none left from Sun 1 Mar 18:00 on with what is planned\n" in told_ending


def test_status_tells_how_long_a_platform_wants_to_be_left_alone() -> None:
    resting = dataclasses.replace(STORY.account, closed_until=AT + dt.timedelta(minutes=9), usage_percent=90)

    told = status(view(accounts=[resting])).source
    told_afterwards = status(view(accounts=[resting], now=AT + dt.timedelta(hours=1))).source

    assert "automatic posts wait until Sun 1 Mar 13:09 (90 % of its limit of calls used)" in told
    assert "wait until" not in told_afterwards


def test_stats_count_how_publications_ended_and_by_whom() -> None:
    counted = StatsView(
        since=AT - dt.timedelta(days=30),
        counts={(State.PUBLISHED, Lane.AUTO): 5, (State.PUBLISHED, Lane.MANUAL): 2, (State.SKIPPED, None): 1},
    )

    assert stats(counted, STORY.workspace).source == (
        "<b>Since Fri 30 Jan 13:00</b>\n7 posted (5 by the bot, 2 by hand)\n1 skipped"
    )


def test_stats_tell_how_the_bot_did_today_and_in_the_last_days() -> None:
    def day(number: int, figures: Figures) -> DailyFigures:
        return DailyFigures(workspace_id=STORY.workspace.id, day=dt.date(2026, 3, number), figures=figures)

    counted = StatsView(since=AT, counts={}, days=[day(1, Figures(by_bot=6, by_hand=2, failed_tries=2))])
    quiet = dataclasses.replace(counted, days=[*counted.days, day(2, Figures(unconfirmed=1))])

    assert "\nToday: 75 % by the bot, 25 % of its tries failed, 0 % handed to the team after a try" in (
        stats(counted, STORY.workspace).source
    )
    assert (
        "\nToday: 1 × unclear whether it was out"
        "\nLast 2 days: 75 % by the bot, 25 % of its tries failed, 0 % handed to the team after a try, "
        "1 × unclear whether it was out"
    ) in stats(quiet, STORY.workspace).source


def test_status_tells_how_long_the_shortest_categories_last() -> None:
    lasting = [
        Runway(category=category, account_id=STORY.account.id, eligible=9, days=days)
        for category, days in (("food", 30.0), ("quotes", 1.2))
    ]

    assert "📚 Lasts: ⚠️ quotes 1 day, food 30 days" in status(view(runways=lasting)).source


def test_a_file_that_is_being_prepared_is_named_with_how_far_it_is() -> None:
    film = Underway(workspace_id=WorkspaceId(1), name="harbour.mov", share=0.42)

    assert "🎞 Making harbour.mov fit: 42%" in status(view(underway=[film])).source

import dataclasses
import datetime as dt
from typing import Any

import pytest

from bot.views.alerts import alert
from bot.views.stats import stats
from bot.views.status import status
from domain.account import AccountState
from domain.lane import Lane
from domain.publication import State
from services.messages import AlertKind
from services.queries import StatsView, StatusView
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


def test_stats_count_how_publications_ended_and_by_whom() -> None:
    counted = StatsView(
        since=AT - dt.timedelta(days=30),
        counts={(State.PUBLISHED, Lane.AUTO): 5, (State.PUBLISHED, Lane.MANUAL): 2, (State.SKIPPED, None): 1},
    )

    assert stats(counted, STORY.workspace).source == (
        "<b>Since Fri 30 Jan 13:00</b>\n7 posted (5 by the bot, 2 by hand)\n1 skipped"
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            AlertKind.RECONNECT,
            (
                "<b>🔌 harbour.lane needs to be connected again</b>\n"
                "<b>Story for harbour.lane</b> · Instagram\n"
                "Until then its publications come here as cards.\n"
                "why &amp; where"
            ),
        ),
        (
            AlertKind.MISSED,
            (
                "<b>⏰ Missed: it was too late to go out</b>\n"
                "<b>Story for harbour.lane</b> · Instagram\n"
                "It was planned for Sun 1 Mar 13:00.\n"
                "why &amp; where"
            ),
        ),
        (
            AlertKind.CARD_FAILED,
            (
                "<b>❗ A card could not be shown here</b>\n"
                "<b>Story for harbour.lane</b> · Instagram\n"
                "It waits for you all the same; /status counts it.\n"
                "File: /media/stories/harbour.jpg\n"
                "why &amp; where"
            ),
        ),
    ],
)
def test_an_alert_says_what_happened_and_to_what(kind: AlertKind, words: str) -> None:
    assert alert(kind, job=STORY, account=STORY.account, detail="why & where").source == words


@pytest.mark.parametrize("kind", AlertKind)
def test_an_alert_can_be_told_when_its_subject_is_gone(kind: AlertKind) -> None:
    assert alert(kind, job=None, account=None, detail="").source

import dataclasses
import datetime as dt
from typing import Any

import pytest

from bot.views.alerts import Told, alert
from domain.ids import PlatformName
from domain.publication import State
from services.messages import AlertKind, SendAlert
from support.shown import AT, job

STORY = job(state=State.SCHEDULED)
CONNECT = "storyline accounts add instagram … --token -"
SOON = AT + dt.timedelta(days=7)


def told(kind: AlertKind, *, about_publication: bool = False, **fields: Any) -> str:
    """Return the text of an alert, about a story or about its account alone."""
    return alert(
        Told(
            said=SendAlert(kind=kind, **fields),
            job=STORY if about_publication else None,
            account=STORY.account,
            workspace=STORY.workspace,
        )
    ).source


def test_a_dead_access_says_which_publication_met_it_and_how_to_connect() -> None:
    assert told(AlertKind.RECONNECT, about_publication=True, detail="why & where") == (
        "<b>🔌 harbour.lane needs to be connected again</b>\n"
        "<b>Story for harbour.lane</b> · Instagram\n"
        "Until then its publications come here as cards.\n"
        f"An admin connects it: {CONNECT}\n"
        "why &amp; where"
    )


def test_a_team_that_waits_reads_that_its_publications_wait() -> None:
    settings = dataclasses.replace(STORY.workspace.settings, waits_for_access=True)
    waiting = dataclasses.replace(STORY.workspace, settings=settings)

    text = alert(
        Told(said=SendAlert(kind=AlertKind.RECONNECT), account=STORY.account, workspace=waiting)
    ).source

    assert "Until then its publications wait; what gets too late is reported." in text


def test_a_missed_publication_says_when_it_was_planned() -> None:
    assert told(AlertKind.MISSED, about_publication=True, detail="why & where") == (
        "<b>⏰ Missed: it was too late to go out</b>\n"
        "<b>Story for harbour.lane</b> · Instagram\n"
        "It was planned for Sun 1 Mar 13:00.\n"
        "why &amp; where"
    )


def test_a_card_that_could_not_be_shown_says_where_its_file_is() -> None:
    assert told(AlertKind.CARD_FAILED, about_publication=True, detail="why & where") == (
        "<b>❗ A card could not be shown here</b>\n"
        "<b>Story for harbour.lane</b> · Instagram\n"
        "It waits for you all the same; /status counts it.\n"
        "File: /media/stories/harbour.jpg\n"
        "why &amp; where"
    )


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            AlertKind.REFRESHED,
            {"until": SOON},
            "<b>🔑 The access to harbour.lane was renewed</b>\nIt is good until Sun 8 Mar 13:00.",
        ),
        (
            AlertKind.REFRESH_FAILED,
            {"until": SOON, "detail": "Meta's service is down for the moment."},
            (
                "<b>⚠️ The access to harbour.lane could not be renewed</b>\n"
                "It works until Sun 8 Mar 13:00, and renewing it is tried again. "
                f"If that goes on, an admin connects it again: {CONNECT}\n"
                "Meta's service is down for the moment."
            ),
        ),
        (
            AlertKind.RUNNING_OUT,
            {"until": SOON, "level": -7},
            (
                "<b>⏳ The access to harbour.lane ends in 7 days</b>\n"
                f"Before Sun 8 Mar 13:00 an admin must connect it again: {CONNECT}"
            ),
        ),
        (
            AlertKind.CONSENT_ENDING,
            {"until": SOON, "level": -1},
            (
                "<b>⏳ The consent for harbour.lane ends within a day</b>\n"
                f"Before Sun 8 Mar 13:00 the same person must log in and connect it again: {CONNECT}"
            ),
        ),
        (AlertKind.QUOTA, {"level": 80}, "<b>📊 harbour.lane has used 80 % of its posts</b>"),
        (
            AlertKind.QUOTA,
            {"level": 100, "until": SOON},
            "<b>📊 harbour.lane has used up its posts</b>\nThe next one is free about Sun 8 Mar 13:00.",
        ),
        (
            AlertKind.PAUSED,
            {},
            (
                "<b>⏸ harbour.lane is paused</b>\n"
                "Nothing of it goes out before an admin resumes it: storyline accounts resume harbour.lane"
            ),
        ),
    ],
)
def test_what_is_told_of_an_account_says_what_to_do(
    kind: AlertKind, fields: dict[str, Any], words: str
) -> None:
    assert told(kind, **fields) == words


def test_a_platform_is_named_where_no_account_is_meant() -> None:
    said = SendAlert(kind=AlertKind.PLATFORM, platform=PlatformName("instagram"), detail="Version gone.")

    assert alert(Told(said=said)).source == (
        "<b>🛑 Instagram cannot be used for now</b>\n"
        "Its publications wait until it is back; this chat is told then.\n"
        "Version gone."
    )


def test_a_storage_that_fills_up_is_told_with_its_figures() -> None:
    told_at = {
        level: alert(
            Told(said=SendAlert(kind=AlertKind.STORAGE, level=level, detail="410 of 500 MB."))
        ).source
        for level in (80, 100)
    }

    assert told_at[80].startswith("<b>💾 The storage for uploads is 80 % full</b>\n")
    assert told_at[100].startswith("<b>💾 The storage for uploads is full</b>\n")
    assert told_at[80].endswith("\n410 of 500 MB.")


def test_who_reads_it_in_private_reads_whose_matter_it_is() -> None:
    private = Told(
        said=SendAlert(kind=AlertKind.PAUSED),
        account=STORY.account,
        workspace=STORY.workspace,
        is_private=True,
    )

    assert alert(private).source.startswith("<i>Harbour Lane</i>\n<b>⏸ harbour.lane is paused</b>")


def test_the_end_of_a_trouble_is_told_in_a_line() -> None:
    assert told(AlertKind.RECONNECT, is_over=True) == "<b>✅ harbour.lane is connected again</b>"
    assert told(AlertKind.UNCONFIRMED, is_over=True, about_publication=True) == (
        "<b>✅ It is known now what became of this</b>\n<b>Story for harbour.lane</b> · Instagram"
    )


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("kind", AlertKind)
def test_an_alert_can_be_told_when_its_subject_is_gone(kind: AlertKind, *, is_over: bool) -> None:
    assert alert(Told(said=SendAlert(kind=kind, is_over=is_over, until=SOON))).source


def test_files_that_could_not_be_taken_in_are_named() -> None:
    text = told(AlertKind.NOT_IMPORTED, level=2, detail="a.jpg: the file is empty\nand 1 more")

    assert text == (
        "<b>🗂 Not all files could be taken into the library</b>\n"
        "All others are in. A file that is put right is taken in by itself.\n"
        "a.jpg: the file is empty\nand 1 more"
    )


def test_a_media_folder_that_is_gone_says_what_becomes_of_its_items_and_that_it_is_back() -> None:
    text = told(AlertKind.LIBRARY_GONE, detail="There is no folder /media.")

    assert text.startswith("<b>🗂 Most of the media folder is gone</b>\nNothing was set aside")
    assert text.endswith("There is no folder /media.")
    assert told(AlertKind.LIBRARY_GONE, is_over=True) == "<b>✅ The media folder is back</b>"


def test_a_bucket_that_cannot_be_followed_says_what_goes_on_and_that_it_is_over() -> None:
    text = told(AlertKind.SOURCE, detail="S3 could not be reached.")

    assert text.startswith("<b>🪣 The library cannot follow its bucket</b>")
    assert "What was fetched before can be posted" in text
    assert text.endswith("S3 could not be reached.")
    assert told(AlertKind.SOURCE, is_over=True) == "<b>✅ The library follows its bucket again</b>"


def test_settings_that_cannot_be_read_say_what_is_held_and_what_to_do() -> None:
    text = told(AlertKind.SETTINGS, detail="zone takes an IANA zone, not “Mars/Olympus”.")

    assert "Paused: settings of this team cannot be read" in text
    assert "/resume" in text
    assert "not “Mars/Olympus”" in text

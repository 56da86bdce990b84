from pathlib import Path

import pytest

from support.command_line import CommandLine
from support.media_files import image

FIXED_FIELDS = {
    "id",
    "state",
    "lane",
    "lane_reason",
    "platform",
    "account",
    "placement",
    "due_at",
    "attempts",
    "platform_post_id",
    "permalink",
    "posted_at",
    "posted_by",
    "error",
}


@pytest.fixture
def storyline(storyline: CommandLine) -> CommandLine:
    """The command line of a team with one account and a picture as media 1."""
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "facebook")
    pictures = storyline.folder / "pictures"
    pictures.mkdir()
    (pictures / "cup.jpg").write_bytes(image())
    storyline("media", "import", str(pictures))
    return storyline


def queued(storyline: CommandLine, *options: str) -> int:
    """Queue media 1 as a story and return the publication's number."""
    (row,) = storyline("queue", "add", "--media", "1", "--placement", "story", *options, "--json").rows
    number: int = row["id"]
    return number


def test_a_publication_in_json_has_its_fixed_fields(storyline: CommandLine) -> None:
    queued(storyline, "--at", "2030-01-05T18:30:00+02:00")

    (row,) = storyline("queue", "list", "--json").rows

    assert row.keys() >= FIXED_FIELDS
    assert row["due_at"] == "2030-01-05T16:30:00+00:00"
    assert (row["state"], row["account"], row["placement"]) == ("scheduled", "pots", "story")
    assert row["posted_by"] is None
    assert row["error"] is None


def test_a_time_without_an_offset_is_the_teams_wall_clock(storyline: CommandLine) -> None:
    storyline("settings", "set", "zone", "Europe/Berlin")
    queued(storyline, "--at", "2030-07-05T18:30")

    (row,) = storyline("queue", "list", "--json").rows

    assert row["due_at"] == "2030-07-05T16:30:00+00:00"


def test_what_was_changed_is_said_and_what_could_not_be_is_refused(storyline: CommandLine) -> None:
    number = str(queued(storyline, "--at", "2030-01-05T18:30"))

    hurried = storyline("queue", "now", number)
    cancelled = storyline("queue", "cancel", number, "77")
    again = storyline("queue", "cancel", number)

    assert (hurried.code, hurried.out) == (0, f"{number} is due now.\n")
    assert (cancelled.code, cancelled.out) == (1, f"{number} is cancelled.\n")
    assert cancelled.err == "77: there is no such publication.\n"
    assert (again.code, again.err) == (1, f"{number}: it is cancelled.\n")


def test_trying_again_all_that_failed_says_when_there_is_none(storyline: CommandLine) -> None:
    assert storyline("queue", "retry", "--failed").out == "There is none.\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--media", "99"), "There is no media 99 in this library."),
        (("--media", "1", "--media", "1"), "A post has each media item once."),
        (
            tuple(word for number in range(1, 12) for word in ("--media", str(number))),
            "A post has at most 10 media items, not 11.",
        ),
        (("--file", "nowhere.jpg"), "nowhere.jpg: the file is not there"),
        (("--media", "1", "--account", "cups"), "No account is called cups. There are: pots."),
        (("--media", "1", "--at", "0001-01-01T00:00+14:00"), "The year 1 cannot be planned for."),
    ],
)
def test_what_cannot_be_queued_is_refused_in_a_sentence(
    storyline: CommandLine, options: tuple[str, ...], sentence: str
) -> None:
    refused = storyline("queue", "add", "--placement", "story", *options)

    assert (refused.code, refused.err) == (1, f"{sentence}\n")
    assert storyline("queue", "list", "--json").rows == []


@pytest.mark.parametrize("options", [("--at", "soon"), ("--needs", "glue")])
def test_an_option_without_its_form_is_wrong_usage(storyline: CommandLine, options: tuple[str, str]) -> None:
    refused = storyline("queue", "add", "--placement", "story", "--media", "1", *options)

    assert refused.code == 2
    assert options[0] in refused.err
    assert storyline("queue", "list", "--json").rows == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("queue", "add", "--placement", "story"),
        ("queue", "add", "--media", "1"),
        ("queue", "add", "--media", "99999999999999999999", "--placement", "story"),
        ("queue", "add", "--media", "1", "--placement", "story", "--lane", "fast"),
        ("queue", "list", "--state", "happy"),
        ("queue", "list", "--limit", "-1"),
        ("queue", "cancel"),
        ("queue", "cancel", "99999999999999999999"),
        ("queue", "retry"),
        ("history", "--limit", "0"),
    ],
)
def test_wrong_usage_ends_with_code_2(storyline: CommandLine, arguments: tuple[str, ...]) -> None:
    assert storyline(*arguments).code == 2


def test_without_a_connected_account_nothing_is_queued(storyline: CommandLine) -> None:
    storyline("accounts", "remove", "pots")

    refused = storyline("queue", "add", "--media", "1", "--placement", "story")

    assert refused.code == 1
    assert refused.err.startswith("No account is connected yet.")


def test_a_table_that_is_not_for_a_terminal_is_cut_nowhere(storyline: CommandLine) -> None:
    long_name = f"{'very-' * 30}long.jpg"
    Path("pictures", long_name).write_bytes(image(shade=1))
    storyline("media", "import", "pictures")

    assert long_name in storyline("media", "list").out

import pytest

from support.command_line import CommandLine


@pytest.fixture
def storyline(storyline: CommandLine) -> CommandLine:
    """The command line of a team."""
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    return storyline


def test_a_chat_belongs_to_one_workspace_alone(storyline: CommandLine) -> None:
    refused = storyline("workspaces", "add", "--chat", "-1001", "--name", "Other")

    assert (refused.code, refused.err) == (1, "The chat -1001 belongs to a workspace already.\n")


def test_with_several_workspaces_a_command_asks_which(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1002", "--name", "Pottery")

    assert storyline("media", "list").err == (
        "There are several workspaces; say which with --workspace: Team, Pottery.\n"
    )
    assert storyline("media", "list", "--workspace", "Pottery").code == 0


def test_workspaces_of_one_name_are_told_apart_by_their_numbers(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1002", "--name", "Team")

    assert storyline("media", "list", "--workspace", "Team").err == (
        "Several workspaces are called “Team”; say which by number: 1, 2.\n"
    )
    assert storyline("media", "list", "--workspace", "2").code == 0


def test_a_workspace_needs_a_name(storyline: CommandLine) -> None:
    refused = storyline("workspaces", "add", "--chat", "-1002", "--name", " ")

    assert (refused.code, refused.err) == (1, "A workspace needs a name.\n")


def test_a_setting_is_shown_as_it_was_set(storyline: CommandLine) -> None:
    assert storyline("settings", "set", "window", "22:00-6:00").code == 1
    assert storyline("settings", "set", "window", "22:00-06:00").out == "window is 22:00-06:00 now.\n"

    values = {row["key"]: row["value"] for row in storyline("settings", "list", "--json").rows}

    assert values["window"] == "22:00-06:00"


def test_a_negative_number_is_refused_as_a_value(storyline: CommandLine) -> None:
    refused = storyline("settings", "set", "lock_days", "-1")

    assert (refused.code, refused.err) == (
        1,
        "lock_days takes a whole number from 0 to 3650, not “-1”.\n",
    )


def test_an_unknown_setting_is_refused_with_those_that_there_are(storyline: CommandLine) -> None:
    refused = storyline("settings", "set", "colour", "blue")

    assert refused.code == 1
    assert refused.err.startswith("There is no setting “colour”. There are: api, ")

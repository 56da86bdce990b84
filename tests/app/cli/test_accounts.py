import datetime as dt

import pytest

from support.command_line import CommandLine

CONNECT = ("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "instagram")


@pytest.fixture
def storyline(storyline: CommandLine) -> CommandLine:
    """The command line of a team whose Instagram is not there."""
    storyline.set(instagram_graph_api_base_url="http://127.0.0.1:1")
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    return storyline


def test_a_token_comes_from_standard_input_and_is_shown_nowhere(storyline: CommandLine) -> None:
    connected = storyline(*CONNECT, "--token", "-", standard_input="IGAA-canary\n")

    listed = storyline("accounts", "list", "--json")

    assert (connected.code, connected.out) == (0, "Connected pots as account 1.\n")
    assert [row["has_token"] for row in listed.rows] == [True]
    assert "canary" not in listed.out


def test_a_list_has_the_quota_of_each_account_as_far_as_it_is_known(storyline: CommandLine) -> None:
    storyline(*CONNECT)

    [row] = storyline("accounts", "list", "--json").rows

    known = ("closed_until", "quota_used", "quota_total", "quota_runs_out_at")
    assert [row[name] for name in known] == [None] * 4


@pytest.mark.parametrize(
    ("token", "standard_input"), [("IGAA-canary", ""), ("-", ""), ("-", "\n")], ids=["open", "none", "empty"]
)
def test_a_token_on_the_command_line_or_none_at_all_is_refused(
    storyline: CommandLine, token: str, standard_input: str
) -> None:
    refused = storyline(*CONNECT, "--token", token, standard_input=standard_input)

    assert refused.code == 1
    assert "canary" not in refused.err
    assert storyline("accounts", "list", "--json").rows == []


def test_a_login_that_instagram_does_not_have_is_refused(storyline: CommandLine) -> None:
    refused = storyline(*CONNECT[:-1], "google")

    assert (refused.code, refused.err) == (
        1,
        "instagram has no login “google”, only facebook and instagram.\n",
    )


def test_a_page_is_connected_by_its_id_and_name(storyline: CommandLine) -> None:
    connected = storyline(
        "accounts",
        "add",
        "facebook",
        "--id",
        "1400",
        "--name",
        "Pots & Pans",
        "--token",
        "-",
        standard_input="EAA-canary\n",
    )

    (listed,) = storyline("accounts", "list", "--json").rows

    assert (connected.code, connected.out) == (0, "Connected Pots & Pans as account 1.\n")
    assert (listed["platform"], listed["external_id"], listed["login"]) == ("facebook", "1400", "facebook")


def test_a_platform_with_several_logins_wants_one_named(storyline: CommandLine) -> None:
    refused = storyline(*CONNECT[:-2])

    assert (refused.code, refused.err) == (
        1,
        "instagram has several logins; say which with --login: facebook or instagram.\n",
    )


def test_a_platform_that_is_not_there_is_refused(storyline: CommandLine) -> None:
    refused = storyline("accounts", "add", "friendster", "--id", "1", "--name", "pots")

    assert refused.code == 1
    assert "There is no platform “friendster”. There are: facebook, instagram." in refused.err


def test_an_account_needs_an_id_and_a_name(storyline: CommandLine) -> None:
    refused = storyline(
        "accounts", "add", "instagram", "--id", "", "--username", "pots", "--login", "facebook"
    )

    assert (refused.code, refused.err) == (1, "An account needs an id and a name.\n")


def test_an_account_is_paused_resumed_and_removed_by_name_or_id(storyline: CommandLine) -> None:
    storyline(*CONNECT)

    assert storyline("accounts", "pause", "pots").out == "pots is paused.\n"
    assert storyline("accounts", "pause", "178").out == "pots is paused already.\n"
    assert storyline("accounts", "resume", "pots").out == "pots is active.\n"
    assert storyline("accounts", "remove", "pots").out == "pots is removed.\n"
    assert storyline("accounts", "pause", "pots").code == 1


def test_checking_an_account_that_does_not_answer_fails_with_the_reason(storyline: CommandLine) -> None:
    storyline(*CONNECT, "--token", "-", standard_input="IGAA-canary\n")

    checked = storyline("accounts", "check", "--json")

    assert checked.code == 1
    assert [(row["account"], row["answers"]) for row in checked.rows] == [("pots", False)]
    assert "could not be reached" in checked.rows[0]["problem"]


def test_a_token_is_not_offered_anything_without_an_app(storyline: CommandLine) -> None:
    offered = storyline("accounts", "offer", "--token", "-", standard_input="EAA-canary\n")

    assert offered.code == 0
    assert "FACEBOOK_APP_ID" in offered.out
    assert "canary" not in offered.out


def test_the_list_says_when_access_is_renewed(storyline: CommandLine) -> None:
    storyline(*CONNECT, "--token", "-", standard_input="IGAA-canary\n")

    (row,) = storyline("accounts", "list", "--json").rows

    in_a_day = dt.datetime.now(dt.UTC) + dt.timedelta(hours=24)  # noqa: TID251  (as the command line has it)
    assert abs(dt.datetime.fromisoformat(row["renewed_from"]) - in_a_day) < dt.timedelta(minutes=1)
    assert row["access_ends_at"] is None

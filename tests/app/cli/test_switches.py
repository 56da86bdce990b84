from support.command_line import CommandLine


def test_posting_is_switched_off_and_on_again(storyline: CommandLine) -> None:
    assert storyline("posting", "off", "--reason", "a wrong caption").out == "Posting is off now.\n"
    assert storyline("posting", "off").out == "Posting was off already.\n"
    assert {(row["posted_to"], row["reason"]) for row in storyline("platforms", "list", "--json").rows} == {
        (False, "a wrong caption")
    }
    assert storyline("posting", "on").out == "Posting is on again.\n"
    assert storyline("posting", "on").out == "Posting was not switched off.\n"


def test_one_platform_is_switched_off_and_on_again(storyline: CommandLine) -> None:
    assert storyline("platforms", "off", "instagram").out == "instagram is off now.\n"
    rows = {row["platform"]: row for row in storyline("platforms", "list", "--json").rows}
    assert rows["instagram"]["posted_to"] is False
    assert all(row["posted_to"] for name, row in rows.items() if name != "instagram")

    assert storyline("platforms", "on", "instagram").out == "instagram is on again.\n"
    refused = storyline("platforms", "off", "myspace")
    assert refused.code == 1
    assert "There is no platform “myspace”." in refused.err


def test_the_list_knows_the_setting_that_keeps_all_platforms_off(storyline: CommandLine) -> None:
    storyline.set(posting_enabled="false")

    rows = storyline("platforms", "list", "--json").rows

    assert {(row["posted_to"], row["reason"]) for row in rows} == {(False, "POSTING_ENABLED is off")}
    assert "story" in rows[0]["placements"]

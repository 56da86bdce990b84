"""`storyline plan …`, `storyline mix …` and `storyline media lock`."""

import pytest
from PIL import Image

from support.command_line import CommandLine
from support.media_files import image


@pytest.fixture
def storyline(storyline: CommandLine) -> CommandLine:
    """The command line of a team with one account, two slots a day, and six pictures of two categories."""
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "facebook")
    for number in range(6):
        folder = storyline.folder / "pictures" / ("cups" if number < 4 else "bowls")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.jpg").write_bytes(image(size=(1080, 1500 + number)))
    storyline("media", "import", str(storyline.folder / "pictures"))
    for key, value in (("times", "daily 00:00"), ("horizon_days", "4")):
        assert storyline("settings", "set", key, value).code == 0
    return storyline


def test_the_plan_is_filled_shown_and_painted(storyline: CommandLine) -> None:
    assert storyline("plan", "fill").out == "3 planned, 0 taken out, 0 slots without media.\n"

    picture = storyline.folder / "week.jpg"
    shown = storyline("plan", "show", "--days", "4", "--picture", str(picture))
    rows = storyline("plan", "show", "--json").rows

    assert shown.out.count("by hand") == 3
    assert [row["publication"]["id"] for row in rows] == [1, 2, 3]
    with Image.open(picture) as painted:
        assert painted.format == "JPEG"


def test_the_plan_is_changed_by_number(storyline: CommandLine) -> None:
    storyline("plan", "fill")
    before = [row["at"] for row in storyline("plan", "show", "--json").rows]

    assert storyline("plan", "swap", "1", "3").code == 0
    assert storyline("plan", "cancel", "2", "--leave-empty").out == "2 is cancelled; its slot stays empty.\n"
    assert storyline("plan", "move", "1", "--at", "2199-01-01T10:00").code == 0

    rows = storyline("plan", "show", "--json").rows
    assert [(row["publication"]["id"], row["at"]) for row in rows] == [(3, before[0])]


def test_a_link_to_the_page_of_the_week_is_printed_where_there_is_a_web_server(
    storyline: CommandLine,
) -> None:
    storyline.set(WEB_PORT="8099", PUBLIC_BASE_URL="https://team.example/")
    public = storyline("plan", "link", "--hours", "2")
    storyline.set(WEB_PORT="0")
    refused = storyline("plan", "link")

    assert public.out.startswith("https://team.example/week/1?expires=")
    assert (refused.code, "There is no web server" in refused.err) == (1, True)


def test_what_cannot_be_changed_is_refused_in_a_sentence(storyline: CommandLine) -> None:
    assert storyline("plan", "swap", "1", "2").err == "There is no publication 1.\n"
    assert storyline("plan", "move", "1", "--at", "soon").err == (
        "“soon” is no time such as 2026-01-05T18:30.\n"
    )
    assert storyline("plan", "insert", "--media", "1", "--at", "2001-01-01").err == "That time is over.\n"


def test_an_item_that_is_held_leaves_the_plan_and_comes_back_when_it_is_not(storyline: CommandLine) -> None:
    storyline("plan", "fill")
    (first, *_) = storyline("plan", "show", "--json").rows
    name = first["publication"]["media"][0]
    number = next(row["id"] for row in storyline("media", "list", "--json").rows if row["path"] == name)

    held = storyline("media", "lock", str(number), "--until", "forever")

    assert held.out == f"{number} is held as you said.\nIt left the plan: 1.\n"
    rows = storyline("plan", "show", "--json").rows
    assert name not in {row["publication"]["media"][0] for row in rows}
    assert storyline("plan", "insert", "--media", str(number), "--at", "2199-01-01").code == 1
    assert storyline("media", "unlock", str(number)).code == 0
    assert storyline("media", "lock", str(number)).code == 2
    assert storyline("media", "lock", str(number), "--season", "summer").code == 1


def test_a_mix_is_wished_scaled_and_compared(storyline: CommandLine) -> None:
    wished = storyline("mix", "set", "cups=60", "bowls=60", "plates=30")

    assert wished.out == (
        "150 percent were scaled to 100.\n"
        "From now on: cups 40 %, bowls 40 %, plates 20 %.\n"
        "The library has nothing of plates: is its name right?\n"
    )
    rows = storyline("mix", "show", "--json").rows
    assert [(row["category"], row["wish"], row["eligible"]) for row in rows] == [
        ("cups", 40, 4),
        ("bowls", 40, 2),
        ("plates", 20, 0),
    ]
    assert [row["by"] for row in storyline("mix", "history", "--json").rows] == ["command line"]


@pytest.mark.parametrize("arguments", [("cups",), ("cups=many",), ("=3",), ("cups=1", "cups=2")])
def test_what_is_no_share_is_wrong_usage(storyline: CommandLine, arguments: tuple[str, ...]) -> None:
    assert storyline("mix", "set", *arguments).code == 2


def test_an_account_has_settings_of_its_own(storyline: CommandLine) -> None:
    own = storyline("settings", "set", "times", "mon 10:00", "--account", "pots")

    assert own.out == "times of pots is mon 10:00 now.\n"
    keys = {row["key"]: row["value"] for row in storyline("settings", "list", "--json").rows}
    assert keys["times@1"] == "mon 10:00"
    assert storyline("settings", "set", "lock_days", "3", "--account", "pots").code == 1
    assert storyline("settings", "set", "season.christmas", "11-15..12-26").code == 0

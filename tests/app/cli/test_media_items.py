"""What the library has, and what people change in it, on the command line."""

from pathlib import Path

import pytest
from PIL import Image

from support.command_line import CommandLine
from support.media_files import animation, image, noise, video


@pytest.fixture
def storyline(storyline: CommandLine) -> CommandLine:
    """The command line of a team with a small library."""
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline("accounts", "add", "instagram", "--id", "17", "--username", "harbour", "--login", "facebook")
    for name, data in {
        "coast/pier.jpg": image(shade=5),
        "coast/boats.gif": animation(),
        "workshop/saw.mp4": video(),
    }.items():
        path = storyline.folder / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (storyline.folder / "pictures" / "coast" / "pier.yml").write_text(
        "caption: Am Meer über Ölbergen\ntags: [sea, wind]\nneeds: poll\n"
    )
    storyline("media", "import", "pictures")
    return storyline


def test_the_list_is_narrowed_and_searched(storyline: CommandLine) -> None:
    assert named(storyline, "--category", "coast") == ["boats.gif", "pier.jpg"]
    assert named(storyline, "--kind", "video") == ["saw.mp4"]
    assert named(storyline, "--needs", "poll") == ["pier.jpg"]
    assert named(storyline, "--tag", "wind") == ["pier.jpg"]
    assert named(storyline, "--search", "öLBERG") == ["pier.jpg"]
    assert named(storyline, "--search", "saw.") == ["saw.mp4"]
    assert named(storyline, "--state", "retired") == []
    assert storyline("media", "list", "--tag", "nothing").out == "The library has nothing like that.\n"
    assert storyline("media", "list", "--state", "somehow").code == 2


def test_the_list_is_read_a_page_at_a_time(storyline: CommandLine) -> None:
    first = storyline("media", "list", "--limit", "2")
    rest = storyline("media", "list", "--after", "2", "--json").rows

    assert first.err == "There may be more: --after 2\n"
    assert [row["id"] for row in rest] == [3]


def test_an_item_is_shown_with_its_facts_and_where_it_was_used(storyline: CommandLine) -> None:
    storyline("queue", "add", "--media", "2", "--placement", "story", "--at", "2030-01-01T10:00:00Z")

    [row] = storyline("media", "show", "2", "--json").rows
    words = storyline("media", "show", "2").out

    assert (row["format"], row["width"], row["height"], row["alt"]) == ("JPEG", 90, 160, "")
    assert [(use["account"], use["placement"], use["state"]) for use in row["used"]] == [
        ("harbour", "story", "scheduled")
    ]
    assert row["locks"] == []
    assert "Am Meer über Ölbergen" in words
    assert "story for harbour, no. 1: scheduled, 2030-01-01 10:00 UTC" in words
    assert "{" not in words
    assert "\n\n" not in words


def test_a_table_has_only_the_columns_that_say_something(storyline: CommandLine) -> None:
    header, *_ = storyline("media", "list", "--category", "workshop").out.splitlines()

    assert header.split() == ["id", "kind", "size", "category", "file"]


def test_an_item_that_is_not_there_is_refused(storyline: CommandLine) -> None:
    for command in (["show", "9"], ["retire", "1", "9"], ["describe", "9", "--caption", "x"], ["keep", "9"]):
        refused = storyline("media", *command)

        assert (refused.code, refused.err) == (1, "The library has no item 9.\n")
    assert named(storyline, "--state", "retired") == []


def test_items_are_retired_and_restored(storyline: CommandLine) -> None:
    assert storyline("media", "retire", "1", "3").out == "Retired: 1, 3.\n"
    assert named(storyline, "--state", "retired") == ["boats.gif", "saw.mp4"]
    assert named(storyline, "--state", "available") == ["pier.jpg"]

    assert storyline("media", "restore", "3").out == "Restored: 3.\n"
    assert named(storyline, "--state", "retired") == ["boats.gif"]


def test_an_item_is_shown_and_found_by_what_holds_it(storyline: CommandLine) -> None:
    storyline("settings", "set", "zone", "Europe/Berlin")
    storyline("media", "lock", "1", "--until", "forever")
    storyline("media", "lock", "2", "--not-after", "2020-01-01", "--season", "12-01..12-26")

    [held] = storyline("media", "show", "1", "--json").rows
    [over] = storyline("media", "show", "2", "--json").rows

    assert (held["held_until"], held["not_after"], held["season"]) == ("forever", None, None)
    assert (over["not_after"][:19], over["season"]) == ("2020-01-01T23:59:59", "12-01..12-26")
    assert "not after 2020-01-01 23:59, season 12-01..12-26" in storyline("media", "list").out
    assert named(storyline, "--state", "held") == ["boats.gif", "pier.jpg"]
    assert named(storyline, "--state", "available") == ["saw.mp4"]


def test_what_is_said_by_hand_outlasts_an_import(storyline: CommandLine) -> None:
    said = storyline(
        *("media", "describe", "2", "--caption", "[/b] By [hand]", "--tags", "one, two", "--needs", ""),
        *("--category", "sea"),
    )
    storyline("media", "import", "pictures")

    [row] = storyline("media", "show", "2", "--json").rows
    assert said.out == "Item 2 is described anew: caption, category, tags, needs.\n"
    assert "[/b] By [hand]" in storyline("media", "list").out
    assert (row["caption"], row["tags"], row["needs"], row["category"]) == (
        "[/b] By [hand]",
        ["one", "two"],
        [],
        "sea",
    )


def test_a_description_that_says_nothing_or_something_unknown_is_wrong_usage(storyline: CommandLine) -> None:
    assert storyline("media", "describe", "2").code == 2
    assert storyline("media", "describe", "2", "--needs", "glitter").code == 2


def test_what_looks_alike_is_listed_and_painted_side_by_side_until_it_is_kept(storyline: CommandLine) -> None:
    pictures = storyline.folder / "pictures" / "twins"
    pictures.mkdir()
    noise((900, 1600), 7, grain=(40, 70)).save(pictures / "large.png")
    noise((450, 800), 7, grain=(40, 70)).save(pictures / "small.jpg", quality=50)

    imported = storyline("media", "import", "pictures")
    listed = storyline("media", "duplicates", "--json", "--picture", "pairs.jpg")
    kept = storyline("media", "keep", "5")

    assert "1 look like something that was there" in imported.out
    [pair] = listed.rows
    assert (pair["id"], pair["near_of"]) == (5, 4)
    assert (Path(pair["path"]).name, Path(pair["near_of_path"]).name) == ("small.jpg", "large.png")
    with Image.open(storyline.folder / "pairs.jpg") as painted:
        assert (painted.format, painted.width) == ("JPEG", 912)
    assert kept.out == "Kept: 5.\n"
    assert storyline("media", "duplicates").out == "Nothing looks like anything else.\n"


def test_a_picture_that_cannot_be_written_is_one_sentence(storyline: CommandLine) -> None:
    for name, size in (("large", (900, 1600)), ("small", (450, 800))):
        noise(size, 7, grain=(40, 70)).save(storyline.folder / "pictures" / f"{name}.png")
    storyline("media", "import", "pictures")

    refused = storyline("media", "duplicates", "--picture", "nowhere/pairs.jpg")

    assert refused.code == 1
    assert refused.err.startswith("The picture could not be written to nowhere/pairs.jpg")


def named(storyline: CommandLine, *options: str) -> list[str]:
    return [Path(row["path"]).name for row in storyline("media", "list", "--json", *options).rows]

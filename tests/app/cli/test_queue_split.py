"""A video that is too long for a story is posted in parts."""

import av

from support.command_line import CommandLine
from support.media_files import image
from support.odd_media import film
from support.strict_media import complaints


def team(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "facebook")


def test_a_video_that_is_too_long_is_queued_in_parts_that_go(storyline: CommandLine) -> None:
    team(storyline)
    (storyline.folder / "long.mp4").write_bytes(film("mp4", seconds=70, size=(90, 160)))

    queued = storyline("queue", "add", "--placement", "story", "--file", "long.mp4", "--split", "--json")

    assert queued.code == 0, queued.err
    assert len(queued.rows) == 2
    assert "Splitting long.mp4: " in queued.err
    parts = sorted((storyline.folder / "data" / "parts").iterdir())
    assert [path.name[16:] for path in parts] == ["-1-of-2.mp4", "-2-of-2.mp4"]
    assert [complaints(path, "story") for path in parts] == [[], []]
    assert [round(seconds(str(path))) for path in parts] == [35, 35]


def test_a_video_that_is_not_too_long_is_queued_as_it_is(storyline: CommandLine) -> None:
    team(storyline)
    (storyline.folder / "short.mp4").write_bytes(film("mp4"))

    queued = storyline("queue", "add", "--placement", "story", "--file", "short.mp4", "--split", "--json")

    assert queued.code == 0, queued.err
    assert len(queued.rows) == 1
    assert not (storyline.folder / "data" / "parts").exists()


def test_only_one_video_is_split_at_a_time(storyline: CommandLine) -> None:
    team(storyline)
    for name in ("one.jpg", "two.jpg"):
        (storyline.folder / name).write_bytes(image(shade=len(name) + ord(name[0])))

    refused = storyline(
        "queue", "add", "--placement", "story", "--file", "one.jpg", "--file", "two.jpg", "--split"
    )

    assert refused.code == 1
    assert "--split takes one video of this library." in refused.err


def seconds(path: str) -> float:
    with av.open(path) as container:
        return (container.duration or 0) / av.time_base

"""Which files of a folder are looked at."""

import os
from pathlib import Path

from services.media.folder import list_folder


def test_all_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/z.mp4", "a/b/Grüße 🌊.png", "notes.txt"):
        written(tmp_path / name)

    listing = list_folder(tmp_path)

    assert [str(path.relative_to(tmp_path)) for path in listing.files] == [
        "a/b/Grüße 🌊.png",
        "a/z.mp4",
        "b.jpg",
        "notes.txt",
    ]
    assert listing.problems == ()


def test_hidden_files_and_sidecars_are_passed_over(tmp_path: Path) -> None:
    names = (".DS_Store", ".git/object.jpg", "Thumbs.db", "b.jpg.crdownload", "a.yml", "_defaults.yml")
    for name in ("a.jpg", *names):
        written(tmp_path / name)

    listing = list_folder(tmp_path)

    assert listing.files == (tmp_path / "a.jpg",)
    assert (listing.ignored, listing.problems, listing.lone_sidecars) == (len(names), (), ())


def test_sidecars_that_describe_no_file_are_told(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.jpg.yml", "a.YML", "b.yml", "folder.yml/c.jpg"):
        written(tmp_path / name)

    listing = list_folder(tmp_path)

    assert [path.name for path in listing.files] == ["a.jpg", "c.jpg"]
    assert [problem.path.name for problem in listing.lone_sidecars] == ["b.yml"]


def test_a_link_that_may_not_be_looked_at_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "long.jpg").symlink_to("a" * 300)

    [problem] = list_folder(tmp_path).problems

    assert problem.sentence == "it is a link that leads nowhere within the folder"


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "media"
    written(root / "inside" / "a.jpg")
    written(tmp_path / "outside" / "secret.jpg")
    (root / "again.jpg").symlink_to(root / "inside" / "a.jpg")
    (root / "loop").symlink_to(root)
    (root / "itself").symlink_to(root / "itself")
    (root / "out.jpg").symlink_to(tmp_path / "outside" / "secret.jpg")
    (root / "out").symlink_to(tmp_path / "outside")

    listing = list_folder(root)

    assert listing.files == (root / "inside" / "a.jpg",)
    assert listing.ignored == 2
    assert [problem.path.name for problem in listing.problems] == ["itself", "out", "out.jpg"]
    assert {problem.sentence for problem in listing.problems} == {
        "it is a link that leads nowhere within the folder"
    }


def test_pipes_and_names_that_are_no_text_are_problems(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    written(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg")))

    listing = list_folder(tmp_path)

    assert [(problem.path.name, problem.sentence) for problem in listing.problems] == [
        ("pipe.jpg", "it is no regular file"),
        ("\N{REPLACEMENT CHARACTER}.jpg", "its name is no valid UTF-8"),
    ]


def test_a_folder_three_hundred_levels_deep_is_no_trouble(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 300)
    written(deep / "a.jpg")

    assert list_folder(tmp_path).files == (deep / "a.jpg",)


def written(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")

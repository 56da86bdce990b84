"""What YAML beside the files says of them."""

import os
from pathlib import Path

import pytest

from domain.media import Description, Need
from services.media import sidecars
from services.media.sidecars import Problem, Sidecars


def test_a_sidecar_says_all_there_is_to_say(tmp_path: Path) -> None:
    written(
        tmp_path / "coast" / "pier.yml",
        """
        caption: |
          The pier at six.
          Bring a coat.
        alt: A pier in fog
        link: https://example.org/pier
        products: [Coat, Hat]
        tags: [sea, fog]
        needs: [sticker, link]
        category: mornings
        """,
    )

    description, problems = Sidecars(tmp_path).describe(tmp_path / "coast" / "pier.jpg")

    assert problems == []
    assert description == Description(
        caption="The pier at six.\nBring a coat.",
        alt="A pier in fog",
        link="https://example.org/pier",
        products=("Coat", "Hat"),
        tags=("sea", "fog"),
        needs=frozenset({Need.STICKER, Need.LINK}),
        category="mornings",
    )


def test_a_file_that_nobody_describes_has_its_folders_name_as_category(tmp_path: Path) -> None:
    description, _ = Sidecars(tmp_path).describe(tmp_path / "coast" / "2024" / "pier.jpg")

    assert description == Description(category="2024")


def test_a_category_that_is_asked_for_stands_in_for_the_folder_but_not_for_the_sidecar(
    tmp_path: Path,
) -> None:
    written(tmp_path / "said.yml", "category: mornings")
    read = Sidecars(tmp_path)

    said, _ = read.describe(tmp_path / "said.jpg", category="asked")
    silent, _ = read.describe(tmp_path / "silent.jpg", category="asked")

    assert (said.category, silent.category) == ("mornings", "asked")


def test_the_nearest_word_on_each_key_counts(tmp_path: Path) -> None:
    written(tmp_path / "_defaults.yml", "{caption: root, alt: root, tags: [root], needs: music}")
    written(tmp_path / "a" / "_defaults.yml", "{caption: folder, alt: folder, needs: []}")
    written(tmp_path / "a" / "b" / "pier.yml", "caption: own")

    description, _ = Sidecars(tmp_path).describe(tmp_path / "a" / "b" / "pier.mp4")

    assert (description.caption, description.alt, description.tags) == ("own", "folder", ("root",))
    assert description.needs == frozenset()


def test_nothing_above_the_imported_folder_is_read(tmp_path: Path) -> None:
    written(tmp_path / "_defaults.yml", "caption: not meant")

    description, _ = Sidecars(tmp_path / "media").describe(tmp_path / "media" / "pier.jpg")

    assert description.caption == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("caption: a\ncaptoin: b", "line 2: there is no key “captoin”"),
        ("caption: [a, b]", "line 1: “caption” must be a text"),
        ("alt: a\ntags: {a: b}", "line 2: “tags” must be a text or a list of texts"),
        ("tags: [a, [b]]", "line 1: “tags” must be a text or a list of texts"),
        ("needs: [sticker, confetti]", "line 1: there is no need “confetti”; there are sticker"),
        ("caption: a\n\ncaption: b", "line 3: “caption” stands here a second time"),
        ("- a\n- b", "line 1: it must consist of lines like"),
        ("just words", "line 1: it must consist of lines like"),
        ("caption: a\n  alt: [", "line 2: mapping values are not allowed here"),
        ("caption: 'a", "line 1: found unexpected end of stream"),
        ("? [a]\n: b", "line 1: there is no key “?”"),
        ("caption: a\n---\ncaption: b", "line 2: but found another document"),
        ("caption: \x07", "it is no YAML: unacceptable character"),
        ("tags: " + "[" * 500, "it is no YAML"),
        ("#" * 20_000, "it has more than 16,384 bytes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    written(tmp_path / "pier.yml", text)

    description, problems = Sidecars(tmp_path).describe(tmp_path / "pier.jpg")

    assert len(problems) == 1
    assert problems[0].path == tmp_path / "pier.yml"
    assert problem in problems[0].sentence
    assert description.problem == f"pier.yml, {problems[0].sentence}"


def test_what_is_right_beside_something_wrong_is_kept(tmp_path: Path) -> None:
    written(tmp_path / "pier.yml", "caption: The pier.\nneeds: confetti\ntag: sea\n")

    description, problems = Sidecars(tmp_path).describe(tmp_path / "pier.jpg")

    assert description.caption == "The pier."
    assert [problem.sentence[:6] for problem in problems] == ["line 2", "line 3"]


def test_malformed_defaults_are_a_problem_of_every_file_below(tmp_path: Path) -> None:
    written(tmp_path / "_defaults.yml", "captoin: a")
    read = Sidecars(tmp_path)

    found = [read.describe(tmp_path / "a" / name) for name in ("one.jpg", "two.jpg")]

    assert [description.problem[:13] for description, _ in found] == ["_defaults.yml"] * 2
    assert found[0][1] == found[1][1]


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("caption: 007", "007"),
        ("caption: yes", "yes"),
        ("caption:", ""),
        ("caption: '  spaced '", "spaced"),
        ("\ufeffcaption: 🌊 Grüße", "🌊 Grüße"),
        ("", ""),
        ("# only a remark", ""),
    ],
)
def test_texts_are_taken_as_they_are_written(tmp_path: Path, text: str, caption: str) -> None:
    written(tmp_path / "pier.yml", text)

    description, problems = Sidecars(tmp_path).describe(tmp_path / "pier.jpg")

    assert (description.caption, problems) == (caption, [])


def test_yaml_that_unfolds_without_end_is_refused_at_once() -> None:
    layers = "\n".join(f"{name}: &{name} [{', '.join(['*' + previous] * 9)}]" for previous, name in LAYERS)

    _, problems = sidecars.parse(f"tags: &a [ha]\n{layers}\nneeds: *z")

    assert problems


def test_other_encodings_and_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes("caption: Grüße".encode("latin-1"))
    written(tmp_path / "elsewhere" / "secret", "caption: secret")
    (tmp_path / "link.yml").symlink_to(tmp_path / "elsewhere" / "secret")
    read = Sidecars(tmp_path)

    _, latin = read.describe(tmp_path / "latin.jpg")
    linked, link = read.describe(tmp_path / "link.jpg")

    assert latin == [Problem(tmp_path / "latin.yml", "it is not written in UTF-8")]
    assert link == [Problem(tmp_path / "link.yml", "it is a link; links are not followed")]
    assert linked.caption == ""


LAYERS = list(zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True))


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_sidecar_may_have_the_whole_name_of_its_file(tmp_path: Path) -> None:
    written(tmp_path / "pier.yml", "caption: Both.\nalt: A pier.")
    written(tmp_path / "pier.mp4.yml", "caption: The film.")
    written(tmp_path / "SAW.YML", "caption: The saw.")
    read = Sidecars(tmp_path)

    film, _ = read.describe(tmp_path / "pier.mp4")
    picture, _ = read.describe(tmp_path / "pier.jpg")
    saw, _ = read.describe(tmp_path / "SAW.JPG")

    assert (film.caption, film.alt) == ("The film.", "A pier.")
    assert (picture.caption, saw.caption) == ("Both.", "The saw.")


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "folder.yml").mkdir()

    for name in ("pipe", "folder"):
        description, _ = Sidecars(tmp_path).describe(tmp_path / f"{name}.jpg")

        assert description.problem == f"{name}.yml, it is no regular file"


def test_a_name_that_leaves_no_room_for_an_ending_has_no_sidecar(tmp_path: Path) -> None:
    assert Sidecars(tmp_path).describe(tmp_path / ("a" * 255))[1] == []


@pytest.mark.parametrize("value", [r'"a\0b"', r'"\ud800"', r'["x", "\e[31m"]'])
def test_characters_that_nothing_can_store_are_malformed(value: str) -> None:
    values, problems = sidecars.parse(f"tags: {value}")

    assert (values, problems) == ({}, ["line 1: “tags” has a control character"])


def test_a_name_is_shown_on_one_line_as_it_is_written() -> None:
    assert sidecars.shown("Grüße 🌊\n\x1b[31m\u202egpj.exe") == "Grüße 🌊��[31m�gpj.exe"

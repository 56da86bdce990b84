import pytest

from support.command_line import CommandLine
from support.media_files import image


@pytest.fixture
def storyline(storyline: CommandLine) -> CommandLine:
    """The command line of a team."""
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    return storyline


def test_an_import_counts_what_it_took_and_names_what_it_did_not(storyline: CommandLine) -> None:
    coast = storyline.folder / "pictures" / "coast"
    coast.mkdir(parents=True)
    (coast / "pier.jpg").write_bytes(image())
    (coast / "twin.jpg").write_bytes(image())
    (coast / "empty.jpg").touch()

    done = storyline("media", "import", "pictures")

    assert done.code == 0
    assert done.out == "1 added, 0 known, 0 updated, 1 duplicates, 1 problems.\n"
    assert f"{coast / 'twin.jpg'}: the library has it already, as {coast / 'pier.jpg'}\n" in done.err
    assert f"{coast / 'empty.jpg'}: the file is empty\n" in done.err
    (row,) = storyline("media", "list", "--json").rows
    assert (row["path"], row["category"], row["kind"]) == (str(coast / "pier.jpg"), "coast", "image")


def test_without_a_folder_the_one_of_the_settings_is_taken_in(storyline: CommandLine) -> None:
    (storyline.folder / "shared").mkdir()
    (storyline.folder / "shared" / "pier.jpg").write_bytes(image())
    storyline.set(media_dir=str(storyline.folder / "shared"))

    assert storyline("media", "import").out.startswith("1 added")


def test_a_folder_that_is_not_there_is_one_sentence(storyline: CommandLine) -> None:
    refused = storyline("media", "import", "nowhere")

    assert (refused.code, refused.err) == (1, "There is no folder nowhere.\n")


def test_a_file_in_place_of_a_folder_is_said_to_be_one(storyline: CommandLine) -> None:
    (storyline.folder / "pier.jpg").write_bytes(image())

    refused = storyline("media", "import", "pier.jpg")

    assert (refused.code, refused.err) == (1, "pier.jpg is a file; name the folder it lies in.\n")


def test_an_empty_library_says_so(storyline: CommandLine) -> None:
    assert storyline("media", "list").out == "The library is empty.\n"
    assert storyline("media", "list", "--json").rows == []

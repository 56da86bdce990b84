"""A folder elsewhere, and the one on this machine that follows it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import TransientError
from services.media.mirror import INDEX_NAME, LARGEST_BYTES, LibraryMirror, RemoteFile


class FakeRemote:
    """A folder elsewhere, in memory."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.fetched: list[str] = []
        self.is_down = False
        self.broken: set[str] = set()
        self.on_fetch: Callable[[], object] = lambda: None

    async def files(self) -> list[RemoteFile]:
        if self.is_down:
            raise TransientError("It could not be reached.", platform="s3")
        return [
            RemoteFile(name=name, size_bytes=self.sizes.get(name, len(data)), version=f"v{hash(data)}")
            for name, data in self.contents.items()
        ]

    async def fetch(self, file: RemoteFile, target: Path) -> None:
        self.on_fetch()
        self.fetched.append(file.name)
        data = self.contents[file.name][: 2 if file.name in self.broken else None]
        await asyncio.to_thread(target.write_bytes, data)
        if file.name in self.broken:
            raise TransientError("It broke off.", platform="s3")


@pytest.fixture
def remote() -> FakeRemote:
    return FakeRemote()


@pytest.fixture
def mirror(remote: FakeRemote, tmp_path: Path) -> LibraryMirror:
    return LibraryMirror(remote=remote, folder=tmp_path / "s3")


async def test_what_is_new_is_fetched_once(mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path) -> None:
    remote.contents = {"coast/pier.jpg": b"pier", "coast/pier.yml": b"caption: The pier."}

    first = await mirror.refresh()
    second = await LibraryMirror(remote=remote, folder=tmp_path / "s3").refresh()

    assert (first.fetched, second.fetched) == (2, 0)
    assert shown(tmp_path) == {"coast/pier.jpg": b"pier", "coast/pier.yml": b"caption: The pier."}


async def test_what_changed_or_was_lost_here_is_fetched_again(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one", "b.jpg": b"two", "c.jpg": b"three"}
    await mirror.refresh()

    remote.contents["a.jpg"] = b"new"
    (tmp_path / "s3" / "b.jpg").unlink()
    await mirror.refresh()

    assert remote.fetched[3:] == ["a.jpg", "b.jpg"]
    assert shown(tmp_path) == {"a.jpg": b"new", "b.jpg": b"two", "c.jpg": b"three"}


async def test_what_is_deleted_there_is_hidden_here_and_not_deleted(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"coast/a.jpg": b"one", "b.jpg": b"two"}
    await mirror.refresh()

    del remote.contents["coast/a.jpg"]
    second = await mirror.refresh()
    third = await mirror.refresh()

    assert (second.set_aside, third.set_aside) == (1, 0)
    assert shown(tmp_path) == {"b.jpg": b"two"}
    assert (tmp_path / "s3" / ".gone" / "coast" / "a.jpg").read_bytes() == b"one"


async def test_what_comes_back_there_comes_back_here(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one"}
    await mirror.refresh()
    remote.contents = {}
    await mirror.refresh()

    remote.contents = {"a.jpg": b"one"}
    await mirror.refresh()

    assert shown(tmp_path) == {"a.jpg": b"one"}


async def test_what_a_person_put_here_stays(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one"}
    await mirror.refresh()
    (tmp_path / "s3" / "own.jpg").write_bytes(b"own")

    await mirror.refresh()

    assert shown(tmp_path) == {"a.jpg": b"one", "own.jpg": b"own"}


async def test_most_files_gone_at_once_are_told_and_nothing_is_hidden(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {f"{number}.jpg": b"%d" % number for number in range(20)}
    await mirror.refresh()

    remote.contents = {}
    gone = await mirror.refresh()

    assert gone.failures == ("20 of 20 files are gone from it; nothing was set aside",)
    assert len(shown(tmp_path)) == 20


async def test_what_was_renamed_there_never_lies_here_twice(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one"}
    await mirror.refresh()
    remote.contents = {"b.jpg": b"one"}
    seen: list[dict[str, bytes]] = []
    remote.on_fetch = lambda: seen.append(shown(tmp_path))

    await mirror.refresh()

    assert seen == [{}]
    assert shown(tmp_path) == {"b.jpg": b"one"}


async def test_a_file_that_breaks_off_is_not_shown_and_is_fetched_the_next_time(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one", "b.jpg": b"two"}
    remote.broken = {"a.jpg"}

    first = await mirror.refresh()
    shown_meanwhile = shown(tmp_path)
    remote.broken = set()
    second = await mirror.refresh()

    assert (first.fetched, first.failures) == (1, ("a.jpg: It broke off.",))
    assert shown_meanwhile == {"b.jpg": b"two"}
    assert second.fetched == 1


async def test_what_cannot_be_remembered_is_told(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one"}
    (tmp_path / "s3" / INDEX_NAME).mkdir(parents=True)

    mirrored = await mirror.refresh()

    assert mirrored.fetched == 1
    assert mirrored.failures[0].startswith(".fetched.json: ")


async def test_a_folder_that_cannot_be_reached_is_one_sentence(
    mirror: LibraryMirror, remote: FakeRemote
) -> None:
    remote.is_down = True

    assert (await mirror.refresh()).failures == ("It could not be reached.",)


@pytest.mark.parametrize(
    "name", ["../out.jpg", "/etc/out.jpg", "a/../../out.jpg", ".hidden.jpg", "a/", "a/.b/c"]
)
async def test_names_that_lead_elsewhere_or_are_hidden_are_left_out(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path, name: str
) -> None:
    remote.contents = {name: b"data"}

    assert (await mirror.refresh()).fetched == 0
    assert shown(tmp_path) == {}
    assert not (tmp_path / "out.jpg").exists()


async def test_what_is_too_large_is_left_there_and_told(mirror: LibraryMirror, remote: FakeRemote) -> None:
    remote.contents, remote.sizes = {"film.mp4": b"x"}, {"film.mp4": LARGEST_BYTES + 1}

    mirrored = await mirror.refresh()

    assert mirrored.fetched == 0
    assert mirrored.failures == ("film.mp4: it is larger than 1.1 GB",)


def shown(folder: Path) -> dict[str, bytes]:
    """Return the files that an import would see."""
    root = folder / "s3"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }

"""A folder elsewhere, and the one on this machine that follows it."""

import asyncio
from pathlib import Path

import pytest

from domain.errors import TransientError
from services.media.mirror import LARGEST_BYTES, LibraryMirror, RemoteFile


class FakeRemote:
    """A folder elsewhere, in memory."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.fetched: list[str] = []
        self.is_down = False
        self.broken: set[str] = set()

    async def files(self) -> list[RemoteFile]:
        if self.is_down:
            raise TransientError("It could not be reached.", platform="s3")
        return [
            RemoteFile(name=name, size_bytes=self.sizes.get(name, len(data)), version=f"v{hash(data)}")
            for name, data in self.contents.items()
        ]

    async def fetch(self, file: RemoteFile, target: Path) -> None:
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


async def test_what_is_deleted_there_stays_here(
    mirror: LibraryMirror, remote: FakeRemote, tmp_path: Path
) -> None:
    remote.contents = {"a.jpg": b"one"}
    await mirror.refresh()

    remote.contents = {}
    await mirror.refresh()

    assert shown(tmp_path) == {"a.jpg": b"one"}


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


async def test_what_is_too_large_is_left_there(mirror: LibraryMirror, remote: FakeRemote) -> None:
    remote.contents, remote.sizes = {"film.mp4": b"x"}, {"film.mp4": LARGEST_BYTES + 1}

    assert (await mirror.refresh()).fetched == 0


def shown(folder: Path) -> dict[str, bytes]:
    """Return the files that an import would see."""
    root = folder / "s3"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }

"""The files that Telegram keeps: stored once by content, found again by id."""

import base64
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from sandbox.json_values import Json
from sandbox.kept_path import KeptPath
from sandbox.telegram.errors import bad_request
from sandbox.world import World

_FOLDERS = {"photo": "photos", "video": "videos", "animation": "animations"}
_SUFFIXES = {"photo": ".jpg", "video": ".mp4", "animation": ".mp4"}
_TITLES = {"photo": "Photo", "video": "Video", "animation": "Animation", "document": "Document"}


@dataclasses.dataclass(kw_only=True, slots=True)
class StoredFile:
    """One file as one kind of media."""

    id: str
    unique_id: str
    kind: str
    """`photo`, `video`, `animation`, `document` or `thumbnail`."""
    content_path: KeptPath
    size: int
    mime_type: str
    file_path: str
    """Path under which getFile offers it, such as `photos/file_3.jpg`."""
    content: Json = dataclasses.field(default_factory=dict[str, Any])
    """The fields of a message that shows this file, such as `video`; sent again, it is shown by the same."""
    offered_until: dt.datetime | None = None
    """Until when it can be downloaded by its path; None: not before getFile offers it."""

    def ids(self) -> Json:
        """Return the ids and the size, which every file object has."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """All files, kept in the world's folder."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def all(self) -> list[StoredFile]:
        """Return all files, oldest first."""
        return list(self._by_id.values())

    def restore(self, files: Iterable[StoredFile]) -> None:
        """Know these files again; those whose bytes are gone are forgotten."""
        for file in files:
            if file.content_path.exists():
                self._register(file)

    def add(self, content: bytes, *, kind: str, mime_type: str, suffix: str = "") -> StoredFile:
        """Keep a file; equal bytes are stored once and share their unique id."""
        digest = hashlib.sha256(content).digest()
        content_path = self._world.folder_of("telegram") / digest.hex()
        if not content_path.exists():
            content_path.write_bytes(content)
        folder = _FOLDERS.get(kind, "documents")
        suffix = _SUFFIXES.get(kind, suffix)
        file = StoredFile(
            id="AgAC" + base64.urlsafe_b64encode(self._world.random.randbytes(36)).decode(),
            unique_id="AQAD" + base64.urlsafe_b64encode(digest[:9]).decode(),
            kind=kind,
            content_path=content_path,
            size=len(content),
            mime_type=mime_type,
            file_path=f"{folder}/file_{len(self._by_id)}{suffix}",
        )
        self._register(file)
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file of this id."""
        return self._by_id.get(file_id)

    def of_kind(self, file_id: str, kind: str) -> StoredFile:
        """Return a file that is to be sent again as what it was.

        Raises:
            ApiError: 400; there is none of this id, or it is of another kind.
        """
        file = self._by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(
                f"can't use file of type {_TITLES.get(file.kind, 'Thumbnail')} as {_TITLES[kind]}"
            )
        return file

    def offer(self, file: StoredFile, *, seconds: float) -> None:
        """Let a file be downloaded by its path for so long."""
        file.offered_until = self._world.clock.now() + dt.timedelta(seconds=seconds)

    def offered(self, file_path: str) -> StoredFile | None:
        """Return the file that is offered under this path just now."""
        file = self._by_path.get(file_path)
        if file is None or file.offered_until is None or self._world.clock.now() >= file.offered_until:
            return None
        return file

    def _register(self, file: StoredFile) -> None:
        self._by_id[file.id] = file
        self._by_path[file.file_path] = file

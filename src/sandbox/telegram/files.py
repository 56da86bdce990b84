"""The files that Telegram keeps: stored once by content, found again by id."""

import base64
import dataclasses
import datetime as dt
import hashlib
import random
import tempfile
from pathlib import Path
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.json_values import Json
from sandbox.telegram.errors import bad_request

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
    content_path: Path
    size: int
    mime_type: str
    file_path: str
    """Path under which getFile offers it, such as `photos/file_3.jpg`."""
    content: Json = dataclasses.field(default_factory=dict[str, Any])
    """The fields of a message that shows this file, such as `video`; sent again, it is shown by the same."""

    def ids(self) -> Json:
        """Return the ids and the size, which every file object has."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """All files, kept in a temporary folder from the first file until closed."""

    def __init__(self, clock: SandboxClock, rng: random.Random) -> None:
        self._clock = clock
        self._random = rng
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._link_until: dict[str, dt.datetime] = {}

    def close(self) -> None:
        """Delete the folder."""
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, content: bytes, *, kind: str, mime_type: str, suffix: str = "") -> StoredFile:
        """Keep a file; equal bytes are stored once and share their unique id."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="sandbox-telegram-")
        digest = hashlib.sha256(content).digest()
        content_path = Path(self._folder.name) / digest.hex()
        if not content_path.exists():
            content_path.write_bytes(content)
        folder = _FOLDERS.get(kind, "documents")
        suffix = _SUFFIXES.get(kind, suffix)
        file = StoredFile(
            id="AgAC" + base64.urlsafe_b64encode(self._random.randbytes(36)).decode(),
            unique_id="AQAD" + base64.urlsafe_b64encode(digest[:9]).decode(),
            kind=kind,
            content_path=content_path,
            size=len(content),
            mime_type=mime_type,
            file_path=f"{folder}/file_{len(self._by_id)}{suffix}",
        )
        self._by_id[file.id] = file
        self._by_path[file.file_path] = file
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
        self._link_until[file.file_path] = self._clock.now() + dt.timedelta(seconds=seconds)

    def offered(self, file_path: str) -> StoredFile | None:
        """Return the file that is offered under this path just now."""
        until = self._link_until.get(file_path)
        return self._by_path[file_path] if until is not None and self._clock.now() < until else None

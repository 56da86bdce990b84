"""Films that are uploaded for containers: what rupload.facebook.com does for Instagram."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.graph.accounts import Account
from sandbox.graph.containers import Container
from sandbox.graph.fetching import Fetcher, FetchFailedError
from sandbox.graph.partial_files import OffsetError, PartialFiles
from sandbox.graph.rupload import Upload, UploadError
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.world import World

PATH = "ig-api-upload"
MOST_BYTES = 1_000_000_000
"""A larger file is not fetched; how large one may be is found when it is processed."""
_TAKEN: Mapping[str, Any] = {"success": True, "message": "Upload successful."}


def upload_uri(base_url: str, container: Container) -> str:
    """Return where a container's film is to be sent."""
    return f"{base_url}/{PATH}/{container.upload_version}/{container.id}"


class ContainerUploads:
    """Takes what is sent to `/ig-api-upload/{version}/{container}`."""

    operation = "container_upload"

    def __init__(
        self,
        *,
        world: World,
        store: GraphStore,
        partial_files: PartialFiles,
        settings: GraphSettings,
        begin: Callable[[Container], None],
    ) -> None:
        self._world = world
        self._store = store
        self._partial_files = partial_files
        self._settings = settings
        self._begin = begin
        self._fetcher = Fetcher()

    async def close(self) -> None:
        """Close the connections to the hosts of media."""
        await self._fetcher.close()

    def owner(self, object_id: str) -> Account | None:
        """Return the account of a container that is to be uploaded to."""
        container = self._store.containers.get(object_id)
        if container is None or not container.upload_version:
            return None
        return self._store.accounts[container.account_id]

    async def take(self, upload: Upload) -> Mapping[str, Any]:
        """Take bytes, or fetch them, and begin to process the film once it is whole.

        An address with another version than was given out answers as if all were well, and the container
        never gets its film: seen in a client's log. So, without harm, does what comes for a second time.
        """
        container = self._store.containers[upload.object_id]
        if self._world.clock.now() >= container.expires_at:
            raise _failed("The container has expired")
        if container.upload_version != upload.version or not container.awaits_upload:
            async for _ in upload.pieces:
                pass
            return _TAKEN
        data = await (self._fetched(upload.file_url) if upload.file_url else self._received(upload))
        container.received = self._store.files.keep(data, "video/mp4")
        container.uploaded_at = self._world.clock.now()
        self._begin(container)
        return _TAKEN

    async def _fetched(self, url: str) -> bytes:
        seconds = self._settings.fetch_timeout_seconds
        try:
            return (await self._fetcher.fetch(url, most_bytes=MOST_BYTES, seconds=seconds)).data
        except FetchFailedError:
            raise _failed("The video could not be fetched") from None

    async def _received(self, upload: Upload) -> bytes:
        if upload.file_size is None:
            raise _failed("The header file_size is missing")
        if upload.offset == 0:  # nothing tells a client how much has come, so it may begin anew
            self._partial_files.take(upload.object_id)
        try:
            received = await self._partial_files.add(upload.object_id, upload.offset, upload.pieces)
        except OffsetError as error:
            message = f"The offset is {error.received}"
            raise UploadError("OffsetInvalidError", message, retriable=True) from None
        if received < upload.file_size:
            message = f"{received} of {upload.file_size} bytes have come"
            raise UploadError("PartialRequestError", message, retriable=True)
        data = self._partial_files.take(upload.object_id)
        if received > upload.file_size:
            raise _failed("More bytes have come than file_size says")
        return data


def _failed(message: str) -> UploadError:
    return UploadError("ProcessingFailedError", json.dumps({"success": False, "error": {"message": message}}))

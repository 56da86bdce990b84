"""Files in calls: uploaded, named by id or by URL, and turned into what a message shows."""

import asyncio
import mimetypes
from pathlib import PurePath
from urllib.parse import urlsplit

import httpx

from sandbox.json_values import Json
from sandbox.telegram import media
from sandbox.telegram.arguments import Arguments, Upload
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import Files, StoredFile
from sandbox.telegram.limits import Limits
from sandbox.trust import authorities

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FETCH_SECONDS = 5.0


class Attachments:
    """Takes files in and keeps them as photos, videos, animations or documents."""

    def __init__(self, files: Files, limits: Limits) -> None:
        self._files = files
        self._limits = limits

    async def content(self, arguments: Arguments, *, kind: str, field: str, value: str | None = None) -> Json:
        """Return the fields of a message that shows the file a call brings as `kind`.

        Args:
            arguments: of the call.
            kind: `photo`, `video`, `animation` or `document`.
            field: the argument that names the file, or carries it.
            value: what names it when that is nested in another argument.

        Raises:
            ApiError: 400; there is no file, or it is not acceptable as this kind.
        """
        text = arguments.text(field) if value is None else value
        upload = arguments.upload(field) if value is None else None
        if upload is None and text.startswith("attach://"):
            upload = arguments.upload(text.removeprefix("attach://"))
            if upload is None:
                raise bad_request(f'file "{text.removeprefix("attach://")}" not found in the request')
        if upload is not None:
            return await self.keep(upload, kind=kind)
        if not text:
            raise bad_request(f"there is no {kind} in the request")
        if text.startswith(("http://", "https://")):
            return await self.keep(await self._fetched(text, kind=kind), kind=kind)
        return self._files.of_kind(text, kind).content

    async def keep(self, upload: Upload, *, kind: str) -> Json:
        """Keep a file and return the fields of a message that shows it.

        Raises:
            ApiError: 400; it is empty, too big, or not what it should be.
        """
        size = len(upload.content)
        if size == 0:
            raise bad_request("file must be non-empty")
        match kind:
            case "photo":
                if size > self._limits.photo_bytes:
                    raise bad_request(
                        f"file of size {size} bytes is too big for a photo;"
                        f" the maximum size is {self._limits.photo_bytes} bytes"
                    )
                return self._photo(await asyncio.to_thread(media.photo_sizes, upload.content, self._limits))
            case "video" | "animation":
                clip = await asyncio.to_thread(media.clip, upload.content)
                return self._document(upload) if clip is None else self._clip(upload, clip, kind=kind)
            case _:
                return self._document(upload)

    def _photo(self, sizes: list[media.Picture]) -> Json:
        kept = [self._files.add(size.content, kind="photo", mime_type="image/jpeg") for size in sizes]
        shown = [_picture(file, size) for file, size in zip(kept, sizes, strict=True)]
        content: Json = {"photo": shown}
        for file in kept:
            file.content = content
        return content

    def _clip(self, upload: Upload, clip: media.Clip, *, kind: str) -> Json:
        file = self._files.add(upload.content, kind=kind, mime_type="video/mp4")
        poster = self._files.add(clip.thumbnail.content, kind="thumbnail", mime_type="image/jpeg")
        described: Json = {
            "width": clip.width,
            "height": clip.height,
            "duration": clip.duration,
            "thumbnail": _picture(poster, clip.thumbnail),
            **_named(upload),
            "mime_type": "video/mp4",
            **file.ids(),
        }
        file.content = {kind: described}
        if kind == "animation":  # also a document, for clients older than animations
            document = {
                key: described[key] for key in described if key not in {"width", "height", "duration"}
            }
            file.content["document"] = document
        return file.content

    def _document(self, upload: Upload) -> Json:
        guessed = mimetypes.guess_type(upload.name)[0]
        mime_type = guessed or upload.content_type
        file = self._files.add(
            upload.content, kind="document", mime_type=mime_type, suffix=PurePath(upload.name).suffix.lower()
        )
        file.content = {"document": {**_named(upload), "mime_type": mime_type, **file.ids()}}
        return file.content

    async def _fetched(self, url: str, *, kind: str) -> Upload:
        # Only loopback: the sandbox never talks to the outside.
        parts = urlsplit(url)
        if parts.hostname not in _LOOPBACK:
            raise bad_request("failed to get HTTP URL content")
        try:
            async with httpx.AsyncClient(timeout=_FETCH_SECONDS, verify=authorities()) as client:
                response = (await client.get(url)).raise_for_status()
        except httpx.HTTPError:
            raise bad_request("failed to get HTTP URL content") from None
        limit = self._limits.photo_by_url_bytes if kind == "photo" else self._limits.file_by_url_bytes
        content_type = response.headers.get("content-type", "").split(";")[0]
        expected = {"photo": "image/", "video": "video/", "animation": ""}.get(kind, "")
        if len(response.content) > limit or not content_type.startswith(expected):
            raise bad_request("wrong type of the web page content")
        return Upload(name=PurePath(parts.path).name, content=response.content, content_type=content_type)


def _picture(file: StoredFile, picture: media.Picture) -> Json:
    return {**file.ids(), "width": picture.width, "height": picture.height}


def _named(upload: Upload) -> Json:
    return {"file_name": upload.name} if upload.name else {}

"""The arguments of a call, whichever of the four ways a client sends them."""

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from sandbox.json_values import is_object
from sandbox.telegram.errors import ApiError, bad_request

_BODY_OVERHEAD_BYTES = 64 << 10
_LEADING_INTEGER = re.compile(r"\s*[+-]?\d+")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes
    content_type: str


class Arguments:
    """Arguments by name: texts, as the real server sees them all, and uploads."""

    def __init__(self, texts: Mapping[str, str], uploads: Mapping[str, Upload] | None = None) -> None:
        self._texts = texts
        self._uploads = uploads or {}

    def has(self, name: str) -> bool:
        """Tell whether a text was given, be it empty."""
        return name in self._texts

    def text(self, name: str) -> str:
        """Return a text, empty when it is missing."""
        return self._texts.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """Return the integer a text starts with; the default when it starts with none."""
        found = _LEADING_INTEGER.match(self.text(name))
        return int(found[0]) if found else default

    def flag(self, name: str) -> bool:
        """Return whether a text says true, yes or 1."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str, *, refusal: str) -> Any:
        """Return a text as JSON, None when it is missing or empty.

        Raises:
            ApiError: 400 with `refusal` when it is not JSON.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise bad_request(refusal) from None

    def upload(self, name: str) -> Upload | None:
        """Return the file that came under this name."""
        return self._uploads.get(name)

    def for_the_log(self) -> dict[str, Any]:
        """Return all arguments, structured ones decoded, uploads as name and size, secrets masked."""
        shown: dict[str, Any] = {}
        for name, text in self._texts.items():
            shown[name] = "***" if name == "secret_token" else _decoded(text)
        for name, upload in self._uploads.items():
            shown[name] = f"<{upload.name or 'file'}, {len(upload.content)} bytes>"
        return shown


async def arguments_of(request: Request, *, file_bytes: int) -> Arguments:
    """Read a call's arguments from its query and its body: urlencoded, JSON or multipart.

    Raises:
        ApiError: 413 when an upload is larger than `file_bytes`, 400 for a body that cannot be read.
    """
    if int(request.headers.get("content-length", "0")) > file_bytes + _BODY_OVERHEAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    texts: dict[str, str] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type == "application/json":
        texts |= _from_json(await request.body())
    elif content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        try:
            async with request.form() as form:
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        uploads[name] = await _read(value)
                    else:
                        texts[name] = value
        except MultiPartException:
            raise bad_request("can't parse the request body") from None
    if any(len(upload.content) > file_bytes for upload in uploads.values()):
        raise ApiError(413, "Request Entity Too Large")
    return Arguments(texts, uploads)


async def _read(file: UploadFile) -> Upload:
    return Upload(
        name=file.filename or "",
        content=await file.read(),
        content_type=file.content_type or "application/octet-stream",
    )


def _from_json(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        decoded = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not is_object(decoded):
        raise bad_request("expected JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in decoded.items()
        if value is not None
    }


def _decoded(text: str) -> Any:
    if text[:1] not in {"{", "["}:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text

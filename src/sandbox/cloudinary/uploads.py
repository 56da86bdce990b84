"""The Upload API: files come in, signed, and are destroyed."""

import asyncio
import base64
import binascii
import dataclasses
import datetime as dt
import random
import re
import secrets
import string
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from sandbox.cloudinary.assets import DELIVERY_TYPES, Asset, AssetKey, Cloud, Content, ResourceType
from sandbox.cloudinary.chunks import Chunk, Chunks
from sandbox.cloudinary.errors import CloudinaryError, missing, stale
from sandbox.cloudinary.inspection import inspect
from sandbox.cloudinary.settings import CloudinarySettings
from sandbox.cloudinary.signatures import is_signed, string_to_sign
from sandbox.cloudinary.wire import uploaded
from sandbox.trust import authorities
from sandbox.world import World

SIGNATURE_LIFE = dt.timedelta(hours=1)
_FETCH_SECONDS = 20.0
_BAD_PUBLIC_ID = re.compile(r"[?&#\\%<>+]|^/|/$|//")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A call to the Upload API, read."""

    cloud_name: str
    asked_type: str
    """`image`, `video`, `raw` or `auto`."""
    params: Mapping[str, str]
    """Without the file."""
    data: bytes | None
    """The file, when it was sent as one."""
    link: str
    """Else the remote or `data:` URL it was named by."""
    filename: str
    chunk: Chunk | None
    base_url: str


class Uploads:
    """Takes files in for all clouds."""

    def __init__(self, *, world: World, clouds: Mapping[str, Cloud], settings: CloudinarySettings) -> None:
        self._world = world
        self._clouds = clouds
        self._settings = settings
        self._chunks = Chunks()
        self._random = random.Random(world.seed)

    async def upload(self, sent: Sent) -> dict[str, Any]:
        """Store a file and answer what became of it."""
        cloud = self._signed(sent)
        if sent.params.get("type", "upload") not in DELIVERY_TYPES:
            raise CloudinaryError(400, "Invalid type parameter")
        public_id = self._public_id(sent.params)
        data = sent.data if sent.data is not None else await _linked(sent.link)
        if sent.chunk is not None:
            whole = self._chunks.add(sent.chunk, data)
            if whole is None:
                return {"done": False, "kind": sent.params.get("type", "upload"), "public_id": public_id}
            data = whole
        kind, content = await asyncio.to_thread(
            inspect,
            data,
            sent.asked_type,
            folder=self._world.folder_of("cloudinary"),
            allowed_formats=_allowed(sent.params),
            decode=self._settings.decode,
        )
        key = AssetKey(resource_type=kind, type=sent.params.get("type", "upload"), public_id=public_id)
        existing = cloud.assets.get(key)
        if existing is not None and sent.params.get("overwrite") in {"0", "false"}:
            content.path.unlink()
            return uploaded(cloud, existing, sent.base_url) | {"existing": True}
        asset = self._asset(key, content, sent, existing)
        cloud.keep(asset)
        return uploaded(cloud, asset, sent.base_url)

    async def destroy(self, sent: Sent) -> dict[str, Any]:
        """Delete an asset; a wrong resource type or type simply finds nothing."""
        cloud = self._signed(sent)
        if not sent.params.get("public_id"):
            raise missing("public_id")
        key = AssetKey(
            resource_type=ResourceType(sent.asked_type),
            type=sent.params.get("type", "upload"),
            public_id=sent.params["public_id"],
        )
        return {"result": "ok" if cloud.remove(key) else "not found"}

    def _signed(self, sent: Sent) -> Cloud:
        cloud = self._clouds.get(sent.cloud_name)
        if cloud is None:
            raise CloudinaryError(401, f"Invalid cloud_name {sent.cloud_name}")
        params = sent.params
        if not params.get("api_key"):
            raise CloudinaryError(401, "Must supply api_key")
        if params["api_key"] != cloud.api_key:
            raise CloudinaryError(401, f"Unknown API key {params['api_key']}")
        if not params.get("signature"):
            raise CloudinaryError(400, "Upload preset must be specified when using unsigned upload")
        if not is_signed(params, params["signature"], cloud.api_secret):
            signed = string_to_sign(params)
            raise CloudinaryError(
                401, f"Invalid Signature {params['signature']}. String to sign - '{signed}'."
            )
        self._check_time(params.get("timestamp", ""))
        return cloud

    def _check_time(self, timestamp: str) -> None:
        if not timestamp.isdecimal():
            raise missing("timestamp")
        # Signed by a client's real clock, whatever time the sandbox plays: stale only if it is by both.
        newest = min(time.time(), self._world.clock.now().timestamp())
        if newest - int(timestamp) > SIGNATURE_LIFE.total_seconds():
            raise stale(dt.datetime.fromtimestamp(int(timestamp), dt.UTC))

    def _public_id(self, params: Mapping[str, str]) -> str:
        letters = string.ascii_lowercase + string.digits
        name = params.get("public_id") or "".join(self._random.choices(letters, k=20))
        public_id = f"{params['folder'].strip('/')}/{name}" if params.get("folder") else name
        if _BAD_PUBLIC_ID.search(public_id):
            raise CloudinaryError(400, f"public_id ({public_id}) is invalid")
        return public_id

    def _asset(self, key: AssetKey, content: Content, sent: Sent, existing: Asset | None) -> Asset:
        now = self._world.clock.now()
        pairs = [pair.partition("=") for pair in sent.params.get("context", "").split("|") if pair]
        return Asset(
            key=key,
            asset_id=existing.asset_id if existing else secrets.token_hex(16),
            version=int(now.timestamp()),
            content=content,
            created_at=now,
            tags=tuple(tag.strip() for tag in sent.params.get("tags", "").split(",") if tag.strip()),
            context={name: value for name, _, value in pairs},
            original_filename=sent.filename.rpartition("/")[2].rpartition(".")[0] or sent.filename or "file",
        )


def _allowed(params: Mapping[str, str]) -> frozenset[str]:
    return frozenset(each.strip().lower() for each in params.get("allowed_formats", "").split(",") if each)


async def _linked(link: str) -> bytes:
    if not link:
        raise missing("file")
    if link.startswith("data:"):
        return _data_url(link)
    if urlsplit(link).scheme not in {"http", "https"}:
        raise CloudinaryError(400, "Unsupported source URL: " + link)
    try:
        async with httpx.AsyncClient(timeout=_FETCH_SECONDS, trust_env=False, verify=authorities()) as client:
            response = await client.get(link)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise CloudinaryError(400, f"Error in loading {link}") from None
    if not response.is_success:
        raise CloudinaryError(
            400, f"Error in loading {link} - {response.status_code} {response.reason_phrase}"
        )
    return response.content


def _data_url(link: str) -> bytes:
    head, _, body = link.partition(",")
    try:
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
    except binascii.Error:
        raise CloudinaryError(400, "Invalid data URI") from None

"""Delivery: the URL that really serves the bytes, in parts if asked; signed where the asset is not public."""

import dataclasses
import mimetypes
import re
from collections.abc import Mapping

from starlette.responses import FileResponse, Response

from sandbox.cloudinary.assets import RESOURCE_TYPES, Asset, AssetKey, Cloud, ResourceType
from sandbox.cloudinary.errors import CloudinaryError, not_found
from sandbox.cloudinary.signatures import is_url_signed

_SIGNATURE = re.compile(r"s--([A-Za-z0-9_-]+)--")
_VERSION = re.compile(r"v\d+")
_TRANSFORMATION = re.compile(r"[a-z]{1,3}_[^/]+(,[a-z]{1,3}_[^/]+)*")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What follows the type in a delivery URL."""

    signature: str
    transformation: str
    file_name: str

    @property
    def signed_path(self) -> str:
        """What the signature covers: neither cloud nor version nor time."""
        return "/".join(part for part in (self.transformation, self.file_name) if part)


def read_place(path: str) -> Place:
    """Return the parts of `[s--…--/][transformation/][v123/]public_id.ext`."""
    parts = path.split("/")
    signature = match[1] if (match := _SIGNATURE.fullmatch(parts[0])) else ""
    if signature:
        parts.pop(0)
    steps: list[str] = []
    while len(parts) > 1 and _TRANSFORMATION.fullmatch(parts[0]) and not _VERSION.fullmatch(parts[0]):
        steps.append(parts.pop(0))
    if len(parts) > 1 and _VERSION.fullmatch(parts[0]):
        parts.pop(0)
    return Place(signature=signature, transformation="/".join(steps), file_name="/".join(parts))


def delivered(clouds: Mapping[str, Cloud], cloud_name: str, kind: str, type_: str, path: str) -> Response:
    """Answer with an asset's bytes. Raises `CloudinaryError`."""
    cloud = clouds.get(cloud_name)
    if cloud is None:
        raise CloudinaryError(401, f"cloud_name {cloud_name} is disabled")
    place = read_place(path)
    if place.signature and not is_url_signed(place.signed_path, place.signature, cloud.api_secret):
        raise CloudinaryError(401, f"Invalid signature {place.signature}")
    if type_ != "upload" and not place.signature:
        raise CloudinaryError(401, "deny or ACL failure")
    asset = _asset(cloud, ResourceType(kind), type_, place.file_name) if kind in RESOURCE_TYPES else None
    if asset is None:
        raise not_found(place.file_name)
    if place.transformation or (asset.content.format and _extension(place) not in {"", asset.content.format}):
        raise CloudinaryError(400, "The sandbox delivers originals only: no transformation, no conversion")
    return _file(asset)


def _asset(cloud: Cloud, kind: ResourceType, type_: str, file_name: str) -> Asset | None:
    stem = file_name.rpartition(".")[0]
    for public_id in (file_name, stem):
        asset = cloud.assets.get(AssetKey(resource_type=kind, type=type_, public_id=public_id))
        if asset is not None:
            return asset
    return None


def _extension(place: Place) -> str:
    return place.file_name.rpartition("/")[2].rpartition(".")[2] if "." in place.file_name else ""


def _file(asset: Asset) -> Response:
    content = asset.content
    return FileResponse(
        content.path,
        media_type=mimetypes.guess_type(f"x.{content.format}")[0] or "application/octet-stream",
        headers={
            "ETag": f'"{content.md5}"',
            "Cache-Control": "public, no-transform, immutable, max-age=2592000",
            "Access-Control-Allow-Origin": "*",
            "Server": "Cloudinary",
        },
    )

"""Requests and answers as they are on the wire."""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.cloudinary.assets import Asset, Cloud, Film, ResourceType
from sandbox.cloudinary.errors import CloudinaryError
from sandbox.cloudinary.signatures import asset_signature, url_signature


def answer(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Answer a call that worked."""
    return JSONResponse(body, headers={"x-request-id": secrets.token_hex(16), **(headers or {})})


def refusal(error: CloudinaryError, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a call that did not, in the body and in Cloudinary's own header."""
    return JSONResponse(
        {"error": {"message": error.message}},
        status_code=error.status,
        headers={
            "X-Cld-Error": header_text(error.message),
            "x-request-id": secrets.token_hex(16),
            **(headers or {}),
        },
    )


def header_text(message: str) -> str:
    """Return a message that fits a header."""
    return message.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ")


def delivery_url(cloud: Cloud, asset: Asset, base: str) -> str:
    """Return where an asset is served; what is not public gets the signature into the URL."""
    signature = (
        "" if asset.key.type == "upload" else f"s--{url_signature(asset.file_name, cloud.api_secret)}--/"
    )
    place = f"{cloud.name}/{asset.key.resource_type}/{asset.key.type}"
    return f"{base}/{place}/{signature}v{asset.version}/{asset.file_name}"


def uploaded(cloud: Cloud, asset: Asset, base: str) -> dict[str, Any]:
    """Return an upload's answer."""
    signature = asset_signature(asset.key.public_id, asset.version, cloud.api_secret)
    return described(cloud, asset, base) | {
        "version_id": asset.content.md5,
        "signature": signature,
        "original_filename": asset.original_filename,
        "api_key": cloud.api_key,
    }


def described(cloud: Cloud, asset: Asset, base: str) -> dict[str, Any]:
    """Return an asset as both APIs show it."""
    url = delivery_url(cloud, asset, base)
    folder, _, name = asset.key.public_id.rpartition("/")
    body: dict[str, Any] = {
        "asset_id": asset.asset_id,
        "public_id": asset.key.public_id,
        "version": asset.version,
        "resource_type": asset.key.resource_type,
        "type": asset.key.type,
        "created_at": asset.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tags": list(asset.tags),
        "bytes": asset.content.size,
        "etag": asset.content.md5,
        "placeholder": False,
        "asset_folder": folder,
        "display_name": name,
        "url": url,
        "secure_url": url,
    }
    if asset.content.format:
        body["format"] = asset.content.format
    if asset.content.width is not None:
        body |= {"width": asset.content.width, "height": asset.content.height, "pages": 1}
    if asset.content.film is not None:
        body |= _film(asset.content.film) | {"playback_url": url}
    if asset.context:
        body["context"] = {"custom": dict(asset.context)}
    return body


def _film(film: Film) -> dict[str, Any]:
    audio = (
        {"codec": film.audio_codec, "frequency": film.audio_rate, "channels": film.audio_channels}
        if film.audio_codec
        else {}
    )
    return {
        "duration": round(film.seconds, 6),
        "frame_rate": film.frames_per_second,
        "bit_rate": film.bits_per_second,
        "nb_frames": round(film.seconds * film.frames_per_second),
        "is_audio": False,
        "rotation": 0,
        "video": {"codec": film.codec, "pix_format": film.pixel_format},
        "audio": audio,
    }


def limits() -> dict[str, int]:
    """Return the `media_limits` of the plan."""
    return {
        "image_max_size_bytes": ResourceType.IMAGE.most_bytes,
        "video_max_size_bytes": ResourceType.VIDEO.most_bytes,
        "raw_max_size_bytes": ResourceType.RAW.most_bytes,
        "image_max_px": 25_000_000,
        "asset_max_total_px": 50_000_000,
    }

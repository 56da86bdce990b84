"""Calls to Cloudinary, read from HTTP."""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from starlette.requests import Request

from sandbox.cloudinary.assets import RESOURCE_TYPES
from sandbox.cloudinary.chunks import read_chunk
from sandbox.cloudinary.errors import CloudinaryError, not_found
from sandbox.cloudinary.inspection import AUTO
from sandbox.cloudinary.uploads import Sent

_SECRETS = frozenset({"signature"})
_URL_SIGNATURE = re.compile(r"/s--[^/]*--/")


async def read_sent(request: Request) -> Sent:
    """Read a call to the Upload API: a form, urlencoded or multipart. Raises `CloudinaryError`."""
    asked_type = request.path_params["resource_type"]
    if asked_type != AUTO and asked_type not in RESOURCE_TYPES:
        raise not_found(asked_type)
    texts: dict[str, list[str]] = {}
    data: bytes | None = None
    filename = ""
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name.removesuffix("[]"), []).append(value)
            elif name == "file":
                data, filename = await value.read(), value.filename or ""
    params = {name: ",".join(values) for name, values in texts.items()}
    upload_id = request.headers.get("x-unique-upload-id")
    content_range = request.headers.get("content-range")
    return Sent(
        cloud_name=request.path_params["cloud"],
        asked_type=asked_type,
        params={name: value for name, value in params.items() if name != "file"},
        data=data,
        link=params.get("file", ""),
        filename=filename or params.get("file", "")[:200],
        chunk=read_chunk(upload_id, content_range) if upload_id and content_range else None,
        base_url=base_url(request),
    )


async def all_params(request: Request) -> dict[str, list[str]]:
    """Return the parameters of an Admin call, from the query and from a JSON body, as lists."""
    params: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        params.setdefault(name.removesuffix("[]"), []).append(value)
    body = await request.body()
    if request.method == "DELETE" and body:
        for name, value in _json_object(body).items():
            params.setdefault(name, []).extend(_texts(value))
    return params


def base_url(request: Request) -> str:
    """Return scheme, host and port that the client used."""
    return str(request.base_url).rstrip("/")


def loggable(sent: Sent) -> Mapping[str, str]:
    """Return the parameters with secrets masked and the file by its size."""
    shown = {name: "…" if name in _SECRETS else value for name, value in sent.params.items()}
    if sent.data is not None:
        shown["file"] = f"{sent.filename or 'file'}, {len(sent.data)} bytes"
    elif sent.link:
        shown["file"] = sent.link[:100]
    return shown


def masked_path(path: str) -> str:
    """Return a path without the signature in it."""
    return _URL_SIGNATURE.sub("/s--…--/", path)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in cast("list[object]", value)]
    return [str(value)]


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise CloudinaryError(400, "Invalid JSON")
    return cast("dict[str, Any]", value)

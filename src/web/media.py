"""Serves hosted media to the platforms: signed links, parts of files, nothing else of the folder."""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from services.media.links import PATH, MediaLinks
from services.signed_links import ExpiredLinkError, ForgedLinkError
from web.ranges import Part, UnsatisfiableRangeError, asked_part

CHUNK_BYTES = 256 * 1024
_NOT_STORED = {"Cache-Control": "no-store"}


def route(links: MediaLinks, folder: Path) -> Route:
    """Return the route that serves what lies in the folder to whoever has a link to it: GET and HEAD."""

    async def media(request: Request) -> Response:
        name, query = request.path_params["name"], request.query_params
        try:
            links.check(
                name,
                content_type=query.get("type", ""),
                expires=query.get("expires", ""),
                signature=query.get("signature", ""),
            )
            file = await asyncio.to_thread(_opened, folder / name)
        except ExpiredLinkError:
            return _refusal(410, "This link has expired.")
        except (ForgedLinkError, OSError):
            return _refusal(404, "There is nothing here.")
        return _answer(request, file, query["type"])

    return Route(f"{PATH}/{{name}}", media)


class _Streamed(StreamingResponse):
    """Sends a part of a file and closes it, also when whoever asked goes away meanwhile."""

    def __init__(self, file: BinaryIO, part: Part, *, status_code: int, headers: dict[str, str]) -> None:
        super().__init__(_chunks(file, part), status_code=status_code, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)


async def _chunks(file: BinaryIO, part: Part) -> AsyncGenerator[bytes]:
    position = part.start
    while position < part.stop:
        length = min(CHUNK_BYTES, part.stop - position)
        chunk = await run_in_threadpool(os.pread, file.fileno(), length, position)
        if not chunk:
            return  # cut short meanwhile; the missing length tells the other side
        yield chunk
        position += len(chunk)


def _opened(path: Path) -> BinaryIO:
    """Open a plain file, and no other kind; what is open can be read to its end though it be deleted."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    file = os.fdopen(descriptor, "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise FileNotFoundError(path)
    return file


def _answer(request: Request, file: BinaryIO, content_type: str) -> Response:
    found = os.fstat(file.fileno())
    etag = f'"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private",
        "Content-Type": content_type,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if _is_known(request.headers.get("if-none-match"), etag):
        file.close()
        return Response(status_code=304, headers={name: headers[name] for name in ("Cache-Control", "ETag")})
    whole, status = Part(start=0, stop=found.st_size), 200
    try:
        part = asked_part(_range(request, etag), found.st_size)
    except UnsatisfiableRangeError:
        file.close()
        return _refusal(416, "The file has no such part.", {"Content-Range": f"bytes */{found.st_size}"})
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{found.st_size}"
    part = part or whole
    headers["Content-Length"] = str(part.stop - part.start)
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers)
    return _Streamed(file, part, status_code=status, headers=headers)


def _range(request: Request, etag: str) -> str | None:
    """Return the Range header, if it counts: for GET alone, and for the file that the sender means."""
    if request.method != "GET" or request.headers.get("if-range", etag) != etag:
        return None
    return request.headers.get("range")


def _is_known(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in known or etag in known


def _refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{sentence}\n", status_code=status, headers={**_NOT_STORED, **(headers or {})})

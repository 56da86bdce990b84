"""Pictures and films made for a test, and a host that serves them."""

import dataclasses
import io
import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_shades = itertools.count(1)


def picture(
    width: int = 90, height: int = 160, *, kind: str = "JPEG", progressive: bool = False, shade: int = 0
) -> bytes:
    """Return a plain picture; each call gives another shade unless one is named."""
    number = shade or next(_shades)
    image = Image.new("RGB", (width, height), (number % 256, number // 256 % 256, 90))
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"progressive": True} if progressive else {}))
    return buffer.getvalue()


def film(
    path: Path,
    *,
    seconds: float = 3.0,
    width: int = 90,
    height: int = 160,
    rate: int = 24,
    codec: str = "libx264",
    sound: bool = False,
    streamable: bool = False,
) -> bytes:
    """Write a film to `path`, with silence for sound and its index first if asked, and return its bytes."""
    # PyAV's stubs leave its encoders untyped.
    container: Any = av.open(str(path), "w", options={"movflags": "+faststart"} if streamable else {})
    with container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        audio: Any = container.add_stream("aac", rate=48_000) if sound else None
        frame: Any = av.VideoFrame(width, height, "yuv420p")
        for number in range(round(seconds * rate)):
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if audio is not None:
            for number in range(round(seconds * 48_000 / 1024)):
                silence: Any = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
                silence.pts, silence.sample_rate = number * 1024, 48_000
                for plane in silence.planes:
                    plane.update(bytes(plane.buffer_size))
                container.mux(audio.encode(silence))
            container.mux(audio.encode())
    return path.read_bytes()


@dataclasses.dataclass(kw_only=True, slots=True)
class MediaHost:
    """An ASGI application that serves files; `asked` holds the user agents that fetched."""

    files: dict[str, tuple[bytes, str]] = dataclasses.field(default_factory=dict[str, tuple[bytes, str]])
    redirects: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    asked: list[str] = dataclasses.field(default_factory=list[str])
    takes_ranges: bool = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        self.asked.append(request.headers.get("user-agent", ""))
        await self._response(request.url.path)(scope, receive, send)

    def _response(self, path: str) -> Response:
        if path in self.redirects:
            return Response(status_code=302, headers={"Location": self.redirects[path]})
        if path not in self.files:
            return Response("gone", status_code=404)
        data, content_type = self.files[path]
        headers = {"Accept-Ranges": "bytes"} if self.takes_ranges else {}
        return Response(data, media_type=content_type, headers=headers)

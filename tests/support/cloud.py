"""A running Cloudinary with one cloud, for tests."""

import contextlib
import dataclasses
import hashlib
from collections.abc import AsyncGenerator
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.cloudinary.stand_in import CloudinaryStandIn
from sandbox.serving import listening
from sandbox.world import World

NAME, KEY, SECRET = "harbour", "700000000000001", "cloud-secret"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RunningCloud:
    """Cloudinary, its address, its controls, and a plain HTTP client."""

    world: World
    cloudinary: CloudinaryStandIn
    url: str
    control: str
    http: httpx.AsyncClient

    def credentials(self, **changed: str) -> dict[str, str]:
        """Return what the official SDK takes with each call."""
        return {"cloud_name": NAME, "api_key": KEY, "api_secret": SECRET, "upload_prefix": self.url} | changed

    def signed(self, *, secret: str = SECRET, hashing: str = "sha1", **params: str) -> dict[str, str]:
        """Return parameters with a time stamp and the signature over them, worked out by hand."""
        stamped = {"timestamp": str(self.world.clock.timestamp())} | params
        return signed_by(KEY, secret, hashing=hashing, **stamped)

    async def upload(self, data: bytes, *, kind: str = "image", **params: str) -> httpx.Response:
        """Upload a file by plain HTTP."""
        return await self.http.post(
            f"{self.url}/v1_1/{NAME}/{kind}/upload",
            data=self.signed(**params),
            files={"file": ("shop/window.jpg", data)},
        )

    async def stored(self, data: bytes, **params: str) -> dict[str, Any]:
        """Upload a file and return the answer."""
        response = await self.upload(data, **params)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


def signed_by(key: str, secret: str, *, hashing: str = "sha1", **params: str) -> dict[str, str]:
    """Return parameters with their signature, worked out by hand; they have a time stamp."""
    text = "&".join(f"{name}={params[name]}" for name in sorted(params) if params[name])
    signature = hashlib.new(hashing, (text + secret).encode()).hexdigest()
    return params | {"api_key": key, "signature": signature}


@contextlib.asynccontextmanager
async def cloud_running() -> AsyncGenerator[RunningCloud]:
    """Serve Cloudinary while inside."""
    world = World()
    cloudinary = CloudinaryStandIn(world)
    cloudinary.add_cloud(cloud_name=NAME, api_key=KEY, api_secret=SECRET)
    control = Starlette(routes=[Mount("/sandbox/cloudinary", routes=cloudinary.control_routes())])
    apps: dict[str, Any] = {"cloudinary": (cloudinary.app, 0), "control": (control, 0)}
    async with listening(apps) as urls, httpx.AsyncClient(timeout=10) as http:
        yield RunningCloud(
            world=world,
            cloudinary=cloudinary,
            url=urls["cloudinary"],
            control=f"{urls['control']}/sandbox/cloudinary",
            http=http,
        )

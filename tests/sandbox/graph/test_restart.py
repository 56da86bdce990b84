"""What a sandbox that was killed still knows of reels, carousels and uploads."""

import dataclasses
import signal
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from sandbox import demo
from sandbox.serving import listening
from support.made_media import MediaHost, film, picture
from support.sandbox_process import sandbox_process
from support.telegram_api import until

ACCOUNT = demo.ACCOUNTS[0]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Calls a sandbox in a process of its own."""

    http: httpx.AsyncClient
    urls: Mapping[str, str]

    async def call(self, method: str, path: str, **params: str) -> dict[str, Any]:
        url = f"{self.urls['facebook_graph']}/v25.0/{path}"
        response = await self.http.request(method, url, params={"access_token": ACCOUNT.token, **params})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def container(self, **params: str) -> dict[str, Any]:
        return await self.call("POST", f"{ACCOUNT.id}/media", **params)

    async def finished(self, container: str) -> None:
        async def is_finished() -> bool:
            status = await self.call("GET", container, fields="status_code")
            return bool(status["status_code"] == "FINISHED")

        await until(is_finished)

    async def publish(self, container: str) -> str:
        await self.finished(container)
        answer = await self.call("POST", f"{ACCOUNT.id}/media_publish", creation_id=container)
        return str(answer["id"])

    async def at_once(self) -> None:
        settings = {"image_processing_seconds": 0, "video_processing_seconds": 0}
        await self.http.post(f"{self.urls['page']}/sandbox/graph/settings", json=settings)

    async def send(self, uri: str, data: bytes, offset: int, size: int) -> httpx.Response:
        headers = {"Authorization": f"OAuth {ACCOUNT.token}", "offset": str(offset), "file_size": str(size)}
        return await self.http.post(uri, headers=headers, content=data)


def _is_written(folder: Path, text: str) -> Callable[[], Awaitable[bool]]:
    async def is_written() -> bool:
        file = folder / "world.json"
        return file.exists() and text in file.read_text()

    return is_written


async def test_a_carousel_and_a_reel_are_there_again_with_all_their_media(tmp_path: Path) -> None:
    host = MediaHost()
    host.files["/film.mp4"] = (film(tmp_path / "film.mp4"), "video/mp4")
    host.files["/cover.jpg"] = (cover := picture(100, 180), "image/jpeg")
    host.files["/photo.jpg"] = (photo := picture(100, 100), "image/jpeg")
    folder = tmp_path / "world"

    async with httpx.AsyncClient(timeout=10) as http, listening({"media": (host, 0)}) as media:
        at = media["media"]
        async with sandbox_process("--state", str(folder)) as process:
            client = Client(http=http, urls=process.urls)
            await client.at_once()
            reel = await client.publish(
                (
                    await client.container(
                        media_type="REELS",
                        video_url=f"{at}/film.mp4",
                        cover_url=f"{at}/cover.jpg",
                        audio_name="Clay sounds",
                    )
                )["id"]
            )
            parts = [
                (await client.container(is_carousel_item="true", image_url=f"{at}/photo.jpg"))["id"]
                for _ in range(2)
            ]
            whole = await client.container(media_type="CAROUSEL", children=",".join(parts), caption="Both")
            carousel = await client.publish(whole["id"])
            await until(_is_written(folder, carousel))
            await process.end(signal.SIGKILL)

        async with sandbox_process("--state", str(folder)) as process:
            client = Client(http=http, urls=process.urls)
            listed = (await client.call("GET", f"{ACCOUNT.id}/media"))["data"]
            children = (await client.call("GET", f"{carousel}/children", fields="media_url"))["data"]
            thumbnail = (await client.call("GET", reel, fields="thumbnail_url"))["thumbnail_url"]
            kept = [(await http.get(url)).content for url in (children[1]["media_url"], thumbnail)]
            accounts = (await http.get(f"{process.urls['page']}/sandbox/graph/accounts")).json()["accounts"]

    assert [post["id"] for post in listed] == [carousel, reel]
    assert kept == [photo, cover]
    assert accounts[0]["posts"][1]["details"]["audio_name"] == "Clay sounds"


async def test_an_upload_goes_on_after_a_kill(tmp_path: Path) -> None:
    data = film(tmp_path / "film.mp4")
    folder = tmp_path / "world"

    async with httpx.AsyncClient(timeout=10) as http:
        async with sandbox_process("--state", str(folder)) as process:
            client = Client(http=http, urls=process.urls)
            announced = await client.container(media_type="REELS", upload_type="resumable")
            await client.send(announced["uri"], data[:2000], 0, len(data))
            await until(_is_written(folder, announced["id"]))
            await process.end(signal.SIGKILL)

        async with sandbox_process("--state", str(folder)) as process:
            client = Client(http=http, urls=process.urls)
            await client.at_once()
            path = httpx.URL(announced["uri"]).path
            answer = await client.send(f"{process.urls['graph_upload']}{path}", data[2000:], 2000, len(data))
            await http.post(f"{process.urls['page']}/sandbox/clock", json={"advance_seconds": 60})
            post = await client.publish(announced["id"])

    assert answer.json()["success"] is True
    assert post

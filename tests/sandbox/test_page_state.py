import signal
from pathlib import Path

import httpx

from sandbox import demo
from support.made_media import film, picture
from support.sandbox_process import SandboxProcess, sandbox_process
from support.telegram_api import until

PAGE = demo.PAGE_ID
TOKEN = demo.ACCOUNTS[0].token


class Client:
    """Posts to the demo's Page."""

    def __init__(self, http: httpx.AsyncClient, urls: dict[str, str]) -> None:
        self.http = http
        self.urls = urls

    async def call(self, method: str, path: str, *, token: str = TOKEN, **params: str) -> httpx.Response:
        url = f"{self.urls['facebook_graph']}/v25.0/{path}"
        return await self.http.request(method, url, params={"access_token": token, **params})

    async def send(self, address: str, data: bytes, *, offset: int, size: int) -> httpx.Response:
        path = httpx.URL(address).path
        headers = {"Authorization": f"OAuth {TOKEN}", "offset": str(offset), "file_size": str(size)}
        return await self.http.post(f"{self.urls['graph_upload']}{path}", content=data, headers=headers)


async def _killed_once_written(process: SandboxProcess, folder: Path, text: str) -> None:
    async def is_written() -> bool:
        file = folder / "world.json"
        return file.exists() and text in file.read_text()

    await until(is_written)
    await process.end(signal.SIGKILL)


async def test_posts_and_half_an_upload_outlive_a_kill(tmp_path: Path) -> None:
    data = film(tmp_path / "reel.mp4", width=540, height=960)
    photo = picture()
    async with (
        sandbox_process("--state", str(tmp_path)) as process,
        httpx.AsyncClient(timeout=10) as http,
    ):
        client = Client(http, process.urls)
        posted = await http.post(
            f"{process.urls['facebook_graph']}/v25.0/{PAGE}/photos",
            data={"access_token": TOKEN, "caption": "A vase"},
            files={"source": ("vase.jpg", photo)},
        )
        started = (await client.call("POST", f"{PAGE}/video_reels", upload_phase="start")).json()
        await client.send(started["upload_url"], data[:900], offset=0, size=len(data))
        await _killed_once_written(process, tmp_path, started["video_id"])

    async with (
        sandbox_process("--state", str(tmp_path)) as process,
        httpx.AsyncClient(timeout=10) as http,
    ):
        client = Client(http, process.urls)
        posts = (await client.call("GET", f"{PAGE}/published_posts", fields="message")).json()["data"]
        copy = await http.get(f"{process.urls['page']}/sandbox/graph/media/{posted.json()['id']}")
        status = (await client.call("GET", started["video_id"], fields="status")).json()["status"]
        resumed = await client.send(started["upload_url"], data[900:], offset=900, size=len(data))
        finished = await client.call(
            "POST", f"{PAGE}/video_reels", upload_phase="finish", video_id=started["video_id"]
        )

    assert posts == [{"message": "A vase", "id": posted.json()["post_id"]}]
    assert copy.content == photo
    assert status["uploading_phase"]["bytes_transfered"] == 900
    assert (resumed.json(), finished.json()) == ({"success": True}, {"success": True})


async def test_tokens_outlive_a_kill_as_they_were(tmp_path: Path) -> None:
    async with (
        sandbox_process("--state", str(tmp_path)) as process,
        httpx.AsyncClient(timeout=10) as http,
    ):
        client = Client(http, process.urls)
        [page] = (await client.call("GET", "me/accounts", token=demo.OWNER_TOKEN)).json()["data"]
        ended = {"token": TOKEN, "subcode": 492}
        await http.post(f"{process.urls['page']}/sandbox/graph/tokens/end", json=ended)
        await _killed_once_written(process, tmp_path, "492")

    async with (
        sandbox_process("--state", str(tmp_path)) as process,
        httpx.AsyncClient(timeout=10) as http,
    ):
        client = Client(http, process.urls)
        dead = await client.call("GET", "me")
        alive = await client.call("GET", "me", token=page["access_token"])

    assert dead.json()["error"]["error_subcode"] == 492
    assert alive.json()["id"] == PAGE

"""A running Graph API with something to fetch, for tests."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.faults import Effect, Fault
from sandbox.graph.control import GraphControl
from sandbox.graph.stand_in import GraphStandIn
from sandbox.graph.tokens.token import TokenKind
from sandbox.serving import listening
from sandbox.world import World
from support.made_media import MediaHost, picture

PAGE_ACCOUNT = "17841400000000001"
PAGE_TOKEN = "EAAlane-page-token"
PAGE = "141400000000001"
PERSON = "122000000000009"
USER_TOKEN = "EAAanna-user-token"
APP_TOKEN = "100000000000001|sandbox-facebook-app-secret"
OWN_ACCOUNT = "17841400000000002"
OWN_TOKEN = "IGAAkids-user-token"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Meta:
    """A Graph API with two accounts, a host of media beside it, and a client for all of them."""

    world: World
    graph: GraphStandIn
    media: MediaHost
    media_url: str
    facebook: str
    oauth: str
    instagram: str
    control: str
    http: httpx.AsyncClient

    def put(self, data: bytes, *, name: str = "photo.jpg", content_type: str = "image/jpeg") -> str:
        self.media.files[f"/{name}"] = (data, content_type)
        return f"{self.media_url}/{name}"

    def later(self, **by: float) -> None:
        self.world.clock.advance(dt.timedelta(**by))

    def misbehave(self, behaviour: str, **fields: Any) -> None:
        self.world.faults.add(Fault(service="graph", effect=Effect.BEHAVE, behaviour=behaviour, **fields))

    async def get(self, path: str, **params: str) -> httpx.Response:
        return await self.http.get(
            f"{self.facebook}/v25.0/{path}", params={"access_token": PAGE_TOKEN, **params}
        )

    async def post(self, path: str, **data: str) -> httpx.Response:
        return await self.http.post(
            f"{self.facebook}/v25.0/{path}", data={"access_token": PAGE_TOKEN, **data}
        )

    async def send(self, url: str, data: bytes, *, token: str = PAGE_TOKEN, **headers: str) -> httpx.Response:
        """Send bytes to an upload address as a Page does."""
        return await self.http.post(
            url, content=data, headers={"Authorization": f"OAuth {token}", "offset": "0", **headers}
        )

    async def container(self, **data: str) -> str:
        given = data or {"media_type": "STORIES", "image_url": self.put(picture())}
        response = await self.post(f"{PAGE_ACCOUNT}/media", **given)
        assert response.status_code == 200, response.text
        return str(response.json()["id"])

    async def item(self, data: bytes = b"", **more: str) -> str:
        url = self.put(data or picture(100, 100))
        return await self.container(is_carousel_item="true", image_url=url, **more)

    async def settled(self, container: str) -> str:
        await self.graph.settle()
        self.later(seconds=5)
        return str((await self.get(container, fields="status")).json()["status"])

    async def carousel(self, children: Sequence[str], **more: str) -> str:
        return await self.published(media_type="CAROUSEL", children=",".join(children), **more)

    async def reel(self, url: str, **more: str) -> str:
        return await self.published(media_type="REELS", video_url=url, **more)

    async def published(self, **data: str) -> str:
        container = await self.container(**data)
        await self.settled(container)
        response = await self.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)
        assert response.status_code == 200, response.text
        return str(response.json()["id"])


@contextlib.asynccontextmanager
async def meta_running() -> AsyncGenerator[Meta]:
    """Serve a Graph API with two accounts while inside."""
    world = World()
    graph = GraphStandIn(world)
    graph.add_account(id=PAGE_ACCOUNT, username="harbour.lane", login="facebook", token=PAGE_TOKEN)
    graph.add_account(id=OWN_ACCOUNT, username="harbour.kids", login="instagram", token=OWN_TOKEN)
    graph.add_person(id=PERSON, name="Anna Holm")
    graph.tokens.issue(
        USER_TOKEN, account_ids=[PAGE_ACCOUNT], page_ids=[PAGE], kind=TokenKind.USER, user_id=PERSON
    )
    media = MediaHost()
    control = Starlette(routes=[Mount("/sandbox/graph", routes=GraphControl(graph, world).routes())])
    apps: dict[str, Any] = {
        "facebook": (graph.facebook_app, 0),
        "instagram": (graph.instagram_app, 0),
        "upload": (graph.upload_app, 0),
        "oauth": (graph.code_app, 0),
        "control": (control, 0),
        "media": (media, 0),
    }
    async with listening(apps) as urls, httpx.AsyncClient(timeout=10) as http:
        graph.settings.change({"upload_base_url": urls["upload"]})
        yield Meta(
            world=world,
            graph=graph,
            media=media,
            media_url=urls["media"],
            facebook=urls["facebook"],
            oauth=urls["oauth"],
            instagram=urls["instagram"],
            control=f"{urls['control']}/sandbox/graph",
            http=http,
        )
        await graph.close()

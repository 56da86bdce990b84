"""The page of a week over real HTTP: what it shows, to whom, and for how long."""

import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from domain.ids import WorkspaceId
from domain.media import Description
from repositories.engine import create_engine
from sandbox.serving import listening
from services.posting.plan import PlanningService
from services.posting.week import WeekService
from services.week_links import LIFETIME, WeekLinks
from support.bot_world import FakePainter
from support.fake_network import FAKE
from support.posting_world import PostingWorld, posting_world
from web.week import routes


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The page of a team with some things planned, and who asks for it."""

    world: PostingWorld
    links: WeekLinks
    http: httpx.AsyncClient


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    engine = create_engine(sqlite_url)
    yield await posting_world(engine, tmp_path)
    await engine.dispose()


@pytest.fixture
async def site(world: PostingWorld) -> AsyncGenerator[Site]:
    for _ in range(4):
        await world.media(description=Description(category="<b>food</b>"))
    networks = {FAKE: world.publisher.network()}
    await PlanningService(database=world.database, networks=networks).fill(world.clock.now())
    app = Starlette()
    async with (
        listening({"web": (app, 0)}) as urls,
        httpx.AsyncClient(base_url=urls["web"], timeout=5) as http,
    ):
        links = WeekLinks(base_url=urls["web"], keys=[b"new", b"old"], clock=world.clock)
        weeks = WeekService(database=world.database, clock=world.clock, networks=networks)
        app.router.routes.extend(routes(links, weeks, FakePainter()))
        yield Site(world=world, links=links, http=http)


async def test_the_page_says_in_words_what_the_picture_shows(site: Site) -> None:
    link = site.links.made(site.world.workspace.id)

    answer = await site.http.get(link)
    picture = await site.http.get(f"/week/{site.world.workspace.id}/picture.jpg?{urlsplit(link).query}")

    assert answer.status_code == 200
    assert f'src="{site.world.workspace.id}/picture.jpg?' in answer.text
    assert "4 planned." in answer.text
    assert "slots are empty." in answer.text
    assert "#1 harbour · " in answer.text
    assert "&lt;b&gt;food&lt;/b&gt;" in answer.text
    assert answer.text.count("<h2>") == 7
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    for each in (answer, picture):
        assert each.headers["cache-control"] == "no-store"
        assert each.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in each.headers["content-security-policy"]


async def test_a_pause_is_said(site: Site) -> None:
    await site.world.workspaces.pause(site.world.workspace.id, by="test")

    assert "Posting is paused." in (await site.http.get(site.links.made(site.world.workspace.id))).text


async def test_a_link_that_is_changed_forged_over_or_for_nobody_opens_nothing(site: Site) -> None:
    good = site.links.made(site.world.workspace.id)
    forger = WeekLinks(base_url=good.partition("/week")[0], keys=[b"guess"], clock=site.world.clock)
    wrong = [
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        good.replace(f"/week/{site.world.workspace.id}?", "/week/2?"),
        good.replace("expires=", "expires=9"),
        good.partition("?")[0],
        forger.made(site.world.workspace.id),
        site.links.made(WorkspaceId(99)),
        f"{good.partition('?')[0]}?expires=%0a&signature=%ff",
    ]

    statuses = [(await site.http.get(url)).status_code for url in wrong]
    site.world.clock.advance(LIFETIME - dt.timedelta(seconds=1))
    still_good = (await site.http.get(good)).status_code
    site.world.clock.advance(dt.timedelta(seconds=1))
    over = await site.http.get(good)

    assert statuses == [404] * len(wrong)
    assert (still_good, over.status_code) == (200, 404)
    assert "/week in the team's chat" in over.text

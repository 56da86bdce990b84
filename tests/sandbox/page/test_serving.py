import re
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from sandbox import page
from sandbox.page.page import STATIC


@pytest.fixture
async def http() -> AsyncGenerator[httpx.AsyncClient]:
    app = Starlette(routes=page.routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
        yield http


async def test_the_page_forbids_scripts_that_are_not_its_own(http: httpx.AsyncClient) -> None:
    response = await http.get("/")

    assert response.status_code == 200
    assert "script-src 'self';" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]


async def test_every_file_that_the_page_names_is_there(http: httpx.AsyncClient) -> None:
    html = (await http.get("/")).text
    named = set(re.findall(r'(?:src|href)="(page/[^"#]+)', html))

    answers = {name: (await http.get(f"/{name}")).status_code for name in named}

    assert len(answers) > 5
    assert set(answers.values()) == {200}


async def test_files_are_checked_for_changes_each_time(http: httpx.AsyncClient) -> None:
    first = await http.get("/page/scripts/main.js")
    again = await http.get("/page/scripts/main.js", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304


async def test_nothing_outside_the_page_is_served(http: httpx.AsyncClient) -> None:
    assert (await http.get("/page/../page.py")).status_code == 404
    assert (await http.get("/page/%2e%2e/page.py")).status_code == 404


def _sources() -> list[Path]:
    return sorted(file for file in STATIC.rglob("*") if file.is_file())


@pytest.mark.parametrize("file", _sources(), ids=lambda file: file.name)
def test_a_file_of_the_page_needs_nothing_from_elsewhere(file: Path) -> None:
    source = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")

    # `https://${…}` is what a link without a scheme gets.
    assert re.findall(r"https?://(?!\$\{)", source) == []


@pytest.mark.parametrize("file", sorted(STATIC.rglob("*.js")), ids=lambda file: file.name)
def test_a_script_never_turns_data_into_markup(file: Path) -> None:
    source = file.read_text(encoding="utf-8")

    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source)
        == []
    )


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    html = (STATIC / "index.html").read_text()
    scripts = "".join(file.read_text() for file in STATIC.rglob("*.js"))

    used = set(re.findall(r"icons\.svg#(\w+)", html)) | set(re.findall(r'icon\("(\w+)"\)', scripts))

    assert used <= drawn

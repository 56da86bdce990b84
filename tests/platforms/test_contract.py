"""What every platform keeps, whichever it is."""

import dataclasses
import datetime as dt
import importlib
import inspect
import socket
from pathlib import Path
from typing import Any

import pytest

import platforms
from domain.errors import AuthorizationError, TransientError, UnsupportedError
from platforms._shared.http import shared_client
from platforms.base import Platform
from platforms.registry import discover
from sandbox.world import World
from services.ports import Job, Publisher, Unknown
from support.instagram import ALONE, HostedFiles, WorldClock, changed, instagram_job

PLATFORMS = list(discover().values())
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)


def job_for(platform: Platform[Any], placement: str | None = None) -> Job:
    name = placement or next(iter(platform.capabilities.placements))
    return changed(instagram_job(login=platform.logins[0]), platform=platform.name, placement=name)


def unreachable(platform: Platform[Any], silent: socket.socket) -> Any:
    silent.bind(("127.0.0.1", 0))  # and does not listen
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    fields = platform.settings.model_fields
    return platform.settings(**{name: url for name in fields if name.endswith("base_url")})


def test_instagram_is_there() -> None:
    assert "instagram" in discover()


@each_platform
def test_a_platform_is_named_after_its_folder_and_documented_in_it(platform: Platform[Any]) -> None:
    folder = Path(next(iter(platforms.__path__))) / platform.name

    assert importlib.import_module(f"platforms.{platform.name}").PLATFORM is platform
    assert (folder / "README.md").read_text().strip()


@each_platform
def test_a_platform_says_what_it_takes_and_how_it_is_logged_in_to(platform: Platform[Any]) -> None:
    assert platform.logins
    assert platform.capabilities.placements
    for name, placement in platform.capabilities.placements.items():
        assert placement.name == name
        assert placement.image or placement.video or placement.max_media == 0


@each_platform
def test_a_platform_s_settings_need_nothing_and_explain_themselves(platform: Platform[Any]) -> None:
    platform.settings()

    assert all(field.description for field in platform.settings.model_fields.values())


@each_platform
def test_payloads_are_pure(platform: Platform[Any]) -> None:
    source = inspect.getsource(importlib.import_module(f"platforms.{platform.name}.payloads"))

    assert "await " not in source
    assert "httpx" not in source


@each_platform
async def test_what_cannot_be_expressed_is_refused_before_anything_else(platform: Platform[Any]) -> None:
    files = HostedFiles("http://127.0.0.1/photo.jpg")

    async with shared_client(timeout=dt.timedelta(seconds=1)) as http:
        publisher: Publisher = platform.create(
            settings=platform.settings(), http=http, clock=WorldClock(World())
        )
        with pytest.raises(UnsupportedError):
            await publisher.prepare(job_for(platform, "hologram"), files)

    assert files.asked == 0


@each_platform
async def test_a_network_that_is_down_is_transient_and_never_decides(platform: Platform[Any]) -> None:
    files = HostedFiles("http://127.0.0.1/photo.jpg")
    job = job_for(platform)
    assert job.token is not None

    with socket.socket() as silent:
        settings = unreachable(platform, silent)
        async with shared_client(timeout=dt.timedelta(seconds=1)) as http:
            publisher = platform.create(settings=settings, http=http, clock=WorldClock(World()))

            with pytest.raises(TransientError):
                await publisher.prepare(job, files)
            with pytest.raises(TransientError):
                await publisher.check(job.account, job.token)
            assert await publisher.permalink(job, "1") is None
            assert isinstance(await publisher.look_up(job, ALONE), Unknown)


@each_platform
async def test_an_account_without_access_needs_a_person_and_no_call(platform: Platform[Any]) -> None:
    job = dataclasses.replace(job_for(platform), token=None)

    async with shared_client(timeout=dt.timedelta(seconds=1)) as http:
        publisher = platform.create(settings=platform.settings(), http=http, clock=WorldClock(World()))
        with pytest.raises(AuthorizationError):
            await publisher.prepare(job, HostedFiles("http://127.0.0.1/photo.jpg"))


@each_platform
async def test_a_job_that_was_not_prepared_is_not_published(platform: Platform[Any]) -> None:
    async with shared_client(timeout=dt.timedelta(seconds=1)) as http:
        publisher = platform.create(settings=platform.settings(), http=http, clock=WorldClock(World()))
        with pytest.raises(TransientError):
            await publisher.publish(job_for(platform))

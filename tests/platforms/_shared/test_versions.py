import datetime as dt

import httpx
import pytest

from platforms._shared.versions import VersionWatch

TODAY = dt.date(2026, 11, 21)


async def seen(
    asked: str, served: str, *, path: str = "", platform: str | None = "instagram"
) -> VersionWatch:
    watch = VersionWatch()
    request = httpx.Request(
        "GET",
        f"https://graph.facebook.com/{path or asked + '/1'}",
        extensions={"platform": platform} if platform else {},
    )
    headers = {"facebook-api-version": served} if served else {}
    await watch.watch(httpx.Response(200, headers=headers, request=request))
    return watch


async def test_the_version_that_was_asked_for_is_no_concern() -> None:
    assert (await seen("v25.0", "v25.0")).concerns(TODAY) == {}


async def test_a_version_that_is_served_as_another_is_named_with_what_to_do() -> None:
    concerns = (await seen("v19.0", "v21.0")).concerns(TODAY)

    assert list(concerns) == ["instagram"]
    assert "Asked for v19.0 of its API, it answers by v21.0" in concerns[next(iter(concerns))]
    assert "GRAPH_API_VERSION" in concerns[next(iter(concerns))]


@pytest.mark.parametrize(
    ("today", "is_told"),
    [
        (dt.date(2026, 11, 21), False),
        (dt.date(2026, 11, 22), True),
        (dt.date(2027, 1, 21), True),
        (dt.date(2027, 2, 1), True),
    ],
)
async def test_a_version_is_told_of_from_sixty_days_before_its_end(today: dt.date, *, is_told: bool) -> None:
    concerns = (await seen("v21.0", "v21.0")).concerns(today)

    assert bool(concerns) is is_told


async def test_a_version_whose_end_nobody_knows_is_no_concern() -> None:
    assert (await seen("v26.0", "v26.0")).concerns(TODAY) == {}


async def test_calls_without_a_version_or_without_the_header_say_nothing() -> None:
    assert (await seen("", "v21.0", path="access_token")).concerns(TODAY) == {}
    assert (await seen("v19.0", "")).concerns(TODAY) == {}
    assert (await seen("v19.0", "v21.0", platform=None)).concerns(TODAY) == {}


async def test_the_last_answer_decides() -> None:
    watch = await seen("v19.0", "v21.0")
    request = httpx.Request("GET", "https://graph.facebook.com/v25.0/1", extensions={"platform": "instagram"})

    await watch.watch(httpx.Response(200, headers={"facebook-api-version": "v25.0"}, request=request))

    assert watch.concerns(TODAY) == {}

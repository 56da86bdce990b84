from pathlib import Path
from typing import Any

import httpx
import pytest

from support.made_media import film, picture
from support.meta import OWN_TOKEN, PAGE, PAGE_TOKEN, Meta


@pytest.fixture(scope="module")
def story_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return film(tmp_path_factory.mktemp("film") / "story.mp4", width=540, height=960)


@pytest.fixture(scope="module")
def wide_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return film(tmp_path_factory.mktemp("film") / "wide.mp4", width=160, height=90)


async def _video(meta: Meta, video_id: str, fields: str = "status") -> dict[str, Any]:
    node: dict[str, Any] = (await meta.get(video_id, fields=fields)).json()
    return node


async def _listed(meta: Meta, edge: str, fields: str = "id") -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = (await meta.get(f"{PAGE}/{edge}", fields=fields)).json()["data"]
    return data


async def _announced(meta: Meta, edge: str = "video_reels") -> dict[str, str]:
    started = await meta.post(f"{PAGE}/{edge}", upload_phase="start")
    assert started.status_code == 200, started.text
    answer: dict[str, str] = started.json()
    return answer


async def _uploaded(meta: Meta, data: bytes, edge: str = "video_reels") -> str:
    started = await _announced(meta, edge)
    sent = await meta.send(started["upload_url"], data, file_size=str(len(data)))
    assert sent.json() == {"success": True}
    return started["video_id"]


async def _finished(meta: Meta, video_id: str, edge: str = "video_reels", **more: str) -> httpx.Response:
    return await meta.post(f"{PAGE}/{edge}", upload_phase="finish", video_id=video_id, **more)


async def test_a_video_by_address_shows_once_it_is_processed(meta: Meta, wide_film: bytes) -> None:
    url = meta.put(wide_film, name="film.mp4", content_type="video/mp4")

    video = (await meta.post(f"{PAGE}/videos", file_url=url, description="A wheel")).json()
    before = await _listed(meta, "videos")
    meta.later(seconds=5)
    [post] = await _listed(meta, "published_posts", "message,permalink_url,attachments")

    assert (set(video), before) == ({"id"}, [])
    assert await _listed(meta, "videos") == [{"id": video["id"]}]
    node = await _video(meta, video["id"], "post_id,permalink_url,status,length")
    assert (node["post_id"], post["message"]) == (post["id"], "A wheel")
    assert node["permalink_url"] == f"/{PAGE}/videos/{video['id']}/"
    assert node["status"]["video_status"] == "ready"
    assert node["length"] == pytest.approx(3, abs=0.1)
    assert post["attachments"]["data"][0]["target"]["id"] == video["id"]


async def test_a_video_sent_along_is_taken(meta: Meta, wide_film: bytes) -> None:
    response = await meta.http.post(
        f"{meta.facebook}/v25.0/{PAGE}/videos",
        data={"access_token": PAGE_TOKEN, "title": "Wheel"},
        files={"source": ("film.mp4", wide_film, "video/mp4")},
    )

    assert (await _video(meta, response.json()["id"], "title"))["title"] == "Wheel"
    assert meta.world.calls[0].params["source"] == f"{len(wide_film)} bytes"


async def test_a_video_that_cannot_be_fetched_or_is_too_small_is_refused(meta: Meta) -> None:
    gone = await meta.post(f"{PAGE}/videos", file_url=f"{meta.media_url}/gone.mp4")
    page = await meta.post(f"{PAGE}/videos", file_url=meta.put(b"<html>", content_type="text/html"))
    small = await meta.post(f"{PAGE}/videos", file_url=meta.put(b"x", content_type="video/mp4"))

    assert [each.json()["error"]["code"] for each in (gone, page, small)] == [389, 389, 382]


async def test_what_is_no_video_fails_while_it_is_processed(meta: Meta) -> None:
    url = meta.put(picture(400, 400), name="film.mp4", content_type="video/mp4")
    video = (await meta.post(f"{PAGE}/videos", file_url=url)).json()["id"]
    meta.later(seconds=5)

    status = (await _video(meta, video))["status"]

    assert (status["video_status"], status["processing_phase"]["status"]) == ("error", "error")
    assert await _listed(meta, "published_posts") == []


async def _in_parts(meta: Meta, data: bytes, start: dict[str, str]) -> dict[str, str]:
    offsets = start
    while offsets["start_offset"] != offsets["end_offset"]:
        sent = await _part(meta, data, start["upload_session_id"], offsets)
        assert sent.status_code == 200, sent.text
        offsets = sent.json()
    return offsets


async def _part(meta: Meta, data: bytes, session: str, offsets: dict[str, str]) -> httpx.Response:
    start, end = int(offsets["start_offset"]), int(offsets["end_offset"])
    return await meta.http.post(
        f"{meta.facebook}/v25.0/{PAGE}/videos",
        data={
            "access_token": PAGE_TOKEN,
            "upload_phase": "transfer",
            "upload_session_id": session,
            "start_offset": str(start),
        },
        files={"video_file_chunk": ("chunk", data[start:end], "application/octet-stream")},
    )


async def test_a_video_comes_in_parts(meta: Meta, wide_film: bytes) -> None:
    meta.graph.settings.change({"page_video_part_bytes": 1000})
    size = str(len(wide_film))
    start = (await meta.post(f"{PAGE}/videos", upload_phase="start", file_size=size)).json()

    end = await _in_parts(meta, wide_film, start)
    finished = await meta.post(
        f"{PAGE}/videos", upload_phase="finish", upload_session_id=start["upload_session_id"]
    )
    meta.later(seconds=5)

    assert start["end_offset"] == "1000"
    assert end == {"start_offset": size, "end_offset": size}
    assert finished.json() == {"success": True}
    assert await _listed(meta, "videos") == [{"id": start["video_id"]}]


async def test_a_wrong_offset_is_answered_with_the_right_one(meta: Meta, wide_film: bytes) -> None:
    meta.graph.settings.change({"page_video_part_bytes": 1000})
    size = str(len(wide_film))
    start = (await meta.post(f"{PAGE}/videos", upload_phase="start", file_size=size)).json()
    session = start["upload_session_id"]
    await _part(meta, wide_film, session, start)

    again = await _part(meta, wide_film, session, start)
    early = await meta.post(f"{PAGE}/videos", upload_phase="finish", upload_session_id=session)

    for refused in (again, early):
        error = refused.json()["error"]
        assert (error["code"], error["error_subcode"]) == (6001, 1363037)
        assert error["error_data"] == {"start_offset": "1000", "end_offset": "2000"}


async def test_an_upload_that_was_finished_or_cancelled_is_over(meta: Meta, wide_film: bytes) -> None:
    start = (await meta.post(f"{PAGE}/videos", upload_phase="start", file_size="5000")).json()
    session = start["upload_session_id"]

    cancelled = await meta.post(f"{PAGE}/videos", upload_phase="cancel", upload_session_id=session)
    late = await _part(meta, wide_film, session, start)

    assert cancelled.json() == {"success": True}
    assert late.json()["error"]["code"] == 100


async def test_a_reel_is_announced_uploaded_and_finished(meta: Meta, story_film: bytes) -> None:
    video = await _uploaded(meta, story_film)
    before = (await _video(meta, video))["status"]
    finished = await _finished(meta, video, video_state="PUBLISHED", description="Spin")
    at_once = (await _video(meta, video))["status"]
    meta.later(seconds=5)

    after = (await _video(meta, video))["status"]
    assert (before["video_status"], before["uploading_phase"]["bytes_transfered"]) == (
        "upload_complete",
        len(story_film),
    )
    assert finished.json() == {"success": True}
    assert (at_once["video_status"], at_once["publishing_phase"]["status"]) == ("processing", "not_started")
    assert (after["video_status"], after["publishing_phase"]["publish_status"]) == ("ready", "published")
    [reel] = await _listed(meta, "video_reels", "description,permalink_url")
    assert (reel["id"], reel["description"], reel["permalink_url"]) == (video, "Spin", f"/reel/{video}/")
    assert await _listed(meta, "videos") == []


async def test_an_upload_that_broke_off_goes_on_from_where_it_was(meta: Meta, story_film: bytes) -> None:
    started = await _announced(meta)
    size = str(len(story_film))
    meta.misbehave("cut_upload", remaining=1, body={"bytes": 700})

    with pytest.raises(httpx.TransportError):
        await meta.send(started["upload_url"], story_film, file_size=size)
    counter = (await _video(meta, started["video_id"]))["status"]["uploading_phase"]
    from_start = await meta.send(started["upload_url"], story_film, file_size=size)
    resumed = await meta.send(started["upload_url"], story_film[700:], file_size=size, offset="700")

    assert (counter["status"], counter["bytes_transfered"]) == ("in_progress", 700)
    assert from_start.json()["debug_info"]["type"] == "OffsetInvalidError"
    assert resumed.json() == {"success": True}


async def test_fewer_bytes_than_announced_are_kept_and_told(meta: Meta, story_film: bytes) -> None:
    started = await _announced(meta)

    partly = await meta.send(started["upload_url"], story_film[:500], file_size=str(len(story_film)))
    finished = await _finished(meta, started["video_id"])

    assert (partly.status_code, partly.json()["debug_info"]["type"]) == (400, "PartialRequestError")
    assert finished.json()["error"]["code"] == 6001


async def test_a_reel_may_be_fetched_by_its_address(meta: Meta, story_film: bytes) -> None:
    started = await _announced(meta)
    url = meta.put(story_film, name="film.mp4", content_type="video/mp4")

    fetched = await meta.send(started["upload_url"], b"", file_url=url)
    refused = await meta.send(started["upload_url"], b"", file_url="https://video.fbcdn.net/film.mp4")
    finished = await _finished(meta, started["video_id"])

    assert fetched.json() == {"success": True}
    assert refused.json()["debug_info"]["type"] == "ProcessingFailedError"
    assert finished.json() == {"success": True}


@pytest.mark.parametrize("token", [OWN_TOKEN, "EAAunknown"])
async def test_an_upload_needs_the_token_of_its_page(meta: Meta, token: str) -> None:
    started = await _announced(meta)

    refused = await meta.send(started["upload_url"], b"x", token=token, file_size="1")

    assert refused.json()["debug_info"]["type"] == "NotAuthorizedError"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"seconds": 2.0, "width": 540, "height": 960}, 1363128),
        ({"width": 540, "height": 540}, 1363040),
        ({"width": 270, "height": 480}, 1363127),
        ({"width": 540, "height": 960, "rate": 15}, 1363129),
    ],
)
async def test_a_reel_out_of_its_limits_fails_while_it_is_processed(
    meta: Meta, tmp_path: Path, form: dict[str, Any], code: int
) -> None:
    video = await _uploaded(meta, film(tmp_path / "film.mp4", **form))
    finished = await _finished(meta, video)
    meta.later(seconds=5)

    status = (await _video(meta, video))["status"]
    assert finished.json() == {"success": True}
    assert (status["video_status"], status["publishing_phase"]["status"]) == ("error", "error")
    assert [error["code"] for error in status["processing_phase"]["errors"]] == [code]
    assert await _listed(meta, "video_reels") == []


async def test_a_day_has_thirty_reels(meta: Meta, story_film: bytes) -> None:
    meta.graph.settings.change({"reels_per_day": 1})
    first, second = await _uploaded(meta, story_film), await _uploaded(meta, story_film)
    await _finished(meta, first)

    refused = await _finished(meta, second)
    meta.later(hours=24)
    taken = await _finished(meta, second)

    assert (refused.json()["error"]["code"], taken.json()) == (613, {"success": True})


@pytest.mark.parametrize(("republish", "posts"), [("duplicate", 2), ("same_id", 1), ("error", 1)])
async def test_a_reel_finished_twice_does_as_the_setting_says(
    meta: Meta, story_film: bytes, republish: str, posts: int
) -> None:
    meta.graph.settings.change({"republish": republish})
    video = await _uploaded(meta, story_film)
    await _finished(meta, video)

    again = await _finished(meta, video)
    meta.later(seconds=5)

    assert (again.status_code == 400) == (republish == "error")
    assert len(await _listed(meta, "published_posts")) == posts


async def test_a_video_story_is_shown_and_then_archived(meta: Meta, story_film: bytes) -> None:
    video = await _uploaded(meta, story_film, "video_stories")
    finished = await _finished(meta, video, "video_stories")
    early = await _listed(meta, "stories", "post_id")
    meta.later(seconds=5)

    [story] = await _listed(meta, "stories", "post_id,status,media_type,media_id,creation_time,url")
    meta.later(hours=24)
    [archived] = await _listed(meta, "stories", "status")
    assert early == []
    assert finished.json() == {"success": True, "post_id": story["post_id"]}
    assert (story["status"], story["media_type"], story["media_id"]) == ("published", "video", video)
    assert story["creation_time"].isdecimal()
    assert story["url"].startswith(f"https://facebook.com/stories/{PAGE}/")
    assert archived == {"status": "archived"}


async def test_processing_may_fail_or_never_end(meta: Meta, story_film: bytes) -> None:
    stuck, failing = await _uploaded(meta, story_film), await _uploaded(meta, story_film)
    meta.misbehave("stuck_video", remaining=1)
    await _finished(meta, stuck)
    meta.misbehave("video_error", remaining=1, body={"code": 1363128})
    await _finished(meta, failing)
    meta.later(hours=1)

    assert (await _video(meta, stuck))["status"]["video_status"] == "processing"
    assert (await _video(meta, failing))["status"]["video_status"] == "error"


async def test_the_status_can_be_spelled_as_the_schema_has_it(meta: Meta, story_film: bytes) -> None:
    meta.graph.settings.change({"schema_spelling": True})
    video = await _uploaded(meta, story_film)

    status = (await _video(meta, video))["status"]

    assert status["uploading_phase"] == {"status": "completed", "bytes_transferred": len(story_film)}

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.faults import Effect, Fault
from support.made_media import film, picture
from support.meta import OWN_ACCOUNT, OWN_TOKEN, PAGE_TOKEN, Meta
from support.meta import PAGE_ACCOUNT as ACCOUNT

UPLOADED = {"success": True, "message": "Upload successful."}


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    return film(tmp_path / "film.mp4")


async def _announced(meta: Meta, **more: str) -> tuple[str, str]:
    given = {"media_type": "REELS", "upload_type": "resumable"} | more
    answer = (await meta.post(f"{ACCOUNT}/media", **given)).json()
    return answer["id"], answer["uri"]


async def _sent(
    meta: Meta, uri: str, data: bytes, *, offset: int = 0, size: int | None = None, token: str = PAGE_TOKEN
) -> httpx.Response:
    headers = {
        "Authorization": f"OAuth {token}",
        "offset": str(offset),
        "file_size": str(size or offset + len(data)),
    }
    return await meta.http.post(uri, headers=headers, content=data)


def _kind(response: httpx.Response) -> str:
    assert response.status_code == 400, response.text
    info: dict[str, Any] = response.json()["debug_info"]
    return str(info["type"])


async def _status(meta: Meta, container: str) -> dict[str, Any]:
    await meta.settled(container)
    status: dict[str, Any] = (await meta.get(container, fields="status_code,video_status")).json()
    return status


async def test_a_reel_that_is_uploaded_goes_live(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta, caption="Uploaded")

    before = (await meta.get(container, fields="status_code")).json()["status_code"]
    answer = await _sent(meta, uri, data)
    await meta.settled(container)
    published = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    [post] = meta.graph.posts(ACCOUNT)
    assert (before, answer.json()) == ("IN_PROGRESS", UPLOADED)
    assert (published.json()["id"], post.caption, post.media.file.size) == (post.id, "Uploaded", len(data))


async def test_the_address_names_the_version_of_the_call_and_the_container(meta: Meta) -> None:
    container, uri = await _announced(meta)

    assert uri.endswith(f"/ig-api-upload/v25.0/{container}")


async def test_a_story_and_a_part_of_a_carousel_can_be_uploaded_too(meta: Meta, data: bytes) -> None:
    story, story_uri = await _announced(meta, media_type="STORIES")
    part, part_uri = await _announced(meta, media_type="VIDEO", is_carousel_item="true")

    await _sent(meta, story_uri, data)
    await _sent(meta, part_uri, data)

    assert (await _status(meta, story))["status_code"] == "FINISHED"
    assert (await _status(meta, part))["status_code"] == "FINISHED"


async def test_the_film_may_be_fetched_from_an_address_instead(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)
    headers = {"Authorization": f"OAuth {PAGE_TOKEN}", "file_url": meta.put(data, name="film.mp4")}

    answer = await meta.http.post(uri, headers=headers)

    assert answer.json() == UPLOADED
    assert (await _status(meta, container))["status_code"] == "FINISHED"


async def test_a_file_url_that_gives_nothing_is_a_failure(meta: Meta) -> None:
    _, uri = await _announced(meta)
    headers = {"Authorization": f"OAuth {PAGE_TOKEN}", "file_url": f"{meta.media_url}/nowhere.mp4"}

    answer = await meta.http.post(uri, headers=headers)

    assert _kind(answer) == "ProcessingFailedError"
    assert json.loads(answer.json()["debug_info"]["message"])["success"] is False


async def test_an_upload_goes_on_where_it_broke_off(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)
    meta.misbehave("cut_upload", remaining=1, body={"bytes": 1000})

    with pytest.raises(httpx.TransportError):
        await _sent(meta, uri, data)
    phase = (await meta.get(container, fields="video_status")).json()["video_status"]["uploading_phase"]
    answer = await _sent(meta, uri, data[1000:], offset=1000)

    assert phase == {"status": "in_progress", "bytes_transfered": 1000}
    assert answer.json() == UPLOADED
    assert (await _status(meta, container))["status_code"] == "FINISHED"


async def test_fewer_bytes_than_announced_are_kept_and_reported(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)

    answer = await _sent(meta, uri, data[:500], size=len(data))

    assert _kind(answer) == "PartialRequestError"
    assert answer.json()["debug_info"]["retriable"] is True
    assert (await _sent(meta, uri, data[500:], offset=500)).json() == UPLOADED
    assert (await _status(meta, container))["status_code"] == "FINISHED"


async def test_an_offset_that_does_not_follow_on_is_invalid(meta: Meta, data: bytes) -> None:
    _, uri = await _announced(meta)

    answer = await _sent(meta, uri, data[100:], offset=100)

    assert _kind(answer) == "OffsetInvalidError"


async def test_an_upload_may_begin_anew(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)
    await _sent(meta, uri, data[:500], size=len(data))

    answer = await _sent(meta, uri, data)

    assert answer.json() == UPLOADED
    assert (await _status(meta, container))["status_code"] == "FINISHED"


async def test_a_film_that_has_come_already_changes_nothing(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)
    await _sent(meta, uri, data)

    answer = await _sent(meta, uri, b"something else")

    assert answer.json() == UPLOADED
    assert (await _status(meta, container))["status_code"] == "FINISHED"


async def test_an_address_with_another_version_takes_the_film_and_loses_it(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)

    answer = await _sent(meta, uri.replace("v25.0", "v24.0"), data)
    meta.later(hours=1)

    assert answer.json() == UPLOADED
    assert (await _status(meta, container))["status_code"] == "IN_PROGRESS"


@pytest.mark.parametrize("token", ["EAAsomebody-elses", OWN_TOKEN])
async def test_another_accounts_token_is_unauthorized(meta: Meta, data: bytes, token: str) -> None:
    _, uri = await _announced(meta)

    answer = await _sent(meta, uri, data, token=token)

    assert _kind(answer) == "NotAuthorizedError"


async def test_a_container_that_is_fetched_cannot_be_uploaded_to(meta: Meta, data: bytes) -> None:
    _, uri = await _announced(meta)
    fetched = await meta.container(media_type="REELS", video_url=meta.put(data, name="film.mp4"))

    answer = await _sent(meta, f"{uri.rpartition('/')[0]}/{fetched}", data)

    assert _kind(answer) == "NotAuthorizedError"


async def test_what_is_uploaded_is_looked_into(meta: Meta) -> None:
    container, uri = await _announced(meta)

    await _sent(meta, uri, picture())

    assert await meta.settled(container) == "Error: Media upload has failed with error code 2207026"


async def test_the_answer_to_an_upload_can_be_lost(meta: Meta, data: bytes) -> None:
    container, uri = await _announced(meta)
    meta.world.faults.add(
        Fault(service="graph", operation="container_upload", effect=Effect.LOSE_ANSWER, remaining=1)
    )

    with pytest.raises(httpx.TransportError):
        await _sent(meta, uri, data)

    assert (await _status(meta, container))["status_code"] == "FINISHED"


async def test_a_server_error_has_the_shape_of_this_host(meta: Meta, data: bytes) -> None:
    _, uri = await _announced(meta)
    meta.world.faults.add(Fault(service="graph", operation="container_upload", status=503, remaining=1))

    answer = await _sent(meta, uri, data)

    assert (answer.status_code, answer.json()["debug_info"]["retriable"]) == (503, True)


async def test_the_log_names_the_account_and_hides_the_token(meta: Meta, data: bytes) -> None:
    _, uri = await _announced(meta)

    await _sent(meta, uri, data)

    call = meta.world.calls[-1]
    assert (call.operation, call.subject) == ("container_upload", {"account": ACCOUNT})
    assert call.params["file_size"] == str(len(data))
    assert PAGE_TOKEN not in str(call.params)


@pytest.mark.parametrize("given", [{"video_url": "http://x/y.mp4"}, {"upload_type": "magic"}], ids=str)
async def test_an_upload_is_announced_as_one_and_nothing_else(meta: Meta, given: dict[str, str]) -> None:
    announced = {"media_type": "REELS", "upload_type": "resumable"} | given

    response = await meta.post(f"{ACCOUNT}/media", **announced)

    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


async def test_uploads_can_be_kept_to_the_facebook_login_and_from_stories(meta: Meta) -> None:
    meta.graph.settings.change({"uploads_with_instagram_login": False, "story_uploads": False})
    data = {"media_type": "REELS", "upload_type": "resumable", "access_token": OWN_TOKEN}

    own = await meta.http.post(f"{meta.instagram}/v25.0/{OWN_ACCOUNT}/media", data=data)
    story = await meta.post(f"{ACCOUNT}/media", media_type="STORIES", upload_type="resumable")

    assert (own.status_code, story.status_code) == (400, 400)

import json
from typing import Any

import pytest

from support.made_media import picture
from support.meta import APP_TOKEN, OWN_ACCOUNT, OWN_TOKEN, PAGE_ACCOUNT, PAGE_TOKEN, Meta


async def test_a_token_of_the_other_family_cannot_be_parsed(meta: Meta) -> None:
    answers = [
        await meta.http.get(f"{meta.facebook}/v25.0/{OWN_ACCOUNT}", params={"access_token": OWN_TOKEN}),
        await meta.http.get(f"{meta.instagram}/v25.0/{PAGE_ACCOUNT}", params={"access_token": PAGE_TOKEN}),
        await meta.get(PAGE_ACCOUNT, access_token="EAAgarbage"),
    ]

    for answer in answers:
        error = answer.json()["error"]
        assert answer.status_code == 400
        assert (error["type"], error["code"]) == ("OAuthException", 190)
        assert error["message"] == "Invalid OAuth access token - Cannot parse access token"
        assert answer.headers["www-authenticate"].startswith('OAuth "Facebook Platform" "invalid_token"')


async def test_a_call_without_a_token_is_refused(meta: Meta) -> None:
    response = await meta.http.get(f"{meta.facebook}/v25.0/{PAGE_ACCOUNT}")

    assert response.json()["error"]["code"] == 2500


async def test_the_token_may_come_as_a_bearer(meta: Meta) -> None:
    response = await meta.http.get(
        f"{meta.facebook}/v25.0/{PAGE_ACCOUNT}?fields=username",
        headers={"Authorization": f"Bearer {PAGE_TOKEN}"},
    )

    assert response.json() == {"username": "harbour.lane", "id": PAGE_ACCOUNT}


@pytest.mark.parametrize("way", ["params", "data", "json", "files"])
async def test_parameters_come_by_query_form_or_json(meta: Meta, way: str) -> None:
    parameters = {
        "media_type": "STORIES",
        "image_url": meta.put(picture()),
        "user_tags": '[{"username": "anna"}]',
        "access_token": PAGE_TOKEN,
    }
    as_files = {name: (None, value) for name, value in parameters.items()}
    given: dict[str, Any] = {way: as_files if way == "files" else parameters}

    response = await meta.http.request("POST", f"{meta.facebook}/v25.0/{PAGE_ACCOUNT}/media", **given)

    assert response.status_code == 200, response.text
    assert response.json() == {"id": meta.graph.containers(PAGE_ACCOUNT)[0].id}


async def test_a_body_that_is_not_json_is_refused(meta: Meta) -> None:
    response = await meta.http.post(
        f"{meta.facebook}/v25.0/{PAGE_ACCOUNT}/media",
        content=b"[1]",
        headers={"Content-Type": "application/json"},
    )

    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


@pytest.mark.parametrize(
    ("asked", "served"),
    [("v26.0/", "v26.0"), ("v24.0/", "v24.0"), ("v20.0/", "v21.0"), ("v3.1/", "v21.0"), ("", "v21.0")],
)
async def test_a_retired_version_is_served_by_the_oldest_one(meta: Meta, asked: str, served: str) -> None:
    response = await meta.http.get(
        f"{meta.facebook}/{asked}{PAGE_ACCOUNT}", params={"access_token": PAGE_TOKEN}
    )

    assert (response.status_code, response.headers["facebook-api-version"]) == (200, served)


async def test_a_retired_version_can_be_refused_instead(meta: Meta) -> None:
    meta.graph.settings.change({"refuse_retired": True, "oldest_version": 25})

    old = await meta.http.get(f"{meta.facebook}/v24.0/{PAGE_ACCOUNT}", params={"access_token": PAGE_TOKEN})
    current = await meta.get(PAGE_ACCOUNT)

    assert (old.status_code, old.json()["error"]["code"]) == (400, 2635)
    assert current.status_code == 200


async def test_another_version_than_asked_may_answer(meta: Meta) -> None:
    meta.graph.settings.change({"served_version": "v24.0"})

    response = await meta.get(PAGE_ACCOUNT)

    assert (response.status_code, response.headers["facebook-api-version"]) == (200, "v24.0")


async def test_a_version_of_the_future_is_an_unknown_path(meta: Meta) -> None:
    response = await meta.http.get(f"{meta.facebook}/v99.0/me", params={"access_token": PAGE_TOKEN})

    assert (response.status_code, response.json()["error"]["code"]) == (400, 2500)


async def test_slashes_and_letters_beyond_ascii_are_escaped(meta: Meta) -> None:
    media = await meta.published(image_url=meta.put(picture(100, 100)), caption="Käse 🧀")

    raw = (await meta.get(media, fields="caption,permalink")).text

    assert '"caption":"K\\u00e4se \\ud83e\\uddc0"' in raw
    assert "https:\\/\\/www.instagram.com\\/p\\/" in raw
    assert json.loads(raw)["caption"] == "Käse 🧀"


async def test_an_object_out_of_reach_does_not_exist(meta: Meta) -> None:
    by_page = await meta.get(OWN_ACCOUNT)
    by_own = await meta.http.get(f"{meta.instagram}/v25.0/1", params={"access_token": OWN_TOKEN})

    for response, kind in ((by_page, "GraphMethodException"), (by_own, "IGApiException")):
        error = response.json()["error"]
        assert (response.status_code, error["code"], error["error_subcode"]) == (400, 100, 33)
        assert error["type"] == kind
        assert error["message"].startswith("Unsupported get request. Object with ID '")


async def test_what_is_not_played_is_refused_and_logged(meta: Meta) -> None:
    response = await meta.http.delete(
        f"{meta.facebook}/v25.0/{PAGE_ACCOUNT}", params={"access_token": PAGE_TOKEN}
    )

    assert response.json()["error"]["message"].startswith("Unsupported delete request.")
    assert meta.world.calls[-1].operation == "unsupported"


async def test_refusals_have_the_fields_of_the_wire(meta: Meta) -> None:
    container = await meta.container()

    error = (await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)).json()["error"]

    assert list(error) == [
        "message",
        "type",
        "code",
        "error_subcode",
        "is_transient",
        "error_user_title",
        "error_user_msg",
        "fbtrace_id",
    ]
    assert error["fbtrace_id"].startswith("A")


async def test_usage_is_told_by_use_case_for_an_account_and_by_page_for_a_page(meta: Meta) -> None:
    account = await meta.get(PAGE_ACCOUNT)
    page = await meta.get("me")
    app = await meta.get("debug_token", access_token=APP_TOKEN, input_token=PAGE_TOKEN)

    usage = json.loads(account.headers["x-business-use-case-usage"])
    assert len(usage) == 2
    assert usage[PAGE_ACCOUNT][0]["type"] == "instagram"
    assert '"type": "pages"' in page.headers["x-business-use-case-usage"]
    assert "x-app-usage" not in account.headers
    assert json.loads(app.headers["x-app-usage"]) == {"call_count": 0, "total_cputime": 0, "total_time": 0}


async def test_the_log_names_the_call_and_hides_the_token(meta: Meta) -> None:
    container = await meta.container()
    await meta.get(container, fields="status_code")

    created, polled = meta.world.calls
    assert (created.operation, created.subject) == (
        "media_create",
        {"account": PAGE_ACCOUNT, "kind": "story"},
    )
    assert created.answer == {"id": container}
    assert (polled.operation, polled.status) == ("container_status", 200)
    assert polled.subject == {"account": PAGE_ACCOUNT, "container": container, "kind": "story"}
    assert PAGE_TOKEN not in json.dumps([dict(call.params) for call in meta.world.calls])

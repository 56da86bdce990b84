import hashlib

import pytest

from support.made_media import picture
from support.meta import PAGE_ACCOUNT, Meta


async def test_accounts_show_what_is_on_them_and_how_often(meta: Meta) -> None:
    data = picture(100, 200)
    for _ in range(2):
        await meta.published(media_type="STORIES", image_url=meta.put(data))

    accounts = (await meta.http.get(f"{meta.control}/accounts")).json()["accounts"]

    lane = next(account for account in accounts if account["id"] == PAGE_ACCOUNT)
    assert (lane["username"], lane["login"], lane["quota_usage"]) == ("harbour.lane", "facebook", 2)
    assert [post["sha256"] for post in lane["posts"]] == [hashlib.sha256(data).hexdigest()] * 2
    newest = lane["posts"][0]
    assert (newest["kind"], newest["media_type"], newest["width"], newest["height"]) == (
        "story",
        "IMAGE",
        100,
        200,
    )
    assert newest["timestamp"] > lane["posts"][1]["timestamp"]
    assert newest["expires_at"] is not None
    assert (await meta.http.get(newest["media_url"])).content == data


async def test_an_account_added_over_http_can_be_used_at_once(meta: Meta) -> None:
    account = {"id": "17841400000000009", "username": "pier", "login": "facebook", "token": "EAApier-token"}

    added = await meta.http.post(f"{meta.control}/accounts", json=account)
    node = await meta.get("17841400000000009", fields="username", access_token="EAApier-token")

    assert added.status_code == 200
    assert node.json()["username"] == "pier"


@pytest.mark.parametrize(
    "account",
    [
        {"id": "1", "username": "pier", "login": "facebook", "token": "IGAAwrong-family"},
        {"id": "1", "username": "pier", "login": "myspace", "token": "EAAx"},
        {"id": "1"},
        [],
    ],
)
async def test_an_account_that_cannot_be_is_refused_with_a_sentence(meta: Meta, account: object) -> None:
    response = await meta.http.post(f"{meta.control}/accounts", json=account)

    assert response.status_code == 400
    assert response.json()["error"]


async def test_one_token_may_reach_several_accounts(meta: Meta) -> None:
    meta.graph.add_account(id="17841400000000009", username="pier", login="facebook", token="EAApier-token")

    added = await meta.http.post(
        f"{meta.control}/tokens",
        json={"token": "EAAboth", "account_ids": [PAGE_ACCOUNT, "17841400000000009"]},
    )

    answers = [
        await meta.get(account, access_token="EAAboth") for account in (PAGE_ACCOUNT, "17841400000000009")
    ]
    assert added.status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_settings_change_by_name_and_all_or_nothing(meta: Meta) -> None:
    changed = await meta.http.post(f"{meta.control}/settings", json={"quota_total": 25, "decode": False})
    refused = await meta.http.post(f"{meta.control}/settings", json={"quota_total": 100, "colour": "red"})

    assert (changed.json()["quota_total"], changed.json()["decode"]) == (25, False)
    assert refused.status_code == 400
    assert meta.graph.settings.quota_total == 25


async def test_a_post_is_announced_to_the_phone(meta: Meta) -> None:
    with meta.world.listening() as news:
        await meta.published()

        topics = [news.get_nowait() for _ in range(news.qsize())]

    assert {"topic": "phone", "data": {"account": PAGE_ACCOUNT}} in topics


async def test_containers_can_be_counted(meta: Meta) -> None:
    await meta.container()

    listing = (await meta.http.get(f"{meta.control}/containers", params={"account": PAGE_ACCOUNT})).json()

    assert [container["status_code"] for container in listing["containers"]] == ["IN_PROGRESS"]

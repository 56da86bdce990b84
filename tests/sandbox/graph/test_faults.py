import json

import httpx
import pytest

from sandbox.faults import Effect, Fault
from support.made_media import picture
from support.meta import OWN_ACCOUNT, PAGE_ACCOUNT, PAGE_TOKEN, Meta


async def _ready(meta: Meta) -> str:
    container = await meta.container()
    meta.later(seconds=5)
    return container


async def test_a_stuck_container_stays_in_progress_and_the_next_one_does_not(meta: Meta) -> None:
    meta.misbehave("stuck_container", remaining=1, subject={"account": PAGE_ACCOUNT})

    stuck, fine = await meta.container(), await meta.container()
    meta.later(hours=1)

    assert (await meta.get(stuck, fields="status_code")).json()["status_code"] == "IN_PROGRESS"
    assert (await meta.get(fine, fields="status_code")).json()["status_code"] == "FINISHED"


async def test_a_container_error_names_the_subcode_of_the_fault(meta: Meta) -> None:
    meta.misbehave("container_error", remaining=1, body={"subcode": 2207082})

    container = await _ready(meta)
    status = (await meta.get(container, fields="status_code,status")).json()

    assert status["status_code"] == "ERROR"
    assert status["status"] == "Error: Media upload has failed with error code 2207082"


async def test_a_finished_container_may_still_not_be_ready(meta: Meta) -> None:
    container = await _ready(meta)
    meta.misbehave("finished_but_not_ready", remaining=1, subject={"container": container})

    first = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)
    second = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    assert (first.json()["error"]["error_subcode"], second.status_code) == (2207027, 200)


async def test_a_block_as_spam_can_hide_that_the_post_went_live(meta: Meta) -> None:
    container = await _ready(meta)
    meta.misbehave("spam_after_effect", remaining=1)

    response = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["error_subcode"]) == (403, 4, 2207051)
    assert len(meta.graph.posts(PAGE_ACCOUNT)) == 1


async def test_a_restricted_account_publishes_nothing(meta: Meta) -> None:
    container = await _ready(meta)
    meta.misbehave("restricted_account", subject={"account": PAGE_ACCOUNT})

    response = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    assert response.json()["error"]["error_subcode"] == 2207050
    assert meta.graph.posts(PAGE_ACCOUNT) == []


async def test_a_read_outage_hides_what_exists_and_lets_writes_through(meta: Meta) -> None:
    media = await meta.published()
    container = await _ready(meta)
    meta.misbehave("read_outage", subject={"account": PAGE_ACCOUNT})

    reads = [await meta.get(path) for path in (media, container, f"{PAGE_ACCOUNT}/stories", PAGE_ACCOUNT)]
    publish = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    assert {(read.json()["error"]["code"], read.json()["error"]["error_subcode"]) for read in reads} == {
        (100, 33)
    }
    assert publish.status_code == 200


async def test_the_listing_lags_as_long_as_the_fault_says(meta: Meta) -> None:
    meta.misbehave("listing_lag", delay_seconds=30)
    await meta.published()

    hidden = (await meta.get(f"{PAGE_ACCOUNT}/stories")).json()
    meta.later(seconds=30)
    shown = (await meta.get(f"{PAGE_ACCOUNT}/stories")).json()

    assert (len(hidden["data"]), len(shown["data"])) == (0, 1)


async def test_an_expired_token_stays_dead_until_a_new_one_is_given(meta: Meta) -> None:
    meta.misbehave("expire_token", remaining=1, subject={"account": PAGE_ACCOUNT})

    dead = [await meta.get(PAGE_ACCOUNT), await meta.get(PAGE_ACCOUNT)]
    meta.graph.add_token(PAGE_TOKEN, account_ids=[PAGE_ACCOUNT])
    alive = await meta.get(PAGE_ACCOUNT)

    assert [(each.json()["error"]["code"], each.json()["error"]["error_subcode"]) for each in dead] == [
        (190, 460),
        (190, 460),
    ]
    assert alive.status_code == 200


async def test_a_flaky_fetch_fails_for_a_good_address(meta: Meta) -> None:
    meta.misbehave("flaky_fetch", remaining=1)
    url = meta.put(picture())

    first = await meta.post(f"{PAGE_ACCOUNT}/media", media_type="STORIES", image_url=url)
    second = await meta.post(f"{PAGE_ACCOUNT}/media", media_type="STORIES", image_url=url)

    assert (first.json()["error"]["error_subcode"], second.status_code) == (2207052, 200)


async def test_usage_headers_can_be_missing(meta: Meta) -> None:
    meta.misbehave("no_usage_headers")

    assert "x-business-use-case-usage" not in (await meta.get(PAGE_ACCOUNT)).headers


async def test_a_fault_hits_its_account_alone(meta: Meta) -> None:
    meta.misbehave("read_outage", subject={"account": OWN_ACCOUNT})

    assert (await meta.get(PAGE_ACCOUNT)).status_code == 200


async def test_an_answer_can_be_lost_after_the_post_went_live(meta: Meta) -> None:
    container = await _ready(meta)
    meta.world.faults.add(
        Fault(service="graph", operation="media_publish", effect=Effect.LOSE_ANSWER, remaining=1)
    )

    with pytest.raises(httpx.TransportError):
        await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    assert len(meta.graph.posts(PAGE_ACCOUNT)) == 1
    assert (await meta.get(container, fields="status_code")).json()["status_code"] == "PUBLISHED"


@pytest.mark.parametrize(("status", "code"), [(500, 2), (503, 2), (403, 4), (401, 190), (400, 100)])
async def test_a_refusal_without_a_body_is_written_as_meta_would(meta: Meta, status: int, code: int) -> None:
    meta.world.faults.add(
        Fault(service="graph", operation="account_node", effect=Effect.REFUSE, status=status)
    )

    response = await meta.get(PAGE_ACCOUNT)

    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["fbtrace_id"]


@pytest.mark.parametrize(
    ("behaviour", "code", "subcode"),
    [("finished_but_not_found", 24, 2207006), ("builder_lost", 24, 2207008)],
)
async def test_a_finished_container_may_be_lost_for_a_moment(
    meta: Meta, behaviour: str, code: int, subcode: int
) -> None:
    container = await _ready(meta)
    meta.misbehave(behaviour, remaining=1)

    first = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)
    second = await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    error = first.json()["error"]
    assert (error["code"], error["error_subcode"], second.status_code) == (code, subcode, 200)


async def test_a_container_expires_when_the_fault_says(meta: Meta) -> None:
    meta.misbehave("expire_container", remaining=1, delay_seconds=60)
    container = await _ready(meta)

    before = (await meta.get(container, fields="status_code")).json()["status_code"]
    meta.later(minutes=1)
    after = (await meta.get(container, fields="status_code")).json()["status_code"]

    assert (before, after) == ("FINISHED", "EXPIRED")


async def test_the_status_may_be_told_in_words_alone(meta: Meta) -> None:
    meta.misbehave("container_error", remaining=1)
    meta.misbehave("empty_status_code", remaining=1)
    container = await _ready(meta)

    status = (await meta.get(container, fields="status_code,status")).json()

    assert status["status_code"] == ""
    assert status["status"].startswith("Error: ")


async def test_an_outage_of_some_minutes_ends_by_itself(meta: Meta) -> None:
    meta.misbehave("read_outage", lasts_seconds=300)

    during = [(await meta.get(PAGE_ACCOUNT)).status_code]
    meta.later(minutes=4)
    during.append((await meta.get(PAGE_ACCOUNT)).status_code)
    meta.later(minutes=1)
    after = (await meta.get(PAGE_ACCOUNT)).status_code

    assert (during, after) == ([400, 400], 200)
    assert meta.world.faults.active() == []


async def test_the_usage_of_an_account_can_be_set(meta: Meta) -> None:
    meta.misbehave("usage", subject={"account": PAGE_ACCOUNT}, body={"call_count": 80, "total_time": 91})

    response = await meta.get(PAGE_ACCOUNT)

    [row] = json.loads(response.headers["x-business-use-case-usage"])[PAGE_ACCOUNT]
    assert (row["call_count"], row["total_cputime"], row["total_time"]) == (80, 1, 91)
    assert response.status_code == 200


async def test_an_account_that_has_used_all_is_throttled_for_as_long_as_the_header_says(meta: Meta) -> None:
    meta.misbehave("usage", remaining=1, body={"call_count": 100, "estimated_time_to_regain_access": 12})

    refused, taken = await meta.get(PAGE_ACCOUNT), await meta.get(PAGE_ACCOUNT)

    [row] = json.loads(refused.headers["x-business-use-case-usage"])[PAGE_ACCOUNT]
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 80002)
    assert (row["estimated_time_to_regain_access"], taken.status_code) == (12, 200)


async def test_a_fault_can_be_kept_to_one_kind_of_container(meta: Meta) -> None:
    meta.misbehave("stuck_container", subject={"kind": "carousel"})
    meta.world.faults.add(
        Fault(service="graph", operation="media_publish", status=500, subject={"kind": "feed"})
    )
    parts = [await meta.item(), await meta.item()]
    image = await meta.container(image_url=meta.put(picture(100, 100)))
    meta.later(seconds=5)

    whole = await meta.container(media_type="CAROUSEL", children=",".join(parts))
    published = [
        await meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)
        for container in (image, await _ready(meta))
    ]

    assert (await meta.get(whole, fields="status_code")).json()["status_code"] == "IN_PROGRESS"
    assert [response.status_code for response in published] == [500, 200]


async def test_the_answer_to_one_kind_of_creation_can_be_lost(meta: Meta) -> None:
    parts = [await meta.item(), await meta.item()]
    meta.later(seconds=5)
    meta.world.faults.add(
        Fault(
            service="graph",
            operation="media_create",
            effect=Effect.LOSE_ANSWER,
            subject={"kind": "carousel"},
            remaining=1,
        )
    )

    fine = await meta.item()
    with pytest.raises(httpx.TransportError):
        await meta.container(media_type="CAROUSEL", children=",".join(parts))

    kinds = [container.surface for container in meta.graph.containers(PAGE_ACCOUNT)]
    assert kinds == ["item", "item", "item", "carousel"]
    assert fine

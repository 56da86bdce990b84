"""Meta's tokens as the product has, renews and inspects them, at the sandbox's Graph API."""

import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator

import httpx
import pytest

from domain.account import AccessToken
from domain.errors import AuthorizationError, PublishingError, RejectedError, TransientError
from platforms._shared.http import shared_client
from sandbox.faults import Effect, Fault
from support.meta import (
    OWN_ACCOUNT,
    OWN_TOKEN,
    PAGE,
    PAGE_ACCOUNT,
    PAGE_TOKEN,
    PERSON,
    USER_TOKEN,
    Meta,
    meta_running,
)
from support.meta_tokens import LIFE, connected, holding, instagram_client, page_client

ENDINGS = [458, 459, 460, 463, 464, 467, 490, 492]


@dataclasses.dataclass(frozen=True, slots=True)
class Graph:
    """A running Graph API and a client of HTTP."""

    meta: Meta
    http: httpx.AsyncClient

    def is_in(self, moment: dt.datetime | None, life: dt.timedelta) -> bool:
        """Whether so much time is left until then, give or take what the test took."""
        assert moment is not None
        return abs(moment - self.meta.world.clock.now() - life) < dt.timedelta(minutes=1)


@pytest.fixture
async def graph() -> AsyncGenerator[Graph]:
    async with meta_running() as meta, shared_client(timeout=dt.timedelta(seconds=5)) as http:
        yield Graph(meta, http)


async def test_a_persons_hour_becomes_sixty_days_and_the_tokens_of_the_pages(graph: Graph) -> None:
    graph.meta.graph.tokens.age(USER_TOKEN, expires_in_days=0.05)

    received = await page_client(graph.meta, graph.http).receive(AccessToken(USER_TOKEN), login="facebook")

    (offer,) = received.offers
    assert (offer.external_id, offer.name) == (PAGE, "harbour.lane")
    assert offer.grant.token not in {AccessToken(USER_TOKEN), received.grant.token}
    assert (offer.grant.expires_at, offer.grant.source) == (None, received.grant.token)
    assert graph.is_in(offer.grant.source_expires_at, LIFE)


async def test_a_persons_token_offers_the_instagram_accounts_of_the_pages(graph: Graph) -> None:
    received = await instagram_client(graph.meta, graph.http).receive(
        AccessToken(USER_TOKEN), login="facebook"
    )

    assert [(offer.external_id, offer.name) for offer in received.offers] == [(PAGE_ACCOUNT, "harbour.lane")]


async def test_a_page_that_the_list_leaves_out_is_found_by_what_the_token_was_granted_for(
    graph: Graph,
) -> None:
    graph.meta.world.faults.add(
        Fault(service="graph", operation="user_accounts", status=200, body={"data": []})
    )

    received = await page_client(graph.meta, graph.http).receive(AccessToken(USER_TOKEN), login="facebook")

    (offer,) = received.offers
    assert (offer.external_id, offer.grant.source) == (PAGE, received.grant.token)


async def test_a_pages_own_token_is_taken_as_it_is(graph: Graph) -> None:
    received = await page_client(graph.meta, graph.http).receive(AccessToken(PAGE_TOKEN), login="facebook")

    assert received.offers == ()
    assert received.grant == holding(PAGE_TOKEN)


async def test_without_an_app_a_token_is_taken_without_a_question(graph: Graph) -> None:
    client = page_client(graph.meta, graph.http, facebook_app_id=None)

    received = await client.receive(AccessToken(USER_TOKEN), login="facebook")

    assert received.grant == holding(USER_TOKEN)
    assert not graph.meta.world.calls


async def test_a_dead_token_is_refused_with_what_ended_it(graph: Graph) -> None:
    graph.meta.graph.kill_token(USER_TOKEN, subcode=460)

    with pytest.raises(AuthorizationError, match="The password was changed") as refusal:
        await page_client(graph.meta, graph.http).receive(AccessToken(USER_TOKEN), login="facebook")

    assert (refusal.value.code, refusal.value.subcode) == (190, 460)


async def test_a_wrong_app_is_no_refusal_of_the_token(graph: Graph) -> None:
    client = page_client(graph.meta, graph.http, facebook_app_secret="another")

    with pytest.raises(RejectedError, match="FACEBOOK_APP_ID and FACEBOOK_APP_SECRET"):
        await client.inspect(connected(platform="facebook"), holding(PAGE_TOKEN))


async def test_renewing_a_page_renews_the_person_behind_it(graph: Graph) -> None:
    client = page_client(graph.meta, graph.http)
    (offer,) = (await client.receive(AccessToken(USER_TOKEN), login="facebook")).offers
    graph.meta.later(days=40)

    renewed = await client.refresh(connected(platform="facebook"), offer.grant)

    assert graph.is_in(renewed.source_expires_at, LIFE)
    assert renewed.token != offer.grant.token
    assert renewed.source != offer.grant.source
    assert (await client.inspect(connected(platform="facebook"), renewed)).token == renewed.token


async def test_a_page_that_is_missing_from_the_list_keeps_its_token(graph: Graph) -> None:
    client = page_client(graph.meta, graph.http)
    held = holding(PAGE_TOKEN, source=AccessToken(USER_TOKEN))

    renewed = await client.refresh(connected(platform="facebook", external_id="1499"), held)

    assert renewed.token == held.token
    assert graph.is_in(renewed.source_expires_at, LIFE)


async def test_what_has_no_source_cannot_be_renewed_and_is_not_dead(graph: Graph) -> None:
    with pytest.raises(RejectedError, match="cannot renew this access"):
        await page_client(graph.meta, graph.http).refresh(connected(platform="facebook"), holding(PAGE_TOKEN))


@pytest.mark.parametrize("subcode", ENDINGS)
async def test_every_end_of_a_token_is_seen_by_looking_into_it(graph: Graph, subcode: int) -> None:
    graph.meta.graph.kill_token(PAGE_TOKEN, subcode=subcode)
    graph.meta.graph.kill_token(OWN_TOKEN, subcode=subcode)
    client = instagram_client(graph.meta, graph.http)

    for account, token in [(connected(), PAGE_TOKEN), (connected(login="instagram"), OWN_TOKEN)]:
        with pytest.raises(AuthorizationError) as refusal:
            await client.inspect(account, holding(token))

        assert (refusal.value.code, refusal.value.subcode) == (190, subcode)


async def test_looking_into_a_token_tells_its_end_and_that_of_the_consent(graph: Graph) -> None:
    graph.meta.graph.tokens.age(PAGE_TOKEN, expires_in_days=3, data_access_expires_in_days=5)

    on_instagram = await instagram_client(graph.meta, graph.http).inspect(connected(), holding(PAGE_TOKEN))
    on_the_page = await page_client(graph.meta, graph.http).inspect(
        connected(platform="facebook"), holding(PAGE_TOKEN)
    )

    assert graph.is_in(on_instagram.expires_at, dt.timedelta(days=3))
    assert graph.is_in(on_instagram.data_access_expires_at, dt.timedelta(days=5))
    assert on_the_page.data_access_expires_at is None


async def test_without_an_app_a_token_is_tried_by_reading_its_account(graph: Graph) -> None:
    client = instagram_client(graph.meta, graph.http, facebook_app_id=None)

    assert await client.inspect(connected(), holding(PAGE_TOKEN)) == holding(PAGE_TOKEN)


async def test_an_hour_of_instagram_login_becomes_sixty_days(graph: Graph) -> None:
    graph.meta.graph.tokens.issue("IGAAshort", account_ids=[OWN_ACCOUNT], is_long_lived=False)
    client = instagram_client(graph.meta, graph.http)

    received = await client.receive(AccessToken("IGAAshort"), login="instagram")

    (offer,) = received.offers
    assert (offer.external_id, offer.name) == (OWN_ACCOUNT, "harbour.kids")
    assert offer.grant.token.value.startswith("IGAA")
    assert graph.is_in(offer.grant.expires_at, LIFE)


@pytest.mark.parametrize("in_data", [False, True])
async def test_a_token_of_the_dashboard_lasts_already_and_is_renewed_to_learn_how_long(
    graph: Graph, *, in_data: bool
) -> None:
    graph.meta.graph.settings.change({"me_in_data": in_data})

    received = await instagram_client(graph.meta, graph.http).receive(
        AccessToken(OWN_TOKEN), login="instagram"
    )

    (offer,) = received.offers
    assert offer.grant == holding(OWN_TOKEN, renewable_at=offer.grant.renewable_at)
    assert graph.is_in(offer.grant.renewable_at, dt.timedelta(hours=24))


async def test_instagram_login_is_renewed_for_sixty_days_once_it_is_a_day_old(graph: Graph) -> None:
    client = instagram_client(graph.meta, graph.http)
    account = connected(login="instagram")

    with pytest.raises(PublishingError, match="less than 24 hours"):
        await client.refresh(account, holding(OWN_TOKEN))
    graph.meta.later(hours=25)
    renewed = await client.refresh(account, holding(OWN_TOKEN))

    assert graph.is_in(renewed.expires_at, LIFE)
    assert await client.inspect(account, renewed) == renewed


async def test_a_permission_that_is_missing_is_a_refusal(graph: Graph) -> None:
    graph.meta.graph.tokens.issue(
        "IGAAbare", account_ids=[OWN_ACCOUNT], scopes=["instagram_business_content_publish"]
    )
    graph.meta.later(hours=25)

    with pytest.raises(AuthorizationError) as refusal:
        await instagram_client(graph.meta, graph.http).refresh(
            connected(login="instagram"), holding("IGAAbare")
        )

    assert refusal.value.code == 10


@pytest.mark.parametrize(
    "fault",
    [
        Fault(service="graph", effect=Effect.LOSE_ANSWER),
        Fault(service="graph", status=200, body={"access_token": ""}),
        Fault(service="graph", status=200, body={"access_token": "with a \u2028 in it"}),
        Fault(service="graph", status=200, body=["no object"]),
        Fault(service="graph", status=500, body={"error": {"code": 2, "message": "down"}}),
    ],
    ids=["none", "no token", "no token's characters", "no object", "server error"],
)
async def test_an_answer_that_is_none_is_unclear_and_no_refusal(graph: Graph, fault: Fault) -> None:
    graph.meta.later(hours=25)
    graph.meta.world.faults.add(fault)

    with pytest.raises(TransientError):
        await instagram_client(graph.meta, graph.http).refresh(
            connected(login="instagram"), holding(OWN_TOKEN)
        )


async def test_no_secret_is_in_a_failure(graph: Graph) -> None:
    graph.meta.graph.tokens.kill(user_id=PERSON, subcode=458)

    with pytest.raises(AuthorizationError) as refusal:
        await page_client(graph.meta, graph.http).receive(AccessToken(USER_TOKEN), login="facebook")

    assert USER_TOKEN not in str(refusal.value)
    assert "secret" not in str(refusal.value)

import hashlib
import hmac
from typing import Any

import httpx
import pytest

from sandbox.faults import Effect, Fault
from sandbox.graph.tokens.token import TokenKind
from support.meta import (
    APP_TOKEN,
    OWN_ACCOUNT,
    OWN_TOKEN,
    PAGE,
    PAGE_ACCOUNT,
    PAGE_TOKEN,
    PERSON,
    USER_TOKEN,
    Meta,
)

SECRET = "sandbox-facebook-app-secret"
OWN_SECRET = "sandbox-instagram-app-secret"
SIXTY_DAYS = pytest.approx(60 * 86_400, abs=100)


async def _exchanged(meta: Meta, token: str, **other: str) -> httpx.Response:
    given = {
        "grant_type": "fb_exchange_token",
        "client_id": "100000000000001",
        "client_secret": SECRET,
        "fb_exchange_token": token,
    }
    return await meta.http.get(f"{meta.facebook}/v25.0/oauth/access_token", params=given | other)


async def _refreshed(meta: Meta, token: str) -> httpx.Response:
    params = {"grant_type": "ig_refresh_token", "access_token": token}
    return await meta.http.get(f"{meta.instagram}/refresh_access_token", params=params)


async def _debugged(meta: Meta, token: str) -> dict[str, Any]:
    answer = await meta.get("debug_token", access_token=APP_TOKEN, input_token=token)
    data: dict[str, Any] = answer.json()["data"]
    return data


def _code(answer: httpx.Response) -> tuple[int, int | None]:
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


async def test_a_short_lived_token_becomes_one_of_sixty_days(meta: Meta) -> None:
    meta.graph.tokens.age(USER_TOKEN, expires_in_days=0.05)

    answer = (await _exchanged(meta, USER_TOKEN)).json()
    meta.later(days=59)

    assert (answer["token_type"], answer["expires_in"]) == ("bearer", SIXTY_DAYS)
    assert (await _debugged(meta, answer["access_token"]))["is_valid"]
    assert not (await _debugged(meta, USER_TOKEN))["is_valid"]


async def test_a_long_lived_token_is_renewed_and_the_old_one_lives_until_its_own_end(meta: Meta) -> None:
    meta.graph.tokens.age(USER_TOKEN, issued_days_ago=50, expires_in_days=10)

    new = (await _exchanged(meta, USER_TOKEN)).json()["access_token"]

    assert new != USER_TOKEN
    assert (await meta.get("me", access_token=USER_TOKEN)).json() == {"id": PERSON, "name": "Anna Holm"}
    assert (await meta.get("me", access_token=new)).json() == {"id": PERSON, "name": "Anna Holm"}


async def test_an_exchange_needs_the_app_and_a_token_that_lives(meta: Meta) -> None:
    wrong_app = await _exchanged(meta, USER_TOKEN, client_id="1")
    wrong_secret = await _exchanged(meta, USER_TOKEN, client_secret="guessed")
    wrong_grant = await _exchanged(meta, USER_TOKEN, grant_type="ig_exchange_token")
    unknown = await _exchanged(meta, "EAAunknown")
    meta.graph.tokens.age(USER_TOKEN, expires_in_days=-1)
    expired = await _exchanged(meta, USER_TOKEN)

    assert [_code(each) for each in (wrong_app, wrong_secret, wrong_grant)] == [
        (101, None),
        (1, None),
        (100, None),
    ]
    assert [_code(each) for each in (unknown, expired)] == [(190, None), (190, 463)]


async def test_pages_are_offered_with_tokens_of_their_own(meta: Meta) -> None:
    fields = "id,name,access_token,tasks,instagram_business_account{id,username}"

    [page] = (await meta.get("me/accounts", access_token=USER_TOKEN, fields=fields)).json()["data"]
    [again] = (await meta.get("me/accounts", access_token=USER_TOKEN, fields=fields)).json()["data"]
    posted = await meta.post(f"{PAGE}/feed", access_token=page["access_token"], message="Hello")
    about = await _debugged(meta, page["access_token"])

    assert page == again
    assert (page["id"], "CREATE_CONTENT" in page["tasks"]) == (PAGE, True)
    assert page["instagram_business_account"] == {"id": PAGE_ACCOUNT, "username": "harbour.lane"}
    assert posted.status_code == 200
    assert (about["type"], about["profile_id"], about["expires_at"]) == ("PAGE", PAGE, 0)


async def test_a_person_who_ticked_no_page_is_offered_none(meta: Meta) -> None:
    token = meta.graph.tokens.issue(user_id=PERSON).value

    offered = await meta.get("me/accounts", access_token=token)
    page = await meta.get(PAGE, access_token=token)

    assert offered.json() == {"data": []}
    assert _code(page) == (100, 33)


async def test_a_page_of_a_portfolio_is_found_through_it_alone(meta: Meta) -> None:
    meta.graph.add_page(id="555", name="Pier", business_id="777")
    token = meta.graph.tokens.issue(page_ids=["555"], kind=TokenKind.USER, user_id=PERSON).value

    own = await meta.get("me/accounts", access_token=token)
    [business] = (await meta.get("me/businesses", access_token=token)).json()["data"]
    [page] = (await meta.get(f"{business['id']}/owned_pages", access_token=token)).json()["data"]
    of_clients = await meta.get("777/client_pages", access_token=token)
    posted = await meta.post("555/feed", access_token=page["access_token"], message="Hello")

    assert (own.json()["data"], of_clients.json()["data"]) == ([], [])
    assert (business["id"], page["id"], posted.status_code) == ("777", "555", 200)


async def test_a_page_tells_its_token_to_its_people(meta: Meta) -> None:
    by_person = (await meta.get(PAGE, access_token=USER_TOKEN, fields="access_token")).json()
    [offered] = (await meta.get("me/accounts", access_token=USER_TOKEN)).json()["data"]
    by_page = (await meta.get(PAGE, fields="access_token")).json()

    assert by_person["access_token"] == offered["access_token"]
    assert by_page["access_token"] == PAGE_TOKEN


async def test_usage_is_told_by_app_for_a_person(meta: Meta) -> None:
    by_person = await meta.get(PAGE_ACCOUNT, access_token=USER_TOKEN)

    assert "x-app-usage" in by_person.headers
    assert "x-business-use-case-usage" not in by_person.headers


async def test_a_pages_token_from_a_short_lived_one_ends_with_it(meta: Meta) -> None:
    token = meta.graph.tokens.issue(page_ids=[PAGE], kind=TokenKind.USER, user_id=PERSON, is_long_lived=False)

    page_token = meta.graph.tokens.of_page(token, meta.graph.pages()[0])
    meta.later(hours=2)

    assert _code(await meta.get(PAGE, access_token=page_token.value)) == (190, 463)


async def test_a_page_has_no_accounts_and_a_person_does_not_post(meta: Meta) -> None:
    accounts = await meta.get("me/accounts")
    posted = await meta.post(f"{PAGE}/feed", access_token=USER_TOKEN, message="Hello")

    assert (_code(accounts), _code(posted)) == ((100, None), (210, None))


async def test_what_was_not_granted_is_refused(meta: Meta) -> None:
    meta.graph.tokens.issue(PAGE_TOKEN, account_ids=[PAGE_ACCOUNT], scopes=["pages_read_engagement"])
    meta.graph.tokens.issue(OWN_TOKEN, account_ids=[OWN_ACCOUNT], scopes=["instagram_business_basic"])

    own = {"access_token": OWN_TOKEN, "image_url": "https://example.com/a.jpg"}
    answers = [
        await meta.post(f"{PAGE}/feed", message="Hello"),
        await meta.get(PAGE_ACCOUNT),
        await meta.http.post(f"{meta.instagram}/v25.0/{OWN_ACCOUNT}/media", data=own),
    ]

    assert [_code(each)[0] for each in answers] == [200, 10, 10]
    assert (await meta.get(f"{PAGE}/published_posts")).status_code == 200


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 490, 492])
async def test_a_dead_token_is_refused_on_every_call_with_the_reason(meta: Meta, subcode: int) -> None:
    meta.graph.kill_token(PAGE_TOKEN, subcode=subcode)

    answers = [
        await meta.get("me"),
        await meta.get(f"{PAGE}/published_posts"),
        await meta.post(f"{PAGE}/feed", message="Hello"),
        await meta.get(PAGE_ACCOUNT),
    ]

    assert {_code(each) for each in answers} == {(190, subcode)}
    about = await _debugged(meta, PAGE_TOKEN)
    assert (about["is_valid"], about["error"]["subcode"]) == (False, subcode)


async def test_a_change_of_password_ends_all_that_is_the_persons(meta: Meta) -> None:
    [page] = (await meta.get("me/accounts", access_token=USER_TOKEN)).json()["data"]

    await meta.http.post(f"{meta.control}/tokens/end", json={"user_id": PERSON, "subcode": 460})

    assert _code(await meta.get("me", access_token=USER_TOKEN)) == (190, 460)
    assert _code(await meta.get("me", access_token=page["access_token"])) == (190, 460)
    assert (await meta.get("me")).status_code == 200


async def test_debug_token_is_for_the_app_and_for_tokens_that_live(meta: Meta) -> None:
    by_app = await meta.get("debug_token", access_token=APP_TOKEN, input_token=PAGE_TOKEN)
    by_itself = await meta.get("debug_token", input_token=PAGE_TOKEN)
    guessed = await meta.get("debug_token", access_token="1|secret", input_token=PAGE_TOKEN)
    meta.graph.kill_token(PAGE_TOKEN)
    dead = await meta.get("debug_token", input_token=PAGE_TOKEN)

    assert by_app.json() == by_itself.json()
    assert (guessed.json()["error"]["code"], _code(dead)) == (190, (190, 460))


async def test_data_access_ends_ninety_days_after_consent_unless_moved(meta: Meta) -> None:
    about = await _debugged(meta, USER_TOKEN)

    await meta.http.post(
        f"{meta.control}/tokens/age", json={"token": USER_TOKEN, "data_access_expires_in_days": 3}
    )

    now = meta.world.clock.timestamp()
    assert about["data_access_expires_at"] - now == pytest.approx(90 * 86_400, abs=5)
    moved = (await _debugged(meta, USER_TOKEN))["data_access_expires_at"]
    assert moved - now == pytest.approx(3 * 86_400, abs=5)


async def test_an_instagram_token_is_refreshed_once_it_is_a_day_old(meta: Meta) -> None:
    young = await _refreshed(meta, OWN_TOKEN)
    meta.later(hours=24)
    answer = (await _refreshed(meta, OWN_TOKEN)).json()

    assert _code(young) == (100, None)
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", SIXTY_DAYS)
    assert answer["permissions"] == "instagram_business_basic,instagram_business_content_publish"
    for token in (OWN_TOKEN, answer["access_token"]):
        me = await meta.http.get(f"{meta.instagram}/me", params={"access_token": token, "fields": "user_id"})
        assert me.json()["user_id"] == OWN_ACCOUNT


async def test_an_expired_instagram_token_cannot_be_refreshed(meta: Meta) -> None:
    meta.graph.tokens.age(OWN_TOKEN, issued_days_ago=61, expires_in_days=-1)

    assert _code(await _refreshed(meta, OWN_TOKEN)) == (190, 463)


async def test_a_refresh_whose_answer_is_lost_leaves_the_old_token_alive(meta: Meta) -> None:
    meta.graph.tokens.age(OWN_TOKEN, issued_days_ago=2)
    meta.world.faults.add(
        Fault(service="graph", operation="refresh_token", effect=Effect.LOSE_ANSWER, remaining=1)
    )

    with pytest.raises(httpx.TransportError):
        await _refreshed(meta, OWN_TOKEN)

    assert (await _refreshed(meta, OWN_TOKEN)).status_code == 200


async def _consented(meta: Meta, **other: str) -> httpx.Response:
    consent = {"account_id": OWN_ACCOUNT, "redirect_uri": "https://team.example/oauth"}
    code = (await meta.http.post(f"{meta.control}/codes", json=consent)).json()["code"]
    given = {
        "client_id": "100000000000002",
        "client_secret": OWN_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": "https://team.example/oauth",
        "code": code,
    }
    return await meta.http.post(f"{meta.oauth}/oauth/access_token", data=given | other)


async def test_a_code_becomes_a_token_of_an_hour_and_that_one_of_sixty_days(meta: Meta) -> None:
    short = (await _consented(meta)).json()
    params = {"grant_type": "ig_exchange_token", "client_secret": OWN_SECRET}
    long = await meta.http.get(
        f"{meta.instagram}/access_token", params=params | {"access_token": short["access_token"]}
    )
    again = await meta.http.get(
        f"{meta.instagram}/access_token", params=params | {"access_token": long.json()["access_token"]}
    )
    meta.later(hours=1)

    assert (str(short["user_id"]), len(short["permissions"])) == (OWN_ACCOUNT, 2)
    assert long.json()["expires_in"] == SIXTY_DAYS
    assert _code(again) == (100, None)
    assert _code(await _refreshed(meta, short["access_token"])) == (190, 463)


async def test_a_code_may_be_answered_inside_data(meta: Meta) -> None:
    meta.graph.settings.change({"code_answer_in_data": True})

    [answer] = (await _consented(meta)).json()["data"]

    assert (answer["user_id"], "," in answer["permissions"]) == (OWN_ACCOUNT, True)


async def test_a_code_is_good_once_for_its_app_and_its_address(meta: Meta) -> None:
    code = meta.graph.tokens.consent(OWN_ACCOUNT, "https://team.example/oauth").value
    refused = [
        await _consented(meta, client_secret="guessed"),
        await _consented(meta, redirect_uri="https://other.example/oauth"),
        await _consented(meta, code=f"{code}#_"),
    ]
    first, second = await _consented(meta, code=code), await _consented(meta, code=code)

    assert first.status_code == 200
    for answer in (*refused, second):
        assert answer.status_code == 400
        assert set(answer.json()) == {"error_type", "code", "error_message"}


def _proof(token: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


async def test_a_proof_is_checked_when_sent_and_demanded_where_the_app_says_so(meta: Meta) -> None:
    right = await meta.get("me", appsecret_proof=_proof(PAGE_TOKEN))
    wrong = await meta.get("me", appsecret_proof=_proof(PAGE_TOKEN, "guessed"))
    meta.graph.settings.change({"require_appsecret_proof": True})
    missing = await meta.post(f"{PAGE}/feed", message="Hello")
    there = await meta.post(f"{PAGE}/feed", message="Hello", appsecret_proof=_proof(PAGE_TOKEN))

    assert (right.status_code, there.status_code) == (200, 200)
    assert wrong.json()["error"]["message"] == "Invalid appsecret_proof provided in the API argument"
    assert (_code(wrong), _code(missing)) == ((100, None), (104, None))


async def test_a_token_is_issued_aged_and_listed_over_http(meta: Meta) -> None:
    issued = await meta.http.post(
        f"{meta.control}/tokens",
        json={"account_ids": [OWN_ACCOUNT], "issued_days_ago": 55, "expires_in_days": 5},
    )
    refused = await meta.http.post(f"{meta.control}/tokens", json={"page_ids": ["1"]})

    token = issued.json()
    listed = (await meta.http.get(f"{meta.control}/tokens")).json()["tokens"]
    assert (token["kind"], token["token"][:4], token["account_ids"]) == ("USER", "IGAA", [OWN_ACCOUNT])
    assert token in listed
    assert refused.status_code == 400
    assert (await _refreshed(meta, token["token"])).status_code == 200


async def test_the_log_shows_no_token_that_was_answered(meta: Meta) -> None:
    [page] = (await meta.get("me/accounts", access_token=USER_TOKEN)).json()["data"]
    new = (await _exchanged(meta, USER_TOKEN)).json()["access_token"]

    logged = str([call.as_json() for call in meta.world.calls])

    assert page["access_token"] not in logged
    assert new not in logged
    assert SECRET not in logged

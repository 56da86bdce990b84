"""Whose token it is, and what is said of one that is not the Page's."""

import datetime as dt

import pytest

from domain.account import AccessToken
from domain.errors import AuthorizationError
from platforms._shared.http import shared_client
from sandbox.graph.tokens.token import TokenKind
from support.facebook import TOKEN, Facebook, facebook_job, publisher_at
from support.meta import OWN_TOKEN


async def test_a_page_s_name_is_its_answer_to_a_check(facebook: Facebook) -> None:
    job = facebook_job(placement="text", caption="Hello")

    facts = await facebook.publisher.check(job.account, AccessToken(TOKEN))

    assert facts.name == "Corner Bakery"
    assert await facebook.publisher.quota(job.account, AccessToken(TOKEN)) is None


async def test_a_token_of_instagram_login_is_explained_before_any_call(facebook: Facebook) -> None:
    job = facebook_job(placement="text", caption="Hello", token=OWN_TOKEN)

    with pytest.raises(AuthorizationError, match="one of Instagram Login"):
        await facebook.publisher.check(job.account, AccessToken(OWN_TOKEN))
    with pytest.raises(AuthorizationError, match="begins with EAA"):
        await facebook.publisher.prepare(job, facebook.files)

    assert not facebook.meta.world.calls


async def test_a_person_s_token_is_told_from_the_page_s_own(facebook: Facebook) -> None:
    person = facebook.meta.graph.add_person(id="5550001", name="Ann")
    user_token = "EAAann-user-token"
    facebook.meta.graph.tokens.issue(
        user_token, page_ids=[facebook.page], kind=TokenKind.USER, user_id=person.id
    )
    job = facebook_job(placement="text", caption="Hello")

    with pytest.raises(AuthorizationError, match="/me/accounts"):
        await facebook.publisher.check(job.account, AccessToken(user_token))


async def test_a_token_that_facebook_refuses_says_what_to_do(facebook: Facebook) -> None:
    facebook.meta.graph.kill_token(TOKEN, subcode=460)
    job = await facebook.ready(facebook_job(placement="text", caption="Hello"))

    with pytest.raises(AuthorizationError, match="password was changed"):
        await facebook.publisher.publish(job)


async def test_each_call_is_proved_with_the_app_s_secret_when_there_is_one(facebook: Facebook) -> None:
    facebook.meta.graph.settings.change({"require_appsecret_proof": True})
    secret = facebook.meta.graph.settings.facebook_app_secret
    job = facebook_job(placement="text", caption="Hello")

    async with shared_client(timeout=dt.timedelta(seconds=5)) as http:
        proving = publisher_at(facebook.meta, http, facebook_app_secret=secret)
        checkpoint = (await proving.prepare(job, facebook.files)).checkpoint
        await proving.publish(job.at(checkpoint))

    assert len(facebook.posts) == 1

"""What the doctor says of accounts: access, permissions, Page and quota, as their platforms see them."""

import datetime as dt
from collections.abc import AsyncGenerator

import pytest
from cryptography.fernet import Fernet

from app.clock import SystemClock
from app.doctor.accounts import look
from domain.account import AccountState
from domain.ids import AccountId
from services.unit_of_work import UnitOfWork
from support.builders import INSTAGRAM, NOW
from support.examined import ACCOUNT, Examined, meta_at
from support.made_media import picture
from support.meta import (
    OWN_TOKEN,
    PAGE,
    PAGE_ACCOUNT,
    PAGE_TOKEN,
    USER_TOKEN,
    Meta,
    meta_running,
)

SCOPES = ["instagram_basic", "instagram_content_publish", "pages_read_engagement", "pages_show_list"]


@pytest.fixture
async def meta(alone: Examined) -> AsyncGenerator[Meta]:
    async with meta_running() as running:
        alone.given(**meta_at(running))
        yield running


async def test_an_account_that_is_well_says_so_in_every_line(alone: Examined, meta: Meta) -> None:
    assert meta
    await alone.connect()

    assert await alone.look(look) == [
        "access: ok, answers as harbour.lane by facebook login",
        "permissions: ok, all 3 that posting needs",
        "page: ok, harbour.lane",
        "quota: ok, 0 of 50 posts of 24 hours are used",
    ]


async def test_a_page_is_looked_at_as_one(alone: Examined, meta: Meta) -> None:
    assert meta
    await alone.connect(platform="facebook")

    assert await alone.look(look) == [
        "access: ok, answers as harbour.lane by facebook login",
        "permissions: ok, all 2 that posting needs",
        "page: ok, harbour.lane",
    ]


async def test_an_account_of_instagram_login_needs_no_page(alone: Examined, meta: Meta) -> None:
    assert meta
    await alone.connect(token=OWN_TOKEN, login="instagram")

    access, permissions, quota = await alone.look(look)

    assert access == "access: ok, answers as harbour.kids by instagram login"
    assert permissions.startswith("permissions: skipped, not checked, because Instagram Login does not tell")
    assert quota.startswith("quota: ok")


@pytest.mark.parametrize(("token", "login"), [(OWN_TOKEN, "facebook"), (PAGE_TOKEN, "instagram")])
async def test_a_token_of_the_other_login_is_told_in_words(
    alone: Examined, meta: Meta, token: str, login: str
) -> None:
    assert meta
    await alone.connect(token=token, login=login)

    (access,) = await alone.look(look)

    other = {"facebook": "instagram", "instagram": "facebook"}[login]
    assert access.startswith(f"access: fail, by {login} login: ")
    assert f"needs an account with the login {other}" in access


async def test_access_that_is_dead_is_to_be_renewed(alone: Examined, meta: Meta) -> None:
    await alone.connect()
    meta.graph.kill_token(PAGE_TOKEN)

    (access,) = await alone.look(look)

    assert access.startswith("access: fail, by facebook login: ")
    assert access.endswith("→ storyline accounts add instagram … --token -")


async def test_a_permission_that_was_not_granted_is_named(alone: Examined, meta: Meta) -> None:
    await alone.connect()
    meta.graph.store.tokens[PAGE_TOKEN].scopes = [
        scope for scope in SCOPES if scope != "instagram_content_publish"
    ]

    found = await alone.look(look)

    assert (
        "permissions: fail, instagram_content_publish was not granted "
        "→ connect the account again and grant all" in found
    )


async def test_without_the_permission_to_list_pages_nothing_is_renewed(alone: Examined, meta: Meta) -> None:
    await alone.connect()
    meta.graph.store.tokens[PAGE_TOKEN].scopes = SCOPES[:3]

    _, permissions, *_ = await alone.look(look)

    assert permissions.startswith("permissions: warn, pages_show_list was not granted")


async def test_without_the_app_permissions_cannot_be_asked_for(alone: Examined, meta: Meta) -> None:
    assert meta
    alone.given(facebook_app_secret="")
    await alone.connect()

    _, permissions, *_ = await alone.look(look)

    assert permissions.startswith("permissions: skipped, not checked, because Meta tells it the app alone")


async def test_an_app_that_meta_does_not_know_is_no_fault_of_the_account(alone: Examined, meta: Meta) -> None:
    assert meta
    await alone.connect()
    alone.given(facebook_app_id="999")

    _, permissions, *_ = await alone.look(look)

    assert permissions.startswith("permissions: fail, Meta refuses the app: ")
    assert "FACEBOOK_APP_ID" in permissions


async def test_a_page_that_is_no_longer_linked_is_told(alone: Examined, meta: Meta) -> None:
    await alone.connect()
    meta.graph.store.pages.pages[PAGE].instagram_id = None

    page = next(line for line in await alone.look(look) if line.startswith("page"))

    assert page.startswith("page: fail, the token reaches harbour.lane, which is not linked to this account")


async def test_a_person_s_token_finds_the_page_among_theirs(alone: Examined, meta: Meta) -> None:
    assert meta
    await alone.connect(token=USER_TOKEN)

    assert "page: ok, harbour.lane" in await alone.look(look)


async def test_a_quota_that_is_nearly_used_up_is_told(alone: Examined, meta: Meta) -> None:
    await alone.connect()
    meta.graph.settings.change({"quota_total": 1})
    await meta.published(media_type="STORIES", image_url=meta.put(picture()))

    assert "quota: warn, 1 of 1 posts of 24 hours are used" in (await alone.look(look))[-1]


async def test_a_paused_account_is_told_beside_its_access(alone: Examined, meta: Meta) -> None:
    assert meta
    await alone.connect()

    async def pause(uow: UnitOfWork) -> None:
        await uow.accounts.set_state(AccountId(1), AccountState.PAUSED)

    await alone.change(pause)

    paused, access, *_ = await alone.look(look)

    assert paused == f"accounts: warn, it is paused → storyline accounts resume {ACCOUNT}"
    assert access.startswith("access: ok")


async def test_consent_that_ends_soon_is_told(alone: Examined, meta: Meta) -> None:
    assert meta
    soon = SystemClock().now() + dt.timedelta(days=3)
    await alone.connect(data_access_expires_at=soon)

    access, *_ = await alone.look(look)

    assert access.startswith("access: warn, ")
    assert f"the consent to it ends on {soon:%Y-%m-%d}" in access


async def test_an_account_without_a_token_comes_as_cards(alone: Examined) -> None:
    async def add(uow: UnitOfWork) -> None:
        workspace = (await uow.workspaces.all())[0]
        await uow.accounts.add(
            workspace.id,
            platform=INSTAGRAM,
            external_id=PAGE_ACCOUNT,
            name=ACCOUNT,
            login="facebook",
            at=NOW,
        )

    await alone.change(add)

    assert (await alone.look(look))[0].startswith(
        "access: warn, it has none: everything of it comes as a card"
    )


async def test_an_account_sealed_with_another_key_is_not_asked_for(alone: Examined) -> None:
    await alone.connect()
    alone.given(encryption_keys=Fernet.generate_key().decode())

    assert await alone.look(look) == ["access: skipped, not checked, because the keys do not open it"]


async def test_without_any_account_the_way_to_one_is_told(alone: Examined) -> None:
    (none,) = await alone.look(look)

    assert none.startswith("accounts: warn, none is connected")

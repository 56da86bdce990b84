"""The two logins: each has its own host and its own family of tokens."""

import pytest

from domain.errors import AuthorizationError, RejectedError
from sandbox.faults import Fault
from services.ports import Unknown
from support.instagram import ALONE, Instagram, changed, instagram_job
from support.meta import OWN_TOKEN, PAGE_TOKEN

NO_ROLE = {
    "error": {
        "message": "Unsupported request - method type: get",
        "type": "IGApiException",
        "code": 100,
        "fbtrace_id": "A",
    }
}


@pytest.mark.parametrize(
    ("login", "token", "says"),
    [
        ("instagram", PAGE_TOKEN, "begins with EAA needs an account with the login facebook"),
        ("facebook", OWN_TOKEN, "begins with IG needs an account with the login instagram"),
    ],
)
async def test_a_token_of_the_other_login_is_explained_before_anything_is_called(
    instagram: Instagram, login: str, token: str, says: str
) -> None:
    job = instagram_job(login=login, token=token)
    assert job.token is not None

    with pytest.raises(AuthorizationError, match=says):
        await instagram.publisher.prepare(job, instagram.files)
    with pytest.raises(AuthorizationError, match=says):
        await instagram.publisher.check(job.account, job.token)
    with pytest.raises(AuthorizationError, match=says):
        await instagram.publisher.publish(changed(job, checkpoint={"container_id": "178"}))
    looked_up = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(looked_up, Unknown)
    assert not instagram.meta.world.calls


@pytest.mark.parametrize("login", ["facebook", "instagram"])
async def test_a_token_that_the_host_does_not_know_is_explained_by_what_it_answers(
    instagram: Instagram, login: str
) -> None:
    job = instagram_job(login=login, token="XYZ-garbage")

    with pytest.raises(AuthorizationError, match="not one of this login") as raised:
        await instagram.publisher.prepare(job, instagram.files)

    assert raised.value.code == 190


async def test_an_account_without_its_role_in_the_app_is_told_what_to_accept(instagram: Instagram) -> None:
    job = instagram_job(login="instagram")
    assert job.token is not None
    instagram.meta.world.faults.add(Fault(service="graph", status=400, body=NO_ROLE))

    with pytest.raises(AuthorizationError, match="role of an Instagram tester"):
        await instagram.publisher.check(job.account, job.token)
    with pytest.raises(RejectedError, match="role of an Instagram tester"):
        await instagram.publisher.prepare(job, instagram.files)


async def test_a_login_that_does_not_exist_is_named(instagram: Instagram) -> None:
    with pytest.raises(AuthorizationError, match="no login telepathy"):
        await instagram.publisher.prepare(instagram_job(login="telepathy"), instagram.files)

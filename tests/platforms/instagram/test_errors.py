"""Each row as the API gives it: the code and subcode, the kind anywhere, the kind from `media_publish`."""

import httpx
import pytest

from domain.account import AccessToken
from domain.errors import FailureKind, PublishingError
from platforms._shared.graph import GraphClient
from platforms._shared.meta_errors import META_ERRORS
from platforms.instagram.errors import ERRORS, INSTAGRAM_ERRORS, container_failure

REJECTED = FailureKind.REJECTED
AUTHORIZATION = FailureKind.AUTHORIZATION
RATE_LIMITED = FailureKind.RATE_LIMITED
TRANSIENT = FailureKind.TRANSIENT
UNKNOWN = FailureKind.OUTCOME_UNKNOWN

DOCUMENTED = [
    (-2, 2207003, TRANSIENT, UNKNOWN),
    (-2, 2207020, TRANSIENT, TRANSIENT),
    (-1, 2207001, TRANSIENT, UNKNOWN),
    (-1, 2207032, TRANSIENT, UNKNOWN),
    (-1, 2207053, TRANSIENT, UNKNOWN),
    (-1, 2207073, REJECTED, REJECTED),
    (1, 2207057, REJECTED, REJECTED),
    (4, 2207051, AUTHORIZATION, UNKNOWN),
    (9, 2207042, RATE_LIMITED, RATE_LIMITED),
    (24, 2207006, TRANSIENT, TRANSIENT),
    (24, 2207008, TRANSIENT, TRANSIENT),
    (25, 2207050, AUTHORIZATION, AUTHORIZATION),
    (100, 2207023, REJECTED, REJECTED),
    (100, 2207028, REJECTED, REJECTED),
    (100, 2207035, REJECTED, REJECTED),
    (100, 2207036, REJECTED, REJECTED),
    (100, 2207037, REJECTED, REJECTED),
    (100, 2207040, REJECTED, REJECTED),
    (100, 33, AUTHORIZATION, UNKNOWN),
    (352, 2207026, REJECTED, REJECTED),
    (9004, 2207052, TRANSIENT, UNKNOWN),
    (9007, 2207027, TRANSIENT, TRANSIENT),
    (36000, 2207004, REJECTED, REJECTED),
    (36001, 2207005, REJECTED, REJECTED),
    (36003, 2207009, REJECTED, REJECTED),
    (36004, 2207010, REJECTED, REJECTED),
    (10, 9053, AUTHORIZATION, AUTHORIZATION),
    (200, None, AUTHORIZATION, AUTHORIZATION),
    (4, 1349210, RATE_LIMITED, RATE_LIMITED),
    (4, 1504022, RATE_LIMITED, RATE_LIMITED),
    (352, 2207076, REJECTED, REJECTED),
    (-1, 2207077, TRANSIENT, UNKNOWN),
    (1, 2207081, REJECTED, REJECTED),
    (-1, 2207082, TRANSIENT, UNKNOWN),
    (-1, 2207085, TRANSIENT, UNKNOWN),
    (80002, None, RATE_LIMITED, RATE_LIMITED),
    (1, None, TRANSIENT, UNKNOWN),
    (2, None, TRANSIENT, UNKNOWN),
    (3, None, AUTHORIZATION, AUTHORIZATION),
    (102, None, AUTHORIZATION, AUTHORIZATION),
    (104, None, AUTHORIZATION, AUTHORIZATION),
    (190, None, AUTHORIZATION, AUTHORIZATION),
    (190, 458, AUTHORIZATION, AUTHORIZATION),
    (190, 460, AUTHORIZATION, AUTHORIZATION),
    (190, 463, AUTHORIZATION, AUTHORIZATION),
    (299, None, AUTHORIZATION, AUTHORIZATION),
    (368, None, RATE_LIMITED, UNKNOWN),
    (506, None, REJECTED, UNKNOWN),
    (613, 1996, RATE_LIMITED, RATE_LIMITED),
]


async def failure(login: str, code: int, subcode: int | None, *, is_publish: bool) -> PublishingError:
    body = {"error": {"message": "Mensaje localizado", "code": code, "error_subcode": subcode}}
    graph = GraphClient(
        http=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(400, json=body))),
        base_url="https://graph.example",
        version="v25.0",
        platform="instagram",
        errors=ERRORS[login],
    )
    with pytest.raises(PublishingError) as raised:
        await (graph.post_once if is_publish else graph.post)("1/media", AccessToken("EAA-token"), {})
    return raised.value


@pytest.mark.parametrize("login", list(ERRORS))
@pytest.mark.parametrize(("code", "subcode", "kind", "kind_from_publish"), DOCUMENTED)
async def test_each_documented_error_has_its_kind(
    login: str, code: int, subcode: int | None, kind: FailureKind, kind_from_publish: FailureKind
) -> None:
    anywhere = await failure(login, code, subcode, is_publish=False)
    from_publish = await failure(login, code, subcode, is_publish=True)

    assert (anywhere.kind, from_publish.kind) == (kind, kind_from_publish)
    assert (anywhere.code, anywhere.subcode, anywhere.platform) == (code, subcode, "instagram")


@pytest.mark.parametrize("row", [*INSTAGRAM_ERRORS, *META_ERRORS], ids=str)
def test_each_row_tells_the_team_something(row: object) -> None:
    says = getattr(row, "says")  # noqa: B009 - rows of both tables
    assert says.endswith(".")
    assert 20 < len(says) < 200


@pytest.mark.parametrize("login", list(ERRORS))
async def test_a_token_that_cannot_be_parsed_points_to_the_login(login: str) -> None:
    refused = await failure(login, 190, None, is_publish=False)

    assert f"login {'instagram' if login == 'facebook' else 'facebook'}" in str(refused)


async def test_an_unknown_subcode_of_a_throttle_leaves_a_publish_open() -> None:
    assert (await failure("facebook", 4, 2207999, is_publish=True)).kind is UNKNOWN


@pytest.mark.parametrize(
    ("subcode", "kind"),
    [(2207026, REJECTED), (2207076, REJECTED), (2207077, TRANSIENT), (2207051, AUTHORIZATION)],
)
def test_a_dead_container_s_subcode_is_understood_without_its_code(subcode: int, kind: FailureKind) -> None:
    assert container_failure(subcode).kind is kind


@pytest.mark.parametrize("subcode", [None, 1234567])
def test_a_container_that_died_without_a_known_reason_is_tried_again(subcode: int | None) -> None:
    assert container_failure(subcode).kind is TRANSIENT

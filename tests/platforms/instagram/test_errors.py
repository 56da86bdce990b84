"""Each row as the API gives it: the code and subcode, the kind anywhere, the kind from `media_publish`."""

import datetime as dt

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

AGAIN = "Another try may work"
RECONNECT = "Connect the account again"

DOCUMENTED = [
    ("fetching took too long", -2, 2207003, TRANSIENT, UNKNOWN, "serves it fast"),
    ("container expired", -2, 2207020, TRANSIENT, TRANSIENT, AGAIN),
    ("server error", -1, 2207001, TRANSIENT, UNKNOWN, AGAIN),
    ("media create failed", -1, 2207032, TRANSIENT, UNKNOWN, AGAIN),
    ("unknown upload error", -1, 2207053, TRANSIENT, UNKNOWN, AGAIN),
    ("kind cannot be deleted", -1, 2207073, REJECTED, REJECTED, "in the app"),
    ("unnamed server error", -1, 2207999, TRANSIENT, UNKNOWN, AGAIN),
    ("cover outside the video", 1, 2207057, REJECTED, REJECTED, "earlier moment"),
    ("looks like spam", 4, 2207051, AUTHORIZATION, UNKNOWN, "Open the app"),
    ("limit of 24 hours", 9, 2207042, RATE_LIMITED, RATE_LIMITED, "Wait until one is free"),
    ("container not found", 24, 2207006, TRANSIENT, TRANSIENT, AGAIN),
    ("container builder missing", 24, 2207008, TRANSIENT, TRANSIENT, AGAIN),
    ("account restricted", 25, 2207050, AUTHORIZATION, AUTHORIZATION, "Log in to the app"),
    ("unknown media type", 100, 2207023, REJECTED, REJECTED, "by hand"),
    ("number of children", 100, 2207028, REJECTED, REJECTED, "2 to 10 files"),
    ("product tag's position", 100, 2207035, REJECTED, REJECTED, "by hand"),
    ("product tag's image", 100, 2207036, REJECTED, REJECTED, "by hand"),
    ("product tag's product", 100, 2207037, REJECTED, REJECTED, "catalogue"),
    ("too many mentions", 100, 2207040, REJECTED, REJECTED, "Take some out"),
    ("no such object", 100, 33, AUTHORIZATION, UNKNOWN, "Check the account"),
    ("bad parameter", 100, None, REJECTED, REJECTED, "role"),
    ("video format", 352, 2207026, REJECTED, REJECTED, "Convert it"),
    ("URL not fetched", 9004, 2207052, TRANSIENT, UNKNOWN, "link opens for everybody"),
    ("not ready", 9007, 2207027, TRANSIENT, TRANSIENT, AGAIN),
    ("image too large", 36000, 2207004, REJECTED, REJECTED, "smaller"),
    ("image format", 36001, 2207005, REJECTED, REJECTED, "Save it as JPEG"),
    ("aspect ratio", 36003, 2207009, REJECTED, REJECTED, "Crop it"),
    ("caption too long", 36004, 2207010, REJECTED, REJECTED, "Shorten it"),
    ("permission", 10, 9053, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("permission", 10, None, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("permission", 200, None, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("app's request limit", 4, 1349210, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("app's request limit", 4, 1504022, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("processing failed", None, 2207076, REJECTED, REJECTED, "convert it"),
    ("video not downloaded", None, 2207077, TRANSIENT, UNKNOWN, "link opens for everybody"),
    ("no trial reels", None, 2207081, REJECTED, REJECTED, "ordinary reel"),
    ("big file not fetched", None, 2207082, TRANSIENT, UNKNOWN, "smaller"),
    ("fatal", None, 2207085, TRANSIENT, UNKNOWN, AGAIN),
    ("Instagram's throttle", 80002, None, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("unknown", 1, None, TRANSIENT, UNKNOWN, AGAIN),
    ("service down", 2, None, TRANSIENT, UNKNOWN, AGAIN),
    ("app lacks capability", 3, None, AUTHORIZATION, AUTHORIZATION, "App Review"),
    ("app's throttle", 4, None, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("user's throttle", 17, None, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("user's throttle", 17, 2446079, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("Page's throttle", 32, None, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("session over", 102, None, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("proof missing", 104, None, AUTHORIZATION, AUTHORIZATION, "Check the app secret"),
    ("token invalid", 190, None, AUTHORIZATION, AUTHORIZATION, "Connect it again"),
    ("app removed", 190, 458, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("checkpoint", 190, 459, AUTHORIZATION, AUTHORIZATION, "log in on facebook.com"),
    ("password changed", 190, 460, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("expired", 190, 463, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("unconfirmed", 190, 464, AUTHORIZATION, AUTHORIZATION, "connect again"),
    ("logged out", 190, 467, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("blocking flow", 190, 490, AUTHORIZATION, AUTHORIZATION, "Log in on facebook.com"),
    ("role lost", 190, 492, AUTHORIZATION, AUTHORIZATION, "connect again"),
    ("permission", 299, None, AUTHORIZATION, AUTHORIZATION, RECONNECT),
    ("app's limit", 341, None, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("policy block", 368, None, RATE_LIMITED, UNKNOWN, "Look into the app"),
    ("just posted", 506, None, REJECTED, UNKNOWN, "Look whether it is there"),
    ("custom limit", 613, None, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("custom limit", 613, 1996, RATE_LIMITED, RATE_LIMITED, "Wait"),
    ("no token", 2500, None, AUTHORIZATION, AUTHORIZATION, RECONNECT),
]
"""What each row is about, its code and subcode, its kind anywhere and from the publish call, and a part of
what the team is told to do."""


async def failure(
    login: str,
    code: int | None,
    subcode: int | str | None,
    *,
    is_publish: bool,
    status: int = 400,
    is_transient: bool = False,
) -> PublishingError:
    error = {"message": "Mensaje localizado", "code": code, "error_subcode": subcode}
    body = {"error": error | {"is_transient": is_transient}}
    graph = GraphClient(
        http=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(status, json=body))),
        base_url="https://graph.example",
        version="v25.0",
        platform="instagram",
        errors=ERRORS[login],
    )
    with pytest.raises(PublishingError) as raised:
        await (graph.post_once if is_publish else graph.post)("1/media", AccessToken("EAA-token"), {})
    return raised.value


@pytest.mark.parametrize("login", list(ERRORS))
@pytest.mark.parametrize(
    ("name", "code", "subcode", "kind", "kind_from_publish", "what_to_do"),
    DOCUMENTED,
    ids=str,
)
async def test_each_documented_error_has_its_kind_and_says_what_to_do(
    login: str,
    name: str,
    code: int | None,
    subcode: int | None,
    kind: FailureKind,
    kind_from_publish: FailureKind,
    what_to_do: str,
) -> None:
    anywhere = await failure(login, code, subcode, is_publish=False)
    from_publish = await failure(login, code, subcode, is_publish=True)

    assert (anywhere.kind, from_publish.kind) == (kind, kind_from_publish), name
    assert (anywhere.code, anywhere.subcode, anywhere.platform) == (code, subcode, "instagram")
    assert what_to_do in str(anywhere)
    assert what_to_do in str(from_publish)


@pytest.mark.parametrize("status", [400, 401, 403, 500])
@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (190, 460, AUTHORIZATION),
        (4, None, RATE_LIMITED),
        (10, None, AUTHORIZATION),
        (9007, 2207027, TRANSIENT),
    ],
)
async def test_the_code_decides_whatever_status_comes_with_it(
    status: int, code: int, subcode: int | None, kind: FailureKind
) -> None:
    refused = await failure("facebook", code, subcode, is_publish=True, status=status)

    assert (refused.kind, refused.http_status) == (kind, status)


async def test_a_subcode_may_come_as_a_text() -> None:
    assert (await failure("facebook", 9, "2207042", is_publish=True)).subcode == 2207042


async def test_what_meta_says_of_passing_errors_is_not_believed() -> None:
    refused = await failure("facebook", 36003, 2207009, is_publish=True, is_transient=True)

    assert refused.kind is REJECTED


@pytest.mark.parametrize(
    ("code", "subcode", "seconds"), [(9007, 2207027, 15), (24, 2207006, 30), (24, 2207008, 60)]
)
async def test_what_needs_a_moment_names_it(code: int, subcode: int, seconds: int) -> None:
    refused = await failure("facebook", code, subcode, is_publish=True)

    assert refused.retry_after == dt.timedelta(seconds=seconds)


async def test_an_account_without_its_role_in_the_app_is_told_of_it() -> None:
    refused = await failure("instagram", 100, None, is_publish=False)

    assert "role of an Instagram tester" in str(refused)


@pytest.mark.parametrize("row", [*INSTAGRAM_ERRORS, *META_ERRORS], ids=str)
def test_each_row_tells_the_team_something(row: object) -> None:
    says = getattr(row, "says")  # noqa: B009 - rows of both tables
    assert says.endswith(".")
    assert 20 < len(says) < 200


@pytest.mark.parametrize("login", list(ERRORS))
async def test_a_token_that_cannot_be_parsed_points_to_the_login(login: str) -> None:
    refused = await failure(login, 190, None, is_publish=False)

    assert f"login {'instagram' if login == 'facebook' else 'facebook'}" in str(refused)


@pytest.mark.parametrize("login", list(ERRORS))
async def test_a_parameter_that_is_refused_is_named_in_meta_s_own_words(login: str) -> None:
    refused = await failure(login, 100, None, is_publish=False)

    assert str(refused).endswith('Meta says: "Mensaje localizado"')


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

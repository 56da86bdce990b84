"""Each row as the API gives it: the number, the kind anywhere, and the kind from the irreversible call."""

import httpx
import pytest

from domain.account import AccessToken
from domain.errors import FailureKind, PublishingError
from platforms._shared.error_table import Row
from platforms._shared.graph import GraphClient
from platforms.facebook.errors import ERRORS, FACEBOOK_ERRORS

REJECTED = FailureKind.REJECTED
AUTHORIZATION = FailureKind.AUTHORIZATION
RATE_LIMITED = FailureKind.RATE_LIMITED
TRANSIENT = FailureKind.TRANSIENT
UNKNOWN = FailureKind.OUTCOME_UNKNOWN

OF_THE_WHOLE_PLATFORM = [
    (1, None, TRANSIENT, UNKNOWN, "error of its own"),
    (2, None, TRANSIENT, UNKNOWN, "down for the moment"),
    (3, None, AUTHORIZATION, AUTHORIZATION, "App Review"),
    (4, None, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (10, None, AUTHORIZATION, AUTHORIZATION, "Connect the account again"),
    (17, None, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (17, 2446079, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (32, None, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (100, None, REJECTED, REJECTED, "refuses a parameter"),
    (100, 33, AUTHORIZATION, UNKNOWN, "no access"),
    (102, None, AUTHORIZATION, AUTHORIZATION, "Connect the account again"),
    (104, None, AUTHORIZATION, AUTHORIZATION, "app secret"),
    (190, None, AUTHORIZATION, AUTHORIZATION, "Connect the Page again with its own token"),
    (190, 458, AUTHORIZATION, AUTHORIZATION, "removed the Meta app"),
    (190, 459, AUTHORIZATION, AUTHORIZATION, "log in on facebook.com"),
    (190, 460, AUTHORIZATION, AUTHORIZATION, "password was changed"),
    (190, 463, AUTHORIZATION, AUTHORIZATION, "has expired"),
    (190, 464, AUTHORIZATION, AUTHORIZATION, "not confirmed"),
    (190, 467, AUTHORIZATION, AUTHORIZATION, "ended"),
    (190, 490, AUTHORIZATION, AUTHORIZATION, "facebook.com"),
    (190, 492, AUTHORIZATION, AUTHORIZATION, "lost their role on the Page"),
    (200, None, AUTHORIZATION, AUTHORIZATION, "role on the Page is missing"),
    (210, None, AUTHORIZATION, AUTHORIZATION, "role on the Page is missing"),
    (240, None, AUTHORIZATION, AUTHORIZATION, "role on the Page is missing"),
    (283, None, AUTHORIZATION, AUTHORIZATION, "role on the Page is missing"),
    (299, None, AUTHORIZATION, AUTHORIZATION, "role on the Page is missing"),
    (341, None, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (368, None, RATE_LIMITED, UNKNOWN, "because of its policies"),
    (506, None, REJECTED, UNKNOWN, "see whether it is on the Page"),
    (613, None, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (613, 1996, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
    (1609005, None, REJECTED, REJECTED, "preview of the link"),
    (2500, None, AUTHORIZATION, AUTHORIZATION, "Connect the account again"),
    (80001, None, RATE_LIMITED, RATE_LIMITED, "limit is reached"),
]
OF_PAGES = [
    (324, REJECTED, REJECTED, "Save it as JPEG"),
    (382, REJECTED, REJECTED, "Use a larger one"),
    (389, REJECTED, REJECTED, "post it by hand"),
    (6000, REJECTED, REJECTED, "post it by hand"),
    (6001, REJECTED, REJECTED, "post it by hand"),
    (1346003, REJECTED, REJECTED, "Change it"),
    (1349125, REJECTED, REJECTED, "Post it by hand"),
    (1363037, TRANSIENT, TRANSIENT, "lost on its way"),
    (1363040, REJECTED, REJECTED, "Crop the video"),
    (1363047, TRANSIENT, UNKNOWN, "passing error"),
    (1363127, REJECTED, REJECTED, "Use a larger video"),
    (1363128, REJECTED, REJECTED, "Cut the video"),
    (1363129, REJECTED, REJECTED, "Convert the video"),
    (1366046, REJECTED, REJECTED, "Save it as JPEG"),
    (1366051, REJECTED, UNKNOWN, "see whether this is on the Page"),
    (1390008, RATE_LIMITED, RATE_LIMITED, "goes on after a while"),
    (1404006, AUTHORIZATION, AUTHORIZATION, "log in on facebook.com"),
    (1404078, AUTHORIZATION, AUTHORIZATION, "see its settings"),
    (1404102, REJECTED, REJECTED, "Change it"),
    (1404112, AUTHORIZATION, AUTHORIZATION, "see its Support Inbox"),
    (1609008, REJECTED, REJECTED, "Use another link"),
    (1609010, TRANSIENT, UNKNOWN, "passing error"),
    (2061006, REJECTED, REJECTED, "Check its address"),
    (2069019, REJECTED, REJECTED, "post it by hand"),
    (4854002, AUTHORIZATION, AUTHORIZATION, "log in on facebook.com"),
]
CASES = [
    *OF_THE_WHOLE_PLATFORM,
    *((number, None, *rest) for number, *rest in OF_PAGES),
    *((100, number, *rest) for number, *rest in OF_PAGES),
]
"""The numbers of Pages come as codes in one place and as subcodes in another."""


async def failure(code: int, subcode: int | None, *, is_publish: bool) -> PublishingError:
    body = {"error": {"message": "Mensaje localizado", "code": code, "error_subcode": subcode}}
    graph = GraphClient(
        http=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(400, json=body))),
        base_url="https://graph.example",
        version="v25.0",
        platform="facebook",
        errors=ERRORS,
    )
    with pytest.raises(PublishingError) as raised:
        await (graph.post_once if is_publish else graph.post)("1/feed", AccessToken("EAA-token"), {})
    return raised.value


@pytest.mark.parametrize(("code", "subcode", "kind", "kind_from_publish", "says"), CASES)
async def test_each_documented_error_has_its_kind_and_says_what_to_do(
    code: int, subcode: int | None, kind: FailureKind, kind_from_publish: FailureKind, says: str
) -> None:
    anywhere = await failure(code, subcode, is_publish=False)
    from_publish = await failure(code, subcode, is_publish=True)

    assert (anywhere.kind, from_publish.kind) == (kind, kind_from_publish)
    assert (anywhere.code, anywhere.subcode, anywhere.platform) == (code, subcode, "facebook")
    assert says in str(anywhere)
    assert str(from_publish) == str(anywhere)


@pytest.mark.parametrize("row", FACEBOOK_ERRORS, ids=str)
def test_each_row_tells_the_team_something(row: Row) -> None:
    says = row.says
    assert says.endswith(".")
    assert 20 < len(says) < 200


def test_every_row_is_among_the_cases() -> None:
    tested = {number for code, subcode, *_ in CASES for number in (code, subcode)}

    assert {row.code or row.subcode for row in FACEBOOK_ERRORS} <= tested


@pytest.mark.parametrize("code", [4, 100, 368])
async def test_a_subcode_that_nobody_knows_leaves_the_irreversible_call_open(code: int) -> None:
    assert (await failure(code, 9999999, is_publish=True)).kind is UNKNOWN

import logging
import traceback

import pytest

from domain.account import AccessToken

SECRET = "EAAsecret-secret-secret-secret-9876"


@pytest.mark.parametrize("how", ["%s", "%r", "%.80s"])
def test_a_token_never_reaches_a_log(how: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("any").error(how, AccessToken(SECRET))

    assert "secret" not in caplog.text.replace("EAAsec", "")
    assert "EAAsec…9876" in caplog.text


def test_a_token_inside_other_values_prints_masked() -> None:
    assert "secret" not in f"{[AccessToken(SECRET)]} {AccessToken(SECRET)!s}".replace("EAAsec", "")


def test_a_token_never_reaches_a_traceback() -> None:
    error = ValueError(AccessToken(SECRET))

    printed = "".join(traceback.format_exception(error))

    assert SECRET not in printed


@pytest.mark.parametrize("value", ["", "abc", "0123456789"])
def test_a_short_token_is_not_shown_at_all(value: str) -> None:
    assert AccessToken(value).masked == "…"

import json
import logging

import pytest
import structlog

from app.logging_setup import MASK, Redaction, set_up_logging
from app.settings import LogSettings

BOT_TOKEN = "7000000001:AAE-canary-canary-canary-canary-0001"


@pytest.fixture(autouse=True)
def restored_logging() -> object:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield None
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{BOT_TOKEN}/sendPhoto",
        "GET https://graph.facebook.com/v25.0/me?access_token=canary-of-some-kind&fields=id",
        "Authorization: Bearer canary-of-some-kind",
        "the token EAAcanarycanarycanary was refused",
        "the token IGAAcanarycanarycanary was refused",
        "postgresql://storyline:canary@db.example/storyline",
        "a secret without any shape: canary known by name",
    ],
)
def test_secrets_are_masked_by_shape_or_by_name(text: str) -> None:
    masked = Redaction(["canary known by name"]).text(text)

    assert "canary" not in masked
    assert MASK in masked


def test_ordinary_words_are_left_alone() -> None:
    text = "publication 12 of harbour.lane is out: https://www.instagram.com/p/Cabc123/"

    assert Redaction(["a long secret"]).text(text) == text


def test_every_way_into_the_log_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(LogSettings(log_format="json"), secrets=["canary-without-shape"])

    logging.getLogger("library").warning("calling %s", f"https://h/bot{BOT_TOKEN}/getMe")
    structlog.get_logger().info("event", url=f"/bot{BOT_TOKEN}/x", deep={"list": ["canary-without-shape"]})
    try:
        int(f"canary-without-shape in a traceback {BOT_TOKEN}")
    except ValueError:
        logging.getLogger("library").exception("broke")

    written = capsys.readouterr().err
    assert written.count(MASK) >= 4
    assert "canary" not in written


def test_json_logs_are_one_object_a_line_with_the_fields_of_either_kind_of_logger(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging(LogSettings(log_format="json"), secrets=[])

    logging.getLogger("services").warning("publication.lost", extra={"publication": 7})
    structlog.get_logger().info("press.handled", update_id=3)

    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["publication"], first["level"]) == ("publication.lost", 7, "warning")
    assert (second["event"], second["update_id"]) == ("press.handled", 3)


def test_a_library_that_logs_urls_is_not_heard_below_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(LogSettings(log_format="json"), secrets=[])

    logging.getLogger("httpx").info("HTTP Request: GET https://h/?access_token=x")

    assert capsys.readouterr().err == ""

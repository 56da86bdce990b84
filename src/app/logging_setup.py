"""Logs as events with fields, for people or for machines, without secrets whatever their way into them."""

import logging
import re
import sys
from collections.abc import Collection, ItemsView, Mapping
from typing import Any, cast

import structlog

from app.settings import LogSettings

MASK = "[secret]"
_SECRET_SHAPES = re.compile(
    r"""(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}                           # a bot token, also after "bot"
    | \b(?:EAA|IGAA|IGQ|THAA)[A-Za-z0-9_.-]{8,}                     # Meta's access tokens
    | (?<=Bearer\s)[^\s"']+ | (?<=OAuth\s)[^\s"']+
    | (?<=access_token=)[^&\s"']+ | (?<=input_token=)[^&\s"']+
    | (?<=client_secret=)[^&\s"']+ | (?<=appsecret_proof=)[^&\s"']+
    | (?<=signature=)[^&\s"']+ | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)""",
    re.VERBOSE,
)
CHATTY = ("httpx", "httpcore", "apscheduler", "urllib3", "telegram", "alembic", "uvicorn", "watchfiles")
"""Libraries whose INFO is noise, or names URLs with tokens in them."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Redaction:
    """Masks known secrets, and whatever has the shape of one."""

    def __init__(self, secrets: Collection[str]) -> None:
        known = sorted((secret for secret in secrets if len(secret) >= 8), key=len, reverse=True)  # noqa: PLR2004
        self._known = re.compile("|".join(re.escape(secret) for secret in known)) if known else None

    def text(self, text: str) -> str:
        """Return the text with secrets masked."""
        if self._known:
            text = self._known.sub(MASK, text)
        return _SECRET_SHAPES.sub(MASK, text)

    def __call__(self, _logger: Any, _method: str, event: Any) -> Any:
        """Mask the strings of a log event, however deep."""
        return self._masked(event)

    def _masked(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case dict():
                return {key: self._masked(item) for key, item in _items(cast("Any", value))}
            case list() | tuple() | set() | frozenset():
                return [self._masked(item) for item in cast("list[Any]", value)]
            case bool() | int() | float() | None:
                return value
            case _:
                return self.text(str(value))


def set_up_logging(settings: LogSettings, *, secrets: Collection[str]) -> None:
    """Send every log of the process to standard error, redacted."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    redaction = Redaction(secrets)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _extra_fields],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redaction,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _extra_fields(_logger: Any, _method: str, event: Any) -> Any:
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        event.update({key: value for key, value in _items(vars(record)) if key not in _STANDARD})
    return event


def _items(mapping: Mapping[str, Any]) -> ItemsView[str, Any]:
    return mapping.items()

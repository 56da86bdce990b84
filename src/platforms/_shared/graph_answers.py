"""Takes values out of the Graph API's answers. What is not as it should be is an answer nobody can read."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from domain.errors import TransientError


@dataclasses.dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads answers for one platform. Every method raises `TransientError` for what it cannot read."""

    platform: str

    def text(self, node: Mapping[str, Any], name: str) -> str:
        """Return a text that must be there; ids may come as numbers."""
        found = optional_text(node, name)
        if found is None:
            raise self.unreadable(name)
        return found

    def time(self, node: Mapping[str, Any], name: str) -> dt.datetime:
        """Return a time, written as in ISO 8601 or as seconds since 1970."""
        text = self.text(node, name)
        try:
            if text.isdigit():
                return dt.datetime.fromtimestamp(int(text), dt.UTC)
            at = dt.datetime.fromisoformat(text)
        except (ValueError, OverflowError, OSError) as error:
            raise self.unreadable(name) from error
        return at if at.tzinfo else at.replace(tzinfo=dt.UTC)

    def objects(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the nodes of a listing."""
        rows: Any = answer.get("data")
        if not isinstance(rows, list):
            raise self.unreadable("a list")
        nodes = cast("list[object]", rows)
        if not all(isinstance(node, dict) for node in nodes):
            raise self.unreadable("a list")
        return cast("list[dict[str, Any]]", nodes)

    def next_cursor(self, answer: Mapping[str, Any]) -> str | None:
        """Return where a listing goes on; None: it ends here."""
        paging: Any = answer.get("paging")
        if paging is None:
            return None
        try:
            if "next" not in paging:
                return None
            return self.text(paging["cursors"], "after")
        except (KeyError, TypeError, AttributeError) as error:
            raise self.unreadable("a list's paging") from error

    def unreadable(self, what: str) -> TransientError:
        """Return the error of an answer that lacks something."""
        return TransientError(
            f"{self.platform.capitalize()}'s answer cannot be read: {what}.", platform=self.platform
        )


def optional_text(node: Mapping[str, Any], name: str) -> str | None:
    """Return a text; None: there is none."""
    value = node.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def objects_within(value: object) -> list[dict[str, Any]]:
    """Return the nodes of `{"data": [...]}`, where there are some; for fields that may be left out."""
    rows: Any = cast("dict[str, Any]", value).get("data") if isinstance(value, dict) else None
    nodes = cast("list[object]", rows) if isinstance(rows, list) else []
    return [cast("dict[str, Any]", node) for node in nodes if isinstance(node, dict)]


def texts_within(node: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts of a list under a name; ids may come as numbers."""
    values = node.get(name)
    return [str(value) for value in cast("list[object]", values)] if isinstance(values, list) else []


def object_within(node: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the object under a name; an empty one where there is none."""
    value = node.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

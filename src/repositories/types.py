"""Column types: moments in UTC, members of enums, documents; the same on both databases."""

import datetime as dt
import enum
import functools
from typing import Any, TypeVar

import pydantic
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Type of generated keys. SQLite generates them for `INTEGER` alone, which holds 64 bits there too."""


E = TypeVar("E", bound=enum.StrEnum)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware in Python and always UTC. SQLite keeps it as text that sorts by time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Refuse naive values; nobody knows which moment they mean.

        Raises:
            ValueError: the value has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Return the moment in UTC; SQLite gives back what was stored, without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class EnumText(TypeDecorator[E]):
    """A member of an enum, stored as its text."""

    impl = sa.Text()
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: E | None, dialect: sa.Dialect) -> str | None:
        """Return the text; a text that is no member is refused."""
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> E | None:
        """Return the member."""
        return None if value is None else self.members(value)


class Document(TypeDecorator[Any]):
    """A value that is only ever read and written as a whole, such as a dataclass, stored as JSON."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, form: Any) -> None:
        super().__init__()
        self.form = form

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        """Return what JSON can hold."""
        return None if value is None else adapter(self.form).dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        """Return the value as it was, checked against its type."""
        return None if value is None else adapter(self.form).validate_python(value)


@functools.cache
def adapter(form: Any) -> pydantic.TypeAdapter[Any]:
    """Return what turns values of this type into JSON and back; built at the first use."""
    return pydantic.TypeAdapter(form)

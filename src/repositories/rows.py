"""Rows to values: the fields of a value and the columns of its table have the same names."""

import dataclasses
import functools
from collections.abc import Hashable
from typing import Any, TypeVar, cast

import sqlalchemy as sa

V = TypeVar("V")


def read(form: type[V], table: sa.Table, row: sa.RowMapping, **more: Any) -> V:
    """Build a dataclass from the columns of `table` in a row, which may hold other tables' columns too."""
    return form(**{column.name: row[column] for column in _columns(cast("Any", form), table)}, **more)


@functools.cache
def _columns(form: Hashable, table: sa.Table) -> tuple[sa.Column[Any], ...]:
    return tuple(
        table.c[field.name] for field in dataclasses.fields(cast("Any", form)) if field.name in table.c
    )

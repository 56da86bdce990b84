"""What the tables are made of: their columns, their names, and their partial indexes."""

import enum
from typing import Any

import sqlalchemy as sa

from repositories.types import IDENTITY, EnumText, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def identity() -> sa.Column[int]:
    """Return the key of a table whose rows are numbered by the database."""
    return sa.Column("id", IDENTITY, sa.Identity(), primary_key=True)


def reference(table: str, *, nullable: bool = False) -> sa.Column[int]:
    """Return a column that names a row of another table."""
    column = f"{table.removesuffix('s')}_id"
    return sa.Column(column, sa.BigInteger, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column for a moment."""
    return sa.Column(name, UtcDateTime, nullable=nullable)


def text(name: str, *, nullable: bool = False, server_default: str | None = None) -> sa.Column[str]:
    """Return a column for a text."""
    return sa.Column(name, sa.Text, nullable=nullable, server_default=server_default)


def member(name: str, members: type[enum.StrEnum], *, nullable: bool = False) -> sa.Column[Any]:
    """Return a column for a member of an enum, which the database checks too."""
    allowed = ", ".join(f"'{member}'" for member in members)
    return sa.Column(
        name, EnumText(members), sa.CheckConstraint(f"{name} IN ({allowed})", name=name), nullable=nullable
    )


def written_out(member: enum.StrEnum) -> sa.ColumnElement[Any]:
    """Return a member as it stands in the text of a statement.

    A planner uses a partial index only for a condition that it can see to imply the index's, which it cannot
    with a bound value.
    """
    return sa.literal_column(f"'{member}'")


def partial_index(
    name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool], unique: bool = False
) -> sa.Index:
    """Return an index over the rows for which `where` holds, on either database."""
    return sa.Index(name, *columns, unique=unique, postgresql_where=where, sqlite_where=where)

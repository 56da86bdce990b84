"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy offers for each apart."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = postgresql.Insert | sqlite.Insert


def insert_into(connection: AsyncConnection, table: sa.Table) -> Insert:
    """Return an insert that can say what a conflict leads to."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: sa.Table) -> Insert:
    """Return the same by the dialect's name, for a statement that is built once: to build one is dear."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)

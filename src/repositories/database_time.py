"""The database's own clock, as an expression for statements.

Leases count by it: of all clocks it is the one that every worker shares, and it goes in real time also where
the product's clock is a simulated one.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from repositories.types import UtcDateTime


class _DatabaseNow(FunctionElement[dt.datetime]):
    type = UtcDateTime()
    inherit_cache = True
    name = "database_now"


def database_now(
    *, plus: dt.timedelta | sa.BindParameter[float] = dt.timedelta()
) -> sa.ColumnElement[dt.datetime]:
    """Return the time of the database while the statement runs, moved by `plus`; to the millisecond.

    A parameter in the place of `plus` takes seconds.
    """
    seconds = sa.literal(plus.total_seconds(), sa.Double) if isinstance(plus, dt.timedelta) else plus
    return _DatabaseNow(seconds)


@compiles(_DatabaseNow, "postgresql")
def _on_postgresql(element: _DatabaseNow, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(statement_timestamp() + make_interval(secs => {seconds}))"


@compiles(_DatabaseNow, "sqlite")
def _on_sqlite(element: _DatabaseNow, compiler: SQLCompiler, **options: Any) -> str:
    # Text in the form that SQLAlchemy gives stored moments, six digits after the point, so that both compare.
    seconds = compiler.process(element.clauses, **options)
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {seconds} || ' seconds') || '000')"


async def time_of(engine: AsyncEngine) -> dt.datetime:
    """Return the time of the database now."""
    async with engine.connect() as connection:
        found = await connection.execute(sa.select(database_now()))
        return found.scalar_one()

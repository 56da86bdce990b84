"""What histories share: an event loop, and a database that each finds empty and reads beside the product."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from domain.card import CardKind
from domain.ids import PublicationId
from repositories.columns import metadata
from repositories.engine import begin_immediately, create_engine
from repositories.tables import OutboxStage, cards, outbox, publication_events, publications

_PROMPTS = [kind for kind in CardKind if kind.is_prompt]


class Books:
    """Reads the database beside the product, and empties it between two histories."""

    def __init__(self, database: Path) -> None:
        engine = sa.create_engine(f"sqlite:///{database}")
        begin_immediately(engine)
        self._connection = engine.connect()

    def publications(self) -> list[sa.Row[Any]]:
        """Return every publication as it is."""
        return self._read(sa.select(publications))

    def publication(self, publication_id: PublicationId) -> sa.Row[Any]:
        """Return one publication as it is."""
        return self._read(sa.select(publications).where(publications.c.id == publication_id))[0]

    def cards(self, *, open_only: bool = True) -> list[sa.Row[Any]]:
        """Return the cards that stand in the chat or are on their way to it, but no prompts."""
        is_sent = sa.exists().where(outbox.c.card_id == cards.c.id, outbox.c.stage == OutboxStage.WAITING)
        found = sa.select(cards).where(cards.c.kind.not_in(_PROMPTS), is_sent)
        return self._read(found.where(cards.c.is_open) if open_only else found)

    def events(self) -> list[sa.Row[Any]]:
        """Return the history of every publication, version by version."""
        return self._read(
            sa.select(publication_events).order_by(
                publication_events.c.publication_id, publication_events.c.version
            )
        )

    def empty(self) -> None:
        """Forget everything."""
        for table in reversed(metadata.sorted_tables):
            self._connection.execute(sa.delete(table))
        self._connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _read(self, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
        rows = list(self._connection.execute(statement))
        self._connection.rollback()
        return rows


class Place:
    """What all histories of one run share: an event loop and a database, which each finds empty."""

    def __init__(self, database: Path) -> None:
        self.folder = database.parent
        self.books = Books(database)
        self._loop = asyncio.Runner()
        self.engine = create_engine(f"sqlite:///{database}")
        event.listen(self.engine.sync_engine, "connect", _hurry)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run to the end."""
        return self._loop.run(work)

    def close(self) -> None:
        """Give all back."""
        self.books.close()
        self.run(self.engine.dispose())
        self._loop.close()


def _hurry(connection: Any, _record: object) -> None:
    """Let the statements run right here instead of in aiosqlite's thread, and care for no power cut."""

    async def run_here(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named)

    connection.cursor().execute("PRAGMA synchronous = OFF")
    connection.driver_connection._execute = run_here

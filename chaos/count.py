"""Count what is out and what was asked for: on the phone, in the chats, in the database."""

import collections
import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from chaos.asking import Asked
from chaos.team import label_of, posted_button
from domain.lane import Lane
from domain.publication import State
from repositories.tables import posts, prepared_files, prepared_uses, publication_events, publications
from support.product import StandIns, buttons


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one publication stands."""

    asked: Asked
    state: State
    is_asked: bool
    """Whether the team was asked if it is live."""
    by_person: bool
    """Whether somebody says to have posted it."""
    lane: Lane | None
    is_intended: bool
    """Whether the intent to publish it was ever stored."""
    out: int
    """How often it is on the phone."""
    cards: int
    """How many messages in the chat can be pressed to decide it."""

    @property
    def is_held(self) -> bool:
        """Whether it is final, or in front of a person with a delivered message."""
        waits_for_person = self.state is State.WITH_TEAM or (
            self.state is State.UNCONFIRMED and self.is_asked
        )
        return self.state.is_final or (waits_for_person and self.cards > 0)

    @property
    def is_doubled(self) -> bool:
        """Whether it was posted twice, or a card asks a person to post what is out."""
        asks_to_post = self.state is State.WITH_TEAM or self.by_person
        return self.out + asks_to_post > 1

    @property
    def is_unintended(self) -> bool:
        """Whether it was posted without a stored intent."""
        return self.out > 0 and not self.is_intended

    @property
    def is_lost(self) -> bool:
        """Whether it waits unseen, or is said to be out and is not."""
        said_out = self.state is State.PUBLISHED and not self.by_person
        return not self.is_held or (said_out and self.out == 0)


class Counting:
    """Reads the three places where a publication shows."""

    def __init__(self, *, database_url: str, outside: StandIns, asked: list[Asked]) -> None:
        url = sa.make_url(database_url)
        driver = "sqlite" if url.drivername == "sqlite" else "postgresql+psycopg"
        self._engine = sa.create_engine(url.set(drivername=driver), poolclass=sa.NullPool)
        self._outside = outside
        self._asked = asked

    def take(self) -> list[Standing]:
        """Return how every publication stands now."""
        rows = self._rows()
        out = collections.Counter(
            (account, post["sha256"]) for account, posts in self._outside.phone().items() for post in posts
        )
        cards, prepared = self._cards(), self._prepared()
        return [
            Standing(
                asked=asked,
                state=State(rows[asked.label]["state"]),
                is_asked=rows[asked.label]["asked_at"] is not None,
                by_person=rows[asked.label]["posted_by"] is not None,
                lane=rows[asked.label]["lane"],
                is_intended=rows[asked.label]["last_intent_at"] is not None,
                out=sum(
                    out[asked.account, sha256] for sha256 in {asked.sha256, *prepared.get(asked.label, ())}
                ),
                cards=cards[asked.label],
            )
            for asked in self._asked
        ]

    def unheld(self) -> int:
        """Return how many are neither final nor known to the team; cheaper than `take`, without the chats."""
        waiting = (State.SCHEDULED, State.PUBLISHING)
        return sum(
            row["state"] in waiting or (row["state"] == State.UNCONFIRMED and row["asked_at"] is None)
            for row in self._rows().values()
        )

    def events(self) -> int:
        """Return how much has happened to publications so far."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(publication_events)) or 0

    def shortest_gap(self) -> dt.timedelta | None:
        """Return the shortest time between two intents on one account; None: no account had two."""
        chosen = sa.select(publications.c.account_id, publications.c.last_intent_at)
        chosen = chosen.where(publications.c.last_intent_at.is_not(None))
        with self._engine.connect() as connection:
            times = sorted(tuple(row) for row in connection.execute(chosen))
        return min(
            (later[1] - earlier[1] for earlier, later in itertools.pairwise(times) if earlier[0] == later[0]),
            default=None,
        )

    def due(self) -> int:
        """Return how many are scheduled for now or earlier, in real time."""
        is_due = (publications.c.state == State.SCHEDULED, publications.c.due_at <= dt.datetime.now(dt.UTC))
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(*is_due)) or 0

    def _rows(self) -> Mapping[str, Mapping[str, Any]]:
        chosen = sa.select(
            posts.c.caption,
            publications.c.state,
            publications.c.asked_at,
            publications.c.posted_by,
            publications.c.lane,
            publications.c.last_intent_at,
        ).join_from(publications, posts, posts.c.id == publications.c.post_id)
        with self._engine.connect() as connection:
            return {row["caption"]: dict(row) for row in connection.execute(chosen).mappings()}

    def _prepared(self) -> Mapping[str, Collection[str]]:
        """Return the SHA-256 of what was made of the files of publications, by their captions."""
        chosen = (
            sa.select(posts.c.caption, prepared_files.c.sha256)
            .join_from(posts, publications, publications.c.post_id == posts.c.id)
            .join(prepared_uses, prepared_uses.c.publication_id == publications.c.id)
            .join(prepared_files, prepared_files.c.key == prepared_uses.c.key)
        )
        found = collections.defaultdict[str, set[str]](set)
        with self._engine.connect() as connection:
            for caption, sha256 in connection.execute(chosen):
                found[caption].add(sha256)
        return found

    def _cards(self) -> collections.Counter[str]:
        return collections.Counter(
            label_of(message)
            for chat_id in {asked.chat_id for asked in self._asked}
            for message in self._outside.messages(chat_id)
            if posted_button(message) or any("live" in text for text in buttons(message))
        )

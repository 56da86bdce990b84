"""What is asked for when items of the library are looked for, as conditions."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from repositories.tables import media_items, media_locks, media_terms
from services.repositories.media import MediaFilter, MediaState


def conditions(wanted: MediaFilter, now: dt.datetime | None) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what an item must fulfil; `now`, where the team is, says which locks hold, None: all ever set."""
    facts, said = (
        sa.type_coerce(column, sa.JSON) for column in (media_items.c.facts, media_items.c.description)
    )
    if wanted.after is not None:
        yield media_items.c.id > wanted.after
    if wanted.kind is not None:
        yield facts["kind"].as_string() == wanted.kind.value
    if wanted.category is not None:
        yield said["category"].as_string() == wanted.category
    # Lists are searched as text: the words of needs and the quotes around a tag stand in nothing else.
    if wanted.need is not None:
        yield sa.cast(said["needs"], sa.Text).contains(f'"{wanted.need.value}"', autoescape=True)
    if wanted.tag is not None:
        yield sa.cast(said["tags"], sa.Text).contains(json.dumps(wanted.tag), autoescape=True)
    if wanted.search is not None:
        yield media_items.c.search.contains(wanted.search.casefold(), autoescape=True)
    if wanted.state is not None:
        yield _is_in(wanted.state, said, now)


def _is_in(state: MediaState, said: sa.ColumnElement[Any], now: dt.datetime | None) -> sa.ColumnElement[bool]:
    holds = [] if now is None else [lock_holds(now)]
    conditions: dict[MediaState, sa.ColumnElement[bool]] = {
        MediaState.RETIRED: media_items.c.is_retired.is_(True),
        MediaState.MISSING: media_items.c.missing_since.is_not(None),
        MediaState.PROBLEM: said["problem"].as_string() != "",
        MediaState.LOCKED: sa.exists().where(media_locks.c.media_id == media_items.c.id, *holds),
        MediaState.HELD: sa.exists().where(media_terms.c.media_id == media_items.c.id, _terms_hold(now)),
    }
    if state is MediaState.AVAILABLE:
        return sa.not_(sa.or_(*conditions.values()))
    return conditions[state]


def _terms_hold(now: dt.datetime | None) -> sa.ColumnElement[bool]:
    held_until, not_after, season = media_terms.c.held_until, media_terms.c.not_after, media_terms.c.season
    if now is None:
        return sa.or_(held_until.is_not(None), not_after.is_not(None), season.is_not(None))
    first, last = (sa.type_coerce(season, sa.JSON)[end].as_string() for end in ("first", "last"))
    today = f"{now:%m-%d}"
    within = sa.case(
        (first <= last, sa.and_(first <= today, last >= today)), else_=sa.or_(first <= today, last >= today)
    )
    return sa.or_(held_until > now, not_after < now, sa.and_(season.is_not(None), sa.not_(within)))


def lock_holds(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether a lock holds at this time."""
    return sa.or_(media_locks.c.until.is_(None), media_locks.c.until > now)

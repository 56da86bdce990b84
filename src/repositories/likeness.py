"""Finds the items that look like others, by an index over the quarters of their fingerprints."""

import collections
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import MediaId, WorkspaceId
from domain.likeness import are_alike, bands, bands_of_alike
from repositories.tables import media_bands, media_items
from repositories.upsert import insert_into

MOST_ALIKE = 8
"""Of a long series, whose pictures are all alike, the first ones are enough."""


def unsigned(fingerprint: int) -> int:
    """Return the 64 bits of a fingerprint as the database holds it, whose numbers have a sign."""
    return fingerprint & (1 << 64) - 1


def signed(fingerprint: int) -> int:
    """Return a fingerprint as the database holds it."""
    return fingerprint - (1 << 64) if fingerprint >> 63 else fingerprint


async def add_to_index(
    connection: AsyncConnection, workspace_id: WorkspaceId, fingerprints: Mapping[MediaId, int]
) -> None:
    """Let items be found by what they look like."""
    rows = [
        {"workspace_id": workspace_id, "band": band, "media_id": media_id}
        for media_id, fingerprint in fingerprints.items()
        for band in bands(fingerprint)
    ]
    if rows:
        await connection.execute(insert_into(connection, media_bands).on_conflict_do_nothing(), rows)


async def older_alike(
    connection: AsyncConnection, workspace_id: WorkspaceId, fingerprints: Mapping[MediaId, int]
) -> dict[MediaId, list[MediaId]]:
    """Return for these items the older ones that look alike, the `MOST_ALIKE` oldest, oldest first."""
    wanted = {band for fingerprint in fingerprints.values() for band in bands_of_alike(fingerprint)}
    rows = await connection.execute(
        sa.select(media_bands.c.band, media_items.c.id, media_items.c.fingerprint)
        .join(media_items, media_items.c.id == media_bands.c.media_id)
        .where(media_bands.c.workspace_id == workspace_id, media_bands.c.band.in_(wanted))
    )
    by_band = collections.defaultdict[int, list[tuple[Any, int]]](list)
    for row in rows:
        by_band[row.band].append((row.id, unsigned(row.fingerprint)))
    found = dict[MediaId, list[MediaId]]()
    for media_id, fingerprint in fingerprints.items():
        alike = {
            MediaId(other)
            for band in bands_of_alike(fingerprint)
            for other, its_fingerprint in by_band.get(band, ())
            if other < media_id and are_alike(fingerprint, its_fingerprint)
        }
        if alike:
            found[media_id] = sorted(alike)[:MOST_ALIKE]
    return found

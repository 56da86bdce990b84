"""How the processes talk: one JSON object a line each way.

Not pickles: what comes out of a process that read a hostile file is not trusted with more than text.
"""

import base64
import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.media import MediaFacts, MediaKind
from domain.recipe import Fit, ImageRecipe, Recipe, VideoRecipe
from services.contact_sheet import Tile, WeekDay, WeekTile
from services.media.examination import Examined

READY = b"ready\n"
"""The first line of a child: it could be started."""
LONGEST_LINE_BYTES = 1_000_000
"""A contact sheet in base64 has 400 kB."""


def facts_to_json(facts: MediaFacts) -> dict[str, Any]:
    """Return facts as JSON takes them."""
    seconds = facts.duration.total_seconds() if facts.duration else None
    return dataclasses.asdict(facts) | {"duration": seconds}


def facts_from_json(data: Mapping[str, Any]) -> MediaFacts:
    """Return the facts that `facts_to_json` was given."""
    seconds = data["duration"]
    fields: dict[str, Any] = dict(data)
    fields["kind"] = MediaKind(data["kind"])
    fields["duration"] = None if seconds is None else dt.timedelta(seconds=seconds)
    return MediaFacts(**fields)


def recipe_to_json(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as JSON takes it."""
    if isinstance(recipe, ImageRecipe):
        return {"makes": MediaKind.IMAGE, **dataclasses.asdict(recipe)}
    seconds = recipe.longest.total_seconds() if recipe.longest else None
    return {
        "makes": MediaKind.VIDEO,
        **dataclasses.asdict(recipe),
        "begin": recipe.begin.total_seconds(),
        "longest": seconds,
    }


def recipe_from_json(data: Mapping[str, Any]) -> Recipe:
    """Return the recipe that `recipe_to_json` was given."""
    fields: dict[str, Any] = {**data, "fit": Fit(data["fit"])}
    if fields.pop("makes") == MediaKind.IMAGE:
        return ImageRecipe(**fields)
    fields["begin"] = dt.timedelta(seconds=fields["begin"])
    seconds = fields["longest"]
    fields["longest"] = None if seconds is None else dt.timedelta(seconds=seconds)
    return VideoRecipe(**fields)


def examined_from_json(data: Mapping[str, Any]) -> Examined:
    """Return what `examine` found."""
    fingerprint = data["fingerprint"]
    return Examined(
        sha256=str(data["sha256"]),
        facts=facts_from_json(data["facts"]),
        fingerprint=None if fingerprint is None else int(fingerprint),
        thumbnail=bytes_from_json(data["thumbnail"]),
    )


def tile_to_json(tile: Tile) -> dict[str, Any]:
    """Return a tile as JSON takes it."""
    return dataclasses.asdict(tile) | {"path": str(tile.path)}


def tile_from_json(data: Mapping[str, Any]) -> Tile:
    """Return the tile that `tile_to_json` was given."""
    fields: dict[str, Any] = dict(data)
    fields["path"] = Path(data["path"])
    fields["kind"] = MediaKind(data["kind"])
    return Tile(**fields)


def day_to_json(day: WeekDay) -> dict[str, Any]:
    """Return a day of a week's picture as JSON takes it."""
    tiles = [dataclasses.asdict(tile) | {"path": tile.path and str(tile.path)} for tile in day.tiles]
    return {"title": day.title, "tiles": tiles}


def day_from_json(data: Mapping[str, Any]) -> WeekDay:
    """Return the day that `day_to_json` was given."""
    return WeekDay(title=data["title"], tiles=[_week_tile(tile) for tile in data["tiles"]])


def _week_tile(data: Mapping[str, Any]) -> WeekTile:
    fields: dict[str, Any] = dict(data)
    fields["path"] = Path(data["path"]) if data["path"] else None
    fields["kind"] = MediaKind(data["kind"])
    return WeekTile(**fields)


def bytes_to_json(data: bytes) -> str:
    """Return bytes as JSON takes them."""
    return base64.b64encode(data).decode("ascii")


def bytes_from_json(text: str) -> bytes:
    """Return the bytes that `bytes_to_json` was given."""
    return base64.b64decode(text, validate=True)

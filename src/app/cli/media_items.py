"""`storyline media list`, `show` and `duplicates`: what is in the library."""

import asyncio
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.running import (
    LARGEST_NUMBER,
    AsJson,
    InWorkspace,
    Limit,
    run,
    show,
    show_one,
    text,
    workspace_named,
)
from domain.errors import StorylineError
from domain.ids import MediaId
from domain.media import MediaItem, MediaKind, Need
from domain.terms import FOREVER, Terms
from services.contact_sheet import PairedPicture
from services.media.library import ItemDetails
from services.ports import UnreadableMediaError
from services.repositories.media import MediaFilter, MediaState

if TYPE_CHECKING:
    from app.bootstrap import Storyline

PAGE = 10_000
"""Items that one statement names; databases take no more than some tens of thousands of parameters."""

Number = Annotated[int, typer.Argument(min=1, max=LARGEST_NUMBER, metavar="ID")]


def list_media(
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    kind: Annotated[MediaKind | None, typer.Option(help="Only images, or only videos.")] = None,
    needs: Annotated[Need | None, typer.Option(help="Only what needs this.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only what has this tag.")] = None,
    search: Annotated[
        str | None, typer.Option(help="Only what has this in its caption, file name or tags.")
    ] = None,
    state: Annotated[MediaState | None, typer.Option(help="Only what is in this state now.")] = None,
    after: Annotated[
        int | None, typer.Option(min=0, max=LARGEST_NUMBER, help="Only what follows this ID: the next page.")
    ] = None,
    limit: Limit = 1000,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List the workspace's media items, oldest first."""
    wanted = MediaFilter(
        category=category,
        kind=kind,
        need=needs,
        tag=tag,
        search=search,
        state=state,
        after=None if after is None else MediaId(after),
    )

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        async with storyline.database.read() as look:
            now = storyline.clock.now().astimezone(where.settings.zone)
            items = await look.media.find(where.id, wanted, now=now, limit=limit)
            terms = dict[MediaId, Terms]()
            for start in range(0, len(items), PAGE):
                terms |= await look.selection.terms([item.id for item in items[start : start + PAGE]])
        rows = [
            (_row if as_json else _brief_row)(item, terms.get(item.id, Terms()), where.settings.zone)
            for item in items
        ]
        empty = "The library is empty." if wanted == MediaFilter() else "The library has nothing like that."
        show(rows, as_json=as_json, empty=empty)
        if len(items) == limit and not as_json:
            sys.stderr.write(f"There may be more: --after {items[-1].id}\n")

    run(work)


def show_media(number: Number, workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """Show all that is known of one item: its facts, its description, its locks, and where it was used."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        details = await storyline.library.details(MediaId(number), workspace_id=where.id)
        if as_json:
            show([_details_row(details, where.settings.zone)], as_json=True, empty="")
        else:
            show_one(_told(details, where.settings.zone))

    run(work)


def list_duplicates(
    picture: Annotated[
        Path | None, typer.Option(help="Write a JPEG of the first 20 pairs, side by side, to this file.")
    ] = None,
    limit: Limit = 100,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List items that look like older ones. `storyline media keep ID` says that both stay."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        async with storyline.database.read() as look:
            pairs = await look.media.near(where.id, limit=limit)
        rows = [
            {"id": item.id, "path": item.path, "near_of": original.id, "near_of_path": original.path}
            for item, original in pairs
        ]
        show(rows, as_json=as_json, empty="Nothing looks like anything else.")
        if picture is not None and pairs:
            await _write_picture(storyline, pairs, picture)

    run(work)


async def _write_picture(
    storyline: "Storyline", pairs: list[tuple[MediaItem, MediaItem]], target: Path
) -> None:
    captioned = [
        [
            PairedPicture(
                path=Path(item.path), sha256=item.sha256, caption=f"{item.id} · {Path(item.path).name}"
            )
            for item in (original, near)
        ]
        for near, original in pairs
    ]
    try:
        await asyncio.to_thread(target.write_bytes, await storyline.painter.paint_pairs(captioned))
    except (OSError, UnreadableMediaError) as error:
        raise StorylineError(f"The picture could not be written to {target}: {error}.") from error


def _row(item: MediaItem, terms: Terms, zone: dt.tzinfo) -> dict[str, Any]:
    said = item.description
    return {
        "id": item.id,
        "kind": item.facts.kind,
        "format": item.facts.format,
        "width": item.facts.width,
        "height": item.facts.height,
        "seconds": item.facts.duration,
        "category": said.category,
        "needs": sorted(said.needs),
        "caption": said.caption,
        "tags": said.tags,
        "path": item.path,
        "sha256": item.sha256,
        "problem": said.problem or None,
        "retired": item.is_retired,
        "missing_since": item.missing_since,
        "near_of": item.near_of,
        "held_until": _until(terms.held_until, zone) if terms.held_until else None,
        "not_after": terms.not_after and terms.not_after.astimezone(zone),
        "season": str(terms.season) if terms.season else None,
    }


def _brief_row(item: MediaItem, terms: Terms, zone: dt.tzinfo) -> dict[str, Any]:
    """Return what fits into a table's line."""
    marks = [
        *(["retired"] if item.is_retired else []),
        *(["missing"] if item.missing_since else []),
        *([f"held until {_until(terms.held_until, zone)}"] if terms.held_until else []),
        *([f"not after {terms.not_after.astimezone(zone):%Y-%m-%d %H:%M}"] if terms.not_after else []),
        *([f"season {terms.season}"] if terms.season else []),
        *([f"like {item.near_of}"] if item.near_of else []),
    ]
    return {
        "id": item.id,
        "kind": item.facts.kind,
        "size": f"{item.facts.width}×{item.facts.height}",
        "category": item.description.category,
        "needs": sorted(item.description.needs),
        "file": Path(item.path).name,
        "caption": item.description.caption,
        "problem": item.description.problem,
        "state": marks,
    }


def _details_row(details: ItemDetails, zone: dt.tzinfo) -> dict[str, Any]:
    item, facts = details.item, details.item.facts
    return {
        **_row(item, details.terms, zone),
        "alt": item.description.alt,
        "link": item.description.link,
        "products": item.description.products,
        "bytes": facts.size_bytes,
        "video_codec": facts.video_codec,
        "audio_codec": facts.audio_codec,
        "frames_per_second": facts.frames_per_second,
        "bits_per_second": facts.bits_per_second,
        "pixel_format": facts.pixel_format,
        "color_mode": facts.color_mode,
        "bits_per_channel": facts.bits_per_channel,
        "orientation": facts.orientation,
        "transparent": facts.has_alpha,
        "progressive": facts.is_progressive,
        "location": facts.has_location,
        "frames": facts.frame_count,
        "added_at": item.added_at,
        "near_of_path": details.near_of.path if details.near_of else None,
        "locks": [
            {"account": lock.account, "reason": lock.reason, "until": _until(lock.until, zone), "at": lock.at}
            for lock in details.locks
        ],
        "used": [
            {
                "publication": use.publication_id,
                "account": use.account,
                "placement": use.placement,
                "state": use.state,
                "at": use.posted_at or use.due_at,
                "permalink": use.permalink,
            }
            for use in details.uses
        ],
    }


def _told(details: ItemDetails, zone: dt.tzinfo) -> dict[str, str | list[str]]:
    """Return the same for people: times on the team's clock, and what has several parts in words."""
    row = _details_row(details, zone)
    locks = [
        f"{lock['account']}, until {_told_at(lock['until'], zone)}: {lock['reason']}" for lock in row["locks"]
    ]
    uses = [
        f"{use['placement']} for {use['account']}, no. {use['publication']}: {use['state']}, "
        f"{_told_at(use['at'], zone)} {use['permalink'] or ''}".rstrip()
        for use in row["used"]
    ]
    told = {
        name: text(value.astimezone(zone) if isinstance(value, dt.datetime) else value)
        for name, value in row.items()
    }
    return told | {"locks": locks, "used": uses}


def _told_at(moment: dt.datetime | str, zone: dt.tzinfo) -> str:
    return text(moment.astimezone(zone) if isinstance(moment, dt.datetime) else moment)


def _until(until: dt.datetime | None, zone: dt.tzinfo) -> dt.datetime | str:
    return "forever" if until is None or until == FOREVER else until.astimezone(zone)

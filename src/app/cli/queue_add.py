"""`storyline queue add`: put a post into the queue, with all that can be said of it."""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.progress import progress_bar
from app.cli.publications import brief_row, publication_row
from app.cli.running import LARGEST_NUMBER, AsJson, InWorkspace, run, show, workspace_named
from domain.errors import StorylineError
from domain.ids import MediaId
from domain.lane import Lane
from domain.media import Need
from domain.post import PostDetails, UserTag
from domain.publication import COMMAND_LINE
from domain.workspace import Workspace
from services.ports import UnreadableMediaError
from services.posting.compose import QueueRequest, Variant
from services.posting.route import expected

if TYPE_CHECKING:
    from app.bootstrap import Storyline

_SHARE = r"(?:0(?:\.\d+)?|1(?:\.0+)?)"
_USER_TAG = re.compile(rf"@?(?P<name>[^@,\s]+)(?:@(?P<x>{_SHARE}),(?P<y>{_SHARE}))?")
LONGEST_OFFSET_MS = 24 * 3600 * 1000


def add(
    placement: Annotated[str, typer.Option(help="story, feed, reel, carousel, text, link, photo or video.")],
    media: Annotated[
        list[int] | None,
        typer.Option(min=1, max=LARGEST_NUMBER, help="Number of a media item; repeatable."),
    ] = None,
    file: Annotated[list[Path] | None, typer.Option(help="A file, imported first; repeatable.")] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Account; default: all that take this placement.")
    ] = None,
    at: Annotated[str, typer.Option(help="`now`, or a time such as 2026-01-05T18:30.")] = "now",
    caption: Annotated[str | None, typer.Option(help="Default: the media item's.")] = None,
    caption_for: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT=TEXT", help="Other words for one account; repeatable."),
    ] = None,
    media_for: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT=NUMBERS", help="Other media items for one account; repeatable."),
    ] = None,
    link: Annotated[str | None, typer.Option(help="Default: the media item's.")] = None,
    lane: Annotated[Lane | None, typer.Option(help="Ask for a lane.")] = None,
    needs: Annotated[
        str, typer.Option(help="sticker, link, poll, product, music, with commas between.")
    ] = "",
    alt: Annotated[str, typer.Option(help="What the first picture shows, for those who cannot see it.")] = "",
    cover: Annotated[Path | None, typer.Option(help="A picture as the cover of a video.")] = None,
    thumb_offset: Annotated[
        int | None,
        typer.Option(min=0, max=LONGEST_OFFSET_MS, metavar="MS", help="Where in the video its cover is."),
    ] = None,
    user_tag: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[@X,Y]", help="Who is seen, and where, from 0,0 to 1,1; repeatable."),
    ] = None,
    collaborator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who is asked to share it; repeatable.")
    ] = None,
    location: Annotated[str, typer.Option(help="The platform's id of a place.")] = "",
    ai_generated: Annotated[bool, typer.Option("--ai-generated", help="Label it as made by AI.")] = False,
    reel_only: Annotated[bool, typer.Option("--reel-only", help="Keep a reel out of the feed.")] = False,
    native_schedule: Annotated[
        bool, typer.Option("--native-schedule", help="Let the platform itself publish it at its time.")
    ] = False,
    split: Annotated[
        bool, typer.Option("--split", help="Post a video that is too long in parts, one after the other.")
    ] = False,
    approval: Annotated[bool, typer.Option("--approval", help="Ask the approvers first.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Despite a lock or a repetition.")] = False,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Put a post into the queue."""
    if not (media or file or caption or link):
        raise typer.BadParameter("--media, --file, --caption or --link is needed")

    details = details_of(
        alt=alt,
        thumb_offset=thumb_offset,
        share_to_feed=not reel_only,
        user_tags=user_tag or (),
        collaborators=collaborator or (),
        location_id=location,
        is_ai_generated=ai_generated,
        native_schedule=native_schedule,
    )
    when, wanted = time_of(at), needs_of(needs)
    variants = variants_of(caption_for or (), media_for or ())

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        imported = [await _imported(storyline, path, where) for path in file or ()]
        request = QueueRequest(
            workspace_id=where.id,
            media=(*(MediaId(number) for number in media or ()), *imported),
            placement=placement,
            account_names=tuple(account or ()),
            at=_in_zone(when, where),
            caption=caption,
            link=link,
            variants=variants,
            cover=None if cover is None else await _imported(storyline, cover, where, set_aside=True),
            details=details,
            lane=lane,
            needs=wanted,
            approval=approval,
            force=force,
        )
        requests = await _in_parts(storyline, request, where) if split else [request]
        jobs = [job for part in requests for job in await storyline.queue.add(part, by=COMMAND_LINE)]
        rows = [
            publication_row(job) if as_json else brief_row(expected(job, storyline.networks)) for job in jobs
        ]
        show(rows, as_json=as_json, empty="Nothing was queued.")

    run(work)


def time_of(text: str) -> dt.datetime | None:
    """Return the time an option names, with a zone if it names one; None: now.

    Raises:
        BadParameter: it is no time.
    """
    if text == "now":
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"--at takes `now` or a time such as 2026-01-05T18:30, not “{text}”."
        ) from error


def _in_zone(moment: dt.datetime | None, workspace: Workspace) -> dt.datetime | None:
    """Return a time in UTC; without a zone of its own it is the workspace's wall clock."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=workspace.settings.zone)).astimezone(
            dt.UTC
        )
    except OverflowError as error:
        raise StorylineError(f"The year {moment.year} cannot be planned for.") from error


def needs_of(text: str) -> frozenset[Need]:
    """Return the needs an option lists.

    Raises:
        BadParameter: one is unknown.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        return frozenset(Need(word) for word in words)
    except ValueError as error:
        raise typer.BadParameter(f"--needs takes {', '.join(Need)}, not “{text}”.") from error


def details_of(
    *,
    thumb_offset: int | None = None,
    user_tags: Iterable[str] = (),
    collaborators: Iterable[str] = (),
    **more: Any,
) -> PostDetails:
    """Return what a post shows beside caption and media; `more` are fields as they are.

    Raises:
        BadParameter: a tag does not have its form.
    """
    return PostDetails(
        thumb_offset=None if thumb_offset is None else dt.timedelta(milliseconds=thumb_offset),
        user_tags=tuple(_user_tag(text) for text in user_tags),
        collaborators=tuple(name.removeprefix("@") for name in collaborators),
        **more,
    )


def _user_tag(text: str) -> UserTag:
    found = _USER_TAG.fullmatch(text)
    if found is None:
        raise typer.BadParameter(
            f"--user-tag takes a name, or a name and a place such as anna@0.5,0.25, not “{text}”."
        )
    x, y = (None if found[axis] is None else float(found[axis]) for axis in "xy")
    return UserTag(name=found["name"], x=x, y=y)


def variants_of(captions: Iterable[str], media: Iterable[str]) -> dict[str, Variant]:
    """Return, by account, what `--caption-for` and `--media-for` say.

    Raises:
        BadParameter: one does not have its form.
    """
    words = dict(_assigned("--caption-for", "ACCOUNT=TEXT", text) for text in captions)
    items: dict[str, tuple[MediaId, ...]] = {}
    for text in media:
        account, numbers = _assigned("--media-for", "ACCOUNT=NUMBERS", text)
        try:
            items[account] = tuple(MediaId(int(number)) for number in numbers.split(","))
        except ValueError as error:
            raise typer.BadParameter(f"--media-for takes numbers such as 3,4, not “{numbers}”.") from error
    return {
        account: Variant(caption=words.get(account), media=items.get(account))
        for account in dict.fromkeys([*words, *items])
    }


def _assigned(option: str, form: str, text: str) -> tuple[str, str]:
    account, equals, value = text.partition("=")
    if not equals or not account:
        raise typer.BadParameter(f"{option} takes {form}, not “{text}”.")
    return account, value


async def _in_parts(storyline: "Storyline", request: QueueRequest, where: Workspace) -> list[QueueRequest]:
    """Return a request for each part of a video, with what is said of the whole."""
    async with storyline.database.read() as look:
        items = await look.media.get(request.media)
    if len(items) != 1 or items[0].workspace_id != where.id:
        raise StorylineError("--split takes one video of this library.")
    said = items[0].description
    with progress_bar(f"Splitting {Path(items[0].path).name}") as on_progress:
        parts = await storyline.splitting.split(
            items[0],
            where,
            placement=request.placement,
            actor=COMMAND_LINE,
            on_progress=on_progress,
        )
    return [
        dataclasses.replace(
            request,
            media=(part.id,),
            caption=said.caption if request.caption is None else request.caption,
            link=said.link if request.link is None else request.link,
            needs=request.needs | said.needs,
        )
        for part in parts
    ]


async def _imported(
    storyline: "Storyline", path: Path, where: Workspace, *, set_aside: bool = False
) -> MediaId:
    try:
        item = await storyline.ingest.import_file(
            path, workspace_id=where.id, actor=COMMAND_LINE, set_aside=set_aside
        )
    except UnreadableMediaError as error:
        raise StorylineError(f"{path}: {error}") from error
    return item.id

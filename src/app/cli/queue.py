"""`storyline queue …` and `storyline history`."""

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.publications import brief_row, publication_row
from app.cli.running import LARGEST_NUMBER, AsJson, InWorkspace, Limit, run, show, workspace_named
from domain.errors import StorylineError
from domain.ids import MediaId, PublicationId
from domain.lane import Lane
from domain.media import Need
from domain.publication import COMMAND_LINE, State
from domain.workspace import Workspace
from services.ports import UnreadableMediaError
from services.posting.schedule import QueueRequest, Refusal

if TYPE_CHECKING:
    from app.bootstrap import Storyline

Numbers = Annotated[list[int], typer.Argument(min=1, max=LARGEST_NUMBER, help="Numbers of publications.")]

queue = typer.Typer(help="What is to go out.", no_args_is_help=True)


@queue.command("add")
def add(
    placement: Annotated[str, typer.Option(help="story or feed.")],
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
    link: Annotated[str | None, typer.Option(help="Default: the media item's.")] = None,
    lane: Annotated[Lane | None, typer.Option(help="Ask for a lane.")] = None,
    needs: Annotated[str, typer.Option(help="sticker,link,poll,product,music")] = "",
    approval: Annotated[bool, typer.Option("--approval", help="Ask the approvers first.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Despite a lock.")] = False,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Put a post into the queue."""
    if not media and not file:
        raise typer.BadParameter("--media or --file is needed")

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        imported = [await _imported(storyline, path, where) for path in file or ()]
        jobs = await storyline.queue.add(
            QueueRequest(
                workspace_id=where.id,
                media=(*(MediaId(number) for number in media or ()), *imported),
                placement=placement,
                account_names=tuple(account or ()),
                at=time_of(at, where),
                caption=caption,
                link=link,
                lane=lane,
                needs=needs_of(needs),
                approval=approval,
                force=force,
            ),
            by=COMMAND_LINE,
        )
        rows = [publication_row(job) if as_json else brief_row(job) for job in jobs]
        show(rows, as_json=as_json, empty="Nothing was queued.")

    run(work)


@queue.command("list")
def list_queue(
    state: Annotated[
        State | None, typer.Option(help="Only this state; default: all that is not final.")
    ] = None,
    limit: Limit = 1000,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List publications by due time."""
    states = (state,) if state else tuple(each for each in State if not each.is_final)

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        jobs = await storyline.queries.publications(where.id, states=states, limit=limit)
        rows = [publication_row(job) if as_json else brief_row(job) for job in jobs]
        show(rows, as_json=as_json, empty="The queue is empty.")

    run(work)


@queue.command("cancel")
def cancel(ids: Numbers, workspace: InWorkspace = None) -> None:
    """Take publications out of the queue."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = _publications(ids)
        _report("cancelled", chosen, await storyline.queue.cancel(where.id, chosen, by=COMMAND_LINE))

    run(work)


@queue.command("retry")
def retry(
    ids: Annotated[list[int] | None, typer.Argument(min=1, max=LARGEST_NUMBER)] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
    workspace: InWorkspace = None,
) -> None:
    """Put failed or missed publications back into the queue, due now."""
    if not ids and not failed:
        raise typer.BadParameter("numbers, or --failed, are needed")

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = await storyline.queue.failed(where.id) if failed else _publications(ids or ())
        _report("tried again", chosen, await storyline.queue.retry(where.id, chosen, by=COMMAND_LINE))

    run(work)


@queue.command("now")
def now(ids: Numbers, workspace: InWorkspace = None) -> None:
    """Make scheduled publications due now."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = _publications(ids)
        _report("due now", chosen, await storyline.queue.now(where.id, chosen, by=COMMAND_LINE))

    run(work)


def history(
    limit: Limit = 50,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List what ended, newest first."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        jobs = await storyline.queries.history(where.id, limit=limit)
        rows = [publication_row(job) if as_json else brief_row(job) for job in jobs]
        show(rows, as_json=as_json, empty="Nothing has ended yet.")

    run(work)


def time_of(text: str, workspace: Workspace) -> dt.datetime | None:
    """Return the time an option names; None: now. Without an offset it is the workspace's wall clock.

    Raises:
        StorylineError: it is no time.
    """
    if text == "now":
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=workspace.settings.zone)
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise StorylineError(f"--at takes `now` or a time such as 2026-01-05T18:30, not “{text}”.") from error


def needs_of(text: str) -> frozenset[Need]:
    """Return the needs an option lists.

    Raises:
        StorylineError: one is unknown.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        return frozenset(Need(word) for word in words)
    except ValueError as error:
        raise StorylineError(f"--needs takes {', '.join(Need)}, not “{text}”.") from error


async def _imported(storyline: "Storyline", path: Path, where: Workspace) -> MediaId:
    try:
        item = await storyline.ingest.import_file(path, workspace_id=where.id, actor=COMMAND_LINE)
    except UnreadableMediaError as error:
        raise StorylineError(f"{path}: {error}") from error
    return item.id


def _publications(numbers: Iterable[int]) -> list[PublicationId]:
    return [PublicationId(number) for number in numbers]


def _report(done: str, chosen: Sequence[PublicationId], refusals: Sequence[Refusal]) -> None:
    """Say of each publication what became of it.

    Raises:
        StorylineError: some could not be changed.
    """
    refused = {refusal.publication_id for refusal in refusals}
    for publication_id in chosen:
        if publication_id not in refused:
            sys.stdout.write(f"{publication_id} is {done}.\n")
    if not chosen:
        sys.stdout.write("There is none.\n")
    if refusals:
        raise StorylineError("\n".join(f"{refusal.publication_id}: {refusal.why}." for refusal in refusals))

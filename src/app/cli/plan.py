"""`storyline plan …`."""

import asyncio
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.publications import publication_row
from app.cli.running import LARGEST_NUMBER, AsJson, InWorkspace, run, show, workspace_named
from domain.errors import StorylineError
from domain.ids import MediaId, PublicationId
from domain.lane import Lane
from domain.publication import COMMAND_LINE, Publication, State
from domain.workspace import Workspace
from services.ports import UnreadableMediaError
from services.posting.week import PlannedSlot, Week
from services.posting.week_picture import days_of

if TYPE_CHECKING:
    from app.bootstrap import Storyline

Number = Annotated[int, typer.Argument(min=1, max=LARGEST_NUMBER, help="Number of a publication.")]
At = Annotated[str, typer.Option("--at", help="A time such as 2026-01-05T18:30, on the team's clock.")]

plan = typer.Typer(help="What the next days bring, and how to change it.", no_args_is_help=True)


@plan.command("show")
def show_plan(
    days: Annotated[int, typer.Option(min=1, max=31, help="How many, today included.")] = 7,
    picture: Annotated[Path | None, typer.Option(help="Paint it into this JPEG file too.")] = None,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """Show what is planned, slot by slot, with the slots that are still empty."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        week = await storyline.weeks.week(where.id, days=days)
        slots = [slot for day in week.days for slot in day.slots]
        rows = [_row(slot) if as_json else _brief_row(slot, where) for slot in slots]
        show(rows, as_json=as_json, empty="Nothing is planned, and no slot is to be filled.")
        if picture is not None:
            await _paint(storyline, week, picture)

    run(work)


@plan.command("swap")
def swap(one: Number, other: Number, workspace: InWorkspace = None) -> None:
    """Let two planned publications of an account exchange their times."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        swapped = await storyline.plan.swap(
            where.id, PublicationId(one), PublicationId(other), by=COMMAND_LINE
        )
        for publication in swapped:
            sys.stdout.write(f"{publication.id} goes out {_when(publication.planned_at, where)} now.\n")

    run(work)


@plan.command("move")
def move(publication: Number, at: At, workspace: InWorkspace = None) -> None:
    """Plan a publication for another time."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        moved = await storyline.plan.move(
            where.id, PublicationId(publication), at=moment_in(at, where), by=COMMAND_LINE
        )
        sys.stdout.write(f"{moved.id} goes out {_when(moved.planned_at, where)} now.\n")

    run(work)


@plan.command("insert")
def insert(
    media: Annotated[int, typer.Option(min=1, max=LARGEST_NUMBER, help="Number of the media item.")],
    at: At,
    account: Annotated[
        list[str] | None, typer.Option(help="Default: all of the workspace that take it.")
    ] = None,
    placement: Annotated[
        str | None, typer.Option(help="Default: what the planner makes of slots, such as story.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:
    """Plan an item beside the slots; what is locked or held is refused."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        jobs = await storyline.plan.insert(
            where.id,
            MediaId(media),
            at=moment_in(at, where),
            account_names=tuple(account or ()),
            placement=placement,
            by=COMMAND_LINE,
        )
        for job in jobs:
            when = _when(job.publication.planned_at, where)
            sys.stdout.write(f"{job.publication.id} goes out on {job.account.name} {when}.\n")

    run(work)


@plan.command("cancel")
def cancel(
    publication: Number,
    leave_empty: Annotated[bool, typer.Option("--leave-empty", help="Do not fill its slot again.")] = False,
    workspace: InWorkspace = None,
) -> None:
    """Take a publication out of the plan; its slot gets something else."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        await storyline.plan.cancel(
            where.id, PublicationId(publication), leave_empty=leave_empty, by=COMMAND_LINE
        )
        slot = "stays empty" if leave_empty else "gets something else, if there is"
        sys.stdout.write(f"{publication} is cancelled; its slot {slot}.\n")

    run(work)


@plan.command("fill")
def fill() -> None:
    """Fill the free slots now, as the running product does every five minutes."""

    async def work(storyline: "Storyline") -> None:
        report = await storyline.planning.fill(storyline.clock.now())
        empty = sum(lack.slots for lack in report.lacks)
        sys.stdout.write(
            f"{report.planned} planned, {report.withdrawn} taken out, {empty} slots without media.\n"
        )

    run(work)


@plan.command("link")
def link(
    hours: Annotated[int, typer.Option(min=1, max=24 * 31, help="How long it opens the page.")] = 24,
    workspace: InWorkspace = None,
) -> None:
    """Print a link to the page of the next days, for whoever is to see the plan."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        if storyline.week_links is None:
            raise StorylineError("There is no web server: set WEB_PORT, and PUBLIC_BASE_URL for others.")
        made = storyline.week_links.made(where.id, lifetime=dt.timedelta(hours=hours))
        sys.stdout.write(f"{made}\n")

    run(work)


def moment_in(text: str, workspace: Workspace) -> dt.datetime:
    """Return the moment of a text; without a zone of its own it is the workspace's wall clock.

    Raises:
        StorylineError: it is no time.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=workspace.settings.zone)).astimezone(
            dt.UTC
        )
    except (ValueError, OverflowError) as error:
        raise StorylineError(f"“{text}” is no time such as 2026-01-05T18:30.") from error


async def _paint(storyline: "Storyline", week: Week, path: Path) -> None:
    try:
        painted = await storyline.painter.paint_week(days_of(week), title=week.workspace.name)
        await asyncio.to_thread(path.write_bytes, painted)
    except (UnreadableMediaError, OSError) as error:
        raise StorylineError(f"The picture could not be made: {error}") from error


def _when(moment: dt.datetime, workspace: Workspace) -> str:
    local = moment.astimezone(workspace.settings.zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _row(slot: PlannedSlot) -> dict[str, object]:
    if slot.job is None:
        return {"at": slot.at, "account": slot.account.name, "publication": None}
    return {
        "at": slot.at,
        "account": slot.account.name,
        "publication": publication_row(slot.job),
    }


def _brief_row(slot: PlannedSlot, workspace: Workspace) -> dict[str, object]:
    job = slot.job
    return {
        "time": _when(slot.at, workspace),
        "id": job and job.publication.id,
        "account": slot.account.name,
        "placement": slot.placement,
        "category": job and (job.post.media[0].description.category if job.post.media else ""),
        "media": job and ", ".join(Path(item.path).name for item in job.post.media),
        "how": "empty" if job is None else _how(job.publication),
    }


def _how(publication: Publication) -> str:
    """Return the lane that it would take, or what is happening to it already, and why."""
    if publication.state is State.SCHEDULED and publication.lane is not None:
        how = "by hand" if publication.lane is Lane.MANUAL else "by the bot"
    else:
        how = publication.state.replace("_", " ")
    return f"{how}: {publication.lane_detail}" if publication.lane_detail else how

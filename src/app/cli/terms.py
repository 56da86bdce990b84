"""`storyline media lock` and `storyline media unlock`: when a single item may be posted."""

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.plan import moment_in
from app.cli.running import LARGEST_NUMBER, InWorkspace, run, workspace_named
from domain.errors import StorylineError
from domain.ids import MediaId
from domain.publication import COMMAND_LINE
from domain.season import Season, season_in
from domain.terms import FOREVER, Terms
from domain.workspace import Workspace

if TYPE_CHECKING:
    from app.bootstrap import Storyline

Number = Annotated[int, typer.Argument(min=1, max=LARGEST_NUMBER, help="Number of a media item.")]


def lock(
    media: Number,
    until: Annotated[str | None, typer.Option(help="`forever`, or a date such as 2026-01-05.")] = None,
    not_after: Annotated[str | None, typer.Option(help="A date or time after which it is of no use.")] = None,
    season: Annotated[
        str | None, typer.Option(help="Days of the year between which alone it is used: 11-15..12-26.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:
    """Hold an item back, in place of what was said before; what is planned of it makes way."""
    if until is None and not_after is None and season is None:
        raise typer.BadParameter("Say --until, --not-after or --season.")

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        terms = Terms(
            held_until=_beginning(until, where) if until else None,
            not_after=_end_of(not_after, where) if not_after else None,
            season=_season(season) if season else None,
        )
        gone = await storyline.plan.set_terms(where.id, MediaId(media), terms, by=COMMAND_LINE)
        sys.stdout.write(f"{media} is held as you said.\n")
        if gone:
            sys.stdout.write(f"It left the plan: {', '.join(map(str, gone))}.\n")

    run(work)


def unlock(media: Number, workspace: InWorkspace = None) -> None:
    """Take back what `media lock` said of an item; locks after posts and rejections stay."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        await storyline.plan.set_terms(where.id, MediaId(media), Terms(), by=COMMAND_LINE)
        sys.stdout.write(f"Nothing holds {media} back by hand any more.\n")

    run(work)


def _beginning(text: str, workspace: Workspace) -> dt.datetime:
    return FOREVER if text == "forever" else moment_in(text, workspace)


def _end_of(text: str, workspace: Workspace) -> dt.datetime:
    """Return the moment of a text, of a date its last one."""
    moment = moment_in(text, workspace)
    is_date = len(text) == len("2026-01-05")
    return moment + dt.timedelta(days=1, microseconds=-1) if is_date else moment


def _season(text: str) -> Season:
    try:
        return season_in(text)
    except ValueError as error:
        raise StorylineError(f"--season takes {error}, not “{text}”.") from error

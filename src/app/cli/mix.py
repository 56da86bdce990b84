"""`storyline mix …`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.running import AsJson, InWorkspace, run, show, workspace_named
from domain.mix import WHOLE
from domain.publication import COMMAND_LINE
from services.mix import CategoryView
from services.repositories.media import MediaFilter
from services.runway import MOST_COUNTED, Runway

if TYPE_CHECKING:
    from app.bootstrap import Storyline

mix = typer.Typer(help="What share of the posts each category is to have.", no_args_is_help=True)


@mix.command("set")
def set_mix(
    shares: Annotated[list[str], typer.Argument(metavar="CATEGORY=PERCENT...")],
    workspace: InWorkspace = None,
) -> None:
    """Wish shares from now on; categories that are not named are not planned."""
    wished = dict(_share(text) for text in shares)
    if len(wished) < len(shares):
        raise typer.BadParameter("A category is named twice.")

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        set_ = await storyline.mix.set(where.id, wished, by=COMMAND_LINE)
        if sum(wished.values()) != WHOLE:
            sys.stdout.write(f"{sum(wished.values())} percent were scaled to {WHOLE}.\n")
        told = ", ".join(f"{category} {share} %" for category, share in set_.shares.items())
        sys.stdout.write(f"From now on: {told}.\n")
        async with storyline.database.read() as look:
            now = storyline.clock.now()
            unknown = [
                category
                for category in set_.shares
                if not await look.media.find(where.id, MediaFilter(category=category), now=now, limit=1)
            ]
        for category in unknown:
            sys.stdout.write(f"The library has nothing of {category}: is its name right?\n")
        for each in (await storyline.mix.show(where.id)).categories:
            if each.runway and not each.runway.eligible and each.category not in unknown:
                sys.stdout.write(f"Nothing of {each.category} may be posted for now.\n")

    run(work)


@mix.command("show")
def show_mix(workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """Show wish, real share of the last 30 days, deviation, and how long what may be posted lasts."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        view = await storyline.mix.show(where.id)
        rows = [_row(each) if as_json else _brief_row(each) for each in view.categories]
        empty = "No mix is set, and nothing was posted in the last 30 days."
        show(rows, as_json=as_json, empty=empty)
        if view.library is not None and not as_json:
            sys.stdout.write(f"No mix is set. The library lasts {_lasting(view.library)}.\n")

    run(work)


@mix.command("history")
def history(workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """List what was wished, by whom and from when on, the latest first."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        rows = [
            {"valid_from": wish.valid_from, "by": wish.actor, "shares": dict(wish.shares)}
            for wish in await storyline.mix.history(where.id)
        ]
        show(rows, as_json=as_json, empty="No mix was ever set.")

    run(work)


def _share(text: str) -> tuple[str, int]:
    category, _, percent = text.rpartition("=")
    if not category or not percent.removesuffix("%").isdecimal():
        raise typer.BadParameter(f"“{text}” is not of the form CATEGORY=PERCENT, with a whole number.")
    return category, int(percent.removesuffix("%"))


def _row(view: CategoryView) -> dict[str, object]:
    return {
        "category": view.category,
        "wish": view.wish,
        "real": view.real,
        "deviation": view.deviation,
        "posted": view.posted,
        "eligible": view.runway and view.runway.eligible,
        "runway_days": view.runway and view.runway.days,
    }


def _brief_row(view: CategoryView) -> dict[str, object]:
    return {
        "category": view.category,
        "wish": None if view.wish is None else f"{view.wish} %",
        "real": None if view.real is None else f"{view.real:.0f} %",
        "deviation": None if view.deviation is None else f"{view.deviation:+.0f}",
        "posted": view.posted,
        "eligible": view.runway and view.runway.eligible,
        "lasts": view.runway and _lasting(view.runway),
    }


def _lasting(runway: Runway) -> str:
    more = "more than " if runway.eligible >= MOST_COUNTED else ""
    return f"{more}{runway.lasting}"

"""`storyline media describe`, `retire`, `restore` and `keep`: what people change in the library."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.queue_add import needs_of
from app.cli.running import LARGEST_NUMBER, InWorkspace, run, workspace_named
from domain.ids import MediaId
from domain.publication import COMMAND_LINE

if TYPE_CHECKING:
    from app.bootstrap import Storyline

Numbers = Annotated[list[int], typer.Argument(min=1, max=LARGEST_NUMBER, metavar="ID...")]
Listed = Annotated[str | None, typer.Option(help="With commas between; an empty text takes all away.")]


def describe_media(
    number: Annotated[int, typer.Argument(min=1, max=LARGEST_NUMBER, metavar="ID")],
    caption: Annotated[str | None, typer.Option()] = None,
    alt: Annotated[str | None, typer.Option(help="What the picture shows, for who cannot see it.")] = None,
    link: Annotated[str | None, typer.Option()] = None,
    products: Listed = None,
    tags: Listed = None,
    needs: Annotated[
        str | None, typer.Option(help="sticker, link, poll, product, music: a person posts such items.")
    ] = None,
    category: Annotated[str | None, typer.Option()] = None,
    workspace: InWorkspace = None,
) -> None:
    """Say something else of an item. It holds until its sidecar says something new of the same thing."""
    texts = {"caption": caption, "alt": alt, "link": link, "category": category}
    lists = {"products": products, "tags": tags}
    changes: dict[str, Any] = {name: text for name, text in texts.items() if text is not None}
    changes |= {name: _listed(text) for name, text in lists.items() if text is not None}
    if needs is not None:
        changes["needs"] = needs_of(needs)
    if not changes:
        raise typer.BadParameter("Say at least one thing, such as --caption TEXT.")

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        await storyline.library.describe(MediaId(number), changes, workspace_id=where.id, by=COMMAND_LINE)
        sys.stdout.write(f"Item {number} is described anew: {', '.join(changes)}.\n")

    run(work)


def retire_media(numbers: Numbers, workspace: InWorkspace = None) -> None:
    """Let the planner pick these items no more; what it planned of them makes way within five minutes."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        await storyline.library.retire(_ids(numbers), workspace_id=where.id, by=COMMAND_LINE)
        sys.stdout.write(f"Retired: {_named(numbers)}.\n")

    run(work)


def restore_media(numbers: Numbers, workspace: InWorkspace = None) -> None:
    """Let the planner pick these items again."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        await storyline.library.restore(_ids(numbers), workspace_id=where.id, by=COMMAND_LINE)
        sys.stdout.write(f"Restored: {_named(numbers)}.\n")

    run(work)


def keep_media(numbers: Numbers, workspace: InWorkspace = None) -> None:
    """Say that these items stay, whatever they look like."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        await storyline.library.keep(_ids(numbers), workspace_id=where.id, by=COMMAND_LINE)
        sys.stdout.write(f"Kept: {_named(numbers)}.\n")

    run(work)


def _ids(numbers: list[int]) -> list[MediaId]:
    return [MediaId(number) for number in numbers]


def _named(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())

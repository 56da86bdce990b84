"""How a command runs: errors as one sentence, rows as a table or as JSON, the workspace it is about."""

import asyncio
import dataclasses
import datetime as dt
import enum
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import typer

from domain.errors import StorylineError
from domain.workspace import Workspace

if TYPE_CHECKING:
    from app.bootstrap import Storyline

T = TypeVar("T")

LARGEST_NUMBER = 2**63 - 1
"""Larger ones fit into no database."""
WIDE = 1000
"""Columns of a table that no terminal shows: nothing is cut."""
WHOLE = frozenset({"id", "time", "state", "lane"})
"""Columns whose cells are not broken while there is anything else to make narrower."""

Limit = Annotated[int, typer.Option(min=1, max=LARGEST_NUMBER, help="How many at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print an array of objects.")]
InWorkspace = Annotated[
    str | None, typer.Option("--workspace", help="Name or number; needed with several workspaces only.")
]


def run(work: Callable[["Storyline"], Awaitable[T]], *, with_first_workspace: bool = True) -> T:
    """Run a command's work on an assembled Storyline; a refusal ends the process with code 1.

    The database is brought up to date first, and what the settings name as the first workspace is connected.
    """
    return guarded(lambda: asyncio.run(_assembled(work, with_first_workspace=with_first_workspace)))


def guarded(work: Callable[[], T]) -> T:
    """Run something; a refusal becomes its sentence on standard error and exit code 1."""
    try:
        return work()
    except StorylineError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


async def workspace_named(storyline: "Storyline", name: str | None) -> Workspace:
    """Return the workspace a command is about.

    Raises:
        StorylineError: there is none, or several and none was named.
    """
    known = await storyline.workspaces.all()
    if name is None:
        if len(known) == 1:
            return known[0]
        if not known:
            raise StorylineError(
                "There is no workspace yet. Set TELEGRAM_CHAT_ID, or add one: "
                "storyline workspaces add --chat ID --name NAME"
            )
        raise StorylineError(
            f"There are several workspaces; say which with --workspace: {', '.join(w.name for w in known)}."
        )
    meant = [workspace for workspace in known if name in {workspace.name, str(workspace.id)}]
    if len(meant) > 1:
        numbers = ", ".join(str(workspace.id) for workspace in meant)
        raise StorylineError(f"Several workspaces are called “{name}”; say which by number: {numbers}.")
    if not meant:
        raise StorylineError(
            f"There is no workspace “{name}”. There are: {', '.join(w.name for w in known)}."
        )
    return meant[0]


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """Print rows as a JSON array, or as a table of the columns that say something."""
    if as_json:
        sys.stdout.write(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2) + "\n")
        return
    if not rows:
        sys.stdout.write(f"{empty}\n")
        return
    columns = [name for name in rows[0] if any(text(row[name]) for row in rows)]
    _print_table([[text(row[name]) for name in columns] for row in rows], columns=columns)


def show_one(row: Mapping[str, str | Sequence[str] | None]) -> None:
    """Print one thing as a line for each name that has something to say; a list has a line for each part."""
    said = {
        name: told if told is None or isinstance(told, str) else "\n".join(told) for name, told in row.items()
    }
    _print_table([[name, told] for name, told in said.items() if told], columns=())


def _print_table(rows: Sequence[Sequence[str]], *, columns: Sequence[str]) -> None:
    """Print cells below the names of their columns, if they have any."""
    from rich.console import Console  # noqa: PLC0415  (only listings for people need it)
    from rich.table import Column, Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    # Folded, so that where a terminal is narrow the end of a long name is in the next line and not cut off.
    heads = [
        Column(name, overflow="fold", no_wrap=name in WHOLE, min_width=len(name))
        for name in columns or [""] * len(rows[0])
    ]
    table = Table(*heads, box=None, show_header=bool(columns), header_style="bold", pad_edge=False)
    for row in rows:
        # As `Text`: in a plain string Rich takes what stands in square brackets for its markup.
        table.add_row(*map(Text, row))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


async def _assembled(work: Callable[["Storyline"], Awaitable[T]], *, with_first_workspace: bool) -> T:
    from app.bootstrap import assembled  # noqa: PLC0415  (`--help` is quick without it)
    from app.first_start import bring_up_to_date, ensure_first_workspace  # noqa: PLC0415
    from app.settings import load  # noqa: PLC0415

    settings = load()
    await bring_up_to_date(settings)
    async with assembled(settings) as storyline:
        if with_first_workspace:
            await ensure_first_workspace(storyline)
        return await work(storyline)


def _plain(value: Any) -> Any:
    match value:
        case enum.Enum():
            return value.value
        case dt.datetime():
            return value.isoformat()
        case dt.timedelta():
            return value.total_seconds()
        case Mapping():
            mapping: Mapping[Any, Any] = cast("Any", value)
            return {str(key): _plain(item) for key, item in mapping.items()}
        case list() | tuple() | set() | frozenset():
            items: Iterable[Any] = cast("Any", value)
            return [_plain(item) for item in items]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return _plain(dataclasses.asdict(value))
        case _:
            return value


def text(value: Any) -> str:
    """Return a value as people read it."""
    plain: Any = _plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M %Z")
    if isinstance(plain, dict):
        told: dict[str, Any] = cast("Any", plain)
        return ", ".join(f"{key} {item}" for key, item in told.items() if item is not None)
    if isinstance(plain, list):
        listed: list[Any] = cast("Any", plain)
        return ", ".join(str(item) for item in listed)
    return str(plain)

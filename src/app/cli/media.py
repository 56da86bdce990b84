"""`storyline media …`."""

import contextlib
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.media_changes import describe_media, keep_media, restore_media, retire_media
from app.cli.media_items import list_duplicates, list_media, show_media
from app.cli.running import InWorkspace, run, workspace_named
from domain.publication import COMMAND_LINE
from services.media.import_report import ImportProgress, ImportReport
from services.media.sidecars import shown

if TYPE_CHECKING:
    from app.bootstrap import Storyline

media = typer.Typer(help="The library.", no_args_is_help=True)


@media.command("import")
def import_media(
    folder: Annotated[
        Path | None, typer.Argument(help="Subfolders are categories. Default: MEDIA_DIR.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Category of all files that name none of their own.")
    ] = None,
    set_aside: Annotated[
        bool, typer.Option(help="Set aside what is gone from the folder even if that is most of it.")
    ] = False,
    workspace: InWorkspace = None,
) -> None:
    """Take a folder's images and videos into the library, and set aside what is gone from it."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        with _progress() as on_progress:
            report = await storyline.ingest.import_folder(
                folder or storyline.settings.data.library,
                workspace_id=where.id,
                category=category,
                actor=COMMAND_LINE,
                on_progress=on_progress,
                sets_aside_most=set_aside,
            )
        _tell(report)

    run(work)


media.command("list")(list_media)
media.command("show")(show_media)
media.command("duplicates")(list_duplicates)
media.command("keep")(keep_media)
media.command("retire")(retire_media)
media.command("restore")(restore_media)
media.command("describe")(describe_media)


@contextlib.contextmanager
def _progress() -> Generator[Callable[[ImportProgress], None]]:
    """Show a bar on a terminal, and a line now and then otherwise."""
    if not sys.stderr.isatty():
        told = 0

        def line(progress: ImportProgress) -> None:
            nonlocal told
            if progress.done == progress.total or progress.done >= told + 100:
                told = progress.done
                sys.stderr.write(f"{progress.done} of {progress.total} files\n")

        yield line
        return
    from rich.console import Console  # noqa: PLC0415  (only people need it)
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Importing", total=None)

        def update(progress: ImportProgress) -> None:
            bar.update(task, completed=progress.done, total=progress.total)

        yield update


def _tell(report: ImportReport) -> None:
    for duplicate in report.duplicates:
        path, original = shown(str(duplicate.path)), shown(duplicate.original)
        sys.stderr.write(f"{path}: the library has it already, as {original}\n")
    for problem in report.problems:
        sys.stderr.write(f"{shown(str(problem.path))}: {problem.sentence}\n")
    sys.stdout.write(
        f"{report.added} added, {report.known} known, {report.updated} updated, "
        f"{len(report.duplicates)} duplicates, {len(report.problems)} problems.\n"
    )
    if report.set_aside:
        sys.stdout.write(f"{report.set_aside} set aside: their files are gone.\n")
    if report.gone:
        sys.stderr.write(
            f"{report.gone} files of the library are gone from this folder. That is most of it, so nothing "
            "was set aside: is a drive missing? If they are meant to be gone: --set-aside\n"
        )
    if report.near:
        sys.stdout.write(
            f"{report.near} look like something that was there: storyline media duplicates shows them.\n"
        )

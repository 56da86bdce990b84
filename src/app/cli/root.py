"""The command `storyline` with all its groups."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.accounts import accounts
from app.cli.doctor import doctor
from app.cli.keys import keys
from app.cli.media import media
from app.cli.mix import mix
from app.cli.plan import plan
from app.cli.queue import history, posts, queue
from app.cli.running import guarded
from app.cli.switches import platforms, posting
from app.cli.terms import lock, unlock
from app.cli.workspaces import settings, workspaces

storyline = typer.Typer(
    help="Storyline runs a team's social channels from one Telegram chat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
storyline.add_typer(accounts, name="accounts")
storyline.add_typer(workspaces, name="workspaces")
storyline.add_typer(settings, name="settings")
storyline.add_typer(media, name="media")
media.command("lock")(lock)
media.command("unlock")(unlock)
storyline.add_typer(queue, name="queue")
storyline.add_typer(plan, name="plan")
storyline.add_typer(mix, name="mix")
storyline.add_typer(posting, name="posting")
storyline.add_typer(platforms, name="platforms")
storyline.command("doctor")(doctor)
storyline.command("history")(history)
storyline.command("posts")(posts)
storyline.add_typer(keys, name="keys")


@storyline.command()
def run() -> None:
    """Run the product: the bot, the scheduler and the publishing worker."""
    from app.process import run_until_stopped  # noqa: PLC0415  (`--help` is quick without it)
    from app.settings import load  # noqa: PLC0415

    guarded(lambda: asyncio.run(run_until_stopped(load())))


@storyline.command()
def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is up to date.")] = False,
) -> None:
    """Bring the database up to date."""
    from app.settings import load  # noqa: PLC0415
    from repositories.migrate import is_current, upgrade  # noqa: PLC0415

    def work() -> None:
        url = load().data.url
        if check:
            is_up_to_date = is_current(url)
            sys.stdout.write(
                "The database is up to date.\n" if is_up_to_date else "Migrations are missing.\n"
            )
            raise typer.Exit(0 if is_up_to_date else 1)
        upgrade(url)
        sys.stdout.write("The database is up to date.\n")

    guarded(work)


@storyline.command()
def sandbox(
    port: Annotated[
        int,
        typer.Option(min=0, max=65_532, help="The page's port; the three after it are taken too. 0: any."),
    ] = 8700,
    media: Annotated[
        Path | None, typer.Option(help="A folder of your own media instead of the samples.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what was there before.")] = False,
) -> None:
    """Run the whole product against stand-ins for Telegram, Instagram and the cloud."""
    from app.sandbox_run import run_sandbox  # noqa: PLC0415

    guarded(lambda: asyncio.run(run_sandbox(port=port, media=media, reset=reset)))


def main() -> None:
    """Run the command line."""
    try:
        "".join(sys.argv).encode()
    except UnicodeEncodeError:
        sys.stderr.write("The arguments are no valid UTF-8.\n")
        raise SystemExit(2) from None
    storyline()

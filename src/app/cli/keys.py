"""`storyline keys …`."""

import sys
from typing import TYPE_CHECKING

import typer

from app.cli.running import run
from domain.publication import COMMAND_LINE

if TYPE_CHECKING:
    from app.bootstrap import Storyline

keys = typer.Typer(help="Keys that seal the access tokens.", no_args_is_help=True)


@keys.command("new")
def new_key() -> None:
    """Print a fresh key for ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet  # noqa: PLC0415  (`--help` is quick without it)

    sys.stdout.write(f"{Fernet.generate_key().decode()}\n")


@keys.command("rotate")
def rotate() -> None:
    """Seal all stored tokens anew with the first of ENCRYPTION_KEYS; the other keys can go then."""

    async def work(storyline: "Storyline") -> bool:
        resealed = await storyline.accounts.reseal(by=COMMAND_LINE)
        sys.stdout.write(f"Tokens sealed with the newest key: {resealed.sealed}.\n")
        if resealed.lost:
            sys.stderr.write(f"Tokens that no key opens: {resealed.lost}. Connect their accounts again.\n")
        return not resealed.lost

    if not run(work, with_first_workspace=False):
        raise typer.Exit(1)

"""`storyline workspaces …` and `storyline settings …`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.running import LARGEST_NUMBER, AsJson, InWorkspace, run, show, workspace_named
from domain.ids import ChatId
from domain.publication import COMMAND_LINE
from services.settings import described

if TYPE_CHECKING:
    from app.bootstrap import Storyline

workspaces = typer.Typer(help="Teams, each with its chat.", no_args_is_help=True)
settings = typer.Typer(help="What a team can set.", no_args_is_help=True)


@workspaces.command("add")
def add(
    chat: Annotated[
        int, typer.Option(min=-LARGEST_NUMBER, max=LARGEST_NUMBER, help="The Telegram chat's id.")
    ],
    name: Annotated[str, typer.Option(help="What to call it.")],
) -> None:
    """Connect a chat as a workspace."""

    async def work(storyline: "Storyline") -> None:
        added = await storyline.workspaces.add(
            name=name,
            chat_id=ChatId(chat),
            by=COMMAND_LINE,
            first_settings=storyline.first_settings,
        )
        sys.stdout.write(f"Added {added.name} as workspace {added.id}.\n")

    run(work, with_first_workspace=False)  # it may be the one that is added here, under a name of its own


@workspaces.command("list")
def list_workspaces(as_json: AsJson = False) -> None:
    """List the workspaces."""

    async def work(storyline: "Storyline") -> None:
        rows = [
            {
                "id": workspace.id,
                "name": workspace.name,
                "chat_id": workspace.chat_id,
                "paused_at": workspace.paused_at,
            }
            for workspace in await storyline.workspaces.all()
        ]
        show(rows, as_json=as_json, empty="There is no workspace yet.")

    run(work)


@settings.command("list")
def list_settings(workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """List the settings with their values."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        show(described(where.settings), as_json=as_json, empty="")

    run(work)


# What looks like an unknown option may be a value, such as a negative number.
@settings.command("set", context_settings={"ignore_unknown_options": True})
def set_setting(
    key: str,
    value: str,
    account: Annotated[
        str | None, typer.Option(help="Change it for this account alone: its name or its id on the platform.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:
    """Change one setting; what the schedule says otherwise then is planned anew within five minutes."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = None if account is None else await storyline.accounts.named(where.id, account)
        text = await storyline.workspaces.set(
            where.id, key, value, account_id=chosen.id if chosen else None, by=COMMAND_LINE
        )
        of = f" of {chosen.name}" if chosen else ""
        sys.stdout.write(f"{key}{of} is {text or 'empty'} now.\n")

    run(work)

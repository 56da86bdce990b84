"""`storyline accounts …`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.running import AsJson, InWorkspace, run, show, workspace_named
from domain.account import AccessToken, Account, AccountState
from domain.errors import StorylineError
from domain.ids import PlatformName
from domain.publication import COMMAND_LINE
from domain.token import HeldToken

if TYPE_CHECKING:
    from app.bootstrap import Storyline
    from services.quotas import QuotaOutlook

accounts = typer.Typer(help="Connected profiles.", no_args_is_help=True)


@accounts.command("add")
def add(
    platform: Annotated[str, typer.Argument(help="instagram, facebook, …")],
    id: Annotated[str, typer.Option(help="The platform's id of the professional account or the Page.")],
    name: Annotated[str, typer.Option("--name", "--username", help="Its name, as people know it.")],
    login: Annotated[
        str | None, typer.Option(help="Which login its token belongs to, where there are several.")
    ] = None,
    token: Annotated[str | None, typer.Option(help="- reads the access token from standard input.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Connect a profile, or renew its token."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        network = storyline.networks.get(PlatformName(platform))
        if login is None and network is not None and len(network.logins) > 1:
            raise StorylineError(
                f"{platform} has several logins; say which with --login: {' or '.join(network.logins)}."
            )
        account = await storyline.accounts.add(
            where.id,
            platform=platform,
            external_id=id,
            name=name,
            login=login,
            token=token_from(token),
            by=COMMAND_LINE,
        )
        sys.stdout.write(f"Connected {account.name} as account {account.id}.\n")

    run(work)


@accounts.command("offer")
def offer(
    token: Annotated[str, typer.Option(help="- reads a person's access token from standard input.")],
    as_json: AsJson = False,
) -> None:
    """List the Pages and profiles that a person's token reaches; `accounts add` connects them by id."""

    async def work(storyline: "Storyline") -> None:
        given = token_from(token)
        rows = [
            {
                "platform": account.platform,
                "login": account.login,
                "id": account.external_id,
                "name": account.name,
            }
            for account in (await storyline.accounts.reach(given) if given else [])
        ]
        show(
            rows,
            as_json=as_json,
            empty="The token reaches no account of its own. Are FACEBOOK_APP_ID and FACEBOOK_APP_SECRET set?",
        )

    run(work)


@accounts.command("list")
def list_accounts(workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """List the workspace's accounts."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        found = await storyline.accounts.find(where.id)
        quotas = await storyline.quotas.outlook(found)
        access = await storyline.accounts.access(where.id)
        rows = [_row(account, quotas.get(account.id), access.get(account.id)) for account in found]
        show(rows, as_json=as_json, empty="No account is connected.")

    run(work)


@accounts.command("check")
def check(workspace: InWorkspace = None, as_json: AsJson = False) -> None:
    """Ask each account's platform whether it answers."""

    async def work(storyline: "Storyline") -> bool:
        where = await workspace_named(storyline, workspace)
        found = await storyline.accounts.find(where.id)
        checks = [await storyline.accounts.check(account) for account in found]
        quotas = await storyline.quotas.outlook(found)
        rows = [
            {
                "account": check.account.name,
                "answers": check.facts is not None,
                "name": check.facts.name if check.facts else None,
                **_quota(quotas.get(check.account.id)),
                "problem": check.problem or None,
            }
            for check in checks
        ]
        show(rows, as_json=as_json, empty="No account is connected.")
        return all(check.facts for check in checks)

    if not run(work):
        raise typer.Exit(1)


@accounts.command("pause")
def pause(name: str, workspace: InWorkspace = None) -> None:
    """Work on nothing of this account until it is resumed."""
    _set_state(name, AccountState.PAUSED, workspace, reason="paused by an admin")


@accounts.command("resume")
def resume(name: str, workspace: InWorkspace = None) -> None:
    """Work on this account again."""
    _set_state(name, AccountState.ACTIVE, workspace, reason="")


@accounts.command("remove")
def remove(name: str, workspace: InWorkspace = None) -> None:
    """Disconnect this account; its history stays."""
    _set_state(name, AccountState.REMOVED, workspace, reason="removed by an admin")


def token_from(option: str | None) -> AccessToken | None:
    """Return the access token that an option stands for: `-` reads it from standard input.

    Raises:
        StorylineError: it was given on the command line itself, where others can see it, or is empty.
    """
    if option is None:
        return None
    if option != "-":
        raise StorylineError(
            "--token takes - alone and reads the token from standard input; others see arguments."
        )
    token = sys.stdin.readline().strip()
    if not token:
        raise StorylineError("Standard input held no token.")
    return AccessToken(token)


def _quota(stands: "QuotaOutlook | None") -> dict[str, Any]:
    return {
        "quota_used": stands.quota.used if stands else None,
        "quota_total": stands.quota.total if stands else None,
        "quota_runs_out_at": stands.runs_out_at if stands else None,
    }


def _set_state(name: str, state: AccountState, workspace: str | None, *, reason: str) -> None:
    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        account = await storyline.accounts.named(where.id, name)
        changed = await storyline.accounts.set_state(account, state, reason=reason, by=COMMAND_LINE)
        words = state.replace("_", " ")
        sys.stdout.write(f"{account.name} is {words}{'' if changed else ' already'}.\n")

    run(work)


def _row(account: Account, quota: "QuotaOutlook | None", held: HeldToken | None) -> dict[str, Any]:
    return {
        "id": account.id,
        "platform": account.platform,
        "external_id": account.external_id,
        "name": account.name,
        "login": account.login,
        "state": account.state,
        "state_reason": account.state_reason or None,
        "has_token": account.has_token,
        "access_ends_at": held.grant.ends_at if held else None,
        "renewed_from": held.refresh_after if held else None,
        "checked_at": account.checked_at,
        "closed_until": account.closed_until,
        **_quota(quota),
    }

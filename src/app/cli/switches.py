"""`storyline posting …` and `storyline platforms …`: what stops posting for the whole installation."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.running import AsJson, run, show
from domain.publication import COMMAND_LINE
from domain.switch import POSTING_OFF, platform_off, platform_unavailable

if TYPE_CHECKING:
    from app.bootstrap import Storyline

posting = typer.Typer(help="The kill switch for everything, and the dry run.", no_args_is_help=True)
dry_run = typer.Typer(help="The whole path but for the publish call.", no_args_is_help=True)
posting.add_typer(dry_run, name="dry-run")
platforms = typer.Typer(help="The networks, and whether they are posted to.", no_args_is_help=True)

Reason = Annotated[str, typer.Option(help="Why, for the audit log and /status.")]


@posting.command("off")
def posting_off(reason: Reason = "") -> None:
    """Let nothing be posted any more; what is queued waits."""

    async def work(storyline: "Storyline") -> None:
        is_new = await storyline.switches.stop_posting(by=COMMAND_LINE, reason=reason)
        sys.stdout.write("Posting is off now.\n" if is_new else "Posting was off already.\n")

    run(work)


@posting.command("on")
def posting_on() -> None:
    """Go on posting."""

    async def work(storyline: "Storyline") -> None:
        was_off = await storyline.switches.go_on_posting(by=COMMAND_LINE)
        sys.stdout.write("Posting is on again.\n" if was_off else "Posting was not switched off.\n")
        if not storyline.settings.posting.posting_enabled:
            sys.stdout.write("The setting POSTING_ENABLED still keeps it off.\n")

    run(work)


@dry_run.command("on")
def dry_run_on(reason: Reason = "") -> None:
    """Record from now on what would be posted, and post nothing."""

    async def work(storyline: "Storyline") -> None:
        is_new = await storyline.switches.begin_dry_run(by=COMMAND_LINE, reason=reason)
        sys.stdout.write("This is a dry run now.\n" if is_new else "It was a dry run already.\n")

    run(work)


@dry_run.command("off")
def dry_run_off() -> None:
    """Post for real again."""

    async def work(storyline: "Storyline") -> None:
        was_dry = await storyline.switches.end_dry_run(by=COMMAND_LINE)
        sys.stdout.write("Posts are real again.\n" if was_dry else "There was no dry run.\n")
        if storyline.settings.posting.dry_run:
            sys.stdout.write("The setting DRY_RUN still keeps it one.\n")

    run(work)


@platforms.command("list")
def list_platforms(as_json: AsJson = False) -> None:
    """List the platforms with what each takes and whether it is posted to."""

    async def work(storyline: "Storyline") -> None:
        switches = await storyline.switches.all()
        is_on = storyline.settings.posting.posting_enabled
        rows: list[dict[str, Any]] = []
        for name, network in storyline.networks.items():
            stoppers = (platform_off(name), platform_unavailable(name), POSTING_OFF)
            stopped_by = next((switches[each] for each in stoppers if each in switches), None)
            reason = stopped_by.reason if stopped_by else "" if is_on else "POSTING_ENABLED is off"
            rows.append(
                {
                    "platform": name,
                    "placements": list(network.capabilities.placements),
                    "posted_to": is_on and stopped_by is None,
                    "reason": reason or None,
                }
            )
        show(rows, as_json=as_json, empty="")

    run(work)


@platforms.command("off")
def platform_switched_off(platform: str, reason: Reason = "") -> None:
    """Let nothing be posted to a platform; what is queued for it waits."""

    async def work(storyline: "Storyline") -> None:
        is_new = await storyline.switches.switch_platform_off(platform, by=COMMAND_LINE, reason=reason)
        sys.stdout.write(f"{platform} is off now.\n" if is_new else f"{platform} was off already.\n")

    run(work)


@platforms.command("on")
def platform_switched_on(platform: str) -> None:
    """Post to a platform again."""

    async def work(storyline: "Storyline") -> None:
        was_off = await storyline.switches.switch_platform_on(platform, by=COMMAND_LINE)
        sys.stdout.write(f"{platform} is on again.\n" if was_off else f"{platform} was not switched off.\n")

    run(work)

"""`storyline queue …` and `storyline history`."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.publications import brief_row, publication_row
from app.cli.queue_add import add
from app.cli.running import LARGEST_NUMBER, AsJson, InWorkspace, Limit, run, show, workspace_named
from domain.errors import StorylineError
from domain.ids import PublicationId
from domain.publication import COMMAND_LINE, State
from services.posting.route import expected
from services.posting.schedule import Refusal

if TYPE_CHECKING:
    from app.bootstrap import Storyline

Numbers = Annotated[list[int], typer.Argument(min=1, max=LARGEST_NUMBER, help="Numbers of publications.")]

queue = typer.Typer(help="What is to go out.", no_args_is_help=True)


queue.command("add")(add)


@queue.command("list")
def list_queue(
    state: Annotated[
        State | None, typer.Option(help="Only this state; default: all that is not final.")
    ] = None,
    limit: Limit = 1000,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List publications by due time, those to come with the lane they would take now."""
    states = (state,) if state else tuple(each for each in State if not each.is_final)

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        jobs = await storyline.queries.publications(where.id, states=states, limit=limit)
        rows = [
            publication_row(job) if as_json else brief_row(expected(job, storyline.networks)) for job in jobs
        ]
        show(rows, as_json=as_json, empty="The queue is empty.")

    run(work)


@queue.command("cancel")
def cancel(ids: Numbers, workspace: InWorkspace = None) -> None:
    """Take publications out of the queue."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = _publications(ids)
        _report("cancelled", chosen, await storyline.queue.cancel(where.id, chosen, by=COMMAND_LINE))

    run(work)


@queue.command("retry")
def retry(
    ids: Annotated[list[int] | None, typer.Argument(min=1, max=LARGEST_NUMBER)] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
    workspace: InWorkspace = None,
) -> None:
    """Put failed or missed publications back into the queue, due now."""
    if not ids and not failed:
        raise typer.BadParameter("numbers, or --failed, are needed")

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = await storyline.queue.failed(where.id) if failed else _publications(ids or ())
        _report("tried again", chosen, await storyline.queue.retry(where.id, chosen, by=COMMAND_LINE))

    run(work)


@queue.command("now")
def now(ids: Numbers, workspace: InWorkspace = None) -> None:
    """Make scheduled publications due now."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        chosen = _publications(ids)
        _report("due now", chosen, await storyline.queue.now(where.id, chosen, by=COMMAND_LINE))

    run(work)


def posts(
    limit: Limit = 20,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List the posts made last, each with what became of it on all its accounts."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        rows = [
            {
                "post": post.id,
                "outcome": post.outcome,
                "caption": post.jobs[0].post.caption,
                "publications": [
                    {"id": job.publication.id, "account": job.account.name, "state": job.publication.state}
                    for job in post.jobs
                ]
                if as_json
                else [f"{job.account.name} {job.publication.state}" for job in post.jobs],
            }
            for post in await storyline.queries.posts(where.id, limit=limit)
        ]
        show(rows, as_json=as_json, empty="No post was made yet.")

    run(work)


def history(
    limit: Limit = 50,
    workspace: InWorkspace = None,
    as_json: AsJson = False,
) -> None:
    """List what ended, newest first."""

    async def work(storyline: "Storyline") -> None:
        where = await workspace_named(storyline, workspace)
        jobs = await storyline.queries.history(where.id, limit=limit)
        rows = [publication_row(job) if as_json else brief_row(job) for job in jobs]
        show(rows, as_json=as_json, empty="Nothing has ended yet.")

    run(work)


def _publications(numbers: Iterable[int]) -> list[PublicationId]:
    return [PublicationId(number) for number in numbers]


def _report(done: str, chosen: Sequence[PublicationId], refusals: Sequence[Refusal]) -> None:
    """Say of each publication what became of it.

    Raises:
        StorylineError: some could not be changed.
    """
    refused = {refusal.publication_id for refusal in refusals}
    for publication_id in chosen:
        if publication_id not in refused:
            sys.stdout.write(f"{publication_id} is {done}.\n")
    if not chosen:
        sys.stdout.write("There is none.\n")
    if refusals:
        raise StorylineError("\n".join(f"{refusal.publication_id}: {refusal.why}." for refusal in refusals))

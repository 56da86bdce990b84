"""What the sandbox's product begins with: the demo's chat and accounts, a library, a dozen publications."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.settings import load
from domain.account import AccessToken, Account
from domain.ids import ChatId
from domain.media import MediaItem
from domain.publication import State
from domain.workspace import Workspace
from sandbox import demo
from services.posting.compose import QueueRequest

FIRST_PUBLICATIONS = 12
FIRST_AFTER = dt.timedelta(seconds=4)
APART = dt.timedelta(seconds=15)
WEEK_SHOWN_FOR = dt.timedelta(days=31)
SOON = FIRST_PUBLICATIONS * APART
"""Three minutes, in which a visitor is to see something happen."""
_STILL_TO_COME = (State.SCHEDULED, State.PUBLISHING)


async def set_up(media: Path) -> str:
    """Connect the demo's chat and accounts, import media, and see to it that something comes within minutes.

    Done again on the same database, it changes only what is new. Returns a sentence on what is to be seen.

    Raises:
        StorylineError: the media folder does not exist.
    """
    settings = load()
    await bring_up_to_date(settings)
    async with assembled(settings) as storyline:
        workspace = await storyline.workspaces.ensure(
            name=demo.CHAT_TITLE,
            chat_id=ChatId(demo.CHAT_ID),
            first_settings=storyline.first_settings,
        )
        accounts = [
            await _connected(
                storyline,
                workspace,
                platform="instagram",
                external_id=account.id,
                name=account.username,
                login=account.login,
                token=account.token,
            )
            for account in demo.ACCOUNTS
        ]
        page = await _connected(
            storyline,
            workspace,
            platform="facebook",
            external_id=demo.PAGE_ID,
            name=demo.ACCOUNTS[0].name,
            login="facebook",
            token=demo.ACCOUNTS[0].token,
        )
        report = await storyline.ingest.import_folder(
            media, workspace_id=workspace.id, actor="sandbox", on_progress=lambda _: None
        )
        for problem in report.problems:
            sys.stdout.write(f"  {problem.path.name}: {problem.sentence}\n")
        left = await _left_from_before(storyline, workspace)
        if await _comes_soon(storyline, workspace):
            return left
        count = await _queue_first(storyline, workspace, accounts)
        count += await _queue_showpieces(storyline, workspace, accounts, page)
        return f"{left} {count} publications are to come over the next three minutes.".lstrip()


async def show_week(page_url: str) -> None:
    """Tell the sandbox's page where the product shows its plan, if it does."""
    async with assembled(load()) as storyline:
        links, [workspace, *_] = storyline.week_links, await storyline.workspaces.all()
    if links is not None:
        url = links.made(workspace.id, lifetime=WEEK_SHOWN_FOR)
        async with httpx.AsyncClient(base_url=page_url, trust_env=False) as http:
            (await http.post("/sandbox/week", json={"url": url})).raise_for_status()


async def _connected(
    storyline: Storyline,
    workspace: Workspace,
    *,
    platform: str,
    external_id: str,
    name: str,
    login: str,
    token: str,
) -> Account:
    return await storyline.accounts.add(
        workspace.id,
        platform=platform,
        external_id=external_id,
        name=name,
        login=login,
        token=AccessToken(token),
        by="sandbox",
    )


async def _left_from_before(storyline: Storyline, workspace: Workspace) -> str:
    counts = (await storyline.queries.status(workspace.id)).counts
    if not counts:
        return ""
    told = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items())
    return f"It goes on where it was left: {told}."


async def _comes_soon(storyline: Storyline, workspace: Workspace) -> bool:
    next_ones = await storyline.queries.publications(workspace.id, states=_STILL_TO_COME, limit=1)
    until = storyline.clock.now() + SOON
    return any(job.publication.due_at <= until for job in next_ones)


async def _queue_first(storyline: Storyline, workspace: Workspace, accounts: Sequence[Account]) -> int:
    """Queue up to a dozen over three minutes, on either account in turn; return how many."""
    chosen = await _chosen(storyline, workspace, accounts)
    begin = storyline.clock.now() + FIRST_AFTER
    for number, item in enumerate(chosen):
        await storyline.queue.add(
            QueueRequest(
                workspace_id=workspace.id,
                media=(item.id,),
                placement="feed" if _is_for_the_feed(item) else "story",
                account_names=(accounts[number % len(accounts)].external_id,),
                at=begin + number * APART,
                force=True,
            ),
            by="sandbox",
        )
    return len(chosen)


async def _queue_showpieces(
    storyline: Storyline, workspace: Workspace, accounts: Sequence[Account], page: Account
) -> int:
    """Queue, between the others, what the library has files for: a reel, a post on a Page, a carousel."""
    async with storyline.database.read() as look:
        library = [item for item in await look.media.find(workspace.id) if _is_by_bot(item)]
    films = [item for item in library if item.facts.duration is not None]
    pictures = [item for item in library if item.facts.duration is None and _fits_the_feed(item)]
    showpieces = [
        ("reel", films[-1:], accounts[0]),
        ("feed", pictures[:1], page),
        ("carousel", pictures[1:4] if pictures[2:] else [], accounts[-1]),
    ]
    shown = [(placement, items, account) for placement, items, account in showpieces if items]
    begin = storyline.clock.now() + FIRST_AFTER + APART / 2
    for number, (placement, items, account) in enumerate(shown):
        await storyline.queue.add(
            QueueRequest(
                workspace_id=workspace.id,
                media=tuple(item.id for item in items),
                placement=placement,
                account_names=(account.external_id,),
                at=begin + number * 2 * APART,
                force=True,
            ),
            by="sandbox",
        )
    return len(shown)


async def _chosen(storyline: Storyline, workspace: Workspace, accounts: Sequence[Account]) -> list[MediaItem]:
    """Return a dozen items: those that may be posted on every account, and only then those that rest."""
    async with storyline.database.read() as look:
        library = await look.media.find(workspace.id)
        now = storyline.clock.now()
        free = {item.id for item in library}
        for account in accounts:
            candidates = await look.selection.candidates(account.id, now=now, limit=len(library))
            free &= {item.id for item in candidates}
    first = _in_turn([item for item in library if item.id in free])
    rest = _in_turn([item for item in library if item.id not in free])
    return [*first, *rest][:FIRST_PUBLICATIONS]


def _in_turn(items: Sequence[MediaItem]) -> list[MediaItem]:
    """Return items so that stories, what needs a person, and posts for the feed take turns."""
    by_hand = [item for item in items if not _is_by_bot(item)]
    by_bot = [item for item in items if _is_by_bot(item)]
    stories = [item for item in by_bot if not _is_for_the_feed(item)]
    feed = [item for item in by_bot if _is_for_the_feed(item)]
    turns: list[MediaItem] = []
    while stories or by_hand or feed:
        turns.extend(source.pop(0) for source in (stories, by_hand, stories, feed) if source)
    return turns


def _fits_the_feed(item: MediaItem) -> bool:
    narrowest, widest = 0.8, 1.9
    return narrowest <= item.facts.ratio <= widest


def _is_by_bot(item: MediaItem) -> bool:
    return not (item.description.needs or item.description.problem)


def _is_for_the_feed(item: MediaItem) -> bool:
    return item.facts.duration is None and item.facts.ratio > 0.7  # noqa: PLR2004  (wider than a story)

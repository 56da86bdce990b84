"""Which item of the library fills a slot: the category that is furthest behind its wish goes first."""

import datetime as dt

from domain.ids import AccountId, WorkspaceId
from domain.media import MediaItem
from domain.mix import Mix
from domain.workspace import WorkspaceSettings
from services.repositories.selection import Choice
from services.unit_of_work import Repositories


async def select(
    look: Repositories,
    workspace_id: WorkspaceId,
    account_id: AccountId,
    settings: WorkspaceSettings,
    mix: Mix | None,
    *,
    at: dt.datetime,
    now: dt.datetime,
) -> MediaItem | None:
    """Return the item for a slot of an account at this time; None: nothing may be posted then.

    Without a mix, categories play no part: never posted on the account goes first, then what was posted
    longest ago.
    """
    local_date = at.astimezone(settings.zone).date()
    choices = [
        choice
        for choice in await look.selection.choices(account_id, at=at, local_date=local_date)
        if settings.is_in_season(choice.category, local_date)
        and (mix is None or mix.shares.get(choice.category))
    ]
    if not choices:
        return None
    if mix is None:
        chosen = min(choices, key=_turn)
    else:
        counts = await look.selection.used(workspace_id, account_id, since=mix.counted_since(now))
        chosen = max(choices, key=lambda choice: (mix.lag(choice.category, counts), choice.shuffle))
    [item] = await look.media.get([chosen.media_id])
    return item


def _turn(choice: Choice) -> tuple[dt.datetime, str, int]:
    return choice.last_posted_at, choice.shuffle, choice.media_id

"""Which item of the library fills a slot: the category that is furthest behind its wish goes first."""

import datetime as dt

from domain.ids import AccountId, WorkspaceId
from domain.media import MediaItem
from domain.mix import Mix
from domain.workspace import WorkspaceSettings
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
    choices = {
        category: media_id
        for category, media_id in (
            await look.selection.choices(account_id, at=at, local_date=local_date)
        ).items()
        if settings.is_in_season(category, local_date) and (mix is None or mix.shares.get(category))
    }
    if not choices:
        return None
    if mix is None:
        media_id = await look.selection.next_of(account_id, choices.values())
    else:
        counts = await look.selection.used(workspace_id, account_id, since=mix.counted_since(now))
        media_id = choices[max(choices, key=lambda category: (mix.lag(category, counts), category))]
    [item] = await look.media.get([media_id])
    return item

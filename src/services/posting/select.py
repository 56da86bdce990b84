"""Which items of the library fill a slot: of the category that is furthest behind its wish, the next ones."""

import datetime as dt
from collections.abc import Mapping, Sequence

from domain.capabilities import Placement
from domain.ids import AccountId, MediaId, WorkspaceId
from domain.media import MediaItem, MediaKind
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
    placement: Placement,
    at: dt.datetime,
    now: dt.datetime,
) -> Sequence[MediaItem]:
    """Return the items for a slot of an account at this time; empty: nothing may be posted there then.

    They are one item, or several of a category where the placement takes no fewer. Without a mix, categories
    play no part: never posted on the account goes first, then what was posted longest ago.
    """
    local_date = at.astimezone(settings.zone).date()
    kinds = kinds_of(placement)
    found = await look.selection.choices(account_id, at=at, local_date=local_date, kinds=kinds)
    choices = {
        category: media_ids
        for category, media_ids in found.items()
        if settings.is_in_season(category, local_date) and (mix is None or mix.shares.get(category))
    }
    counts: Mapping[str, int] = (
        await look.selection.used(workspace_id, account_id, since=mix.counted_since(now))
        if mix and choices
        else {}
    )
    most = most_items(placement, settings)
    while choices:
        category = (
            max(choices, key=lambda category: (mix.lag(category, counts), category))
            if mix
            else await _category_of_next(look, account_id, choices)
        )
        items = await look.selection.next_items(
            account_id, category, at=at, local_date=local_date, kinds=kinds, most=most
        )
        if len(items) >= placement.min_media:
            return items
        del choices[category]
    return ()


def kinds_of(placement: Placement) -> list[MediaKind]:
    """Return the kinds of files that a placement takes."""
    limits = {MediaKind.IMAGE: placement.image, MediaKind.VIDEO: placement.video}
    return [kind for kind, limit in limits.items() if limit is not None]


def most_items(placement: Placement, settings: WorkspaceSettings) -> int:
    """Return how many items the planner puts into a placement: one, unless it takes no fewer than several."""
    return min(placement.max_media, settings.carousel_items) if placement.min_media > 1 else 1


async def _category_of_next(
    look: Repositories, account_id: AccountId, choices: Mapping[str, Sequence[MediaId]]
) -> str:
    category_of = {media_id: category for category, ids in choices.items() for media_id in ids}
    return category_of[await look.selection.next_of(account_id, category_of)]

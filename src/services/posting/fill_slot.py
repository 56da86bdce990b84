"""Put items into one slot of an account, as a publication of their own."""

import datetime as dt
from collections.abc import Sequence

from domain.account import Account
from domain.ids import PublicationId
from domain.media import MediaItem
from domain.schedule import Slot
from services.posting.compose import Content
from services.repositories.publications import NewPublication
from services.unit_of_work import UnitOfWork


async def fill_slot(
    uow: UnitOfWork,
    account: Account,
    slot: Slot,
    items: Sequence[MediaItem],
    *,
    placement: str,
    at: dt.datetime,
    by: str,
) -> PublicationId | None:
    """Fill a slot with these items in the words of the first; None: somebody else filled it.

    Then a post without a publication is left in the transaction, which is not to be committed.
    """
    first = items[0].description
    content = Content(caption=first.caption, link=first.link, items=tuple(items))
    post_id = await uow.posts.add(content.post(account.workspace_id, placement), at=at)
    return await uow.publications.add(
        NewPublication(
            workspace_id=account.workspace_id,
            post_id=post_id,
            account_id=account.id,
            platform=account.platform,
            placement=placement,
            due_at=slot.at,
            content_key=content.key(account, placement),
            slot=slot,
        ),
        at=at,
        actor=by,
    )

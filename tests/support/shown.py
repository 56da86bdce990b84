"""Stories and cards of a team in Berlin, as views get them."""

import dataclasses
import datetime as dt
from typing import Any

from domain.account import Account, AccountState
from domain.card import Card, CardKind
from domain.ids import (
    AccountId,
    CardId,
    ChatId,
    MediaId,
    PlatformName,
    PostId,
    PublicationId,
    UserId,
    WorkspaceId,
)
from domain.lane import LaneReason
from domain.media import Description, MediaFacts, MediaItem, MediaKind, Need
from domain.post import Post
from domain.publication import Publication, State
from domain.workspace import Workspace, WorkspaceSettings
from services.ports import Job

AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ANNA = UserId(7001)


def job(
    *,
    needs: frozenset[Need] = frozenset(),
    caption: str = "Fewer <b>tags</b> & more light",
    link: str = "",
    **changes: Any,
) -> Job:
    """Return a story with one picture of a team in Berlin."""
    publication = Publication(
        id=PublicationId(12),
        workspace_id=WorkspaceId(1),
        post_id=PostId(3),
        account_id=AccountId(2),
        platform=PlatformName("instagram"),
        placement="story",
        state=State.WITH_TEAM,
        version=4,
        planned_at=AT,
        due_at=AT,
        lane_reason=LaneReason.API_OFF,
    )
    item = MediaItem(
        id=MediaId(1),
        workspace_id=WorkspaceId(1),
        path="/media/stories/harbour.jpg",
        sha256="0" * 64,
        facts=MediaFacts(kind=MediaKind.IMAGE, format="JPEG", size_bytes=1, width=1080, height=1920),
        description=Description(products=("Cap", "Bag")),
        added_at=AT,
    )
    return Job(
        publication=dataclasses.replace(publication, **changes),
        post=Post(
            id=PostId(3), workspace_id=WorkspaceId(1), caption=caption, link=link, needs=needs, media=(item,)
        ),
        account=Account(
            id=AccountId(2),
            workspace_id=WorkspaceId(1),
            platform=PlatformName("instagram"),
            external_id="1784",
            name="harbour.lane",
            login="facebook",
            state=AccountState.ACTIVE,
        ),
        workspace=Workspace(
            id=WorkspaceId(1),
            name="Harbour Lane",
            chat_id=ChatId(-100),
            settings=WorkspaceSettings(timezone="Europe/Berlin"),
        ),
        token=None,
    )


def post_card(kind: CardKind = CardKind.POST, **changes: Any) -> Card:
    """Return an open card."""
    new = Card(id=CardId(70), publication_id=PublicationId(12), kind=kind, chat_id=ChatId(-100))
    return dataclasses.replace(new, **changes)

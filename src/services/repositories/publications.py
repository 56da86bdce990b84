"""What the use cases need of the database for posts, publications and their history."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from domain.card import Card
from domain.ids import AccountId, CardId, MediaId, PlatformName, PostId, PublicationId, WorkspaceId
from domain.lane import Lane
from domain.media import Need
from domain.post import PostDetails
from domain.publication import Event, HistoryEntry, Publication, State
from domain.schedule import Slot
from services.ports import Job, Surroundings


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """Content to be added."""

    workspace_id: WorkspaceId
    caption: str
    link: str
    needs: frozenset[Need]
    media: tuple[MediaId, ...]
    """In this order."""
    cover: MediaId | None = None
    details: PostDetails = dataclasses.field(default_factory=PostDetails)
    variant_of: PostId | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """A publication to be put into the queue."""

    workspace_id: WorkspaceId
    post_id: PostId
    account_id: AccountId
    platform: PlatformName
    placement: str
    due_at: dt.datetime
    planned_at: dt.datetime | None = None
    """When it is to be out; None: when it is due."""
    lane_wish: Lane | None = None
    needs_approval: bool = False
    content_key: str = ""
    is_forced: bool = False
    slot: Slot | None = None
    """The slot it fills; a slot of an account is filled once, whoever tries."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCall:
    """One step towards a post, as it is kept: usually one call to the platform or to the cloud."""

    operation: str
    duration_ms: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a step chain, append-only."""

    publication_id: PublicationId
    at: dt.datetime
    outcome: str
    """The event it led to."""
    calls: Sequence[RemoteCall] = ()
    failure: Any = None
    """The `Failure` that ended it, if one did."""


class PublicationRepository(Protocol):
    """Publications, their history and their attempts."""

    async def add(self, new: NewPublication, *, at: dt.datetime, actor: str) -> PublicationId | None:
        """Put a publication into the queue, or before the approvers; None: its slot is filled already."""
        ...

    async def get(self, publication_id: PublicationId) -> Publication | None:
        """Return one publication."""
        ...

    async def jobs(self, ids: Collection[PublicationId]) -> dict[PublicationId, Job]:
        """Return publications with their posts, media, accounts, workspaces and tokens: one statement."""
        ...

    async def of_cards(self, card_ids: Collection[CardId]) -> dict[CardId, tuple[Card, Job]]:
        """Return cards with what they stand for: one statement."""
        ...

    async def claim_due(
        self,
        *,
        now: dt.datetime,
        limit: int,
        lease: dt.timedelta,
        worker: str,
        min_gap: dt.timedelta = dt.timedelta(0),
    ) -> list[PublicationId]:
        """Claim what is due, at most one publication per account, earliest first, in one statement.

        An account is passed over while a switch stops it, while it or its workspace is paused, while another
        publication of it is being published or is unconfirmed and not yet asked about, and within `min_gap`
        of its last intent.
        The lease counts by the database's clock, in real time. Each claim is in the history.
        """
        ...

    async def apply(
        self,
        before: Publication,
        event: Event,
        *,
        at: dt.datetime,
        actor: str,
        reason: str = "",
        **changes: Any,
    ) -> Publication | None:
        """Write what `before.after(event)` gives, and its history; None: somebody else was faster.

        Compares state and version, so exactly one of several writers wins. A lease ends with the event.

        Raises:
            TransitionRefusedError: the event cannot happen in this state.
        """
        ...

    async def save_checkpoint(
        self, claim: Publication, checkpoint: Mapping[str, Any], *, lease: dt.timedelta
    ) -> bool:
        """Store how far a claimed publication is, and renew its lease; False: ownership is lost."""
        ...

    async def record_intent(
        self, claim: Publication, checkpoint: Mapping[str, Any], *, at: dt.datetime, lease: dt.timedelta
    ) -> bool:
        """Store that the irreversible call comes next, with a full lease; False: ownership is lost."""
        ...

    async def renew_lease(self, claim: Publication, *, lease: dt.timedelta) -> bool:
        """Renew the lease of a claim that has no intent yet; False: ownership is lost."""
        ...

    async def with_expired_lease(self, *, limit: int) -> list[Publication]:
        """Return publications whose worker's lease ran out."""
        ...

    async def claim_look_ups(
        self, *, now: dt.datetime, limit: int, lease: dt.timedelta
    ) -> list[PublicationId]:
        """Lease unconfirmed publications whose next look is due and that nobody was asked about.

        Their version stays as it is.
        """
        ...

    async def look_again(
        self, publication: Publication, *, due_at: dt.datetime, checkpoint: Mapping[str, Any]
    ) -> bool:
        """Set the time of the next look at an unconfirmed publication; False: somebody decided meanwhile."""
        ...

    async def set_permalink(self, publication_id: PublicationId, permalink: str) -> None:
        """Add the public address to a publication that is out."""
        ...

    async def surroundings(self, publication: Publication, *, now: dt.datetime) -> Surroundings:
        """Return what is known of the account's other publications, for looking one with an intent up."""
        ...

    async def others_begun(self, since: Mapping[PublicationId, dt.datetime]) -> dict[PublicationId, int]:
        """Count, for each publication, the other ones of its account that had an intent since its time."""
        ...

    async def with_content(
        self,
        keys: Mapping[AccountId, str],
        *,
        states: Collection[State],
        since: dt.datetime,
        until: dt.datetime,
    ) -> dict[AccountId, Publication]:
        """Return, by account, the newest publication of this content key in these states.

        Its time, of the post or else of its due time, lies between `since` and `until`; an unconfirmed one
        counts whenever it was.
        """
        ...

    async def showing(
        self,
        media_ids: Collection[MediaId],
        *,
        states: Collection[State],
        in_slots: bool = False,
        changeable: bool = False,
    ) -> list[Job]:
        """Return publications in these states that have one of these items, by due time.

        `in_slots`: only those that fill a slot. `changeable`: only those whose post is theirs alone, and that
        cannot be out, as nobody ever had the intent to publish them.
        """
        ...

    async def reword(self, publication: Publication, post: NewPost, *, content_key: str) -> None:
        """Give the post of a publication, which must be its own, another caption and other needs."""
        ...

    async def show_instead(
        self, publication: Publication, before: MediaId, after: MediaId, *, content_key: str
    ) -> None:
        """Let the post of a publication, which must be its own, show another item in the place of one."""
        ...

    async def add_attempt(self, attempt: Attempt) -> None:
        """Append one try."""
        ...

    async def next_due_at(self, *, after: dt.datetime) -> dt.datetime | None:
        """Return when the next scheduled publication, or the next look at one, is due, later than `after`."""
        ...

    async def find(
        self,
        workspace_id: WorkspaceId,
        *,
        states: Collection[State] = (),
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[Job]:
        """Return publications in these states, or in all: by due time, or what changed last first."""
        ...

    async def posted_without_address(self, *, since: dt.datetime, until: dt.datetime) -> list[Job]:
        """Return what went out by the bot in this time, or was to, and has no public address."""
        ...

    async def of_latest_posts(self, workspace_id: WorkspaceId, *, limit: int) -> list[Job]:
        """Return all publications of the posts that were made last, a post with its variants as one."""
        ...

    async def counts(
        self, workspace_id: WorkspaceId, *, since: dt.datetime
    ) -> dict[tuple[State, Lane | None], int]:
        """Count publications by state and lane: all that are not final, and the final ones since then."""
        ...

    async def history(self, publication_id: PublicationId) -> list[HistoryEntry]:
        """Return what happened to a publication, oldest first."""
        ...


class PostRepository(Protocol):
    """Content."""

    async def add(self, new: NewPost, *, at: dt.datetime) -> PostId:
        """Add a post."""
        ...

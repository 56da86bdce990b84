"""What the use cases need of the database: one transaction at a time, and the repositories within it."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from domain.account import AccessToken, Account, AccountState
from domain.card import Card, CardKind, CardPanel
from domain.figures import DailyFigures, LocalDay
from domain.ids import (
    AccountId,
    CardId,
    ChatId,
    MediaId,
    OutboxId,
    PlatformName,
    PostId,
    PublicationId,
    UploadId,
    UserId,
    WorkspaceId,
)
from domain.lane import Lane
from domain.media import Description, LockReason, MediaFacts, MediaItem, Need
from domain.post import PostDetails
from domain.publication import Event, HistoryEntry, Publication, State
from domain.quota import Posts, Reading, Standing
from domain.schedule import Slot
from domain.switch import Switch
from domain.token import Grant, HeldToken
from domain.workspace import Person, Role, Workspace
from services.messages import Message, Urgency
from services.ports import HostedFile, Job, Surroundings


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


@dataclasses.dataclass(frozen=True, slots=True)
class FilledSlot:
    """A slot of an account that has its publication, whatever became of that."""

    account_id: AccountId
    local_date: dt.date
    number: int


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
        others_than: Collection[PublicationId] = (),
    ) -> dict[AccountId, Publication]:
        """Return, by account, the newest other publication of this content key in these states.

        Its time, of the post or else of its due time, lies between `since` and `until`; an unconfirmed one
        counts whenever it was.
        """
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

    async def of_latest_posts(self, workspace_id: WorkspaceId, *, limit: int) -> list[Job]:
        """Return all publications of the posts that were made last, a post with its variants as one."""
        ...

    async def counts(
        self, workspace_id: WorkspaceId, *, since: dt.datetime
    ) -> dict[tuple[State, Lane | None], int]:
        """Count publications by state and lane: all that are not final, and the final ones since then."""
        ...

    async def filled_slots(self, *, since: dt.date) -> frozenset[FilledSlot]:
        """Return the filled slots of all workspaces from this local date on, in one statement."""
        ...

    async def history(self, publication_id: PublicationId) -> list[HistoryEntry]:
        """Return what happened to a publication, oldest first."""
        ...


class PostRepository(Protocol):
    """Content."""

    async def add(self, new: NewPost, *, at: dt.datetime) -> PostId:
        """Add a post."""
        ...


class MediaRepository(Protocol):
    """The library."""

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        path: str,
        sha256: str,
        facts: MediaFacts,
        description: Description,
        at: dt.datetime,
        is_retired: bool = False,
    ) -> MediaId | None:
        """Add a file; None: the workspace has one with this content."""
        ...

    async def describe(self, media_id: MediaId, *, path: str, description: Description) -> None:
        """Store where a known file lies now, and what people say of it now."""
        ...

    async def by_sha256(self, workspace_id: WorkspaceId, sha256: str) -> MediaItem | None:
        """Return the item with this content."""
        ...

    async def get(self, media_ids: Collection[MediaId]) -> list[MediaItem]:
        """Return these items, in no special order."""
        ...

    async def find(self, workspace_id: WorkspaceId, *, limit: int = 1000) -> list[MediaItem]:
        """Return a workspace's items, oldest first."""
        ...

    async def candidates(
        self, workspace_id: WorkspaceId, account_id: AccountId, *, now: dt.datetime, limit: int
    ) -> list[MediaItem]:
        """Return items that may be posted on the account: not retired, not locked, not in its queue.

        Never posted on it first, then least recently posted on it.
        """
        ...

    async def lock(
        self,
        media_ids: Collection[MediaId],
        account_id: AccountId,
        *,
        until: dt.datetime | None,
        reason: LockReason,
        at: dt.datetime,
    ) -> None:
        """Lock items for an account until a time; None: for ever. A longer lock stands against a shorter."""
        ...

    async def locked(
        self, media_ids: Collection[MediaId], account_id: AccountId, *, now: dt.datetime
    ) -> dict[MediaId, dt.datetime | None]:
        """Return which of these are locked, and until when."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """What became of the stored tokens when the keys were changed."""

    sealed: int
    lost: int
    """Tokens that none of the keys opens."""


class AccountRepository(Protocol):
    """Connected profiles and their tokens."""

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        platform: PlatformName,
        external_id: str,
        name: str,
        login: str,
        at: dt.datetime,
    ) -> AccountId:
        """Connect a profile, or take a known one up again under this name and login."""
        ...

    async def get(self, account_id: AccountId) -> Account | None:
        """Return one account."""
        ...

    async def find(self, workspace_id: WorkspaceId) -> list[Account]:
        """Return a workspace's accounts that are not removed, oldest first."""
        ...

    async def all(self) -> list[Account]:
        """Return the accounts of all workspaces that are not removed, oldest first, in one statement."""
        ...

    async def set_state(self, account_id: AccountId, state: AccountState, *, reason: str = "") -> bool:
        """Set an account's state; False: it was so already, or the account is removed and stays so."""
        ...

    async def checked(self, account_id: AccountId, *, at: dt.datetime, name: str) -> None:
        """Remember that a call to the platform answered for this account."""
        ...

    async def set_token(
        self,
        account_id: AccountId,
        grant: Grant,
        *,
        refresh_after: dt.datetime | None = None,
        at: dt.datetime,
    ) -> None:
        """Store an account's access, encrypted, whatever was there before; it is a new version."""
        ...

    async def replace_token(
        self, held: HeldToken, grant: Grant, *, refresh_after: dt.datetime | None, at: dt.datetime
    ) -> bool:
        """Store renewed access in place of the version held; False: there is a newer one, which stays."""
        ...

    async def token(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token."""
        ...

    async def held_fast(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token; nobody connects or renews it before this transaction ends."""
        ...

    async def claim_refreshes(self, *, now: dt.datetime, until: dt.datetime, limit: int) -> list[HeldToken]:
        """Return access that is to be renewed now; nobody else is given it before `until`.

        That of accounts that are removed or need a new login is left alone.
        """
        ...

    async def put_off_refresh(self, held: HeldToken, *, until: dt.datetime | None) -> bool:
        """Count a renewal that failed, and set when the next one is; False: there is newer access."""
        ...

    async def held_tokens(self, workspace_id: WorkspaceId) -> list[HeldToken]:
        """Return the access to a workspace's accounts that are not removed, dead or not."""
        ...

    async def unchecked_tokens(self, *, since: dt.datetime) -> list[HeldToken]:
        """Return the access that was there before then and was not seen to work since, in one statement.

        That of accounts that are removed or need a new login is left out.
        """
        ...

    async def worked(self, account_ids: Collection[AccountId], *, at: dt.datetime) -> None:
        """Remember that these accounts' access was seen to work, in one statement."""
        ...

    async def reseal_tokens(self) -> Resealed:
        """Encrypt every token anew with the newest key; one that no key opens stays as it is."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What somebody was found to be to a workspace."""

    workspace: Workspace
    role: Role | None
    """None: no member, or never asked."""
    found_at: dt.datetime | None
    """None: never asked."""


class WorkspaceRepository(Protocol):
    """Teams, their settings and their people."""

    async def add(self, *, name: str, chat_id: ChatId, at: dt.datetime) -> WorkspaceId:
        """Add a workspace.

        Raises:
            StorylineError: the chat belongs to one already.
        """
        ...

    async def get(self, workspace_id: WorkspaceId) -> Workspace | None:
        """Return one workspace."""
        ...

    async def by_chat(self, chat_id: ChatId) -> Workspace | None:
        """Return the workspace of a chat."""
        ...

    async def all(self) -> list[Workspace]:
        """Return all workspaces, oldest first."""
        ...

    async def set_setting(self, workspace_id: WorkspaceId, key: str, value: str, *, at: dt.datetime) -> None:
        """Store one setting as text; its meaning is in `services/workspaces.py`."""
        ...

    async def set_paused(self, workspace_id: WorkspaceId, paused_at: dt.datetime | None) -> bool:
        """Pause or resume; False: it was so already."""
        ...

    async def set_chat(self, workspace_id: WorkspaceId, chat_id: ChatId) -> None:
        """Follow a chat whose id changed."""
        ...

    async def remember(
        self, workspace_id: WorkspaceId, person: Person, role: Role, *, at: dt.datetime
    ) -> None:
        """Store a person and the role that was found for them."""
        ...

    async def membership(self, chat_id: ChatId, user_id: UserId) -> Membership | None:
        """Return the workspace of a chat and what a person was found to be to it; None: there is none."""
        ...

    async def forget(self, workspace_id: WorkspaceId, user_id: UserId, *, at: dt.datetime) -> None:
        """Store that a person is no member."""
        ...

    async def names(self, user_ids: Collection[UserId]) -> dict[UserId, str]:
        """Return people's names."""
        ...


class CardRepository(Protocol):
    """Cards in the chat."""

    async def add(
        self,
        publication_id: PublicationId,
        kind: CardKind,
        chat_id: ChatId,
        *,
        at: dt.datetime,
        asked_of: UserId | None = None,
    ) -> CardId:
        """Add a card that is not delivered yet."""
        ...

    async def get(self, card_id: CardId) -> Card | None:
        """Return one card."""
        ...

    async def prompt(self, chat_id: ChatId, message_id: int) -> Card | None:
        """Return the prompt that a reply answers, open or not."""
        ...

    async def close_for(self, publication_id: PublicationId) -> list[CardId]:
        """Close a publication's open cards and return them, oldest first; they then show how it ended."""
        ...

    async def stranded(self, *, limit: int) -> list[Card]:
        """Return open cards that stand in no chat and for which no message waits, oldest first."""
        ...

    async def set_panel(self, card_id: CardId, panel: CardPanel) -> None:
        """Choose which buttons a card shows."""
        ...

    async def delivered(
        self, card_id: CardId, *, message_id: int, media_message_ids: Sequence[int] = ()
    ) -> None:
        """Store where a card stands."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to a chat."""

    id: OutboxId
    chat_id: ChatId
    message: Message
    urgency: Urgency
    tries: int
    """How often sending was begun before."""
    unclear: bool
    """Whether an earlier try may have arrived."""


class OutboxRepository(Protocol):
    """What is to be sent to the chats; drained by the leader alone."""

    async def add(self, chat_id: ChatId, message: Message, *, urgency: Urgency, at: dt.datetime) -> None:
        """Put a message into the outbox. A redraw of a card that already waits to be drawn is not doubled."""
        ...

    async def waiting(self, *, now: dt.datetime, limit: int) -> list[Outgoing]:
        """Return what may be sent now: most urgent first, then oldest."""
        ...

    async def begin(self, outbox_ids: Collection[OutboxId], *, at: dt.datetime) -> None:
        """Store that sending begins, so that a crash leaves a trace."""
        ...

    async def sent(self, outbox_id: OutboxId, *, at: dt.datetime) -> None:
        """Store that it arrived."""
        ...

    async def later(self, outbox_id: OutboxId, *, until: dt.datetime, unclear: bool, error: str) -> None:
        """Send it again later; `unclear`: it may have arrived."""
        ...

    async def failed(self, outbox_id: OutboxId, *, at: dt.datetime, error: str) -> None:
        """Give it up."""
        ...

    async def recover(self, *, until: dt.datetime) -> int:
        """Make what a dead leader was sending wait until then, as unclear; return how many."""
        ...

    async def next_at(self) -> dt.datetime | None:
        """Return when the next message may be sent; None: nothing waits."""
        ...


class InboxRepository(Protocol):
    """Updates from Telegram, stored raw before they are confirmed."""

    async def add(self, updates: Mapping[int, str], *, at: dt.datetime) -> None:
        """Store raw updates by id; known ones are ignored."""
        ...

    async def unhandled(self, *, limit: int) -> list[tuple[int, str]]:
        """Return updates that wait to be handled, oldest first."""
        ...

    async def handled(self, update_id: int, *, at: dt.datetime, error: str = "") -> bool:
        """Store that an update was handled, or why it could not be; False: it did not wait for that."""
        ...


class UploadRepository(Protocol):
    """Files in the cloud, so that none is forgotten there."""

    async def add(
        self,
        publication_id: PublicationId,
        media_id: MediaId,
        file: HostedFile,
        *,
        provider: str,
        at: dt.datetime,
    ) -> None:
        """Store an upload; one of the same item for the same publication is replaced."""
        ...

    async def find(self, publication_id: PublicationId) -> dict[MediaId, tuple[UploadId, HostedFile]]:
        """Return a publication's uploads that were not deleted."""
        ...

    async def left_over(self, *, before: dt.datetime, limit: int) -> dict[UploadId, str]:
        """Return uploads older than this, or of final publications, with their references."""
        ...

    async def deleted(self, upload_ids: Collection[UploadId], *, at: dt.datetime) -> None:
        """Store that uploads are gone."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log."""

    at: dt.datetime
    actor: str
    action: str
    """Such as `post_published`, `press`, `setting_changed`."""
    workspace_id: WorkspaceId | None = None
    publication_id: PublicationId | None = None
    detail: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


class AuditRepository(Protocol):
    """Who did what when; append-only."""

    async def add(self, *entries: AuditEntry) -> None:
        """Append entries, in one statement."""
        ...

    async def find(self, workspace_id: WorkspaceId | None, *, limit: int = 100) -> list[AuditEntry]:
        """Return the newest entries of a workspace, or of the whole installation alone, newest first."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """Something that somebody was told of, and that is not over."""

    workspace_id: WorkspaceId
    kind: str
    subject: str
    """What it is about, such as `account:3`; of one kind about one subject at most one is open."""
    level: int
    detail: str


class AlertRepository(Protocol):
    """What was told already, so that nothing is told twice."""

    async def raise_(self, alert: OpenAlert, *, at: dt.datetime) -> bool:
        """Open an alert, or raise the level of an open one; False: it is no news."""
        ...

    async def subjects(self, kind: str) -> list[str]:
        """Return what open alerts of a kind are about, in all workspaces."""
        ...

    async def end(self, workspace_id: WorkspaceId, kind: str, subject: str, *, at: dt.datetime) -> bool:
        """End an open alert; False: none was open."""
        ...


class SwitchRepository(Protocol):
    """What stops posting for everybody."""

    async def set(self, switch: Switch) -> bool:
        """Set a switch; False: it was set already, and stays as it was."""
        ...

    async def clear(self, name: str) -> bool:
        """Take a switch back; False: it was not set."""
        ...

    async def all(self) -> dict[str, Switch]:
        """Return the switches that are set, by name."""
        ...


class QuotaRepository(Protocol):
    """What the platforms said of their quotas, and what of ours counts towards them."""

    async def standing(self, publication: Publication, *, now: dt.datetime) -> Standing:
        """Return where a publication's account stands without it: one statement."""
        ...

    async def begun(self, publication: Publication, *, since: dt.datetime) -> list[dt.datetime]:
        """Return when the other publications of the account made their irreversible call since then."""
        ...

    async def waiting(self, publication: Publication, *, now: dt.datetime) -> int:
        """Count the others of the account whose planned time is over and that wait for another one."""
        ...

    async def store(self, account_id: AccountId, reading: Reading) -> None:
        """Store a reading, unless a later one is there."""
        ...

    async def readings(self, account_ids: Collection[AccountId] | None = None) -> dict[AccountId, Reading]:
        """Return the last readings of these accounts, or of all."""
        ...

    async def posts(self, account_ids: Collection[AccountId], *, now: dt.datetime) -> dict[AccountId, Posts]:
        """Return what the bot posted on accounts within 24 hours, and is to post within 24 hours."""
        ...

    async def close_account(
        self, account: Account, *, until: dt.datetime, usage_percent: int | None = None
    ) -> None:
        """Close an account to the bot until then, or until a later time that is set already."""
        ...

    async def close_login(
        self, account: Account, *, until: dt.datetime, usage_percent: int | None = None
    ) -> None:
        """Do the same with all accounts of its login, for they share an app."""
        ...


class FiguresRepository(Protocol):
    """Figures of the teams' days."""

    async def counted(self, days: Sequence[LocalDay]) -> list[DailyFigures]:
        """Count what happened on these days, in one statement."""
        ...

    async def record(self, figures: Collection[DailyFigures]) -> None:
        """Keep figures, in place of those of the same days that were kept before."""
        ...

    async def recorded(
        self, *, since: dt.date, workspace_id: WorkspaceId | None = None
    ) -> list[DailyFigures]:
        """Return the figures that were kept of these days, of a team or of all, oldest first."""
        ...


class UnitOfWork(Protocol):
    """One database transaction. Left without `commit`, it leaves no trace."""

    publications: PublicationRepository
    posts: PostRepository
    media: MediaRepository
    accounts: AccountRepository
    workspaces: WorkspaceRepository
    cards: CardRepository
    outbox: OutboxRepository
    inbox: InboxRepository
    uploads: UploadRepository
    audit: AuditRepository
    switches: SwitchRepository
    alerts: AlertRepository
    quotas: QuotaRepository
    figures: FiguresRepository

    async def commit(self) -> None:
        """Make it last, and wake whoever waits for what was added (the queue's worker, the sender)."""
        ...


class Database(Protocol):
    """Opens units of work."""

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction; it rolls back unless committed, and is closed at the end."""
        ...

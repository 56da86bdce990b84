"""What the use cases need of the outside world, by role. The database's is `unit_of_work.py`."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from domain.account import AccessToken, Account
from domain.capabilities import Capabilities
from domain.ids import PlatformName
from domain.media import MediaFacts, MediaItem
from domain.post import Post
from domain.publication import Publication
from domain.quota import Quota, Standing
from domain.recipe import Recipe
from domain.throttle import LimitUse
from domain.token import Grant
from domain.workspace import Workspace


class Clock(Protocol):
    """Time, as the only way to it."""

    def now(self) -> dt.datetime:
        """Return the time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return real seconds that never go back, for measuring and for leases."""
        ...

    async def sleep(self, duration: dt.timedelta) -> None:
        """Wait this long by this clock."""
        ...


class Randomness(Protocol):
    """Chance, as the only way to it."""

    def uniform(self, low: float, high: float) -> float:
        """Return a number between `low` and `high`."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A publication with all that is needed to work on it or to show it."""

    publication: Publication
    post: Post
    account: Account
    workspace: Workspace
    token: AccessToken | None
    standing: Standing | None = None
    """Where its account stood when it was claimed; None: not asked, for it was begun before."""
    is_dry_run: bool = False
    """Whether the switch for a dry run was set when this was read; a claim holds to it to its end."""

    def at(self, checkpoint: Mapping[str, Any]) -> "Job":
        """Return this job with another checkpoint."""
        return dataclasses.replace(
            self, publication=dataclasses.replace(self.publication, checkpoint=checkpoint)
        )


class LimitMeter(Protocol):
    """Hears what the platforms' answers say of their limits of calls."""

    def take(self, token: AccessToken) -> LimitUse | None:
        """Return the worst that answers to calls with this token said since this was last asked."""
        ...


class ApiVersions(Protocol):
    """Notices which versions of their APIs the platforms answer by."""

    def concerns(self, today: dt.date) -> Mapping[PlatformName, str]:
        """Return what an admin should know of them, a sentence for each platform that is concerned."""
        ...


class Files(Protocol):
    """The media of a job: where a platform can fetch them, and where they lie."""

    async def url(self, item: MediaItem) -> str:
        """Return a public URL of this item's file, uploading it when it is not there yet.

        Raises:
            PublishingError: the upload failed, or the file cannot be read.
        """
        ...

    async def path(self, item: MediaItem) -> Path:
        """Return where this item's file lies, for platforms that take the bytes themselves.

        Raises:
            RejectedError: the file is gone, or is not the one that was imported.
        """
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of the preparation is done; call `prepare` again with this checkpoint."""

    checkpoint: Mapping[str, Any]
    did: str
    """Name of the call that was made, for the record."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The platform is working on it: come back later."""

    checkpoint: Mapping[str, Any]
    after: dt.timedelta
    did: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that can be repeated is done; the one irreversible call may follow."""

    checkpoint: Mapping[str, Any]
    did: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the platform gave for a post that is out."""

    platform_post_id: str | None
    """None when the platform proves that it is out without saying its id."""
    permalink: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The platform took the post and shows it once it has processed it, or never: look for it."""

    checkpoint: Mapping[str, Any]
    after: dt.timedelta
    """When the first look makes sense; no call is in flight, so nothing else has to be waited out."""
    why: str
    """What it is doing, in words fit for the card."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Looked up: it is out."""

    receipt: Receipt


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Looked up: it is proved not to be out; it may be published from this checkpoint."""

    checkpoint: Mapping[str, Any]
    proof: str
    """How that is known, in a few words for the history."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Looked up: not decided. The checkpoint may carry what was seen, for the next look."""

    checkpoint: Mapping[str, Any]
    why: str
    """What stands against a decision, in words fit for the card."""
    again_after: dt.timedelta | None = None
    """When another look promises more, such as a second reading of the same list; None: no preference."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the database knows that helps to recognise a post."""

    known_post_ids: frozenset[str]
    """Platform ids of other publications of this account; a match must not be one of them."""
    others_since_intent: bool
    """Whether another publication of ours went, or may have gone, to this account since the intent."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What a platform says of an account."""

    name: str
    quota: Quota | None = None
    """None: it does not say."""


class Publisher(Protocol):
    """How one platform posts. Errors are `PublishingError`s, whatever the network does.

    `prepare` and `look_up` may be repeated at any time. `publish` is the one call that is never repeated
    blindly; it raises `OutcomeUnknownError` whenever the post may be out, and any other kind only when it is
    surely not.
    """

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        """Do the next step towards being ready, from the job's checkpoint."""
        ...

    async def publish(self, job: Job) -> Receipt | Accepted:
        """Make the one irreversible call, for a job whose checkpoint is ready."""
        ...

    async def permalink(self, job: Job, platform_post_id: str) -> str | None:
        """Return the public address of a post that is out; None when the platform does not say."""
        ...

    async def look_up(self, job: Job, surroundings: Surroundings) -> Live | Absent | Unknown:
        """Find out, by reading alone, whether a job with an intent is out."""
        ...

    async def check(self, account: Account, token: AccessToken) -> AccountFacts:
        """Ask the platform for the account, as a test of its access."""
        ...

    async def quota(self, account: Account, token: AccessToken) -> Quota | None:
        """Ask how many posts of the last 24 hours count; None: the platform has no such limit to ask for."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An account that a token reaches."""

    external_id: str
    name: str
    grant: Grant
    """Access to this account alone."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a token that a person gave turned out to be."""

    grant: Grant
    """The token itself, for long where the platform exchanges it."""
    offers: tuple[Offer, ...] = ()
    """The accounts it reaches, with tokens of their own; empty: it speaks for one, or nobody can tell."""


class TokenClient(Protocol):
    """How one platform gives access and takes it back. Errors are `PublishingError`s.

    `AuthorizationError` is raised when the platform says that the access is dead or will not be renewed, and
    never when it cannot be asked, or will not be asked by this installation.
    """

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        """Exchange a token that a person gave for one that lasts, and find the accounts it reaches."""
        ...

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        """Return new access; the access held stays good until it is replaced."""
        ...

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        """Ask whether the access works; return it with what the platform says of its end."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A platform as the use cases see it."""

    name: PlatformName
    capabilities: Capabilities
    publisher: Publisher
    tokens: TokenClient
    logins: tuple[str, ...]
    """The login families an account may use; the first is the default."""
    posts_per_hour: int | None = None
    """How many posts the bot may begin on one account in any hour; None: as many as there are."""


Networks = Mapping[PlatformName, Network]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HostedFile:
    """A file in the cloud."""

    url: str
    """Public, fetched by the platform."""
    reference: str
    """What the store needs to delete it."""
    expires_at: dt.datetime | None = None
    """When the URL stops working; None: not before the file is deleted."""


class MediaStore(Protocol):
    """The cloud that serves media to the platforms. Errors are `PublishingError`s."""

    @property
    def name(self) -> str:
        """The provider's name, as in the settings."""
        ...

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        """Upload a file under this name; a second upload under the same name takes its place.

        Args:
            path: where the file lies.
            name: without the name that a person gave the file; `/` makes folders.
            content_type: what it is served as; `image/…` or `video/…`.
        """
        ...

    async def delete(self, reference: str) -> None:
        """Delete an upload, and see to it that it is gone; one that is not there is fine."""
        ...

    async def usage(self) -> int:
        """Return how many bytes are stored."""
        ...


class Preflight(Protocol):
    """Fetches a public URL as a platform would, before one is told of it."""

    async def check(self, url: str, path: Path, *, content_type: str) -> None:
        """Return when the URL gives this file as this type.

        Raises:
            TransientError: it does not; the message says what the platform would have seen.
        """
        ...


class Prober(Protocol):
    """Looks into files, in another process where a hostile one can do no harm."""

    async def probe(self, path: Path) -> MediaFacts:
        """Return the facts of an image or video.

        Raises:
            UnreadableMediaError: it is none, is broken, or is too large to look at.
        """
        ...


class Preparer(Protocol):
    """Makes of files what platforms take, in another process where a hostile one can do no harm."""

    async def prepare(
        self,
        recipe: Recipe,
        *,
        source: Path,
        target: Path,
        patience: dt.timedelta,
        on_progress: Callable[[float], object],
    ) -> None:
        """Write what a recipe makes of `source` to `target`, which is not to be trusted unless this returns.

        Args:
            recipe: what to make.
            source: an image or video.
            target: a file that may be there already, and may be left in part.
            patience: how long it may take, of real time.
            on_progress: hears from time to time which share of long work is done, from 0 to 1.

        Raises:
            UnreadableMediaError: it cannot be made of this file, or takes too long.
            OSError: there is no room to write it.
        """
        ...


class UnreadableMediaError(Exception):
    """A file is no image or video that can be used; the message says why in one sentence."""

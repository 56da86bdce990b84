"""What goes to which account: one post, worded and illustrated for each of the accounts that take it."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence

from domain.account import Account
from domain.content_key import content_key
from domain.errors import StorylineError
from domain.ids import AccountId, MediaId, WorkspaceId
from domain.lane import Lane
from domain.media import MediaItem, Need
from domain.post import MOST_MEDIA, PostDetails
from services.accounts.naming import account_named
from services.ports import Networks
from services.repositories.publications import NewPost
from services.unit_of_work import UnitOfWork

NATIVE_SOONEST = dt.timedelta(minutes=15)
"""A platform is asked to publish by itself no closer to the time; Facebook takes 10 minutes at the least."""
NATIVE_FURTHEST = dt.timedelta(days=28)
"""Nor further ahead; until then the publication waits here. Facebook has been seen to take 29 days."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What one account gets instead of what the others get; None: the same."""

    caption: str | None = None
    media: tuple[MediaId, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class QueueRequest:
    """What somebody wants to go out."""

    workspace_id: WorkspaceId
    media: tuple[MediaId, ...]
    placement: str
    account_names: tuple[str, ...] = ()
    """Empty: every account of the workspace whose platform has the placement."""
    at: dt.datetime | None = None
    """None, or a time that is over: now."""
    caption: str | None = None
    """None: the first media item's."""
    link: str | None = None
    """None: the first media item's."""
    variants: Mapping[str, Variant] = dataclasses.field(default_factory=dict[str, Variant])
    """By the name or id of an account."""
    cover: MediaId | None = None
    details: PostDetails = dataclasses.field(default_factory=PostDetails)
    lane: Lane | None = None
    needs: frozenset[Need] = frozenset()
    """Beside what the media items need."""
    approval: bool = False
    force: bool = False
    """Despite a lock, and although the account has or had the same within the hour."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one account is to show."""

    caption: str
    link: str
    items: tuple[MediaItem, ...]

    def key(self, account: Account, placement: str) -> str:
        """Return what tells whether the account gets this twice."""
        return content_key(
            platform=account.platform,
            account_id=account.id,
            placement=placement,
            caption=self.caption,
            media_sha256=[item.sha256 for item in self.items],
            link=self.link,
        )

    def post(self, workspace_id: WorkspaceId, placement: str) -> NewPost:
        """Return it as a post, with the needs of its media; a story's link needs a sticker."""
        needs = frozenset[Need]().union(*(item.description.needs for item in self.items))
        return NewPost(
            workspace_id=workspace_id,
            caption=self.caption,
            link=self.link,
            needs=needs | {Need.LINK} if self.link and placement == "story" else needs,
            media=tuple(item.id for item in self.items),
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The accounts that a request is for, and what each of them gets."""

    accounts: Sequence[Account]
    common: Content
    variants: Mapping[AccountId, Content]
    """Of the accounts that get something else."""

    def of(self, account: Account) -> Content:
        """Return what an account gets."""
        return self.variants.get(account.id, self.common)


async def composed(uow: UnitOfWork, request: QueueRequest, networks: Networks) -> Composition:
    """Return what a request puts where.

    Raises:
        StorylineError: no account takes it, the media is unknown or too much, or there is nothing to show.
    """
    known = await uow.accounts.find(request.workspace_id)
    accounts = _chosen(known, request, networks)
    by_account = _variants_of(known, accounts, request.variants)
    items = await _items(uow, request, by_account.values())
    common = _content(request, items, Variant())
    return Composition(
        accounts=accounts,
        common=common,
        variants={
            account_id: _content(request, items, variant) for account_id, variant in by_account.items()
        },
    )


def worked_on_at(
    account: Account, request: QueueRequest, *, due_at: dt.datetime, now: dt.datetime, networks: Networks
) -> dt.datetime:
    """Return when the bot is to work on it: at its time, or ahead where the platform publishes by itself.

    Raises:
        StorylineError: the time is too close for that, or it is to be approved first.
    """
    placement = networks[account.platform].capabilities.placements[request.placement]
    if not (request.details.native_schedule and placement.takes_native_schedule):
        return due_at
    if request.approval:
        raise StorylineError("What the platform itself is to publish cannot wait for an approval here.")
    if due_at - now < NATIVE_SOONEST:
        minutes = NATIVE_SOONEST // dt.timedelta(minutes=1)
        raise StorylineError(f"A platform schedules by itself what is at least {minutes} minutes ahead.")
    return max(now, due_at - NATIVE_FURTHEST)


def _chosen(known: Sequence[Account], request: QueueRequest, networks: Networks) -> list[Account]:
    if not known:
        raise StorylineError(
            "No account is connected yet. Connect one first: storyline accounts add instagram …"
        )
    if not request.account_names:
        taking = [account for account in known if _takes(account, request.placement, networks)]
        if not taking:
            raise StorylineError(
                f"No connected account takes the placement “{request.placement}”; "
                f"they take {_placements(known, networks)}."
            )
        return taking
    # Once each, also where somebody names one twice, or by its name and its id.
    chosen = list(dict.fromkeys(account_named(name, known) for name in request.account_names))
    for account in chosen:
        if not _takes(account, request.placement, networks):
            raise StorylineError(
                f"{account.name} takes no placement “{request.placement}”; "
                f"it takes {_placements([account], networks)}."
            )
    return chosen


def _placements(accounts: Iterable[Account], networks: Networks) -> str:
    taken = (
        networks[each.platform].capabilities.placements for each in accounts if each.platform in networks
    )
    return ", ".join(dict.fromkeys(itertools.chain.from_iterable(taken)))


def _variants_of(
    known: Sequence[Account], accounts: Sequence[Account], variants: Mapping[str, Variant]
) -> dict[AccountId, Variant]:
    by_account: dict[AccountId, Variant] = {}
    for name, variant in variants.items():
        account = account_named(name, known)
        if account not in accounts:
            raise StorylineError(f"There is a variant for {name}, which does not get this post.")
        by_account[account.id] = variant
    return by_account


def _takes(account: Account, placement: str, networks: Networks) -> bool:
    network = networks.get(account.platform)
    return network is not None and placement in network.capabilities.placements


async def _items(
    uow: UnitOfWork, request: QueueRequest, variants: Collection[Variant]
) -> dict[MediaId, MediaItem]:
    lists = [request.media, *(variant.media for variant in variants if variant.media is not None)]
    for media in lists:
        if len(media) > MOST_MEDIA:
            raise StorylineError(f"A post has at most {MOST_MEDIA} media items, not {len(media)}.")
        if len(set(media)) < len(media):
            raise StorylineError("A post has each media item once.")
    wanted = {media_id for media in lists for media_id in media}
    if request.cover is not None:
        wanted.add(request.cover)
    found = {
        item.id: item for item in await uow.media.get(wanted) if item.workspace_id == request.workspace_id
    }
    if missing := sorted(wanted - found.keys()):
        raise StorylineError(f"There is no media {', '.join(map(str, missing))} in this library.")
    return found


def _content(request: QueueRequest, items: Mapping[MediaId, MediaItem], variant: Variant) -> Content:
    media = request.media if variant.media is None else variant.media
    shown = tuple(items[media_id] for media_id in media)
    first = shown[0].description if shown else None
    caption = request.caption if variant.caption is None else variant.caption
    content = Content(
        caption=caption if caption is not None else (first.caption if first else ""),
        link=request.link if request.link is not None else (first.link if first else ""),
        items=shown,
    )
    if not (content.items or content.caption.strip() or content.link.strip()):
        raise StorylineError("A post shows something: a file, words or a link.")
    return content

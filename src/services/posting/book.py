"""Put chosen items into slots, take them out again, reword them: what a person sends goes before the mix.

A slot stays filled once: a chosen item takes a free slot, or the place of what the planner chose by itself
and nobody touched, which goes back to the library. So an account never posts more than its schedule says.
"""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from domain.account import Account
from domain.capabilities import Placement
from domain.ids import MediaId, PublicationId
from domain.media import LockReason, MediaItem, MediaKind
from domain.publication import Event, Publication, State
from domain.schedule import Slot, slots_of
from domain.workspace import Workspace
from services.ports import Job, Networks
from services.posting.agenda import placements_of
from services.posting.compose import Content
from services.posting.fill_slot import fill_slot
from services.posting.select import kinds_of
from services.repositories.planning import FilledSlot
from services.unit_of_work import UnitOfWork

SOONEST = dt.timedelta(minutes=5)
"""How far ahead a slot is that somebody's media may still take: time enough to see it and to take it back."""
CAROUSEL = "carousel"
NEVER_OUT = frozenset({State.CANCELLED, State.MISSED})
"""How a publication ends that leaves its item as if it had never been planned."""
_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Items for slots."""

    items: Sequence[MediaItem]
    """In this order; each becomes a post of its own."""
    on_date: dt.date | None = None
    """The local date to begin with; None: the next free slots, wherever they are."""
    is_carousel: bool = False
    """All of them are one post, on accounts that take it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A slot that may be taken."""

    slot: Slot
    held_by: FilledSlot | None
    """What the planner chose for it."""
    kinds: frozenset[MediaKind]
    """Of the files that it takes alone."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A post, and the slot it gets."""

    items: tuple[MediaItem, ...]
    place: _Place
    placement: str


async def book(
    uow: UnitOfWork, workspace: Workspace, wanted: Wanted, networks: Networks, *, now: dt.datetime, by: str
) -> None:
    """Put items into slots of every account that takes them.

    An item that an account has in its queue already, or had and posted, skipped or rejected, is left as it is
    there; one for which there is no slot within the horizon waits in the library.
    """
    accounts = await uow.accounts.find(workspace.id)
    if not accounts or not wanted.items or workspace.settings.unusable:
        return
    # Two that fill slots at once would both find the same one free.
    await uow.plan.alone([account.id for account in accounts])
    filled = await uow.plan.filled_slots(since=now.date() - 2 * _DAY)
    known = await uow.publications.showing([item.id for item in wanted.items], states=tuple(State))
    had = [job for job in known if not _was_never_out(job.publication)]
    for account in accounts:
        there = {item.id for job in had if job.account.id == account.id for item in job.post.media}
        placements = placements_of(account, networks)
        places = _places(workspace, account, placements, filled, wanted.on_date, now)
        for new in _matched(_posts(wanted, placements, there), places):
            if new.place.held_by is not None:
                jobs = await uow.publications.jobs([new.place.held_by.publication_id])
                await take_out(
                    uow, jobs.values(), now=now, by=by, reason="made way for media sent to the bot"
                )
            await fill_slot(uow, account, new.place.slot, new.items, placement=new.placement, at=now, by=by)


async def take_out(
    uow: UnitOfWork,
    jobs: Collection[Job],
    *,
    now: dt.datetime,
    by: str,
    reason: str,
    rest_until: dt.datetime | None = None,
) -> None:
    """Take publications that wait out of their slots, which are free then; others stay.

    `rest_until` keeps their items from being chosen for these accounts before then.
    """
    taken: list[PublicationId] = []
    for job in jobs:
        if job.publication.state is not State.SCHEDULED:
            continue
        cancelled = await uow.publications.apply(
            job.publication, Event.CANCELLED, at=now, actor=by, reason=reason
        )
        if cancelled is None:
            continue
        taken.append(cancelled.id)
        if rest_until is not None:
            media = [item.id for item in job.post.media]
            await uow.media.lock(media, job.account.id, until=rest_until, reason=LockReason.WITHDRAWN, at=now)
    await uow.plan.release(taken)


async def reword(uow: UnitOfWork, media_ids: Collection[MediaId], *, now: dt.datetime, by: str) -> None:
    """Let what waits in slots with these items say what the items say now, at the time it had.

    What was begun on the platform with other words begins anew; what may be out with them keeps them.
    """
    waiting = (State.SCHEDULED,)
    jobs = await uow.publications.showing(media_ids, states=waiting, in_slots=True, changeable=True)
    for job in jobs:
        publication, first = job.publication, job.post.media[0]
        content = Content(
            caption=first.description.caption, link=first.description.link, items=tuple(job.post.media)
        )
        post = content.post(job.workspace.id, publication.placement)
        if (post.caption, post.needs) == (job.post.caption, job.post.needs):
            continue
        # Whoever claims it in this moment is refused, and finds the new words at the next try.
        changed = await uow.publications.apply(
            publication, Event.POSTPONED, at=now, actor=by, reason="its words changed", checkpoint={}
        )
        if changed is not None:
            await uow.publications.reword(
                changed, post, content_key=content.key(job.account, publication.placement)
            )


def _was_never_out(publication: Publication) -> bool:
    # What was closed without anybody knowing how it ended keeps its intent.
    return publication.state in NEVER_OUT and publication.intent_at is None


def _places(
    workspace: Workspace,
    account: Account,
    placements: Mapping[str, Placement],
    filled: Collection[FilledSlot],
    on_date: dt.date | None,
    now: dt.datetime,
) -> list[_Place]:
    """Return the slots of an account that may be taken, those that are to be taken first before others."""
    settings = workspace.settings.of(account.id)
    today, soonest = now.astimezone(settings.zone).date(), now + SOONEST
    held = {(slot.local_date, slot.number): slot for slot in filled if slot.account_id == account.id}
    places: list[_Place] = []
    for number in range(-1, settings.horizon_days):  # yesterday's window may reach beyond midnight
        for slot in slots_of(today + number * _DAY, settings, seed=account.id):
            holder = held.get((slot.local_date, slot.number))
            is_open = holder is None or (holder.is_untouched and holder.planned_at > soonest)
            is_wanted = slot.at > soonest and (on_date is None or slot.local_date >= on_date)
            if is_open and is_wanted and slot.placement in placements:
                kinds = frozenset(kinds_of(placements[slot.placement]))
                is_single = placements[slot.placement].min_media == 1
                places.append(_Place(slot=slot, held_by=holder, kinds=kinds if is_single else frozenset()))
    return sorted(
        places,
        key=lambda place: (
            on_date is not None and place.slot.local_date != on_date,
            place.held_by is not None,
            place.slot.at,
        ),
    )


def _posts(
    wanted: Wanted, placements: Mapping[str, Placement], there: Collection[MediaId]
) -> list[tuple[MediaItem, ...]]:
    """Return the items of each post that an account is to get, without those it has or had."""
    items = tuple(item for item in wanted.items if item.id not in there)
    carousel = placements.get(CAROUSEL)
    if wanted.is_carousel and carousel is not None and len(items) >= max(2, carousel.min_media):
        return [items[: carousel.max_media]]
    return [(item,) for item in items]


def _matched(posts: Sequence[tuple[MediaItem, ...]], places: Iterable[_Place]) -> list[_New]:
    """Give each post the first place that takes it; what is alike goes out in the order it was sent."""
    open_places, matched = list(places), list[_New]()
    for kind, same in itertools.groupby(sorted(posts, key=_kind_of), key=_kind_of):
        alike = list(same)
        fitting = [place for place in open_places if not kind or kind in place.kinds][: len(alike)]
        open_places = [place for place in open_places if place not in fitting]
        fitting.sort(key=lambda place: place.slot.at)
        matched += [
            _New(items=items, place=place, placement=place.slot.placement if kind else CAROUSEL)
            for items, place in zip(alike, fitting, strict=False)
        ]
    return matched


def _kind_of(items: tuple[MediaItem, ...]) -> MediaKind | Literal[""]:
    """Return the kind of a single item; several are of none, as a carousel takes any slot."""
    return items[0].facts.kind if len(items) == 1 else ""

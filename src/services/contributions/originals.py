"""Let an original take the place of the photo that Telegram made of it.

The bot asks for the original of a photo, and whoever sends it does not want both to be posted. A file is the
original of a photo when the same person sent both within a day, they look alike and have the same ratio, and
the file has more pixels. It takes the photo's place only while all that the photo is planned for still waits.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from domain.contribution import ContributedFile, Contribution, FileForm, FileStage, Wish
from domain.ids import ChatId, ContributionId
from domain.media import MediaItem
from domain.publication import Event, State, person
from services.messages import ShowContribution, Urgency
from services.ports import Job
from services.posting.compose import Content
from services.unit_of_work import UnitOfWork

WITHIN = dt.timedelta(days=1)
SAME_RATIO = 0.02
"""How much the ratio of the sides may differ: a smaller picture has rounded ones."""
INHERITED = ("category", "needs", "wish", "on_date", "is_carousel")
"""What was decided about the photo, and holds for its original."""
NOT_TAKEN_OUT = tuple(state for state in State if state is not State.CANCELLED)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Photo:
    """A photo whose original came."""

    contribution: Contribution
    file: ContributedFile
    item: MediaItem
    jobs: Sequence[Job]
    """All that it is planned for."""


async def take_places(uow: UnitOfWork, contribution: Contribution, *, now: dt.datetime) -> dict[str, Any]:
    """Let its originals take the places of photos; return what it inherits of their contribution.

    The photos are retired, and what waits with them shows the originals at the same time.
    """
    inherited: dict[str, Any] = {}
    redrawn: dict[ContributionId, ChatId] = {}
    files = [file for file in await uow.contributions.files(contribution.id) if _may_be_original(file)]
    items = {
        item.id: item for item in await uow.media.get([file.media_id for file in files if file.media_id])
    }
    for file in files:
        original = items[file.media_id] if file.media_id else None
        photo = await _photo_of(uow, contribution, original) if original else None
        if original is None or photo is None:
            continue
        redrawn[photo.contribution.id] = photo.contribution.chat_id
        await _take_place(uow, photo, original, now=now, by=person(contribution.sent_by))
        told = f"it took the place of the smaller photo, no. {photo.item.id}"
        await uow.contributions.settle(file, FileStage.TAKEN, media_id=original.id, detail=told)
        inherited = {name: getattr(photo.contribution, name) for name in INHERITED}
        inherited["caption"] = contribution.caption or photo.item.description.caption
    for contribution_id, chat_id in redrawn.items():
        message = ShowContribution(contribution_id=contribution_id)
        await uow.outbox.add(chat_id, message, urgency=Urgency.PRESS, at=now)
    was_answered = contribution.message_id is not None
    return {} if was_answered else inherited


def _may_be_original(file: ContributedFile) -> bool:
    return file.form is FileForm.DOCUMENT and file.stage is FileStage.TAKEN


async def _photo_of(uow: UnitOfWork, contribution: Contribution, original: MediaItem) -> _Photo | None:
    """Return the photo that this is the original of, if that may still be replaced."""
    sent = await uow.contributions.photo(original.near_of) if original.near_of else None
    if sent is None or original.near_of is None:
        return None
    before, file = sent
    (item,) = await uow.media.get([original.near_of])
    jobs = await uow.publications.showing([item.id], states=NOT_TAKEN_OUT)
    is_its_own = (
        before.sent_by == contribution.sent_by
        and before.wish is not Wish.DISCARD
        and contribution.sent_at - before.sent_at <= WITHIN
        and abs(original.facts.ratio - item.facts.ratio) <= SAME_RATIO * item.facts.ratio
        and original.facts.width > item.facts.width
    )
    still_waits = all(job.publication.state is State.SCHEDULED for job in jobs)
    changeable = await uow.publications.showing(
        [item.id], states=(State.SCHEDULED,), in_slots=True, changeable=True
    )
    if not is_its_own or not still_waits or len(changeable) < len(jobs):
        return None
    return _Photo(contribution=before, file=file, item=item, jobs=jobs)


async def _take_place(
    uow: UnitOfWork, photo: _Photo, original: MediaItem, *, now: dt.datetime, by: str
) -> None:
    for job in photo.jobs:
        publication = await uow.publications.apply(
            job.publication, Event.POSTPONED, at=now, actor=by, reason="its original came", checkpoint={}
        )
        if publication is None:
            continue  # claimed in this moment: it goes out as it was
        shown = tuple(original if item.id == photo.item.id else item for item in job.post.media)
        content = Content(caption=job.post.caption, link=job.post.link, items=shown)
        await uow.publications.show_instead(
            publication,
            photo.item.id,
            original.id,
            content_key=content.key(job.account, publication.placement),
        )
    await uow.media.retire([photo.item.id], is_retired=True)
    await uow.media.keep([original.id])
    await uow.contributions.settle(photo.file, FileStage.REPLACED, media_id=photo.item.id)
    await uow.contributions.change(photo.contribution, at=now)

"""Plan what people sent once all its files are there, and answer."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence

from domain.contribution import ContributedFile, Contribution, ContributionStage, FileStage, Wish
from domain.ids import MediaId
from domain.media import Description, MediaItem
from domain.publication import person
from domain.workspace import Workspace
from services.contributions.originals import take_places
from services.messages import SendLookalikes, ShowContribution, Urgency
from services.ports import Clock, Networks
from services.posting.book import Wanted, book, reword
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork
from services.workspaces import workspace_of

AT_ONCE = 20
SAID = ("caption", "category", "needs")
"""What a contribution says of its items."""
TRY_AGAIN_AFTER = dt.timedelta(minutes=1)


class ContributionAnswers:
    """Answers contributions of which all files are settled."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks

    async def give(self) -> None:
        """Plan and answer what is complete, each in one transaction.

        What cannot be answered is put off, and its error comes out when all others are answered.
        """
        async with self._database.read() as look:
            complete = await look.contributions.to_answer(now=self._clock.now(), limit=AT_ONCE)
        failures: list[Exception] = []
        for contribution in complete:
            try:
                await self._answer(contribution)
            except Exception as error:  # noqa: BLE001  (one must not keep the others waiting)
                await self._put_off(contribution)
                failures.append(error)
        if failures:
            raise failures[0]

    async def _put_off(self, contribution: Contribution) -> None:
        async with self._database.begin() as uow:
            await uow.contributions.change(
                contribution, at=None, ready_at=self._clock.now() + TRY_AGAIN_AFTER
            )
            await uow.commit()

    async def _answer(self, contribution: Contribution) -> None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            inherited = await take_places(uow, contribution, now=now)
            answered = await uow.contributions.change(
                contribution, at=None, stage=ContributionStage.ANSWERED, **inherited
            )
            if answered is None:
                return  # another message of the album came in this moment
            workspace = await workspace_of(uow, contribution.workspace_id)
            items = await describe(uow, answered, SAID)
            # A file that was discarded once and is sent again is wanted again.
            await uow.media.retire([item.id for item in items], is_retired=answered.wish is Wish.DISCARD)
            await reword(uow, [item.id for item in items], now=now, by=person(answered.sent_by))
            await plan(uow, workspace, answered, items, self._networks, now=now)
            await uow.audit.add(_audited(answered, items, now))
            await show(uow, answered, now=now)
            if any(item.near_of for item in items):
                lookalikes = SendLookalikes(contribution_id=answered.id)
                await uow.outbox.add(answered.chat_id, lookalikes, urgency=Urgency.PRESS, at=now)
            await uow.commit()


async def describe(uow: UnitOfWork, contribution: Contribution, fields: Collection[str]) -> list[MediaItem]:
    """Let its items say what it says in these fields, and return them in the order of their messages."""
    taken = {
        file.media_id: file
        for file in await uow.contributions.files(contribution.id)
        if file.stage is FileStage.TAKEN and file.media_id is not None
    }
    items = {item.id: item for item in await uow.media.get(taken)}
    described: list[MediaItem] = []
    for media_id, file in taken.items():
        item = items[media_id]
        whole = description_of(contribution, file)
        said = dataclasses.replace(
            item.description, **{name: getattr(whole, name) for name in SAID if name in fields}
        )
        if said != item.description:
            await uow.media.describe(item, said)
        described.append(dataclasses.replace(item, description=said))
    return described


def description_of(contribution: Contribution, file: ContributedFile) -> Description:
    """Return what is said of a file: an album's caption holds for those that have none of their own."""
    return Description(
        caption=file.caption or contribution.caption,
        category=contribution.category,
        needs=contribution.needs,
    )


async def plan(
    uow: UnitOfWork,
    workspace: Workspace,
    contribution: Contribution,
    items: Sequence[MediaItem],
    networks: Networks,
    *,
    now: dt.datetime,
) -> None:
    """Put its items into slots, if it is to be planned."""
    if contribution.wish is not Wish.PLAN:
        return
    wanted = Wanted(items=items, on_date=contribution.on_date, is_carousel=contribution.is_carousel)
    await book(uow, workspace, wanted, networks, now=now, by=person(contribution.sent_by))


async def show(uow: UnitOfWork, contribution: Contribution, *, now: dt.datetime) -> None:
    """Have its answer sent or redrawn."""
    message = ShowContribution(contribution_id=contribution.id)
    await uow.outbox.add(contribution.chat_id, message, urgency=Urgency.PRESS, at=now)


def _audited(contribution: Contribution, items: Collection[MediaItem], now: dt.datetime) -> AuditEntry:
    media: list[MediaId] = [item.id for item in items]
    return AuditEntry(
        at=now,
        actor=person(contribution.sent_by),
        action="media_sent",
        workspace_id=contribution.workspace_id,
        detail={"contribution": contribution.id, "media": media},
    )

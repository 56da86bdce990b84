"""What a waiting message speaks of, as the database has it when the message leaves."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from bot import texts
from bot.texts import user_in
from bot.views.alerts import Told
from bot.views.card import Drawn
from domain.card import Card
from domain.ids import CardId, ChatId, MediaId, OutboxId, PublicationId, UserId
from domain.media import MediaItem
from domain.publication import HistoryEntry
from domain.workspace import Workspace
from services.contributions.outlook import ContributionOutlook, outlook_of
from services.messages import (
    SendAlert,
    SendCaption,
    SendLookalikes,
    SendNewLookalikes,
    SendOriginal,
    SendQueue,
    SendText,
    SendWeek,
    ShowCard,
    ShowContribution,
)
from services.ports import Job, Networks
from services.posting.route import could_go_by_api, expected
from services.posting.week import Week, plan_of
from services.queries import UPCOMING
from services.repositories.chat import Outgoing
from services.unit_of_work import UnitOfWork

MOST_SHOWN = 10
"""How many publications /queue shows."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that is ready."""

    html: str
    reply_to: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Originals:
    """The files of a publication."""

    job: Job
    reply_to: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WholeCaption:
    """The caption of a publication."""

    job: Job
    reply_to: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What comes next in a workspace."""

    workspace: Workspace
    jobs: Sequence[Job]
    has_more: bool
    reply_to: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """What is planned in a workspace for the next days."""

    week: Week
    link: str
    """To its page; empty: there is none."""
    reply_to: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lookalikes:
    """Items that look like older ones of the library, each after that."""

    pairs: Sequence[tuple[MediaItem, MediaItem]]
    caption: str
    reply_to: int | None
    is_asked: bool = False
    """Whether buttons ask what is to become of them."""


Content = Drawn | Text | Told | Originals | WholeCaption | Queue | WeekPlan | ContributionOutlook | Lookalikes


async def load(
    uow: UnitOfWork, messages: Collection[Outgoing], networks: Networks, *, now: dt.datetime
) -> dict[OutboxId, Content]:
    """Return what each message speaks of; one whose subject is gone is left out."""
    shown = [outgoing.message.card_id for outgoing in messages if isinstance(outgoing.message, ShowCard)]
    cards = await uow.publications.of_cards(shown) if shown else {}
    jobs = await _jobs(uow, messages)
    endings = {
        card.publication_id: await uow.publications.history(card.publication_id)
        for card, _ in cards.values()
        if not card.is_open and not card.kind.is_prompt and card.message_id
    }
    names = await _names(uow, cards, endings)
    contents = dict[OutboxId, Content]()
    for outgoing in messages:
        match outgoing.message:
            case SendText(html=html, reply_to=reply_to):
                contents[outgoing.id] = Text(html=html, reply_to=reply_to)
            case SendAlert() as message:
                contents[outgoing.id] = await _alert(uow, outgoing.chat_id, message, jobs)
            case SendQueue(reply_to=reply_to):
                queue = await _queue(uow, outgoing, networks, reply_to)
                if queue is not None:
                    contents[outgoing.id] = queue
            case SendWeek(at=at, link=link, reply_to=reply_to):
                workspace = await uow.workspaces.by_chat(outgoing.chat_id)
                if workspace is not None:
                    week = await plan_of(uow, workspace, networks, now=at)
                    contents[outgoing.id] = WeekPlan(week=week, link=link, reply_to=reply_to)
            case ShowContribution(contribution_id=contribution_id):
                outlook = await outlook_of(uow, contribution_id, networks, now=now)
                if outlook is not None:
                    contents[outgoing.id] = outlook
            case SendLookalikes(contribution_id=contribution_id):
                outlook = await outlook_of(uow, contribution_id, networks, now=now)
                if outlook is not None and outlook.lookalikes:
                    contents[outgoing.id] = Lookalikes(
                        pairs=outlook.lookalikes,
                        caption=texts.LOOKALIKES,
                        reply_to=outlook.contribution.message_id,
                    )
            case SendNewLookalikes(media_ids=media_ids, count=count):
                pairs = await _pairs(uow, media_ids)
                if pairs:
                    caption = texts.new_lookalikes(shown=len(pairs), count=count)
                    contents[outgoing.id] = Lookalikes(
                        pairs=pairs, caption=caption, reply_to=None, is_asked=True
                    )
            case SendOriginal(publication_id=number, reply_to=reply_to) if number in jobs:
                contents[outgoing.id] = Originals(job=jobs[number], reply_to=reply_to)
            case SendCaption(publication_id=number, reply_to=reply_to) if number in jobs:
                contents[outgoing.id] = WholeCaption(job=jobs[number], reply_to=reply_to)
            case ShowCard(card_id=card_id) if card_id in cards:
                card, job = cards[card_id]
                network = networks.get(job.publication.platform)
                history = endings.get(card.publication_id)
                contents[outgoing.id] = Drawn(
                    card=card,
                    job=job,
                    bot_could_post=could_go_by_api(job, network.capabilities if network else None),
                    last=history[-1] if history else None,
                    names=names,
                )
            case _:
                pass
    return contents


async def _pairs(uow: UnitOfWork, media_ids: Collection[MediaId]) -> list[tuple[MediaItem, MediaItem]]:
    """Return those of these items that still wait to be told from an older one, each after that."""
    items = sorted(await uow.media.get(media_ids), key=lambda item: item.id)
    older = {item.id: item for item in await uow.media.get([item.near_of for item in items if item.near_of])}
    return [(older[item.near_of], item) for item in items if item.near_of and item.near_of in older]


async def _jobs(uow: UnitOfWork, messages: Collection[Outgoing]) -> dict[PublicationId, Job]:
    wanted = {
        number
        for outgoing in messages
        if isinstance(outgoing.message, SendOriginal | SendCaption | SendAlert)
        and (number := outgoing.message.publication_id) is not None
    }
    return await uow.publications.jobs(wanted) if wanted else {}


async def _names(
    uow: UnitOfWork,
    cards: Mapping[CardId, tuple[Card, Job]],
    endings: Mapping[PublicationId, Sequence[HistoryEntry]],
) -> dict[UserId, str]:
    people = {card.asked_of for card, _ in cards.values() if card.asked_of is not None}
    for history in endings.values():
        if history and (user_id := user_in(history[-1].actor)) is not None:
            people.add(user_id)
    return await uow.workspaces.names(people) if people else {}


async def _alert(
    uow: UnitOfWork, chat_id: ChatId, said: SendAlert, jobs: Mapping[PublicationId, Job]
) -> Told:
    job = jobs.get(said.publication_id) if said.publication_id is not None else None
    account = job.account if job else None
    if account is None and said.account_id is not None:
        account = await uow.accounts.get(said.account_id)
    workspace = job.workspace if job else None
    if workspace is None and said.workspace_id is not None:
        workspace = await uow.workspaces.get(said.workspace_id)
    is_private = workspace is not None and workspace.chat_id != chat_id
    return Told(said=said, job=job, account=account, workspace=workspace, is_private=is_private)


async def _queue(
    uow: UnitOfWork, outgoing: Outgoing, networks: Networks, reply_to: int | None
) -> Queue | None:
    workspace = await uow.workspaces.by_chat(outgoing.chat_id)
    if workspace is None:
        return None
    jobs = await uow.publications.find(workspace.id, states=UPCOMING, limit=MOST_SHOWN + 1)
    shown = [expected(job, networks) for job in jobs[:MOST_SHOWN]]
    has_more = len(jobs) > MOST_SHOWN
    return Queue(workspace=workspace, jobs=shown, has_more=has_more, reply_to=reply_to)

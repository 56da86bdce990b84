"""People at their phones: who presses what, and what they answer."""

import datetime as dt
import itertools

from domain.card import Action
from domain.ids import ChatId, MediaId, UserId
from domain.publication import Publication, State
from domain.workspace import Person, Role
from services.messages import ShowCard
from services.posting.decide import Outcome, Press, Reply, ReplyOutcome
from services.repositories.records import AuditEntry
from support.posting_world import ANNA, CHAT, PostingWorld, Shown

BEN = UserId(2)
NAMES = {ANNA: "Anna", BEN: "Ben"}
updates = itertools.count(1)


async def pressed(
    world: PostingWorld,
    shown: Shown,
    action: Action,
    *,
    by: UserId = ANNA,
    role: Role = Role.ADMIN,
    chat_id: ChatId = CHAT,
    version: int | None = None,
    message_id: int = 0,
) -> Outcome:
    press = a_press(shown, action, by=by, role=role, chat_id=chat_id, version=version, message_id=message_id)
    await world.stored(press.update_id)
    return await world.decisions.press(press)


def a_press(
    shown: Shown,
    action: Action,
    *,
    by: UserId = ANNA,
    role: Role = Role.ADMIN,
    chat_id: ChatId = CHAT,
    version: int | None = None,
    message_id: int = 0,
) -> Press:
    return Press(
        chat_id=chat_id,
        card_id=shown.card_id,
        version=shown.publication.version if version is None else version,
        action=action,
        person=Person(id=by, name=NAMES[by]),
        role=role,
        update_id=next(updates),
        message_id=message_id,
    )


async def now_of(world: PostingWorld, shown: Shown) -> Publication:
    return await world.publication(shown.publication.id)


async def messages(world: PostingWorld) -> list[object]:
    return [outgoing.message for outgoing in await world.sent()]


async def locks(world: PostingWorld, publication: Publication) -> dict[MediaId, dt.datetime | None]:
    async with world.database.begin() as uow:
        job = (await uow.publications.jobs([publication.id]))[publication.id]
        return await uow.media.locked(
            [item.id for item in job.post.media], world.account.id, now=world.clock.now()
        )


async def newest_audit(world: PostingWorld) -> AuditEntry:
    async with world.database.begin() as uow:
        return (await uow.audit.find(world.workspace.id, limit=1))[0]


async def prompted(
    world: PostingWorld, action: Action = Action.LATER_OWN, *, state: State = State.WITH_TEAM
) -> tuple[Shown, int]:
    """Let Anna ask for her own time or link; return what for, and the message that she is to answer."""
    shown = await world.in_state(state)
    await pressed(world, shown, action)
    async with world.database.begin() as uow:
        sent = [outgoing.message for outgoing in await uow.outbox.waiting(now=world.clock.now(), limit=9)]
        (prompt,) = [message for message in sent if isinstance(message, ShowCard)]
        await uow.cards.delivered(prompt.card_id, message_id=77)
        await uow.commit()
    return shown, 77


async def replied(
    world: PostingWorld,
    text: str,
    *,
    to: int = 77,
    by: UserId = ANNA,
    role: Role = Role.POSTER,
    chat_id: ChatId = CHAT,
) -> ReplyOutcome:
    reply = Reply(
        chat_id=chat_id,
        prompt_message_id=to,
        text=text,
        person=Person(id=by, name=NAMES[by]),
        role=role,
        update_id=next(updates),
    )
    await world.stored(reply.update_id)
    outcome = await world.decisions.reply(reply)
    assert await world.is_handled(reply.update_id)
    return outcome

"""What people do with what was sent: the buttons of the bot's answer, and the caption they answer it with.

Every press is one transaction: the update is marked as handled in it, and the contribution changes by
compare-and-set on its version. What was pressed on an older answer does nothing but redraw it.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
from collections.abc import Mapping
from typing import Any

from domain.contribution import Contribution, ContributionAction, ContributionPanel, ContributionStage, Wish
from domain.ids import ChatId, ContributionId, WorkspaceId
from domain.media import MediaItem, Need
from domain.publication import State, person
from domain.workspace import Person, Role, Workspace
from services.contributions.answer import describe, plan, show
from services.contributions.outlook import categories_of
from services.ports import Clock, Networks
from services.posting.book import reword, take_out
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork
from services.workspaces import workspace_of

NEEDED_ROLE = Role.POSTER
"""What somebody must be to send media, and to decide about what others sent."""
PANELS = {
    ContributionAction.CATEGORY: ContributionPanel.CATEGORY,
    ContributionAction.NEEDS: ContributionPanel.NEEDS,
    ContributionAction.WHEN: ContributionPanel.WHEN,
    ContributionAction.BACK: ContributionPanel.MAIN,
}
"""Buttons that only change what is shown."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ContributionPress:
    """Somebody pressed a button of an answer."""

    chat_id: ChatId
    contribution_id: ContributionId
    version: int
    """The contribution's version that the answer showed."""
    action: ContributionAction
    argument: str = ""
    """Which category (`code_of`), need or date is meant."""
    person: Person
    roles: Mapping[WorkspaceId, Role]
    """What the person is to the workspaces that the chat stands for."""
    update_id: int


class Pressed(enum.StrEnum):
    """What came of a press, or of an answer with a caption."""

    DONE = "done"
    PANEL = "panel"
    STALE = "stale"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    """There is no such contribution in this chat."""
    REPEATED = "repeated"


class ContributionDecisions:
    """Carries out what people press and answer."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks

    async def press(self, press: ContributionPress) -> Pressed:
        """Carry out one press. Repeating it changes nothing more."""
        async with self._database.begin() as uow:
            if not await uow.inbox.handled(press.update_id, at=self._clock.now()):
                return Pressed.REPEATED
            outcome = await self._pressed(uow, press)
            await uow.commit()
        return outcome

    async def caption(
        self,
        chat_id: ChatId,
        message_id: int,
        text: str,
        *,
        by: Person,
        roles: Mapping[WorkspaceId, Role],
        update_id: int,
    ) -> Pressed:
        """Give all files of the contribution that a message of the bot is about a caption."""
        async with self._database.begin() as uow:
            if not await uow.inbox.handled(update_id, at=self._clock.now()):
                return Pressed.REPEATED
            contribution = await uow.contributions.answered_by(chat_id, message_id)
            role = roles.get(contribution.workspace_id) if contribution else None
            if contribution is None or role is None:
                return Pressed.UNKNOWN
            outcome = Pressed.FORBIDDEN
            if role.may(NEEDED_ROLE):
                await uow.contributions.forget_captions(contribution.id)
                outcome = await self._changed(uow, contribution, by, caption=text)
            await uow.commit()
        return outcome

    async def _pressed(self, uow: UnitOfWork, press: ContributionPress) -> Pressed:
        contribution = await uow.contributions.get(press.contribution_id)
        if contribution is None or contribution.chat_id != press.chat_id:
            return Pressed.UNKNOWN
        role = press.roles.get(contribution.workspace_id)
        if role is None:
            return Pressed.UNKNOWN
        if not role.may(NEEDED_ROLE):
            return Pressed.FORBIDDEN
        changes = await self._meant(uow, contribution, press)
        if contribution.version != press.version or changes is None:
            await show(uow, contribution, now=self._clock.now())
            return Pressed.STALE
        if press.action in PANELS:
            turned = await uow.contributions.change(contribution, at=None, **changes)
            if turned is None:
                return Pressed.STALE
            await show(uow, turned, now=self._clock.now())
            return Pressed.PANEL
        return await self._changed(uow, contribution, press.person, **changes)

    async def _meant(
        self, uow: UnitOfWork, contribution: Contribution, press: ContributionPress
    ) -> dict[str, Any] | None:
        """Return what a press changes of the contribution; None: its argument means nothing any more."""
        main: dict[str, Any] = {"panel": ContributionPanel.MAIN}
        match press.action:
            case (
                ContributionAction.CATEGORY
                | ContributionAction.NEEDS
                | ContributionAction.WHEN
                | ContributionAction.BACK
            ):
                return {"panel": PANELS[press.action]}
            case ContributionAction.CATEGORY_IS:
                known = {code_of(name): name for name in await categories_of(uow, contribution)}
                return main | {"category": known[press.argument]} if press.argument in known else None
            case ContributionAction.NEED:
                if press.argument not in set(Need):
                    return None
                return {"needs": contribution.needs ^ {Need(press.argument)}}
            case ContributionAction.WHEN_NEXT | ContributionAction.PLAN:
                return main | {"wish": Wish.PLAN, "on_date": None}
            case ContributionAction.WHEN_ON:
                date = _date(press.argument)
                return None if date is None else main | {"wish": Wish.PLAN, "on_date": date}
            case ContributionAction.CAROUSEL:
                return {"is_carousel": not contribution.is_carousel}
            case ContributionAction.LIBRARY:
                return main | {"wish": Wish.LIBRARY}
            case ContributionAction.DISCARD:
                return main | {"wish": Wish.DISCARD}

    async def _changed(
        self, uow: UnitOfWork, contribution: Contribution, by: Person, **changes: Any
    ) -> Pressed:
        now, actor = self._clock.now(), person(by.id)
        changed = await uow.contributions.change(contribution, at=now, **changes)
        if changed is None:
            return Pressed.STALE
        if changed.stage is ContributionStage.ANSWERED:
            workspace = await workspace_of(uow, changed.workspace_id)
            items = await describe(uow, changed, changes)
            if _is_elsewhere(contribution, changed):
                await self._plan_anew(uow, workspace, changed, items, actor)
            else:
                await reword(uow, [item.id for item in items], now=now, by=actor)
        await uow.audit.add(_audited(changed, actor, now, sorted(changes)))
        await show(uow, changed, now=now)
        return Pressed.DONE

    async def _plan_anew(
        self,
        uow: UnitOfWork,
        workspace: Workspace,
        contribution: Contribution,
        items: list[MediaItem],
        actor: str,
    ) -> None:
        """Take its items out of their slots, and put them where they are wished now."""
        now = self._clock.now()
        media_ids = [item.id for item in items]
        await uow.media.retire(media_ids, is_retired=contribution.wish is Wish.DISCARD)
        waiting = await uow.publications.showing(media_ids, states=(State.SCHEDULED,), in_slots=True)
        await take_out(
            uow,
            waiting,
            now=now,
            by=actor,
            reason="decided otherwise",
            rest_until=_end_of_plan(workspace, now) if contribution.wish is Wish.LIBRARY else None,
        )
        await plan(uow, workspace, contribution, items, self._networks, now=now)


def code_of(category: str) -> str:
    """Return a few characters that stand for a category on a button, whatever it is called."""
    return hashlib.blake2b(category.encode(), digest_size=5).hexdigest()


def _is_elsewhere(before: Contribution, now: Contribution) -> bool:
    return (before.wish, before.on_date, before.is_carousel) != (now.wish, now.on_date, now.is_carousel)


def _end_of_plan(workspace: Workspace, now: dt.datetime) -> dt.datetime:
    """Return when the present plan ends: what is only to be kept is not put back into it at once."""
    return now + dt.timedelta(days=workspace.settings.horizon_days)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _audited(contribution: Contribution, actor: str, now: dt.datetime, changed: list[str]) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=actor,
        action="contribution_changed",
        workspace_id=contribution.workspace_id,
        detail={"contribution": contribution.id, "changed": changed},
    )

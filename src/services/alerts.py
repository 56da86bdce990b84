"""Tell the team and the admins what they should know: each event once, and when it is over."""

import dataclasses
from collections.abc import Collection

from domain.ids import AccountId, ChatId, PlatformName, UserId, WorkspaceId
from domain.workspace import Workspace
from services.messages import AlertKind, SendAlert, Urgency
from services.ports import Clock
from services.repositories.records import OpenAlert
from services.unit_of_work import Repositories, UnitOfWork

MOMENTARY = frozenset({AlertKind.REFRESHED, AlertKind.MISSED, AlertKind.CARD_FAILED})
"""What is told as it happens and is never over."""
ABOUT_A_PUBLICATION = frozenset({AlertKind.UNCONFIRMED, AlertKind.FAILED, AlertKind.NOT_SEEN})
_ACCOUNT = "account:"
_PLATFORM = "platform:"
_WORKSPACE = "workspace"
_CATEGORY = "category:"


class AlertService:
    """Raises and ends alerts, in the transaction that finds what they speak of.

    They go to the team's chat and to each admin in private; an admin who never wrote to the bot cannot be
    written to, which is no failure.
    """

    def __init__(self, *, clock: Clock, admin_ids: Collection[UserId] = ()) -> None:
        self._clock = clock
        self._admin_ids = tuple(admin_ids)

    async def raise_(self, uow: UnitOfWork, workspace: Workspace, alert: SendAlert) -> bool:
        """Tell of it, unless that was done before; False: it was, and the level has not risen since.

        An alert is about its publication, its account or its platform, by its kind; it stays open, and is not
        told again, until `end`.
        """
        if alert.kind not in MOMENTARY:
            is_news = await uow.alerts.raise_(
                OpenAlert(
                    workspace_id=workspace.id,
                    kind=alert.kind,
                    subject=_subject(workspace, alert),
                    level=alert.level,
                    detail=alert.detail,
                ),
                at=self._clock.now(),
            )
            if not is_news:
                return False
        await self._tell(uow, workspace, alert)
        return True

    async def end(
        self, uow: UnitOfWork, workspace: Workspace, alert: SendAlert, *, quietly: bool = False
    ) -> bool:
        """Tell that it is over, unless it never was told of; False: it was not.

        Args:
            uow: the transaction in which it ended.
            workspace: whose matter it is.
            alert: of which kind it was and about what; its detail and time speak of the end.
            quietly: something else that is told says it already.
        """
        ended = await uow.alerts.end(
            workspace.id, alert.kind, _subject(workspace, alert), at=self._clock.now()
        )
        if ended and not quietly:
            await self._tell(uow, workspace, dataclasses.replace(alert, is_over=True))
        return ended

    async def accounts_with(self, look: Repositories, kind: AlertKind) -> frozenset[AccountId]:
        """Return the accounts about which an alert of this kind is open."""
        return frozenset(AccountId(int(name)) for name in await _named(look, kind, _ACCOUNT))

    async def platforms_with(self, look: Repositories, kind: AlertKind) -> frozenset[PlatformName]:
        """Return the platforms about which an alert of this kind is open."""
        return frozenset(PlatformName(name) for name in await _named(look, kind, _PLATFORM))

    async def categories_with(self, look: Repositories, kind: AlertKind) -> dict[WorkspaceId, frozenset[str]]:
        """Return the categories of each workspace about which an alert of this kind is open."""
        found: dict[WorkspaceId, frozenset[str]] = {}
        for name in await _named(look, kind, _CATEGORY):
            number, _, category = name.partition(":")
            workspace_id = WorkspaceId(int(number))
            found[workspace_id] = found.get(workspace_id, frozenset()) | {category}
        return found

    async def _tell(self, uow: UnitOfWork, workspace: Workspace, alert: SendAlert) -> None:
        said = dataclasses.replace(alert, workspace_id=workspace.id)
        private = (ChatId(admin_id) for admin_id in self._admin_ids)
        for chat_id in dict.fromkeys((workspace.chat_id, *private)):
            await uow.outbox.add(chat_id, said, urgency=Urgency.ALERT, at=self._clock.now())


def _subject(workspace: Workspace, alert: SendAlert) -> str:
    if alert.category is not None:
        return f"{_CATEGORY}{workspace.id}:{alert.category}"
    if alert.kind in ABOUT_A_PUBLICATION:
        return f"publication:{alert.publication_id}"
    if alert.account_id is not None:
        return f"{_ACCOUNT}{alert.account_id}"
    return f"{_PLATFORM}{alert.platform}" if alert.platform else _WORKSPACE


async def _named(look: Repositories, kind: AlertKind, prefix: str) -> list[str]:
    subjects = await look.alerts.subjects(kind)
    return [subject.removeprefix(prefix) for subject in subjects if subject.startswith(prefix)]

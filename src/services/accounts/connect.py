"""Connect accounts, check them, pause and remove them."""

import dataclasses
from collections.abc import Sequence

from domain.account import AccessToken, Account, AccountState
from domain.errors import PublishingError, StorylineError
from domain.ids import AccountId, PlatformName, WorkspaceId
from domain.lane import LaneReason
from domain.publication import Event, State
from domain.quota import Reading
from domain.token import Grant, HeldToken
from services.accounts.naming import account_named
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import AccountFacts, Clock, Network, Networks, Randomness
from services.posting.cards import close_cards
from services.repositories.accounts import Resealed
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork
from services.workspaces import workspace_of

TO_GO_OUT = (State.SCHEDULED, State.AWAITING_APPROVAL)
MOST_CHANGED = 10_000
ENDED_BY_RESUMING = (AlertKind.PAUSED, AlertKind.RECONNECT)
ENDED_BY_CONNECTING = (
    AlertKind.RECONNECT,
    AlertKind.RUNNING_OUT,
    AlertKind.CONSENT_ENDING,
    AlertKind.REFRESH_FAILED,
    AlertKind.PAUSED,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What an account's platform answered."""

    account: Account
    facts: AccountFacts | None
    """None: it did not answer as it should."""
    problem: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An account that a person's token reaches, and that could be connected."""

    platform: PlatformName
    login: str
    external_id: str
    name: str


class AccountService:
    """Manages a workspace's connected accounts. Every change is in the audit log."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        randomness: Randomness,
        networks: Networks,
        alerts: AlertService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._alerts = alerts
        self._networks = networks

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        platform: str,
        external_id: str,
        name: str,
        login: str | None,
        token: AccessToken | None,
        by: str,
    ) -> Account:
        """Connect an account, or renew the connection of a known one.

        The token is exchanged for one that lasts, where the platform does that; a person's token is searched
        for the account's own.

        Raises:
            StorylineError: the platform or the login is unknown, the id or the name is empty, or the token is
                refused or reaches other accounts alone.
        """
        if not external_id.strip() or not name.strip():
            raise StorylineError("An account needs an id and a name.")
        network = self._networks.get(PlatformName(platform))
        if network is None:
            raise StorylineError(
                f"There is no platform “{platform}”. There are: {', '.join(self._networks)}."
            )
        chosen = login or network.logins[0]
        if chosen not in network.logins:
            raise StorylineError(f"{platform} has no login “{chosen}”, only {' and '.join(network.logins)}.")
        grant = await _grant_for(network, external_id, token, login=chosen) if token else None
        now = self._clock.now()
        async with self._database.begin() as uow:
            account_id = await uow.accounts.add(
                workspace_id,
                platform=network.name,
                external_id=external_id,
                name=name,
                login=chosen,
                at=now,
            )
            if grant is not None:
                renewal = grant.renewal(now=now, chance=self._randomness.uniform(0, 1))
                await uow.accounts.set_token(account_id, grant, refresh_after=renewal, at=now)
            await self._end(uow, workspace_id, account_id, ENDED_BY_CONNECTING)
            await self._let_go_on(uow, workspace_id, account_id, by=by)
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=by,
                    action="account_connected",
                    workspace_id=workspace_id,
                    detail={"platform": platform, "name": name, "with_token": token is not None},
                )
            )
            account = await uow.accounts.get(account_id)
            await uow.commit()
        if account is None:
            raise StorylineError("The account is gone again.")
        return account

    async def reach(self, token: AccessToken) -> list[Reached]:
        """Return the accounts of all platforms that a person's token reaches.

        Raises:
            StorylineError: no platform takes the token; why not is in the message.
        """
        found: list[Reached] = []
        refusals: list[str] = []
        for network in self._networks.values():
            for login in network.logins:
                try:
                    received = await network.tokens.receive(token, login=login)
                except PublishingError as error:
                    refusals.append(f"{network.name}, login {login}: {error}")
                else:
                    found += [
                        Reached(
                            platform=network.name,
                            login=login,
                            external_id=offer.external_id,
                            name=offer.name,
                        )
                        for offer in received.offers
                    ]
        if not found and refusals:
            raise StorylineError("\n".join(["The token is not taken.", *refusals]))
        return found

    async def find(self, workspace_id: WorkspaceId) -> list[Account]:
        """Return a workspace's accounts."""
        async with self._database.read() as look:
            return await look.accounts.find(workspace_id)

    async def access(self, workspace_id: WorkspaceId) -> dict[AccountId, HeldToken]:
        """Return how long each of a workspace's accounts has access, and when that is renewed."""
        async with self._database.read() as look:
            return {held.account.id: held for held in await look.accounts.held_tokens(workspace_id)}

    async def check(self, account: Account) -> Check:
        """Ask the account's platform for it, and remember that it answered."""
        async with self._database.read() as look:
            token = await look.accounts.token(account.id)
        network = self._networks.get(account.platform)
        if network is None or token is None:
            return Check(account=account, facts=None, problem="it has no access token")
        now = self._clock.now()
        try:
            facts = await network.publisher.check(account, token)
        except PublishingError as error:
            return Check(account=account, facts=None, problem=str(error))
        async with self._database.begin() as uow:
            await uow.accounts.checked(account.id, at=now, name=facts.name)
            if facts.quota is not None:
                await uow.quotas.store(account.id, Reading(quota=facts.quota, at=now))
            await uow.commit()
        return Check(account=account, facts=facts)

    async def reseal(self, *, by: str) -> Resealed:
        """Encrypt all stored tokens anew with the newest key, after which older keys can be dropped."""
        async with self._database.begin() as uow:
            resealed = await uow.accounts.reseal_tokens()
            await uow.audit.add(
                AuditEntry(
                    at=self._clock.now(),
                    actor=by,
                    action="keys_rotated",
                    detail={"sealed": resealed.sealed, "lost": resealed.lost},
                )
            )
            await uow.commit()
        return resealed

    async def set_state(self, account: Account, state: AccountState, *, reason: str, by: str) -> bool:
        """Pause, resume or remove an account; False: it was so already.

        What is still to go out on a removed account is cancelled, for nobody would ever work on it.

        Raises:
            StorylineError: an account without access is to be resumed; it needs a new token first.
        """
        if state is AccountState.ACTIVE and account.state is AccountState.NEEDS_RECONNECT:
            raise StorylineError(
                f"{account.name} needs a new access token: "
                f"storyline accounts add {account.platform} … --token -"
            )
        async with self._database.begin() as uow:
            changed = await uow.accounts.set_state(account.id, state, reason=reason)
            if changed and state is AccountState.REMOVED:
                await self._cancel_all(uow, account, by=by)
            if changed:
                await self._tell(uow, account, state)
                if state is AccountState.ACTIVE:
                    await self._let_go_on(uow, account.workspace_id, account.id, by=by)
                await uow.audit.add(
                    AuditEntry(
                        at=self._clock.now(),
                        actor=by,
                        action=f"account_{state}",
                        workspace_id=account.workspace_id,
                        detail={"account": account.name},
                    )
                )
            await uow.commit()
        return changed

    async def _tell(self, uow: UnitOfWork, account: Account, state: AccountState) -> None:
        match state:
            case AccountState.PAUSED:
                workspace = await workspace_of(uow, account.workspace_id)
                alert = SendAlert(kind=AlertKind.PAUSED, account_id=account.id)
                await self._alerts.raise_(uow, workspace, alert)
            case AccountState.ACTIVE:
                await self._end(uow, account.workspace_id, account.id, ENDED_BY_RESUMING)
            case AccountState.REMOVED:
                await self._end(uow, account.workspace_id, account.id, ENDED_BY_CONNECTING, quietly=True)
            case AccountState.NEEDS_RECONNECT:
                pass

    async def _end(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        account_id: AccountId,
        kinds: Sequence[AlertKind],
        *,
        quietly: bool = False,
    ) -> None:
        """End what is open of these; only the first is told, for all of them end by the same deed."""
        workspace = await workspace_of(uow, workspace_id)
        for kind in kinds:
            alert = SendAlert(kind=kind, account_id=account_id)
            quietly |= await self._alerts.end(uow, workspace, alert, quietly=quietly)

    async def _let_go_on(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, account_id: AccountId, *, by: str
    ) -> None:
        """Make due what waited for the account's access, each as it was planned."""
        for job in await uow.publications.find(workspace_id, states=(State.SCHEDULED,), limit=MOST_CHANGED):
            waiting = job.publication
            if waiting.account_id == account_id and waiting.lane_reason is LaneReason.RECONNECT:
                await uow.publications.apply(
                    waiting,
                    Event.POSTPONED,
                    at=self._clock.now(),
                    actor=by,
                    reason="the account is connected again",
                    due_at=waiting.planned_at,
                )

    async def _cancel_all(self, uow: UnitOfWork, account: Account, *, by: str) -> None:
        waiting = await uow.publications.find(account.workspace_id, states=TO_GO_OUT, limit=MOST_CHANGED)
        for job in waiting:
            if job.account.id != account.id:
                continue
            cancelled = await uow.publications.apply(
                job.publication,
                Event.CANCELLED,
                at=self._clock.now(),
                actor=by,
                reason=f"{account.name} was removed",
            )
            if cancelled is not None:
                await close_cards(uow, cancelled, job.workspace, self._clock)

    async def named(self, workspace_id: WorkspaceId, name: str) -> Account:
        """Return the account of this name, platform id or number.

        Raises:
            StorylineError: there is none, or several networks have one of this name.
        """
        return account_named(name, await self.find(workspace_id))


async def _grant_for(network: Network, external_id: str, token: AccessToken, *, login: str) -> Grant:
    try:
        received = await network.tokens.receive(token, login=login)
    except PublishingError as error:
        raise StorylineError(f"The token is not taken: {error}") from error
    for offer in received.offers:
        if offer.external_id == external_id:
            return offer.grant
    if received.offers:
        reached = ", ".join(f"{offer.external_id} ({offer.name})" for offer in received.offers)
        raise StorylineError(f"The token does not reach {external_id}. It reaches: {reached}.")
    return received.grant

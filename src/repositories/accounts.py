"""Connected profiles and their tokens."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.account import AccessToken, Account, AccountState
from domain.ids import AccountId, PlatformName, WorkspaceId
from domain.token import Grant, HeldToken
from repositories.rows import read
from repositories.tables import accounts, tokens
from repositories.types import UtcDateTime
from repositories.upsert import insert_into
from repositories.vault import TokenVault
from repositories.wakes import Wakes
from services.repositories.accounts import Resealed

WITHOUT_ACCESS = (AccountState.REMOVED, AccountState.NEEDS_RECONNECT)


_OPEN = {"closed_until": None, "usage_percent": 0}
"""What is known of an account's limits when a person takes it up: nothing; its platform will tell."""


def account_from(row: sa.RowMapping) -> Account:
    """Return the account of a row that has `accounts` and `tokens.sealed`."""
    return read(Account, accounts, row, has_token=row[tokens.c.sealed] is not None)


def _select_accounts() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(accounts, tokens.c.sealed).select_from(accounts.outerjoin(tokens)).order_by(accounts.c.id)
    )


class SqlAccounts:
    """The `AccountRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection, vault: TokenVault, wakes: Wakes) -> None:
        self._connection = connection
        self._vault = vault
        self._wakes = wakes

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        platform: PlatformName,
        external_id: str,
        name: str,
        login: str,
        at: dt.datetime,
    ) -> AccountId:
        """Connect a profile, or take a known one up again under this name and login."""
        given = {"name": name, "login": login, "state": AccountState.ACTIVE, "state_reason": "", **_OPEN}
        added = await self._connection.execute(
            insert_into(self._connection, accounts)
            .values(
                workspace_id=workspace_id, platform=platform, external_id=external_id, created_at=at, **given
            )
            .on_conflict_do_update(
                index_elements=[accounts.c.workspace_id, accounts.c.platform, accounts.c.external_id],
                set_=given,
            )
            .returning(accounts.c.id)
        )
        self._wakes.work_added()
        return AccountId(added.scalar_one())

    async def get(self, account_id: AccountId) -> Account | None:
        """Return one account."""
        found = await self._connection.execute(_select_accounts().where(accounts.c.id == account_id))
        row = found.mappings().one_or_none()
        return None if row is None else account_from(row)

    async def find(self, workspace_id: WorkspaceId) -> list[Account]:
        """Return a workspace's accounts that are not removed, oldest first."""
        return await self._connected(accounts.c.workspace_id == workspace_id)

    async def all(self) -> list[Account]:
        """Return the accounts of all workspaces that are not removed, oldest first, in one statement."""
        return await self._connected()

    async def set_state(self, account_id: AccountId, state: AccountState, *, reason: str = "") -> bool:
        """Set an account's state; False: it was so already, or the account is removed and stays so."""
        changed = await self._connection.execute(
            sa.update(accounts)
            .where(accounts.c.id == account_id, accounts.c.state.not_in((state, AccountState.REMOVED)))
            .values(state=state, state_reason=reason, **(_OPEN if state is AccountState.ACTIVE else {}))
        )
        if changed.rowcount:
            self._wakes.work_added()
        return bool(changed.rowcount)

    async def checked(self, account_id: AccountId, *, at: dt.datetime, name: str) -> None:
        """Remember that a call to the platform answered for this account."""
        await self._connection.execute(
            sa.update(accounts).where(accounts.c.id == account_id).values(checked_at=at, name=name)
        )

    async def set_token(
        self,
        account_id: AccountId,
        grant: Grant,
        *,
        refresh_after: dt.datetime | None = None,
        at: dt.datetime,
    ) -> None:
        """Store an account's access, encrypted, whatever was there before; it is a new version."""
        values = self._sealed(grant, refresh_after=refresh_after, at=at)
        await self._connection.execute(
            insert_into(self._connection, tokens)
            .values(account_id=account_id, version=1, **values)
            .on_conflict_do_update(
                index_elements=[tokens.c.account_id], set_={"version": tokens.c.version + 1, **values}
            )
        )

    async def replace_token(
        self, held: HeldToken, grant: Grant, *, refresh_after: dt.datetime | None, at: dt.datetime
    ) -> bool:
        """Store renewed access in place of the version held; False: there is a newer one, which stays."""
        replaced = await self._connection.execute(
            sa.update(tokens)
            .where(tokens.c.account_id == held.account.id, tokens.c.version == held.version)
            .values(version=held.version + 1, **self._sealed(grant, refresh_after=refresh_after, at=at))
        )
        return bool(replaced.rowcount)

    async def token(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token; None also for one that no key of ours opens."""
        sealed = await self._connection.scalar(
            sa.select(tokens.c.sealed).where(tokens.c.account_id == account_id)
        )
        return None if sealed is None else self._vault.open(sealed)

    async def held_fast(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token as `token` does; both stay as they are while this lasts."""
        # In the order in which they are connected, so that neither waits for the other for ever.
        for table, key in ((accounts, accounts.c.id), (tokens, tokens.c.account_id)):
            await self._connection.execute(sa.select(key).where(key == account_id).with_for_update(of=table))
        return await self.token(account_id)

    async def claim_refreshes(self, *, now: dt.datetime, until: dt.datetime, limit: int) -> list[HeldToken]:
        """Return access that is to be renewed now; nobody else is given it before `until`."""
        due = (
            sa.select(tokens.c.account_id)
            .join(accounts, accounts.c.id == tokens.c.account_id)
            .where(tokens.c.refresh_after <= now, accounts.c.state.not_in(WITHOUT_ACCESS))
            .order_by(tokens.c.refresh_after)
            .limit(limit)
            .with_for_update(of=tokens, skip_locked=True)
            .cte("due")
        )
        claimed = await self._connection.scalars(
            sa.update(tokens)
            .where(tokens.c.account_id.in_(sa.select(due.c.account_id)))
            .values(refresh_after=until)
            .returning(tokens.c.account_id)
        )
        ids = list(claimed)
        return await self._held(accounts.c.id.in_(ids)) if ids else []

    async def put_off_refresh(self, held: HeldToken, *, until: dt.datetime | None) -> bool:
        """Count a renewal that failed, and set when the next one is; False: there is newer access."""
        changed = await self._connection.execute(
            sa.update(tokens)
            .where(tokens.c.account_id == held.account.id, tokens.c.version == held.version)
            .values(refresh_after=until, refresh_tries=tokens.c.refresh_tries + 1)
        )
        return bool(changed.rowcount)

    async def held_tokens(self, workspace_id: WorkspaceId) -> list[HeldToken]:
        """Return the access to a workspace's accounts that are not removed, dead or not."""
        return await self._held(
            accounts.c.workspace_id == workspace_id, accounts.c.state != AccountState.REMOVED
        )

    async def unchecked_tokens(self, *, since: dt.datetime) -> list[HeldToken]:
        """Return the access that was there before then and was not seen to work since, in one statement."""
        return await self._held(
            accounts.c.state.not_in(WITHOUT_ACCESS),
            sa.func.coalesce(accounts.c.checked_at, accounts.c.created_at, type_=UtcDateTime) < since,
        )

    async def worked(self, account_ids: Collection[AccountId], *, at: dt.datetime) -> None:
        """Remember that these accounts' access was seen to work, in one statement."""
        await self._connection.execute(
            sa.update(accounts).where(accounts.c.id.in_(account_ids)).values(checked_at=at)
        )

    async def reseal_tokens(self) -> Resealed:
        """Encrypt every token anew with the newest key; one that no key opens stays as it is."""
        rows = await self._connection.execute(
            sa.select(tokens.c.account_id, tokens.c.sealed, tokens.c.source_sealed).with_for_update()
        )
        done = lost = 0
        for row in rows.all():
            sealed = self._vault.rotate(row.sealed)
            source = self._vault.rotate(row.source_sealed) if row.source_sealed else None
            if sealed is None:
                lost += 1
                continue
            done += 1
            await self._connection.execute(
                sa.update(tokens)
                .where(tokens.c.account_id == row.account_id)
                .values(sealed=sealed, source_sealed=source)
            )
        return Resealed(sealed=done, lost=lost)

    async def _held(self, *conditions: sa.ColumnElement[bool]) -> list[HeldToken]:
        rows = await self._connection.execute(
            sa.select(accounts, tokens).join_from(accounts, tokens).where(*conditions).order_by(accounts.c.id)
        )
        return [
            HeldToken(
                account=account_from(row),
                grant=grant,
                version=row[tokens.c.version],
                refresh_after=row[tokens.c.refresh_after],
                refresh_tries=row[tokens.c.refresh_tries],
            )
            for row in rows.mappings()
            if (grant := self._opened(row)) is not None
        ]

    def _opened(self, row: sa.RowMapping) -> Grant | None:
        token = self._vault.open(row[tokens.c.sealed])
        if token is None:
            return None
        source = row[tokens.c.source_sealed]
        return read(Grant, tokens, row, token=token, source=self._vault.open(source) if source else None)

    def _sealed(self, grant: Grant, *, refresh_after: dt.datetime | None, at: dt.datetime) -> dict[str, Any]:
        return {
            "sealed": self._vault.seal(grant.token),
            "issued_at": grant.issued_at,
            "expires_at": grant.expires_at,
            "data_access_expires_at": grant.data_access_expires_at,
            "source_sealed": self._vault.seal(grant.source) if grant.source else None,
            "source_expires_at": grant.source_expires_at,
            "refresh_after": refresh_after,
            "refresh_tries": 0,
            "updated_at": at,
        }

    async def _connected(self, *conditions: sa.ColumnElement[bool]) -> list[Account]:
        found = await self._connection.execute(
            _select_accounts().where(accounts.c.state != AccountState.REMOVED, *conditions)
        )
        return [account_from(row) for row in found.mappings()]

"""Connected profiles and their tokens."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.account import AccessToken, Account, AccountState
from domain.ids import AccountId, PlatformName, WorkspaceId
from repositories.rows import read
from repositories.tables import accounts, tokens
from repositories.upsert import insert_into
from repositories.vault import TokenVault
from repositories.wakes import Wakes


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
        given = {"name": name, "login": login, "state": AccountState.ACTIVE, "state_reason": ""}
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
        """Set an account's state; False: it was so already."""
        changed = await self._connection.execute(
            sa.update(accounts)
            .where(accounts.c.id == account_id, accounts.c.state != state)
            .values(state=state, state_reason=reason)
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
        self, account_id: AccountId, token: AccessToken, *, expires_at: dt.datetime | None, at: dt.datetime
    ) -> None:
        """Store an account's access token, encrypted."""
        values = {"sealed": self._vault.seal(token), "expires_at": expires_at, "updated_at": at}
        await self._connection.execute(
            insert_into(self._connection, tokens)
            .values(account_id=account_id, **values)
            .on_conflict_do_update(index_elements=[tokens.c.account_id], set_=values)
        )

    async def token(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token; None also for one that no key of ours opens."""
        sealed = await self._connection.scalar(
            sa.select(tokens.c.sealed).where(tokens.c.account_id == account_id)
        )
        return None if sealed is None else self._vault.open(sealed)

    async def _connected(self, *conditions: sa.ColumnElement[bool]) -> list[Account]:
        found = await self._connection.execute(
            _select_accounts().where(accounts.c.state != AccountState.REMOVED, *conditions)
        )
        return [account_from(row) for row in found.mappings()]

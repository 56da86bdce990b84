"""What the use cases need of the database for accounts, their access and their limits."""

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import Protocol

from domain.account import AccessToken, Account, AccountState
from domain.ids import AccountId, PlatformName, PublicationId, WorkspaceId
from domain.publication import Publication
from domain.quota import Posts, Reading, Standing
from domain.token import Grant, HeldToken


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """What became of the stored tokens when the keys were changed."""

    sealed: int
    lost: int
    """Tokens that none of the keys opens."""


class AccountRepository(Protocol):
    """Connected profiles and their tokens."""

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
        ...

    async def get(self, account_id: AccountId) -> Account | None:
        """Return one account."""
        ...

    async def find(self, workspace_id: WorkspaceId) -> list[Account]:
        """Return a workspace's accounts that are not removed, oldest first."""
        ...

    async def all(self) -> list[Account]:
        """Return the accounts of all workspaces that are not removed, oldest first, in one statement."""
        ...

    async def set_state(self, account_id: AccountId, state: AccountState, *, reason: str = "") -> bool:
        """Set an account's state; False: it was so already, or the account is removed and stays so."""
        ...

    async def checked(self, account_id: AccountId, *, at: dt.datetime, name: str) -> None:
        """Remember that a call to the platform answered for this account."""
        ...

    async def set_token(
        self,
        account_id: AccountId,
        grant: Grant,
        *,
        refresh_after: dt.datetime | None = None,
        at: dt.datetime,
    ) -> None:
        """Store an account's access, encrypted, whatever was there before; it is a new version."""
        ...

    async def replace_token(
        self, held: HeldToken, grant: Grant, *, refresh_after: dt.datetime | None, at: dt.datetime
    ) -> bool:
        """Store renewed access in place of the version held; False: there is a newer one, which stays."""
        ...

    async def token(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token."""
        ...

    async def held_fast(self, account_id: AccountId) -> AccessToken | None:
        """Return an account's access token; nobody connects or renews it before this transaction ends."""
        ...

    async def claim_refreshes(self, *, now: dt.datetime, until: dt.datetime, limit: int) -> list[HeldToken]:
        """Return access that is to be renewed now; nobody else is given it before `until`.

        That of accounts that are removed or need a new login is left alone.
        """
        ...

    async def put_off_refresh(self, held: HeldToken, *, until: dt.datetime | None) -> bool:
        """Count a renewal that failed, and set when the next one is; False: there is newer access."""
        ...

    async def held_tokens(self, workspace_id: WorkspaceId) -> list[HeldToken]:
        """Return the access to a workspace's accounts that are not removed, dead or not."""
        ...

    async def unchecked_tokens(self, *, since: dt.datetime) -> list[HeldToken]:
        """Return the access that was there before then and was not seen to work since, in one statement.

        That of accounts that are removed or need a new login is left out.
        """
        ...

    async def worked(self, account_ids: Collection[AccountId], *, at: dt.datetime) -> None:
        """Remember that these accounts' access was seen to work, in one statement."""
        ...

    async def reseal_tokens(self) -> Resealed:
        """Encrypt every token anew with the newest key; one that no key opens stays as it is."""
        ...


class QuotaRepository(Protocol):
    """What the platforms said of their quotas, and what of ours counts towards them."""

    async def standings(
        self, publication_ids: Collection[PublicationId], *, now: dt.datetime, same_within: dt.timedelta
    ) -> dict[PublicationId, Standing]:
        """Return where the account of each publication stands without it: one statement.

        Content counts as the same when it went out within `same_within`; what is unconfirmed counts always.
        """
        ...

    async def begun(self, publication: Publication, *, since: dt.datetime) -> list[dt.datetime]:
        """Return when the other publications of the account made their irreversible call since then."""
        ...

    async def waiting(self, publication: Publication, *, now: dt.datetime) -> int:
        """Count the others of the account whose planned time is over and that wait for another one."""
        ...

    async def store(self, account_id: AccountId, reading: Reading) -> None:
        """Store a reading, unless a later one is there."""
        ...

    async def readings(self, account_ids: Collection[AccountId] | None = None) -> dict[AccountId, Reading]:
        """Return the last readings of these accounts, or of all."""
        ...

    async def posts(self, account_ids: Collection[AccountId], *, now: dt.datetime) -> dict[AccountId, Posts]:
        """Return what the bot posted on accounts within 24 hours, and is to post within 24 hours."""
        ...

    async def close_account(
        self, account: Account, *, until: dt.datetime, usage_percent: int | None = None
    ) -> None:
        """Close an account to the bot until then, or until a later time that is set already."""
        ...

    async def close_login(
        self, account: Account, *, until: dt.datetime, usage_percent: int | None = None
    ) -> None:
        """Do the same with all accounts of its login, for they share an app."""
        ...

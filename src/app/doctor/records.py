"""What the database knows that is looked at: read, and nothing written."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping

from cryptography.fernet import Fernet

from app.clock import SystemClock
from app.encryption_key import found_keys
from app.settings import Settings
from domain.account import Account
from domain.errors import StorylineError
from domain.ids import AccountId
from domain.switch import Switch
from domain.token import HeldToken
from domain.workspace import Workspace
from repositories.database_time import time_of
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All that is known of teams and accounts."""

    now: dt.datetime
    """The database's time."""
    asked_at: dt.datetime
    """This machine's, when it was asked for that."""
    workspaces: tuple[Workspace, ...]
    accounts: tuple[Account, ...]
    held: Mapping[AccountId, HeldToken]
    """The access that could be opened with the keys that are set."""
    switches: Mapping[str, Switch]

    def workspace(self, account: Account) -> Workspace:
        """Return whose an account is."""
        return next(each for each in self.workspaces if each.id == account.workspace_id)


async def read_records(settings: Settings) -> Records:
    """Read them from a database that is up to date."""
    engine = create_engine(settings.data.url)
    database = SqlDatabase(engine, _vault(settings))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await time_of(engine)  # connecting takes its time, which is not to count
        asked_at, now = SystemClock().now(), await time_of(engine)
        look = await stack.enter_async_context(database.read())
        workspaces = await look.workspaces.all()
        held = [each for workspace in workspaces for each in await look.accounts.held_tokens(workspace.id)]
        return Records(
            now=now,
            asked_at=asked_at,
            workspaces=tuple(workspaces),
            accounts=tuple(await look.accounts.all()),
            held={each.account.id: each for each in held},
            switches=await look.switches.all(),
        )


def _vault(settings: Settings) -> TokenVault:
    try:
        return TokenVault(found_keys(settings.data))
    except StorylineError:  # what is wrong with the keys is found where they are looked at
        return TokenVault([Fernet.generate_key().decode()])

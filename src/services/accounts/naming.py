"""Which account people mean by a name: never another one that happens to be called the same."""

from collections.abc import Sequence

from domain.account import Account
from domain.errors import StorylineError


def account_named(name: str, accounts: Sequence[Account]) -> Account:
    """Return the account of this name, platform id or number.

    Raises:
        StorylineError: there is none, or several networks have one of this name.
    """
    meant = [account for account in accounts if name in {account.name, account.external_id, str(account.id)}]
    if not meant:
        known = ", ".join(account.name for account in accounts) or "none"
        raise StorylineError(f"No account is called {name}. There are: {known}.")
    if len(meant) > 1:
        known = ", ".join(f"{account.external_id} ({account.platform})" for account in meant)
        raise StorylineError(f"Several accounts are called {name}; say which by its id: {known}.")
    return meant[0]

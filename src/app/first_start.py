"""What must be there before anything else: the tables, the first workspace and its account."""

import asyncio

from app.bootstrap import Storyline
from app.settings import Settings
from domain.account import AccessToken
from domain.errors import StorylineError
from domain.ids import ChatId
from repositories.migrate import is_current, upgrade


async def bring_up_to_date(settings: Settings) -> None:
    """Apply missing migrations, or refuse to start where that is to be done by hand.

    Raises:
        StorylineError: the database cannot be used, or migrations are missing and MIGRATE_ON_START is off.
    """
    url = settings.data.url
    if settings.data.migrate_on_start:
        await asyncio.to_thread(upgrade, url)
    elif not await asyncio.to_thread(is_current, url):
        raise StorylineError("The database is not up to date. Run: storyline migrate")


async def ensure_first_workspace(storyline: Storyline) -> None:
    """Connect the chat and the account that the settings name, where that was not done yet."""
    settings = storyline.settings
    chat_id = settings.telegram.telegram_chat_id
    if chat_id is None:
        return
    workspace = await storyline.workspaces.ensure(
        name="Team", chat_id=ChatId(chat_id), first_settings=storyline.first_settings
    )
    first = settings.first_account
    if first.instagram_account_id is None:
        return
    known = await storyline.accounts.find(workspace.id)
    if any(account.external_id == first.instagram_account_id for account in known):
        return
    token = first.instagram_access_token
    account = await storyline.accounts.add(
        workspace.id,
        platform="instagram",
        external_id=first.instagram_account_id,
        name=first.instagram_account_id,
        login=first.instagram_login,
        token=AccessToken(token.get_secret_value()) if token else None,
        by="start",
    )
    await storyline.accounts.check(account)

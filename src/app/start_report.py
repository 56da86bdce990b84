"""What is configured and what is missing, in plain words, when the product starts."""

from collections.abc import Sequence

from app.hosting import missing_for_storage, storage_name
from app.settings import Settings
from domain.account import Account
from domain.workspace import Workspace


def start_report(
    settings: Settings, workspaces: Sequence[Workspace], accounts: Sequence[Account]
) -> list[str]:
    """Return the lines, each about one thing."""
    return [
        _database(settings),
        _telegram(workspaces),
        *_posting(settings, workspaces),
        _accounts(accounts),
        _storage(settings),
        f"Library: {settings.data.library}.",
    ]


def _database(settings: Settings) -> str:
    if settings.data.url.startswith("sqlite"):
        return f"Database: SQLite, {settings.data.url.removeprefix('sqlite:///')}."
    return "Database: PostgreSQL."


def _telegram(workspaces: Sequence[Workspace]) -> str:
    told = [f"“{workspace.name}” in chat {workspace.chat_id}" for workspace in workspaces]
    return f"Telegram: {', '.join(told)}."


def _posting(settings: Settings, workspaces: Sequence[Workspace]) -> list[str]:
    lines: list[str] = []
    if not settings.posting.posting_enabled:
        lines.append("Posting is switched off (POSTING_ENABLED): nothing goes out.")
    if settings.posting.dry_run:
        lines.append("Dry run: everything but the publish call (DRY_RUN).")
    by_hand = [workspace.name for workspace in workspaces if not workspace.settings.api_enabled]
    if by_hand:
        lines.append(
            f"Automatic posting is off for {', '.join(by_hand)}: every publication comes as a card "
            "(storyline settings set api on)."
        )
    return lines


def _accounts(accounts: Sequence[Account]) -> str:
    if not accounts:
        return "Accounts: none is connected yet (storyline accounts add instagram …)."
    told = [f"{account.name} ({_standing(account)})" for account in accounts]
    return f"Accounts: {', '.join(told)}."


def _standing(account: Account) -> str:
    if not account.has_token:
        return "no access token, by hand only"
    return account.state.replace("_", " ")


def _storage(settings: Settings) -> str:
    missing = missing_for_storage(settings)
    if missing:
        return f"Storage: not set up ({', '.join(missing)} missing); without it no media goes out by API."
    if settings.cloud.cloud_storage_provider == "local" and settings.web.web_port == 0:
        return f"Storage: {storage_name(settings)}; another process must serve it, as WEB_PORT is 0 here."
    return f"Storage: {storage_name(settings)}."

"""How a workspace stands."""

from bot import texts
from bot.html import Html, bold, cut, joined, plain
from bot.views.headline import planned
from domain.account import Account, AccountState
from services.queries import StatusView

_ACCOUNT_WORDS = {
    AccountState.ACTIVE: "🟢 connected",
    AccountState.NEEDS_RECONNECT: "🔴 needs to be connected again",
    AccountState.PAUSED: "⏸ paused",
    AccountState.REMOVED: "removed",
}


def status(view: StatusView) -> Html:
    """Return how posting, the accounts and the queue stand."""
    counted = [f"{count} {texts.STATE_WORDS[state]}" for state, count in view.counts.items() if count]
    following = view.next_job
    return joined(
        [
            bold(view.workspace.name),
            plain(_posting(view)),
            *(plain(_account(account)) for account in view.accounts),
            plain("No account is connected yet." if not view.accounts else ""),
            plain(f"Now: {', '.join(counted)}" if counted else texts.EMPTY_QUEUE),
            plain(f"Next: {planned(following)} for {following.account.name}" if following else ""),
        ]
    )


def _posting(view: StatusView) -> str:
    if not view.posting_enabled:
        return "⛔ Posting is switched off for the whole installation."
    if view.workspace.paused_at:
        since = texts.when(view.workspace.paused_at, view.workspace.settings.zone)
        return f"⏸ Posting is paused since {since}."
    how = "automatic where possible" if view.workspace.settings.api_enabled else "by hand"
    rehearsal = " This is a dry run: nothing really goes out." if view.dry_run else ""
    return f"▶️ Posting is on, {how}.{rehearsal}"


def _account(account: Account) -> str:
    connected = _ACCOUNT_WORDS[account.state]
    if account.state is AccountState.ACTIVE and not account.has_token:
        connected = "⚪️ without access, posted by hand"
    reason = f": {cut(account.state_reason, 120)}" if account.state_reason else ""
    return f"{account.platform.capitalize()} {account.name} · {connected}{reason}"

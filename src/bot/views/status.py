"""How a workspace stands."""

from bot import texts
from bot.html import Html, bold, cut, joined, plain
from bot.views.headline import planned
from domain.account import Account, AccountState
from domain.ids import PlatformName
from domain.switch import POSTING_OFF, platform_off, platform_unavailable
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
            *(plain(_stopped(platform, view)) for platform in _platforms(view)),
            *(plain(_account(account)) for account in view.accounts),
            plain("No account is connected yet." if not view.accounts else ""),
            plain(f"Now: {', '.join(counted)}" if counted else texts.EMPTY_QUEUE),
            plain(f"Next: {planned(following)} for {following.account.name}" if following else ""),
        ]
    )


def _posting(view: StatusView) -> str:
    if not view.posting_enabled or POSTING_OFF in view.switches:
        return "⛔ Posting is switched off for the whole installation."
    if view.workspace.paused_at:
        since = texts.when(view.workspace.paused_at, view.workspace.settings.zone)
        return f"⏸ Posting is paused since {since}."
    how = "automatic where possible" if view.workspace.settings.api_enabled else "by hand"
    rehearsal = " This is a dry run: nothing really goes out." if view.dry_run else ""
    return f"▶️ Posting is on, {how}.{rehearsal}"


def _platforms(view: StatusView) -> list[PlatformName]:
    return sorted({account.platform for account in view.accounts})


def _stopped(platform: PlatformName, view: StatusView) -> str:
    """Return what stops a platform for now; empty: nothing does."""
    if platform_off(platform) in view.switches:
        return f"⛔ {platform.capitalize()} is switched off; its publications wait."
    if unavailable := view.switches.get(platform_unavailable(platform)):
        return f"🌩 {platform.capitalize()} is not available; its publications wait. {unavailable.reason}"
    return ""


def _account(account: Account) -> str:
    connected = _ACCOUNT_WORDS[account.state]
    if account.state is AccountState.ACTIVE and not account.has_token:
        connected = "⚪️ without access, posted by hand"
    reason = f": {cut(account.state_reason, 120)}" if account.state_reason else ""
    return f"{account.platform.capitalize()} {account.name} · {connected}{reason}"

"""How a workspace stands."""

from bot import texts
from bot.html import Html, bold, cut, joined, plain
from bot.views.headline import planned
from domain.account import Account, AccountState
from domain.ids import PlatformName
from domain.switch import POSTING_OFF, Switch, platform_off, platform_unavailable
from services.queries import StatusView

MOST_CATEGORIES = 5
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
            *(plain(_account(account) + _quota(account, view)) for account in view.accounts),
            plain("No account is connected yet." if not view.accounts else ""),
            plain(f"Now: {', '.join(counted)}" if counted else texts.EMPTY_QUEUE),
            plain(f"Next: {planned(following)} for {following.account.name}" if following else ""),
            *(plain(f"🎞 Making {cut(each.name, 60)} fit: {each.share:.0%}") for each in view.underway),
            plain(_library(view)),
        ]
    )


def _library(view: StatusView) -> str:
    """Return how long what may be posted lasts, the shortest first."""
    if not view.runways:
        return ""
    lasting = sorted(view.runways, key=lambda runway: runway.days)[:MOST_CATEGORIES]
    told = (
        f"{'⚠️ ' if runway.is_short else ''}{runway.category or 'the library'} {runway.lasting}"
        for runway in lasting
    )
    return f"📚 Lasts: {', '.join(told)}"


def _posting(view: StatusView) -> str:
    if not view.posting_enabled:
        return "⛔ Posting is switched off for the whole installation."
    if off := view.switches.get(POSTING_OFF):
        return f"⛔ Posting is switched off for the whole installation{_because(off)}."
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
    if off := view.switches.get(platform_off(platform)):
        return f"⛔ {platform.capitalize()} is switched off{_because(off)}; its publications wait."
    if unavailable := view.switches.get(platform_unavailable(platform)):
        return f"🌩 {platform.capitalize()} is not available; its publications wait. {unavailable.reason}"
    return ""


def _because(switch: Switch) -> str:
    return f" ({cut(switch.reason, 120)})" if switch.reason else ""


def _quota(account: Account, view: StatusView) -> str:
    """Return the lines that follow an account's: its quota, and how long its platform wants to rest."""
    zone = view.workspace.settings.zone
    said: list[str] = []
    if stands := view.quotas.get(account.id):
        runs_out = ""
        if stands.runs_out_at:
            runs_out = f", none left from {texts.when(stands.runs_out_at, zone)} on with what is planned"
        said.append(f"{stands.quota.used} of {stands.quota.total} posts of 24 hours used{runs_out}")
    if account.closed_until and account.closed_until > view.now:
        limit = f" ({account.usage_percent} % of its limit of calls used)" if account.usage_percent else ""
        said.append(f"automatic posts wait until {texts.when(account.closed_until, zone)}{limit}")
    return "".join(f"\n   📊 {line}" for line in said)


def _account(account: Account) -> str:
    connected = _ACCOUNT_WORDS[account.state]
    if account.state is AccountState.ACTIVE and not account.has_token:
        connected = "⚪️ without access, posted by hand"
    reason = f": {cut(account.state_reason, 120)}" if account.state_reason else ""
    return f"{account.platform.capitalize()} {account.name} · {connected}{reason}"

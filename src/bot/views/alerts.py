"""What the team and the admins hear of without having asked."""

import dataclasses
import shlex

from bot.html import EMPTY, Html, bold, cut, italic, joined, plain
from bot.texts import when
from bot.views.headline import headline, planned
from domain.account import Account
from domain.workspace import Workspace
from services.messages import AlertKind, SendAlert
from services.ports import Job

MAX_DETAIL_UNITS = 600
USED_UP_PERCENT = 100
_CONNECT = "storyline accounts add {platform} … --token -"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert with what it speaks of, as far as that is still there."""

    said: SendAlert
    job: Job | None = None
    account: Account | None = None
    workspace: Workspace | None = None
    is_private: bool = False
    """Whether its reader may belong to several teams."""

    @property
    def name(self) -> str:
        """Whom it is about."""
        if self.account is not None:
            return self.account.name
        return self.said.platform.capitalize() if self.said.platform else "An account"

    @property
    def until(self) -> str:
        """When it ends, on the team's clock; empty when nobody knows."""
        moment = self.said.until
        if moment is None:
            return ""
        return (
            when(moment, self.workspace.settings.zone) if self.workspace else f"{moment:%Y-%m-%d %H:%M} UTC"
        )


def alert(told: Told) -> Html:
    """Return an alert: what happened and to what, and what to do about it."""
    team = italic(told.workspace.name) if told.is_private and told.workspace else EMPTY
    about = headline(told.job) if told.job else EMPTY
    if told.said.is_over:
        return joined([team, bold(_over(told)), about, plain(cut(told.said.detail, MAX_DETAIL_UNITS))])
    return joined([team, bold(_title(told)), about, plain(_advice(told)), _files(told), plain(_detail(told))])


def _title(told: Told) -> str:
    match told.said.kind:
        case AlertKind.RECONNECT:
            return f"🔌 {told.name} needs to be connected again"
        case AlertKind.REFRESHED:
            return f"🔑 The access to {told.name} was renewed"
        case AlertKind.REFRESH_FAILED:
            return f"⚠️ The access to {told.name} could not be renewed"
        case AlertKind.RUNNING_OUT:
            return f"⏳ The access to {told.name} ends {_in_days(told)}"
        case AlertKind.CONSENT_ENDING:
            return f"⏳ The consent for {told.name} ends {_in_days(told)}"
        case AlertKind.QUOTA if told.said.level >= USED_UP_PERCENT:
            return f"📊 {told.name} has used up its posts"
        case AlertKind.QUOTA:
            return f"📊 {told.name} has used {told.said.level} % of its posts"
        case AlertKind.PAUSED:
            return f"⏸ {told.name} is paused"
        case AlertKind.PLATFORM:
            return f"🛑 {told.name} cannot be used for now"
        case AlertKind.VERSION:
            return f"📅 {told.name}: look after the version of its API"
        case AlertKind.UNCONFIRMED:
            return "❓ Nobody knows whether this went out"
        case AlertKind.MISSED:
            return "⏰ Missed: it was too late to go out"
        case AlertKind.FAILED:
            return "❗ Failed for good"
        case AlertKind.NOT_SEEN:
            return "❓ The platform was to post this by its own schedule, and does not show it"
        case AlertKind.RUNWAY:
            return f"📚 {_library(told)} runs out"
        case AlertKind.NOT_IMPORTED:
            return "🗂 Not all files could be taken into the library"
        case AlertKind.LIBRARY_GONE:
            return "🗂 Most of the media folder is gone"
        case AlertKind.SOURCE:
            return "🪣 The library cannot follow its bucket"
        case AlertKind.STORAGE if told.said.level >= USED_UP_PERCENT:
            return "💾 The storage for uploads is full"
        case AlertKind.STORAGE:
            return f"💾 The storage for uploads is {told.said.level} % full"
        case AlertKind.SETTINGS:
            return "⏸ Paused: settings of this team cannot be read"
        case AlertKind.CARD_FAILED:
            return "❗ A card could not be shown here"


def _advice(told: Told) -> str:
    until = told.until
    match told.said.kind:
        case AlertKind.RECONNECT:
            waits = told.workspace is not None and told.workspace.settings.waits_for_access
            until_then = "wait; what gets too late is reported." if waits else "come here as cards."
            return f"Until then its publications {until_then}\nAn admin connects it: {_connect(told)}"
        case AlertKind.REFRESHED:
            return f"It is good until {until}." if until else "It has no end that is known."
        case AlertKind.REFRESH_FAILED:
            works = f"It works until {until}" if until else "It still works"
            return (
                f"{works}, and renewing it is tried again. If that goes on, an admin connects it again: "
                f"{_connect(told)}"
            )
        case AlertKind.RUNNING_OUT:
            return f"Before {until} an admin must connect it again: {_connect(told)}"
        case AlertKind.CONSENT_ENDING:
            return f"Before {until} the same person must log in and connect it again: {_connect(told)}"
        case AlertKind.QUOTA:
            return f"The next one is free about {until}." if until else ""
        case AlertKind.PAUSED:
            return f"Nothing of it goes out before an admin resumes it: {_resume(told)}"
        case AlertKind.PLATFORM:
            return "Its publications wait until it is back; this chat is told then."
        case AlertKind.VERSION:
            return "Posting goes on meanwhile."
        case AlertKind.UNCONFIRMED:
            return "Look at the profile, and press on its card what you see. Until then nothing is repeated."
        case AlertKind.MISSED:
            return f"It was planned for {planned(told.job)}." if told.job else ""
        case AlertKind.FAILED:
            return "An administrator can put it back into the queue."
        case AlertKind.NOT_SEEN:
            return "Look at the profile and at the platform's own planner before anybody posts it by hand."
        case AlertKind.RUNWAY:
            return "Add media, or let other categories have its share: storyline mix set …"
        case AlertKind.NOT_IMPORTED:
            return "All others are in. A file that is put right is taken in by itself."
        case AlertKind.LIBRARY_GONE:
            return (
                "Nothing was set aside: is its drive connected? What comes due meanwhile arrives as cards. "
                "If the files are meant to be gone: storyline media import --set-aside"
            )
        case AlertKind.SOURCE:
            return (
                "What was fetched before can be posted, and it is tried again every five minutes. "
                "An admin finds out more with: storyline doctor"
            )
        case AlertKind.STORAGE:
            return (
                "What Storyline uploads it deletes after posting. An admin looks what else lies there, or "
                "raises CLOUD_STORAGE_LIMIT_MB."
            )
        case AlertKind.SETTINGS:
            return (
                "Nothing is planned and nothing goes out before an admin puts them right (storyline settings "
                "set …, or install the package tzdata and start again) and resumes posting with /resume."
            )
        case AlertKind.CARD_FAILED:
            return "It waits for you all the same; /status counts it."


def _over(told: Told) -> str:
    match told.said.kind:
        case AlertKind.RECONNECT | AlertKind.CONSENT_ENDING:
            return f"✅ {told.name} is connected again"
        case AlertKind.REFRESH_FAILED | AlertKind.RUNNING_OUT | AlertKind.REFRESHED:
            return f"✅ The access to {told.name} is good again"
        case AlertKind.QUOTA:
            return f"✅ {told.name} has posts free again"
        case AlertKind.PAUSED:
            return f"▶️ {told.name} is resumed"
        case AlertKind.PLATFORM:
            return f"✅ {told.name} can be used again"
        case AlertKind.SOURCE:
            return "✅ The library follows its bucket again"
        case AlertKind.STORAGE:
            return "✅ The storage for uploads has room again"
        case AlertKind.VERSION:
            return f"✅ {told.name}: the version of its API is good again"
        case AlertKind.NOT_IMPORTED:
            return "✅ All files are in the library"
        case AlertKind.LIBRARY_GONE:
            return "✅ The media folder is back"
        case AlertKind.UNCONFIRMED:
            return "✅ It is known now what became of this"
        case AlertKind.NOT_SEEN:
            return "✅ The platform shows it now"
        case AlertKind.RUNWAY:
            return f"✅ {_library(told)} has enough again"
        case AlertKind.SETTINGS:
            return "✅ The settings can be read again; /resume lets posting go on"
        case AlertKind.MISSED | AlertKind.FAILED | AlertKind.CARD_FAILED:
            return "✅ This is in hand again"


def _library(told: Told) -> str:
    return f"The category “{told.said.category}”" if told.said.category else "The library"


def _in_days(told: Told) -> str:
    days = -told.said.level
    return f"in {days} days" if days > 1 else "within a day"


def _connect(told: Told) -> str:
    return _CONNECT.format(platform=told.account.platform if told.account else "…")


def _resume(told: Told) -> str:
    name = shlex.quote(told.account.name) if told.account else "…"
    return f"storyline accounts resume {name}"


def _detail(told: Told) -> str:
    detail = told.said.detail
    if not detail and told.said.kind is AlertKind.RECONNECT:
        detail = told.account.state_reason if told.account else ""
    elif not detail and told.job and told.job.publication.failure:
        detail = told.job.publication.failure.message
    return cut(detail, MAX_DETAIL_UNITS)


def _files(told: Told) -> Html:
    if told.said.kind is not AlertKind.CARD_FAILED or told.job is None:
        return EMPTY
    return plain(cut("\n".join(f"File: {item.path}" for item in told.job.post.media), MAX_DETAIL_UNITS))

"""The sentences people read, where they need no layout; the views put the rest together."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping

from domain.card import CardKind
from domain.ids import PublicationId, UserId
from domain.lane import Lane
from domain.publication import BOT, COMMAND_LINE, State
from services.contributions.decide import Pressed
from services.posting.decide import Outcome, OutcomeKind, ReplyKind, ReplyOutcome

COMMAND_MENU: Mapping[str, str] = {
    "status": "How the team's channels stand",
    "queue": "What comes next, with pictures",
    "week": "The plan of the next seven days, as a picture",
    "next": "The very next one",
    "history": "What went out last",
    "stats": "Figures of the last 30 days",
    "failed": "What failed or was missed",
    "help": "What the buttons and commands do",
}
"""The native command menu, in this order."""
ADMIN_MENU: Mapping[str, str] = {
    "pause": "Stop posting for now",
    "resume": "Post again",
    "cancel": "Take one out of the queue: /cancel 12",
    "retry": "Put back what failed: /retry 12, or /retry all",
    "swap": "Let two planned ones change places: /swap 12 15",
    "move": "Plan one for another time: /move 12 tomorrow 18:30",
    "insert": "Plan media beside the slots: /insert 7 18:30",
    "replace": "Take one out of the plan for something else: /replace 12",
}
"""What administrators see beside it."""

NOT_ALLOWED = "Only administrators of this chat can do that."
PAUSED = "⏸ Posting is paused. Cards that are here already can still be answered. /resume starts it again."
RESUMED = "▶️ Posting is on. What became due meanwhile goes out one by one."
CANCEL_USAGE = "Which one? Write its number from /queue after the command, such as /cancel 12."
RETRY_USAGE = "Which one? Write its number from /failed after the command, such as /retry 12, or /retry all."
PLAN_USAGE: Mapping[str, str] = {
    "swap": "Which two? Write their numbers from /week after the command, such as /swap 12 15.",
    "move": "Which one, and to when? Write a number from /week and a time to come, such as /move 12 18:30, "
    "/move 12 tomorrow 9:00 or /move 12 2026-12-24 18:00.",
    "insert": "What, and when? Write the number of a media item and a time to come, such as /insert 7 18:30, "
    "or /insert 7 feed tomorrow 9:00 for another placement.",
    "replace": "Which one? Write its number from /week after the command, such as /replace 12.",
}
NOTHING_FAILED = "Nothing failed, and nothing was missed."
NOTHING_TO_RETRY = "Nothing failed for good. What was missed is put back by its number."
FILE_ELSEWHERE = "Telegram does not take this file; it is in the media folder:"
EMPTY_QUEUE = "The queue is empty."
NO_HISTORY = "Nothing has ended yet."
WENT_WRONG = "That did not work. Please press again."
OUTDATED_BUTTON = "This button no longer works."
MAY_NOT_SEND = "Your role here only looks, so I take no media from you."
LOOKALIKES = "Left what was there first, right what looks like it. Discard what is not wanted twice."
DECIDED_ALREADY = "This was decided already."
SEVERAL_TEAMS = "You belong to several teams here. Please send it to the chat of the one it is for."
NO_MEDIA = "I take photos and videos, best sent as files. This is neither."

CONTRIBUTION_TOASTS: Mapping[Pressed, str] = {
    Pressed.DONE: "Done.",
    Pressed.PANEL: "",
    Pressed.STALE: "This was changed meanwhile; see how it is now.",
    Pressed.FORBIDDEN: "Your role does not allow that here.",
    Pressed.UNKNOWN: "This is not known here any more.",
    Pressed.REPEATED: "",
}

STATE_WORDS: Mapping[State, str] = {
    State.DRAFT: "being written",
    State.AWAITING_APPROVAL: "waiting for approval",
    State.SCHEDULED: "in the queue",
    State.PUBLISHING: "being posted",
    State.UNCONFIRMED: "being looked up",
    State.WITH_TEAM: "with the team",
    State.PUBLISHED: "posted",
    State.SKIPPED: "skipped",
    State.REJECTED: "rejected",
    State.CANCELLED: "cancelled",
    State.MISSED: "missed",
    State.FAILED: "failed",
}
LANE_WORDS: Mapping[Lane | None, str] = {
    Lane.AUTO: "by the bot",
    Lane.MANUAL: "by hand",
    None: "nobody yet",
}


def when(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """Return a moment on the team's clock, such as `Sat 21 Nov 14:05`."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def name_of(actor: str, names: Mapping[UserId, str]) -> str:
    """Return who did something: a person's name, or what did it by itself."""
    if actor == BOT:
        return "the bot"
    if actor == COMMAND_LINE:
        return "somebody at the command line"
    user_id = user_in(actor)
    return actor if user_id is None else names.get(user_id, "somebody")


def user_in(actor: str) -> UserId | None:
    """Return the person an actor of a history is; None: it is none."""
    number = actor.removeprefix("user:")
    return UserId(int(number)) if number != actor and number.isdecimal() else None


def cancelled(publication_id: PublicationId, refused: str | None) -> str:
    """Return what became of one number of a /cancel."""
    return f"{publication_id} stays: {refused}." if refused else f"🗑 {publication_id} is out of the queue."


def goes_out(publication_id: PublicationId, time: str, account: str = "") -> str:
    """Return when a publication goes out now, and where if that is not known."""
    return f"🗓 {publication_id} goes out {f'on {account} ' if account else ''}{time}."


def replaced(publication_id: PublicationId) -> str:
    """Return what became of the number of a /replace."""
    return (
        f"🗑 {publication_id} is out of the plan. Its slot gets something else, if there is: /week shows it."
    )


def retried(publication_id: PublicationId, refused: str | None) -> str:
    """Return what became of one number of a /retry."""
    return f"{publication_id} stays: {refused}." if refused else f"🔁 {publication_id} is in the queue again."


def toast(outcome: Outcome, zone: zoneinfo.ZoneInfo) -> str:
    """Return what somebody who pressed reads for a moment; empty when the chat shows it anyway."""
    match outcome.kind:
        case OutcomeKind.DONE if outcome.until:
            return f"Moved to {when(outcome.until, zone)}."
        case OutcomeKind.DONE if outcome.state:
            return f"Done: {STATE_WORDS[outcome.state]}."
        case OutcomeKind.STALE if outcome.state and outcome.by:
            return f"{outcome.by} was faster: {STATE_WORDS[outcome.state]}."
        case OutcomeKind.STALE if outcome.state:
            return f"This card was older than it looked: {STATE_WORDS[outcome.state]}."
        case OutcomeKind.SENT:
            return "On its way."
        case OutcomeKind.PROMPTED:
            return "Please answer the message below."
        case OutcomeKind.FORBIDDEN:
            return "Your role does not allow that here."
        case OutcomeKind.UNKNOWN_CARD:
            return "This card is not known here any more."
        case _:
            return ""


def answer(outcome: ReplyOutcome, zone: zoneinfo.ZoneInfo) -> str:
    """Return what follows an answer to a prompt; empty when there is nothing to say."""
    match outcome.kind:
        case ReplyKind.DONE if outcome.until:
            return f"Moved to {when(outcome.until, zone)}."
        case ReplyKind.DONE:
            return "Thank you, noted as posted with that link."
        case ReplyKind.NOT_UNDERSTOOD if outcome.prompt is CardKind.PROMPT_LINK:
            return "That is no link. Please answer the question again with one that starts with https://."
        case ReplyKind.NOT_UNDERSTOOD:
            return (
                "That is no time to come. Please answer the question again with one "
                "such as 18:30, tomorrow 9:00 or 2026-12-24 18:00."
            )
        case ReplyKind.STALE:
            return "It was decided meanwhile."
        case ReplyKind.NO_PROMPT | ReplyKind.REPEATED:
            return ""


def new_lookalikes(*, shown: int, count: int) -> str:
    """Return what is said of pictures that came into the library and look like others."""
    more = f" These are {shown} of {count}: storyline media duplicates lists all." if count > shown else ""
    return (
        f"Left what the library had, right what came in now and looks like it.{more} Both may be planned "
        "until one is retired. To retire the older one instead: storyline media retire ID."
    )


def lookalike_decided(media_id: int, near_of: int, *, is_kept: bool, by: str) -> str:
    """Return what is said of an item that looks like an older one, once somebody decided."""
    if is_kept:
        return f"✅ No. {media_id} stays beside no. {near_of}, says {by}."
    return f"🗑 {by} retired no. {media_id}. What is planned of it makes way."

"""Cards: what a publication looks like in the chat, what can be pressed, and how it ended."""

import dataclasses
from collections.abc import Mapping

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.callbacks import CardButton
from bot.html import EMPTY, Html, bold, cut, italic, joined, link, plain, units_of
from bot.views.headline import headline, planned
from bot.views.view import View
from domain.card import Action, Card, CardKind, CardPanel
from domain.ids import PlatformName, UserId
from domain.lane import LaneReason
from domain.media import Need
from domain.publication import Event, HistoryEntry, Publication, State
from services.ports import Job

MAX_COPY_UNITS = 256
"""Longest text a copy button holds. Source: Bot API schema 10.3, read 2026-11-20."""
MAX_LINE_UNITS = 300
"""How much of a reason or an error is shown; the rest of the room belongs to the caption."""
PROFILES: Mapping[PlatformName, tuple[str, str]] = {
    PlatformName("instagram"): ("Open Instagram", "https://www.instagram.com/{name}/"),
}
"""Where a person posts by hand; on a phone the address opens the app."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A card with everything that its picture in the chat depends on."""

    card: Card
    job: Job
    bot_could_post: bool = False
    """Whether "Let the bot post it" is offered."""
    last: HistoryEntry | None = None
    """The newest event of the publication; for closed cards."""
    names: Mapping[UserId, str] = dataclasses.field(default_factory=dict[UserId, str])


def card(drawn: Drawn, *, room: int, note: Html = EMPTY) -> View:
    """Return a card's text, of at most `room` units, and its buttons.

    Args:
        drawn: the card.
        room: what the message holds; the caption is cut to it and stays whole behind its button.
        note: something to be said about the files, such as where a large one lies.
    """
    if drawn.card.kind.is_prompt:
        return View(text=_prompt(drawn))
    head = joined([_status(drawn), note])
    caption = drawn.job.post.caption
    if caption:
        head = head + plain("\n\n")
        head = head + plain(cut(caption, max(room - head.units, 0)))
    return View(text=head, keyboard=_keyboard(drawn))


def _status(drawn: Drawn) -> Html:
    if not drawn.card.is_open:
        return joined([_outcome(drawn), headline(drawn.job)])
    match drawn.card.kind:
        case CardKind.APPROVAL:
            lines = [plain("May this go out?"), headline(drawn.job), _planned(drawn.job)]
        case CardKind.QUESTION:
            lines = [plain("Is it live?"), headline(drawn.job), _why_asked(drawn.job.publication)]
        case _:
            lines = [headline(drawn.job), _planned(drawn.job), _why_here(drawn.job), *_to_add(drawn.job)]
    if drawn.card.panel is CardPanel.CONFIRM_REJECT:
        lines.append(bold("Reject it for good? Its media will not be offered again."))
    return joined(lines)


def _planned(job: Job) -> Html:
    return plain(f"Planned for {planned(job)}")


def _why_here(job: Job) -> Html:
    publication, platform = job.publication, job.publication.platform.capitalize()
    detail = publication.lane_detail.rstrip(".")
    match publication.lane_reason:
        case LaneReason.API_OFF:
            reason = "automatic posting is off for this team"
        case LaneReason.NEEDS_PERSON:
            reason = "only a person can do this one"
        case LaneReason.NOT_EXPRESSIBLE:
            reason = f"{platform} would not take it from the bot"
        case LaneReason.RECONNECT:
            reason = "the account needs to be connected again"
        case LaneReason.QUOTA:
            reason = f"{platform} lets the bot post no more for now"
        case LaneReason.DAILY_CAP:
            reason = "the team's cap of automatic posts is reached for today"
        case LaneReason.CATEGORY:
            reason = "its category is posted by hand"
        case LaneReason.FAILED:
            reason = "the bot tried and could not post it"
            detail = (publication.failure.message if publication.failure else detail).rstrip(".")
        case LaneReason.ASKED_FOR | LaneReason.API | None:
            reason = "somebody asked to post it by hand"
    return italic(cut(f"Why it is here: {reason}{f': {detail}' if detail else ''}.", MAX_LINE_UNITS))


def _why_asked(publication: Publication) -> Html:
    failure = publication.failure.message.rstrip(".") if publication.failure else "no answer came"
    platform = publication.platform.capitalize()
    return italic(
        cut(
            f"The bot posted it and does not know whether it arrived: {failure}. "
            f"Looking it up on {platform} did not decide. Please look yourself.",
            MAX_LINE_UNITS,
        )
    )


def _to_add(job: Job) -> list[Html]:
    products = sorted({name for item in job.post.media for name in item.description.products})
    lines: list[Html] = []
    for need in Need:
        if need not in job.post.needs:
            continue
        match need:
            case Need.STICKER:
                lines.append(plain("• Add a sticker"))
            case Need.LINK:
                lines.append(plain("• Add the link"))
            case Need.POLL:
                lines.append(plain("• Add a poll"))
            case Need.PRODUCT:
                lines.append(plain(cut(f"• Tag {', '.join(products) or 'the product'}", MAX_LINE_UNITS)))
            case Need.MUSIC:
                lines.append(plain("• Add music"))
    if job.post.link and units_of(job.post.link) <= MAX_LINE_UNITS:
        lines.append(plain("Link: ") + link(job.post.link, job.post.link))
    return lines


def _outcome(drawn: Drawn) -> Html:
    publication, zone = drawn.job.publication, drawn.job.workspace.settings.zone
    last = drawn.last
    if last is None:
        return bold(texts.STATE_WORDS[publication.state].capitalize())
    who, at = texts.name_of(last.actor, drawn.names), texts.when(last.at, zone)
    match publication.state:
        case State.PUBLISHED if last.event is Event.FOUND_LIVE and publication.posted_by:
            words = f"✅ Live, says {who} · {at}"
        case State.PUBLISHED if last.event is Event.FOUND_LIVE:
            words = f"✅ Found live by {who} · {at}"
        case State.PUBLISHED:
            words = f"✅ Posted by {who} · {at}"
        case State.SKIPPED:
            words = f"⏭ Skipped by {who} · {at}"
        case State.REJECTED:
            words = f"🚫 Rejected by {who} · {at}"
        case State.CANCELLED if last.reason:
            words = f"🗑 Closed by {who} · {at}: {last.reason}"
        case State.CANCELLED:
            words = f"🗑 Closed by {who} · {at}"
        case State.MISSED:
            words = f"⏰ Missed: nobody posted it in time · {at}"
        case State.FAILED:
            words = f"❗ Failed · {at}"
        case State.SCHEDULED:
            words = _back_in_the_queue(last, who, at, planned(drawn.job))
        case State.PUBLISHING:
            words = "🤖 The bot is posting it now"
        case State.UNCONFIRMED:
            words = "🔎 The bot is finding out whether it is live"
        case State.WITH_TEAM | State.AWAITING_APPROVAL:
            words = "A newer card took the place of this one"
        case State.DRAFT:
            words = f"Given back to its author by {who} · {at}"
    return bold(cut(words, MAX_LINE_UNITS))


def _back_in_the_queue(last: HistoryEntry, who: str, at: str, planned_for: str) -> str:
    match last.event:
        case Event.POSTPONED:
            return f"🕑 Moved to {planned_for} by {who} · {at}"
        case Event.GIVEN_BACK:
            return f"🤖 Given to the bot by {who} · {at}"
        case Event.APPROVED:
            return f"✅ Approved by {who} · {at}, goes out {planned_for}"
        case Event.FOUND_ABSENT:
            return f"↩️ Not there, says {who} · {at}: it is posted again"
        case _:
            return f"Back in the queue for {planned_for}"


def _prompt(drawn: Drawn) -> Html:
    asked_of = drawn.card.asked_of
    name = drawn.names.get(asked_of, "You") if asked_of else "You"
    mention = link(cut(name, MAX_LINE_UNITS), f"tg://user?id={asked_of}") if asked_of else plain(name)
    if not drawn.card.is_open:
        return italic("This question is settled.")
    if drawn.card.kind is CardKind.PROMPT_LINK:
        return mention + plain(", please answer this message with the link of the live post.")
    return mention + plain(
        ", when should it come back? Please answer this message with a time "
        "such as 18:30, tomorrow 9:00 or 2026-12-24 18:00."
    )


def _keyboard(drawn: Drawn) -> InlineKeyboardMarkup | None:
    rows = _open_rows(drawn) if drawn.card.is_open else _closed_rows(drawn.job.publication)
    return InlineKeyboardMarkup([row for row in rows if row]) if rows else None


def _closed_rows(publication: Publication) -> list[list[InlineKeyboardButton]]:
    if publication.permalink is None:
        return []
    return [[InlineKeyboardButton("↗️ See the post", url=publication.permalink)]]


def _open_rows(drawn: Drawn) -> list[list[InlineKeyboardButton]]:
    def button(label: str, action: Action) -> InlineKeyboardButton:
        pressed = CardButton(action=action, card_id=drawn.card.id, version=drawn.job.publication.version)
        return InlineKeyboardButton(label, callback_data=pressed.encode())

    back = button("← Back", Action.BACK)
    if drawn.card.panel is CardPanel.LATER:
        return [
            [button("In 1 hour", Action.LATER_HOUR), button("Tonight", Action.LATER_TONIGHT)],
            [button("Tomorrow", Action.LATER_TOMORROW), button("Own time …", Action.LATER_OWN)],
            [back],
        ]
    if drawn.card.panel is CardPanel.CONFIRM_REJECT:
        return [[button("🚫 Yes, reject it", Action.REJECT_SURELY), back]]
    kit = _kit_rows(
        drawn, button("🗒 Whole caption", Action.CAPTION), button("📎 Original file", Action.ORIGINAL)
    )
    later = [button("🕑 Later", Action.LATER), button("🚫 Reject", Action.REJECT)]
    match drawn.card.kind:
        case CardKind.APPROVAL:
            return [[button("✅ Approve", Action.APPROVE), button("⏭ Skip", Action.SKIP)], later, *kit]
        case CardKind.QUESTION:
            return [
                [button("✅ It's live", Action.LIVE), button("🔗 Live, with link", Action.LIVE_LINK)],
                [button("↩️ It's not there, post again", Action.ABSENT)],
                [button("Leave it", Action.LEAVE)],
                *kit,
            ]
        case _:
            let_bot = [button("🤖 Let the bot post it", Action.LET_BOT)] if drawn.bot_could_post else []
            return [[button("✅ Posted", Action.POSTED), button("⏭ Skip", Action.SKIP)], later, let_bot, *kit]


def _kit_rows(
    drawn: Drawn, whole_caption: InlineKeyboardButton, original: InlineKeyboardButton
) -> list[list[InlineKeyboardButton]]:
    """Return the buttons that bring what a person needs to post by hand."""
    kit: list[InlineKeyboardButton] = []
    caption = drawn.job.post.caption
    if caption and units_of(caption) <= MAX_COPY_UNITS:
        kit.append(InlineKeyboardButton("📋 Copy caption", copy_text=CopyTextButton(caption)))
    elif caption:
        kit.append(whole_caption)
    if drawn.job.post.media:
        kit.append(original)
    profile = PROFILES.get(drawn.job.publication.platform)
    if profile is None:
        return [kit]
    label, address = profile
    return [kit, [InlineKeyboardButton(label, url=address.format(name=drawn.job.account.name))]]

"""The answer to media that somebody sent: what was understood, what becomes of it, what can be pressed."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.callbacks import ContributionButton
from bot.html import MAX_TEXT_UNITS, Html, bold, cut, joined, plain
from bot.views.view import View
from domain.contribution import (
    ContributedFile,
    ContributionAction,
    ContributionPanel,
    ContributionStage,
    FileForm,
    FileStage,
    Wish,
)
from domain.ids import AccountId
from domain.media import MediaItem, MediaKind, Need
from services.contributions.decide import code_of
from services.contributions.outlook import ContributionOutlook
from services.ports import Job

SHOWN_CAPTION_UNITS = 200
SHOWN_NAME_UNITS = 60
MOST_TIMES = 10
"""How many planned times of an account are written out."""
DAYS = 7
MEGABYTE = 1_000_000
NEED_WORDS = {
    Need.STICKER: "sticker",
    Need.LINK: "link",
    Need.POLL: "poll",
    Need.PRODUCT: "product tag",
    Need.MUSIC: "music",
}
_KIND_WORDS = {MediaKind.IMAGE: ("photo", "photos"), MediaKind.VIDEO: ("video", "videos")}


def contribution(outlook: ContributionOutlook) -> View:
    """Return the answer and its buttons."""
    if outlook.contribution.stage is ContributionStage.GATHERING:
        return View(text=plain("📥 More of this album is coming …"))
    rows = _rows(outlook)
    lines = [
        *_understood(outlook),
        *(_known(file, outlook) for file in outlook.files if file.stage is FileStage.KNOWN),
        *(_refused(file) for file in outlook.files if file.stage is FileStage.REFUSED),
        *_counted_out(outlook.files),
    ]
    return View(
        text=joined(_within(lines, MAX_TEXT_UNITS)),
        keyboard=InlineKeyboardMarkup(rows) if rows else None,
    )


def _understood(outlook: ContributionOutlook) -> list[Html]:
    taken, wanted = outlook.taken, outlook.contribution
    if not taken:
        return []
    needs = ", ".join(NEED_WORDS[need] for need in Need if need in wanted.needs)
    return [
        bold(f"📥 {_counted(taken)}"),
        plain(f"Category: {cut(wanted.category, SHOWN_NAME_UNITS)} · Needs: {needs or 'nothing'}"),
        _caption(outlook),
        *_becoming(outlook),
        *_advice(outlook),
    ]


def _counted(items: Iterable[MediaItem]) -> str:
    items = list(items)
    counts = Counter(item.facts.kind for item in items)
    words = [f"{count} {_KIND_WORDS[kind][count > 1]}" for kind, count in sorted(counts.items())]
    facts = items[0].facts
    size_bytes = sum(item.facts.size_bytes for item in items)
    size = f"{size_bytes / MEGABYTE:.1f} MB" if size_bytes >= MEGABYTE else f"{size_bytes / 1000:.0f} kB"
    sides = f", {facts.width} × {facts.height}" if len(items) == 1 else ""
    return f"{' and '.join(words)}{sides}, {size}"


def _caption(outlook: ContributionOutlook) -> Html:
    captions = dict.fromkeys(item.description.caption for item in outlook.taken)
    first = next(iter(captions))
    if len(captions) > 1:
        return plain("Caption: each its own. Answer this message with one for all.")
    if not first:
        return plain("No caption. Answer this message with one.")
    return plain(f"Caption: “{cut(first, SHOWN_CAPTION_UNITS)}”")


def _becoming(outlook: ContributionOutlook) -> list[Html]:
    """Return what is planned, or why nothing is."""
    wish = outlook.contribution.wish
    planned = {item.id for job in outlook.jobs for item in job.post.media}
    waiting = sum(item.id not in planned for item in outlook.taken)
    lines = _planned(outlook)
    match wish:
        case Wish.DISCARD:
            lines.append(plain("🗑 Discarded. The files are deleted here after a while."))
        case Wish.LIBRARY:
            lines.append(plain("📚 Kept in the library; the planner comes to it in its own time."))
        case Wish.PLAN if waiting:
            told = f"{waiting} in no slot yet. What stays unused is deleted here after a while; 📚 keeps it."
            lines.append(plain(told))
        case Wish.PLAN:
            pass
    return lines


def _planned(outlook: ContributionOutlook) -> list[Html]:
    """Return a line for each account with its times, earliest first."""
    zone = outlook.workspace.settings.zone
    jobs: dict[AccountId, list[Job]] = {}
    for job in outlook.jobs:
        jobs.setdefault(job.account.id, []).append(job)
    lines: list[Html] = []
    for planned in jobs.values():
        times = [texts.when(job.publication.planned_at, zone) for job in planned[:MOST_TIMES]]
        more = len(planned) - len(times)
        told = f"{', '.join(times)}{f' and {more} more' if more else ''}"
        lines.append(plain(f"🗓 {planned[0].account.name}: {told}"))
    return lines


def _advice(outlook: ContributionOutlook) -> list[Html]:
    smaller = sum(file.stage is FileStage.TAKEN and file.form is FileForm.PHOTO for file in outlook.files)
    lines = [plain(f"⚠️ No. {item.id} looks like no. {older.id}.") for older, item in outlook.lookalikes]
    lines += [
        plain(f"✨ No. {file.media_id}: {file.detail}.")
        for file in outlook.files
        if file.stage is FileStage.TAKEN and file.detail
    ]
    if smaller:
        lines.append(plain("Telegram made photos smaller. For full quality, send them as files instead."))
    return lines


def _known(file: ContributedFile, outlook: ContributionOutlook) -> Html:
    item = outlook.items.get(file.media_id) if file.media_id is not None else None
    if item is None:
        return plain("♻️ The library has the same file already.")
    rests = " It is retired there; `storyline media restore` brings it back." if item.is_retired else ""
    name = cut(item.path.rpartition("/")[2], SHOWN_NAME_UNITS)
    return plain(f"♻️ The library has the same file already: no. {item.id}, {name}.{rests}")


def _refused(file: ContributedFile) -> Html:
    name = cut(file.name, SHOWN_NAME_UNITS) if file.name else f"One {file.form}"
    return plain(f"✋ {name} cannot be used: {file.detail.rstrip('.')}.")


def _counted_out(files: Iterable[ContributedFile]) -> list[Html]:
    counts = Counter(file.stage for file in files)
    words = {
        FileStage.REPLACED: "✨ {} made way for their originals.",
        FileStage.REMOVED: "🗑 {} unused and deleted here.",
    }
    return [plain(said.format(counts[stage])) for stage, said in words.items() if counts[stage]]


def _within(lines: Iterable[Html], units: int) -> list[Html]:
    kept: list[Html] = []
    for line in lines:
        units -= line.units + 1
        if units < 0:
            break
        kept.append(line)
    return kept


def _rows(outlook: ContributionOutlook) -> list[list[InlineKeyboardButton]]:
    if not outlook.taken:
        return []
    wanted = outlook.contribution

    def button(label: str, action: ContributionAction, argument: str = "") -> InlineKeyboardButton:
        pressed = ContributionButton(
            action=action, contribution_id=wanted.id, version=wanted.version, argument=argument
        )
        return InlineKeyboardButton(label, callback_data=pressed.encode())

    back = button("← Back", ContributionAction.BACK)
    match wanted.panel:
        case ContributionPanel.CATEGORY:
            choices = [
                button(
                    f"{'✅ ' if name == wanted.category else ''}{cut(name, SHOWN_NAME_UNITS)}",
                    ContributionAction.CATEGORY_IS,
                    code_of(name),
                )
                for name in outlook.categories
            ]
            return [*_pairs(choices), [back]]
        case ContributionPanel.NEEDS:
            choices = [
                button(f"{'✅ ' if need in wanted.needs else ''}{word}", ContributionAction.NEED, need)
                for need, word in NEED_WORDS.items()
            ]
            return [*_pairs(choices), [back]]
        case ContributionPanel.WHEN:
            dates = [outlook.today + dt.timedelta(days=number) for number in range(DAYS)]
            choices = [
                button(_day(date, outlook.today), ContributionAction.WHEN_ON, date.isoformat())
                for date in dates
            ]
            return [[button("Next free slots", ContributionAction.WHEN_NEXT)], *_pairs(choices), [back]]
        case ContributionPanel.MAIN:
            pass
    if wanted.wish is Wish.DISCARD:
        return [[button("↩️ Take it back", ContributionAction.PLAN)]]
    shape = "▫️ Single posts" if wanted.is_carousel else "🎠 One carousel"
    carousel = [button(shape, ContributionAction.CAROUSEL)] if outlook.takes_carousel else []
    keep = (
        button("🗓 Plan it", ContributionAction.PLAN)
        if wanted.wish is Wish.LIBRARY
        else button("📚 Keep only in library", ContributionAction.LIBRARY)
    )
    return [
        [button("🏷 Category", ContributionAction.CATEGORY), button("✋ Needs", ContributionAction.NEEDS)],
        [button("🗓 When", ContributionAction.WHEN), *carousel],
        [keep, button("🗑 Discard", ContributionAction.DISCARD)],
    ]


def _pairs(choices: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    return [choices[start : start + 2] for start in range(0, len(choices), 2)]


def _day(date: dt.date, today: dt.date) -> str:
    if date == today:
        return "Today"
    if date == today + dt.timedelta(days=1):
        return "Tomorrow"
    return f"{date:%a} {date.day} {date:%b}"

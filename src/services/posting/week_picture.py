"""The plan of a week in the words of its picture."""

from collections.abc import Mapping
from pathlib import Path

from domain.lane import Lane, LaneReason
from domain.media import MediaKind
from services.contact_sheet import WeekDay, WeekTile
from services.posting.week import PlannedSlot, Week

REASONS: Mapping[LaneReason, str] = {
    LaneReason.API: "",
    LaneReason.ASKED_FOR: "as asked for",
    LaneReason.API_OFF: "automatic posting is off",
    LaneReason.NEEDS_PERSON: "needs",
    LaneReason.NOT_EXPRESSIBLE: "not by API",
    LaneReason.RECONNECT: "to be reconnected",
    LaneReason.QUOTA: "quota used up",
    LaneReason.DAILY_CAP: "daily cap",
    LaneReason.CATEGORY: "category by hand",
    LaneReason.FAILED: "failed before",
}
LANES: Mapping[Lane | None, str] = {Lane.AUTO: "bot", Lane.MANUAL: "by hand", None: "open"}


def days_of(week: Week) -> list[WeekDay]:
    """Return the columns of the picture."""
    return [
        WeekDay(
            title=f"{day.date:%a} {day.date.day} {day.date:%b}",
            tiles=[_tile(slot, week) for slot in day.slots],
        )
        for day in week.days
    ]


def _tile(slot: PlannedSlot, week: Week) -> WeekTile:
    time = f"{slot.at.astimezone(week.workspace.settings.zone):%H:%M}"
    usual = week.workspace.settings.of(slot.account.id).planned_placement
    account = slot.account.name if slot.placement == usual else f"{slot.placement} · {slot.account.name}"
    if slot.job is None:
        return WeekTile(time=time, account=account)
    publication, media = slot.job.publication, slot.job.post.media
    return WeekTile(
        time=time,
        account=account,
        number=f"#{publication.id}",
        path=Path(media[0].path) if media else None,
        sha256=media[0].sha256 if media else "",
        kind=media[0].facts.kind if media else MediaKind.IMAGE,
        lane=LANES[publication.lane],
        is_by_hand=publication.lane is Lane.MANUAL,
        reason=_reason(slot),
    )


def _reason(slot: PlannedSlot) -> str:
    if slot.job is None or slot.job.publication.lane_reason is None:
        return ""
    said = REASONS[slot.job.publication.lane_reason]
    detail = slot.job.publication.lane_detail
    if slot.job.publication.lane_reason is LaneReason.API:
        return slot.job.post.media[0].description.category if slot.job.post.media else ""
    return f"{said}: {detail}" if detail else said

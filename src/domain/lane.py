"""The two ways a publication goes out."""

import dataclasses
import enum


class Lane(enum.StrEnum):
    """Who does the posting."""

    AUTO = "auto"
    """The bot, through the platform's API."""
    MANUAL = "manual"
    """A person, from a card in the chat."""


class LaneReason(enum.StrEnum):
    """Why the router chose a lane; stored with the publication and explained on its card."""

    API = "api"
    """The API can do it and nothing stands against it."""
    ASKED_FOR = "asked_for"
    """A person asked for this lane."""
    API_OFF = "api_off"
    """Automatic posting is off for this workspace."""
    NEEDS_PERSON = "needs_person"
    """The media needs something that only a person can add: a sticker, a link, music …"""
    NOT_EXPRESSIBLE = "not_expressible"
    """The platform's API would refuse this file or this placement as it is."""
    RECONNECT = "reconnect"
    """The account's access is missing or dead."""
    QUOTA = "quota"
    """The platform's quota is used up."""
    DAILY_CAP = "daily_cap"
    """The workspace's own cap of automatic posts per day is reached."""
    CATEGORY = "category"
    """The category is set to go by hand."""
    FAILED = "failed"
    """The API was tried and failed in a way a person can solve."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A lane, and why."""

    lane: Lane
    reason: LaneReason
    detail: str = ""
    """What exactly stands against the API, in words fit for the card; empty when the reason says all."""

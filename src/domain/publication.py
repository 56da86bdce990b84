"""The life of a publication: the states, the events, and the one table that says which follows which."""

import dataclasses
import datetime as dt
import enum
import types
from collections.abc import Mapping
from typing import Any

from domain.errors import Failure
from domain.ids import AccountId, PlatformName, PostId, PublicationId, UserId, WorkspaceId
from domain.lane import Lane, LaneReason


class State(enum.StrEnum):
    """Where a publication is in its life."""

    DRAFT = "draft"
    """Being written; not in the queue."""
    AWAITING_APPROVAL = "awaiting_approval"
    """In front of the approvers."""
    SCHEDULED = "scheduled"
    """Will be worked on at `due_at`; also between tries, and while a container is being processed."""
    PUBLISHING = "publishing"
    """Claimed by one worker under a lease; `intent_at` is set before the one irreversible call."""
    UNCONFIRMED = "unconfirmed"
    """The irreversible call left, and no definite answer came: being looked up, then asked."""
    WITH_TEAM = "with_team"
    """A card is in the chat, a person is to post it."""
    PUBLISHED = "published"
    """Final: it is out."""
    SKIPPED = "skipped"
    """Final: a person passed it over; its media returns to the pool after a while."""
    REJECTED = "rejected"
    """Final: a person refused it; its media never returns."""
    CANCELLED = "cancelled"
    """Final: a person took it out of the queue, or closed it without knowing how it ended."""
    MISSED = "missed"
    """Final: it was too late by the workspace's policy, or nobody acted in time; reported."""
    FAILED = "failed"
    """Final until an admin retries it."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in FINAL


FINAL = frozenset(
    {State.PUBLISHED, State.SKIPPED, State.REJECTED, State.CANCELLED, State.MISSED, State.FAILED}
)
"""States that only `Event.RETRIED` and `Event.UNDONE` leave."""


class Event(enum.StrEnum):
    """What can happen to a publication."""

    SUBMITTED = "submitted"
    """The author asks for approval."""
    QUEUED = "queued"
    """Put into the queue; no approval is asked for."""
    APPROVED = "approved"
    """An approver said yes."""
    RETURNED = "returned"
    """An approver gave it back with a comment."""
    CLAIMED = "claimed"
    """A worker took it."""
    DEFERRED = "deferred"
    """The worker gave it back for later: a retry, a quota, a container that is being processed."""
    RELEASED = "released"
    """Its worker died or stopped before the irreversible call; it resumes at its checkpoint."""
    LOST = "lost"
    """Nobody knows yet whether the irreversible call took effect; the platform may still be working on it."""
    SUCCEEDED = "succeeded"
    """The platform said it is out."""
    ASKED = "asked"
    """Looking up did not decide; a person is asked."""
    FOUND_LIVE = "found_live"
    """It was found on the platform, or a person says it is there."""
    FOUND_ABSENT = "found_absent"
    """It is proved not to be on the platform, or a person says so."""
    HANDED_OFF = "handed_off"
    """It became a card for the team."""
    TAKEN_OVER = "taken_over"
    """A person takes a scheduled one to post it by hand."""
    GIVEN_BACK = "given_back"
    """A person lets the bot post it after all."""
    POSTPONED = "postponed"
    """A person moved it to a later time."""
    POSTED_BY_HAND = "posted_by_hand"
    """A person posted it."""
    SKIPPED = "skipped"
    """A person passed it over."""
    REJECTED = "rejected"
    """A person refused it for good."""
    CANCELLED = "cancelled"
    """A person took it out of the queue."""
    EXPIRED = "expired"
    """Its time is over."""
    GAVE_UP = "gave_up"
    """No way is left that the bot may go by itself."""
    RETRIED = "retried"
    """An admin puts a failed or missed one back into the queue."""
    UNDONE = "undone"
    """A person takes back what a person decided."""


TRANSITIONS: Mapping[tuple[State, Event], State] = types.MappingProxyType(
    {
        (State.DRAFT, Event.SUBMITTED): State.AWAITING_APPROVAL,
        (State.DRAFT, Event.QUEUED): State.SCHEDULED,
        (State.DRAFT, Event.CANCELLED): State.CANCELLED,
        (State.AWAITING_APPROVAL, Event.APPROVED): State.SCHEDULED,
        (State.AWAITING_APPROVAL, Event.RETURNED): State.DRAFT,
        (State.AWAITING_APPROVAL, Event.POSTPONED): State.AWAITING_APPROVAL,
        (State.AWAITING_APPROVAL, Event.SKIPPED): State.SKIPPED,
        (State.AWAITING_APPROVAL, Event.REJECTED): State.REJECTED,
        (State.AWAITING_APPROVAL, Event.CANCELLED): State.CANCELLED,
        (State.AWAITING_APPROVAL, Event.EXPIRED): State.MISSED,
        (State.SCHEDULED, Event.CLAIMED): State.PUBLISHING,
        (State.SCHEDULED, Event.TAKEN_OVER): State.WITH_TEAM,
        (State.SCHEDULED, Event.POSTPONED): State.SCHEDULED,
        (State.SCHEDULED, Event.SKIPPED): State.SKIPPED,
        (State.SCHEDULED, Event.REJECTED): State.REJECTED,
        (State.SCHEDULED, Event.CANCELLED): State.CANCELLED,
        (State.SCHEDULED, Event.FOUND_LIVE): State.PUBLISHED,  # a receipt that came late
        (State.SCHEDULED, Event.EXPIRED): State.MISSED,
        (State.PUBLISHING, Event.DEFERRED): State.SCHEDULED,
        (State.PUBLISHING, Event.RELEASED): State.SCHEDULED,
        (State.PUBLISHING, Event.SUCCEEDED): State.PUBLISHED,
        (State.PUBLISHING, Event.LOST): State.UNCONFIRMED,
        (State.PUBLISHING, Event.HANDED_OFF): State.WITH_TEAM,
        (State.PUBLISHING, Event.EXPIRED): State.MISSED,
        (State.PUBLISHING, Event.GAVE_UP): State.FAILED,
        (State.UNCONFIRMED, Event.ASKED): State.UNCONFIRMED,
        (State.UNCONFIRMED, Event.FOUND_LIVE): State.PUBLISHED,
        (State.UNCONFIRMED, Event.FOUND_ABSENT): State.SCHEDULED,
        (State.UNCONFIRMED, Event.CANCELLED): State.CANCELLED,
        (State.WITH_TEAM, Event.POSTED_BY_HAND): State.PUBLISHED,
        (State.WITH_TEAM, Event.FOUND_LIVE): State.PUBLISHED,  # a receipt that came late
        (State.WITH_TEAM, Event.SKIPPED): State.SKIPPED,
        (State.WITH_TEAM, Event.REJECTED): State.REJECTED,
        (State.WITH_TEAM, Event.POSTPONED): State.SCHEDULED,
        (State.WITH_TEAM, Event.GIVEN_BACK): State.SCHEDULED,
        (State.WITH_TEAM, Event.CANCELLED): State.CANCELLED,
        (State.WITH_TEAM, Event.EXPIRED): State.MISSED,
        (State.FAILED, Event.RETRIED): State.SCHEDULED,
        (State.MISSED, Event.RETRIED): State.SCHEDULED,
        (State.SKIPPED, Event.UNDONE): State.WITH_TEAM,
        (State.REJECTED, Event.UNDONE): State.WITH_TEAM,
    }
)
"""Every pair that is not here is refused."""


class TransitionRefusedError(Exception):
    """This event cannot happen in this state."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"a publication that is {state} cannot be {event}")
        self.state = state
        self.event = event


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One post on one account at one placement: the unit of work, the queue entry, the history entry."""

    id: PublicationId
    workspace_id: WorkspaceId
    post_id: PostId
    account_id: AccountId
    platform: PlatformName
    placement: str
    """What the platform calls the surface, such as `story` or `feed`."""
    state: State
    version: int
    """Grows with every event. It guards every write: a press compares it with what the card showed, and it is
    the fencing number of a worker's claim."""
    planned_at: dt.datetime
    """The time a person or the planner chose for it."""
    due_at: dt.datetime
    """When it is to be worked on next: the planned time, a retry, the next look at a container or feed."""
    lane: Lane | None = None
    lane_reason: LaneReason | None = None
    lane_detail: str = ""
    lane_wish: Lane | None = None
    """The lane a person asked for; None lets the router choose."""
    attempts: int = 0
    """Tries that failed since it was queued or retried."""
    checkpoint: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    """What the publisher has achieved so far; only the platform reads it."""
    intent_at: dt.datetime | None = None
    """When the intent to make the irreversible call was committed; None: nothing irreversible was begun."""
    asked_at: dt.datetime | None = None
    """When the team was asked whether it is live."""
    platform_post_id: str | None = None
    permalink: str | None = None
    posted_at: dt.datetime | None = None
    posted_by: UserId | None = None
    """Who posted it by hand, or said that it is live; None for the bot."""
    failure: Failure | None = None
    """The last failure; kept until it is out."""
    content_key: str = ""
    """What it would put on its account, by `domain/content_key.py`; empty: not compared with others."""
    is_forced: bool = False
    """Whether a person wants it out although the same was posted on the account a short while ago."""

    @property
    def is_untried(self) -> bool:
        """Whether nobody can have worked on it before: it was queued and claimed, no more."""
        return self.version <= 2  # noqa: PLR2004  (queued, claimed)

    def after(self, event: Event, *, at: dt.datetime, **changes: Any) -> "Publication":
        """Return this publication as it is once `event` has happened at `at`, with `changes` made along.

        Raises:
            TransitionRefusedError: `event` cannot happen in this state.
        """
        state = TRANSITIONS.get((self.state, event))
        if state is None:
            raise TransitionRefusedError(self.state, event)
        if state is State.PUBLISHED:
            changes = {"posted_at": at, "failure": None} | changes
        if state in {State.SCHEDULED, State.WITH_TEAM}:
            changes = {"intent_at": None, "asked_at": None} | changes
        if state is State.SCHEDULED and event is not Event.DEFERRED:
            changes = {"due_at": max(at, self.planned_at)} | changes
        return dataclasses.replace(self, state=state, version=self.version + 1, **changes)


BOT = "bot"
"""The actor of what the scheduler does by itself."""
COMMAND_LINE = "command line"
"""The actor of what is done with the command line."""


def person(user_id: UserId) -> str:
    """Return the actor string of a person."""
    return f"user:{user_id}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One event of a publication's life, append-only."""

    publication_id: PublicationId
    event: Event
    state: State
    """The state it led to."""
    version: int
    at: dt.datetime
    actor: str
    """`BOT`, `COMMAND_LINE` or `person(...)`."""
    reason: str = ""

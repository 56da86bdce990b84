"""What people ask to see: status, what comes next, what was, figures."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence

from domain.account import Account
from domain.figures import DailyFigures
from domain.ids import AccountId, PostId, WorkspaceId
from domain.lane import Lane
from domain.outcome import PostOutcome, outcome_of
from domain.publication import FINAL, State
from domain.switch import DRY_RUN, Switch
from domain.workspace import Workspace
from services.figures import last_days
from services.media.prepare import Underway
from services.ports import Clock, Job, Networks
from services.posting.route import expected
from services.posting.schedule import RETRIABLE
from services.quotas import QuotaOutlook, outlook
from services.runway import Runway, runways
from services.unit_of_work import Database
from services.workspaces import workspace_of

DAYS_SHOWN = 7
UPCOMING = (State.SCHEDULED, State.PUBLISHING, State.AWAITING_APPROVAL)
"""What `upcoming` shows."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """How a workspace stands."""

    workspace: Workspace
    accounts: list[Account]
    counts: Mapping[State, int]
    """Everything that is not final."""
    next_job: Job | None
    posting_enabled: bool
    dry_run: bool
    switches: Mapping[str, Switch]
    """What somebody, or the bot, stopped for the whole installation."""
    quotas: Mapping[AccountId, QuotaOutlook]
    """Of the accounts whose quota was read."""
    now: dt.datetime
    runways: Sequence[Runway] = ()
    """How long each category of the mix, or the whole library, lasts."""
    underway: Sequence[Underway] = ()
    """Files that this process is making fit for a platform."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StatsView:
    """What happened since a time."""

    since: dt.datetime
    counts: Mapping[tuple[State, Lane | None], int]
    """Final publications by how they ended and by lane."""
    days: Sequence[DailyFigures] = ()
    """The figures of the last days that have some, today's last."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post with what became of it on each of its accounts."""

    id: PostId
    outcome: PostOutcome
    jobs: list[Job]
    """In the order in which they were queued."""


class QueryService:
    """Reads; changes nothing."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        posting_enabled: bool,
        dry_run: bool,
        underway: Callable[[], Collection[Underway]] = tuple,
    ) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._posting_enabled = posting_enabled
        self._dry_run = dry_run
        self._underway = underway

    async def status(self, workspace_id: WorkspaceId) -> StatusView:
        """Return how the workspace stands now."""
        now = self._clock.now()
        async with self._database.read() as look:
            workspace = await workspace_of(look, workspace_id)
            accounts = await look.accounts.find(workspace_id)
            counted = await look.publications.counts(workspace_id, since=now)
            following = await look.publications.find(workspace_id, states=(State.SCHEDULED,), limit=1)
            switches = await look.switches.all()
            quotas = await outlook(look, [account.id for account in accounts], now=now)
            mix = (await look.mixes.current()).get(workspace_id)
            lasting = await runways(look, workspace, accounts, mix, self._networks, now=now)
        counts: dict[State, int] = {}
        for (state, _), count in counted.items():
            if state not in FINAL:
                counts[state] = counts.get(state, 0) + count
        return StatusView(
            workspace=workspace,
            accounts=accounts,
            counts=counts,
            next_job=following[0] if following else None,
            posting_enabled=self._posting_enabled,
            dry_run=self._dry_run or DRY_RUN in switches,
            switches=switches,
            quotas=quotas,
            now=now,
            runways=lasting,
            underway=[each for each in self._underway() if each.workspace_id == workspace_id],
        )

    async def upcoming(self, workspace_id: WorkspaceId, *, limit: int = 10) -> list[Job]:
        """Return what is to go out next, earliest first, each with the lane it would take now."""
        async with self._database.read() as look:
            jobs = await look.publications.find(workspace_id, states=UPCOMING, limit=limit)
        return [expected(job, self._networks) for job in jobs]

    async def history(self, workspace_id: WorkspaceId, *, limit: int = 10) -> list[Job]:
        """Return what ended last, newest first."""
        async with self._database.read() as look:
            return await look.publications.find(
                workspace_id, states=tuple(FINAL), limit=limit, newest_first=True
            )

    async def dead_letters(self, workspace_id: WorkspaceId, *, limit: int) -> list[Job]:
        """Return what failed or was missed and nobody put back, newest first."""
        async with self._database.read() as look:
            return await look.publications.find(
                workspace_id, states=RETRIABLE, limit=limit, newest_first=True
            )

    async def publications(
        self, workspace_id: WorkspaceId, *, states: tuple[State, ...] = (), limit: int = 100
    ) -> list[Job]:
        """Return publications in these states, or all, by due time."""
        async with self._database.read() as look:
            return await look.publications.find(workspace_id, states=states, limit=limit)

    async def posts(self, workspace_id: WorkspaceId, *, limit: int = 20) -> list[PostView]:
        """Return the posts that were made last, newest first."""
        async with self._database.read() as look:
            jobs = await look.publications.of_latest_posts(workspace_id, limit=limit)
        by_post: dict[PostId, list[Job]] = {}
        for job in sorted(jobs, key=lambda job: job.publication.id):
            by_post.setdefault(job.post.root, []).append(job)
        return [
            PostView(
                id=post,
                outcome=outcome_of([job.publication.state for job in by_post[post]]),
                jobs=by_post[post],
            )
            for post in sorted(by_post, reverse=True)
        ]

    async def stats(self, workspace_id: WorkspaceId, *, since: dt.datetime) -> StatsView:
        """Return how publications ended since then."""
        async with self._database.read() as look:
            counted = await look.publications.counts(workspace_id, since=since)
            days = await last_days(look, workspace_id, now=self._clock.now(), count=DAYS_SHOWN)
        return StatsView(
            since=since,
            counts={key: count for key, count in counted.items() if key[0] in FINAL},
            days=days,
        )

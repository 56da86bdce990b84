"""What the process says at `/metrics`: how posting goes, how the quotas stand, what it has in hand."""

import datetime as dt
from collections.abc import Sequence

from app.bootstrap import Storyline
from app.leader import Leader
from app.worker import Worker
from domain.account import AccountState
from web.metrics import Gauge


class ProcessMetrics:
    """Reads figures that are kept anyway; a scrape costs six statements, whatever the number of posts."""

    def __init__(self, *, storyline: Storyline, worker: Worker, leader: Leader) -> None:
        self._storyline = storyline
        self._worker = worker
        self._leader = leader

    async def read(self) -> Sequence[Gauge]:
        """Return what is known now; the figures of the day are at most five minutes old."""
        return [
            *await self._of_days(),
            *await self._of_accounts(),
            *self._of_the_storage(),
            self._of_the_library(),
            *await self._of_the_preparation(),
            *self._of_the_process(),
        ]

    async def _of_days(self) -> list[Gauge]:
        yesterday = (self._storyline.clock.now() - dt.timedelta(days=1)).date()
        async with self._storyline.database.read() as look:
            names = {workspace.id: workspace.name for workspace in await look.workspaces.all()}
            kept = await look.figures.recorded(since=yesterday)
        today = {each.workspace_id: each.figures for each in kept}  # the last one of each stays
        counts = {
            "posts_by_bot_today": ("Posts made by API on the local date.", "by_bot"),
            "posts_by_hand_today": ("Posts made by people on the local date.", "by_hand"),
            "failed_tries_today": ("Tries of the bot that failed on the local date.", "failed_tries"),
            "fallbacks_today": ("Posts that went to the team after a try on the local date.", "fallbacks"),
            "unconfirmed_today": ("Times a post's outcome was unknown on the local date.", "unconfirmed"),
            "automation_ratio_today": ("Share of the posts that the bot made.", "automation_rate"),
            "error_ratio_today": ("Share of the bot's tries that failed.", "error_rate"),
            "fallback_ratio_today": ("Share of what the bot began that went to the team.", "fallback_rate"),
        }
        return [
            Gauge(
                name=name,
                meaning=meaning,
                samples=[
                    ({"workspace": names[number], "id": str(number)}, value)
                    for number, figures in today.items()
                    if (value := getattr(figures, field)) is not None
                ],
            )
            for name, (meaning, field) in counts.items()
        ]

    async def _of_accounts(self) -> list[Gauge]:
        async with self._storyline.database.read() as look:
            accounts = await look.accounts.all()
        outlooks = await self._storyline.quotas.outlook(accounts)
        labels = {
            account.id: {"platform": account.platform, "account": account.name, "id": str(account.id)}
            for account in accounts
        }
        return [
            Gauge(
                name="account_connected",
                meaning="Whether the bot may use the account's API.",
                samples=[(labels[each.id], each.state is AccountState.ACTIVE) for each in accounts],
            ),
            Gauge(
                name="account_limit_used_percent",
                meaning="How much of the platform's limit of calls was used when it was last above 75.",
                samples=[(labels[each.id], each.usage_percent) for each in accounts],
            ),
            Gauge(
                name="quota_used",
                meaning="Posts of the last 24 hours that count towards the account's quota.",
                samples=[(labels[number], each.quota.used) for number, each in outlooks.items()],
            ),
            Gauge(
                name="quota_total",
                meaning="Posts that the platform lets the account make in 24 hours.",
                samples=[(labels[number], each.quota.total) for number, each in outlooks.items()],
            ),
        ]

    def _of_the_storage(self) -> list[Gauge]:
        usage = self._storyline.storage_watch.latest
        limit_bytes = usage.limit_bytes if usage else None
        return [
            Gauge(
                name="storage_used_bytes",
                meaning="What the storage for uploads holds, as the leader measured it within the last hour.",
                samples=[({}, usage.used_bytes)] if usage else [],
            ),
            Gauge(
                name="storage_limit_bytes",
                meaning="What it may hold, by CLOUD_STORAGE_LIMIT_MB.",
                samples=[({}, limit_bytes)] if limit_bytes else [],
            ),
        ]

    def _of_the_library(self) -> Gauge:
        """Return what the leader found within the last hour; of the others nothing."""
        return Gauge(
            name="runway_days",
            meaning="Days that a category lasts at the planned rate; no name: the whole library.",
            samples=[
                ({"workspace": str(number), "category": runway.category}, runway.days)
                for number, runways in self._storyline.runway.latest.items()
                for runway in runways
            ],
        )

    async def _of_the_preparation(self) -> list[Gauge]:
        since = self._storyline.clock.now() - dt.timedelta(days=1)
        async with self._storyline.database.read() as look:
            outcomes = await look.prepared.outcomes(since=since)
        return [
            Gauge(
                name="prepared_files_of_24_hours",
                meaning="Files that were to be made fit for a platform, by what came of it.",
                samples=[({"outcome": "made"}, outcomes.made), ({"outcome": "failed"}, outcomes.failed)],
            ),
            Gauge(
                name="preparing_done_ratio",
                meaning="How much is done of each file that this process is making fit for a platform.",
                samples=[({"file": each.name}, each.share) for each in self._storyline.preparation.underway],
            ),
        ]

    def _of_the_process(self) -> list[Gauge]:
        silence = self._storyline.clock.monotonic() - self._worker.beat_at
        ages = {name: age.total_seconds() for name, age in self._leader.ages().items()}
        return [
            Gauge(
                name="publications_in_hand",
                meaning="Publications that this process works on.",
                samples=[({}, self._worker.in_hand)],
            ),
            Gauge(
                name="leading", meaning="Whether this process leads.", samples=[({}, self._leader.is_leading)]
            ),
            Gauge(
                name="loop_silence_seconds",
                meaning="How long ago each loop of this process last came round.",
                samples=[({"loop": name}, age) for name, age in {"worker": silence, **ages}.items()],
            ),
        ]
